"""The tables of when letters that can wait leave, and how much is asked: of an organisation, of a person."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Organisation, User


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

    class Meta(OpenHours.Meta):
        verbose_name = _("rules of letters")
        verbose_name_plural = _("rules of letters")

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
