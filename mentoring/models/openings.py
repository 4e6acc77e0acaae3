"""Openings: the hours at which a mentor's own holders book a session without asking, and when they are not."""

from datetime import date, time

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.accounts.models import User
from backend.lib.models import Stamped
from mentoring import policies
from mentoring.models.mentors import Mentor
from mentoring.models.sessions import Session


class OpeningQuerySet(models.QuerySet["Opening"]):
    def visible_to(self, user: User) -> "OpeningQuerySet":
        return self.filter(policies.visible_openings(user))

    def live(self, day: date) -> "OpeningQuerySet":
        """Neither ended nor over on `day`."""
        lasting = models.Q(ends_on=None) | models.Q(ends_on__gte=day)
        return self.filter(lasting, ended_at=None)


class Opening(Stamped):
    """Hours of one weekday, or of one day, in which sessions may be booked; on the organisation's clock."""

    class Repeats(models.TextChoices):
        WEEKLY = "weekly", pgettext_lazy("opening", "every week")
        FORTNIGHTLY = "fortnightly", pgettext_lazy("opening", "every second week")
        ONCE = "once", pgettext_lazy("opening", "a single day")

    mentor = models.ForeignKey(Mentor, on_delete=models.CASCADE, related_name="openings")
    repeats = models.CharField(_("repeats"), max_length=12, choices=Repeats, default=Repeats.WEEKLY)
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=list(WEEKDAYS.items()))
    starts_on = models.DateField(_("from the day"))
    ends_on = models.DateField(_("until the day"), null=True, blank=True)
    from_time = models.TimeField(_("from"))
    to_time = models.TimeField(_("to"))
    minutes = models.PositiveSmallIntegerField(_("length of a session"), null=True, blank=True)
    minutes_before = models.PositiveSmallIntegerField(_("minutes kept free before"), default=0)
    minutes_after = models.PositiveSmallIntegerField(_("minutes kept free after"), default=0)
    notice_hours = models.PositiveSmallIntegerField(_("notice in hours"), default=24)
    weeks_ahead = models.PositiveSmallIntegerField(
        _("weeks ahead"), default=6, validators=[MinValueValidator(1), MaxValueValidator(26)]
    )
    most_a_week = models.PositiveSmallIntegerField(_("booked sessions a week at most"), null=True, blank=True)
    medium = models.CharField(_("how"), max_length=10, choices=Session.Medium, default=Session.Medium.IN_PERSON)
    place = models.CharField(_("place"), max_length=200, blank=True)
    url = models.URLField(_("video link"), max_length=500, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = OpeningQuerySet.as_manager()

    class Meta:
        verbose_name = _("opening")
        verbose_name_plural = _("openings")
        ordering = ["weekday", "from_time", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(repeats__in=["weekly", "fortnightly", "once"]), name="opening_known_repeats"
            ),
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="opening_known_weekday"),
            models.CheckConstraint(condition=models.Q(to_time__gt=models.F("from_time")), name="opening_ends_after"),
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                name="opening_days_in_order",
            ),
            models.CheckConstraint(
                condition=~models.Q(repeats="once") | models.Q(ends_on=models.F("starts_on")),
                name="opening_once_is_one_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mentor} · {self.get_weekday_display()} {self.from_time:%H:%M}–{self.to_time:%H:%M}"

    @property
    def where(self) -> str:
        """The place, else how."""
        return self.place or str(self.get_medium_display())


class OpeningDayQuerySet(models.QuerySet["OpeningDay"]):
    def visible_to(self, user: User) -> "OpeningDayQuerySet":
        return self.filter(opening__in=Opening.objects.visible_to(user).order_by().values("pk"))


class OpeningDay(Stamped):
    """One day on which an opening is otherwise: not at all, or at other hours."""

    opening = models.ForeignKey(Opening, on_delete=models.CASCADE, related_name="days")
    day = models.DateField(_("day"))
    from_time = models.TimeField(_("from"), null=True, blank=True)
    to_time = models.TimeField(_("to"), null=True, blank=True)

    objects = OpeningDayQuerySet.as_manager()

    class Meta:
        verbose_name = _("exception of an opening")
        verbose_name_plural = _("exceptions of an opening")
        ordering = ["day", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["opening", "day"], name="opening_day_once"),
            models.CheckConstraint(
                condition=models.Q(from_time=None, to_time=None)
                | models.Q(from_time__isnull=False, to_time__isnull=False, to_time__gt=models.F("from_time")),
                name="opening_day_has_both_hours",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opening} · {self.day:%Y-%m-%d}"

    @property
    def hours(self) -> tuple[time, time] | None:
        """From when to when; None when nothing is offered that day."""
        return (self.from_time, self.to_time) if self.from_time and self.to_time else None


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def visible_to(self, user: User) -> "AbsenceQuerySet":
        return self.filter(policies.visible_openings(user))


class Absence(Stamped):
    """Days, the first and the last included, on which nothing can be booked with this mentor."""

    mentor = models.ForeignKey(Mentor, on_delete=models.CASCADE, related_name="absences")
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["starts_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="absence_days_in_order")
        ]

    def __str__(self) -> str:
        return f"{self.mentor} · {self.starts_on:%Y-%m-%d} – {self.ends_on:%Y-%m-%d}"
