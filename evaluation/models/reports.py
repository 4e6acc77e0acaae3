"""Reports sent on a schedule: which figures, how often, to whom."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.accounts.models import Organisation, User
from backend.lib.models import Stamped
from evaluation import policies
from journeys.models import Programme


class ReportScheduleQuerySet(models.QuerySet["ReportSchedule"]):
    def visible_to(self, user: User) -> "ReportScheduleQuerySet":
        return self.filter(policies.visible_schedules(user))

    def running(self) -> "ReportScheduleQuerySet":
        return self.filter(paused_at=None)


class ReportSchedule(Stamped):
    """A campaign is opened for each period of this length that ends on `starts_on` or after, closing `closes_after`
    days later; once leads have published it, `readers` are written to.

    No programme: all of the organisation together. While it is paused nothing is opened and nobody is written to.
    """

    class Every(models.TextChoices):
        MONTH = "month", pgettext_lazy("period", "month")
        QUARTER = "quarter", pgettext_lazy("period", "quarter")
        HALF = "half", pgettext_lazy("period", "half-year")
        YEAR = "year", pgettext_lazy("period", "year")

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="report_schedules")
    programme = models.ForeignKey(
        Programme,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="report_schedules",
        verbose_name=_("programme"),
    )
    every = models.CharField(_("period"), max_length=8, choices=Every, default=Every.QUARTER)
    closes_after = models.PositiveSmallIntegerField(_("days from the end of the period to the closing day"), default=14)
    starts_on = models.DateField(_("first day on which a period may end"))
    audience = models.CharField(_("who reads it"), max_length=10, default="observers")
    readers: "models.ManyToManyField[User, models.Model]" = models.ManyToManyField(
        User, blank=True, related_name="+", verbose_name=_("sent to")
    )
    paused_at = models.DateTimeField(pgettext_lazy("schedule", "paused"), null=True, blank=True)
    revision = models.PositiveIntegerField(default=0, editable=False)

    objects = ReportScheduleQuerySet.as_manager()

    class Meta:
        verbose_name = _("scheduled report")
        verbose_name_plural = _("scheduled reports")
        ordering = ["organisation", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(every__in=["month", "quarter", "half", "year"]), name="schedule_known_period"
            ),
            models.CheckConstraint(
                condition=models.Q(audience__in=["observers", "outside"]), name="schedule_known_audience"
            ),
            models.CheckConstraint(condition=models.Q(closes_after__lte=120), name="schedule_closes_within_months"),
            models.UniqueConstraint(
                fields=["organisation", "programme", "every"],
                condition=models.Q(programme__isnull=False),
                name="schedule_once_a_programme",
            ),
            models.UniqueConstraint(
                fields=["organisation", "every"],
                condition=models.Q(programme=None),
                name="schedule_once_an_organisation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme or self.organisation} · {self.every}"
