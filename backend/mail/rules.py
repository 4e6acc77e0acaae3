"""The tables of which letters somebody does without, when those that can wait leave, how much is asked, and which
weekly letters were written."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Organisation, User
from backend.lib.models import Stamped
from backend.mail import policies
from backend.mail.kinds import REFUSABLE
from backend.mail.near import CHOICES, NEAR
from backend.mail.weekly import WEEKDAYS


class OpenHours(models.Model):
    """Between which hours of the day letters that can wait may leave."""

    opens_at = models.PositiveSmallIntegerField(_("Not before"), default=8)
    closes_at = models.PositiveSmallIntegerField(_("Not after"), default=20)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_at__lt=models.F("closes_at"), closes_at__lte=24), name="%(class)s_open_in_a_day"
            )
        ]


class LetterRules(OpenHours):
    """When an organisation's letters leave, and how much is asked of a person in seven days."""

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="letter_rules")
    asks_a_week = models.PositiveSmallIntegerField(_("asks a week"), default=3)
    weekly_day = models.PositiveSmallIntegerField(_("day of the weekly letter"), choices=WEEKDAYS, default=1)
    weekly_hour = models.PositiveSmallIntegerField(_("hour of the weekly letter"), default=8)

    class Meta(OpenHours.Meta):
        verbose_name = _("rules of letters")
        verbose_name_plural = _("rules of letters")
        constraints = [
            *OpenHours.Meta.constraints,
            models.CheckConstraint(
                condition=Q(weekly_day__lte=5, weekly_hour__lte=23), name="letter_rules_weekly_in_a_week"
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation)


class LetterHours(OpenHours):
    """The hours that a person chose for herself."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="letter_hours")

    class Meta(OpenHours.Meta):
        verbose_name = _("hours of letters")
        verbose_name_plural = _("hours of letters")

    def __str__(self) -> str:
        return str(self.user)


class LetterChoiceQuerySet(models.QuerySet["LetterChoice"]):
    def visible_to(self, user: User) -> "LetterChoiceQuerySet":
        return self.filter(policies.visible_letter_choices(user))

    def made_by(self, to: User | str) -> "LetterChoiceQuerySet":
        """Of this person, also from before she had an account; or of this address."""
        address = to.email if isinstance(to, User) else to.strip()
        of_address = Q(user=None, address=address.lower())
        return self.filter(Q(user=to) | of_address) if isinstance(to, User) else self.filter(of_address)


class LetterChoice(Stamped):
    """Whether somebody wants the letters of one kind. Without a row she gets them."""

    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="letter_choices")
    # In small letters; only for somebody without an account.
    address = models.EmailField(_("address"), blank=True, default="")
    kind = models.CharField(_("kind of letter"), max_length=20, choices=[(kind.code, kind.label) for kind in REFUSABLE])
    is_wanted = models.BooleanField(_("wanted"))

    objects = LetterChoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("choice of letters")
        verbose_name_plural = _("choices of letters")
        ordering = ["kind", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], condition=~Q(user=None), name="letter_choice_once"),
            models.UniqueConstraint(
                fields=["address", "kind"], condition=Q(user=None), name="letter_choice_once_for_an_address"
            ),
            models.CheckConstraint(
                condition=Q(user=None) & ~Q(address="") | ~Q(user=None) & Q(address=""), name="letter_choice_is_of_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.user or self.address}"


class WeeklyLetter(Stamped):
    """One week of one person in one organisation is settled: with a letter, or without as there was nothing to say."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="weekly_letters")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="weekly_letters")
    week = models.CharField(_("week"), max_length=8)
    email = models.ForeignKey("mail.Email", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    # {subject: stage}: what she knows after it, of what was still so.
    told = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = _("weekly letter")
        verbose_name_plural = _("weekly letters")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "user", "week"], name="weekly_letter_once_a_week"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.organisation} · {self.week}"


class NearRule(models.Model):
    """When an organisation reminds of one kind of dates. Without a row: as it is usual."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="near_rules")
    kind = models.CharField(_("kind of dates"), max_length=12, choices=[(kind.code, kind.label) for kind in NEAR])
    week_before = models.BooleanField(_("7 days before"))
    day_before = models.BooleanField(_("The day before"))

    class Meta:
        verbose_name = _("rule of reminders")
        verbose_name_plural = _("rules of reminders")
        ordering = ["organisation", "kind"]
        constraints = [models.UniqueConstraint(fields=["organisation", "kind"], name="near_rule_once")]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.get_kind_display()}"


class NearChoice(models.Model):
    """When a person is reminded of dates, whatever her organisations chose. Without a row: as they chose."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="near_choice")
    moments = models.CharField(_("when"), max_length=4, choices=[one for one in CHOICES if one[0]])

    class Meta:
        verbose_name = _("choice of reminders")
        verbose_name_plural = _("choices of reminders")
        constraints = [
            models.CheckConstraint(condition=Q(moments__in=["day", "week", "both"]), name="near_choice_known")
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_moments_display()}"
