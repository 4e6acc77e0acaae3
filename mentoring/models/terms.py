"""What an organisation decides once about its mentoring."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Organisation, User
from backend.lib.models import Stamped
from mentoring import policies
from mentoring.models.sessions import LATE_HOURS


class TermsQuerySet(models.QuerySet["Terms"]):
    def visible_to(self, user: User) -> "TermsQuerySet":
        return self.filter(policies.visible_terms(user))


class Terms(Stamped):
    """How an organisation mentors: the charter of its pairs, its video rooms, what it calls late."""

    LONGEST_CHARTER = 8000
    BOUNDS: ClassVar[dict[str, tuple[int, int]]] = {"late_hours": (0, 336), "confirm_days": (1, 120)}

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="mentoring_terms")
    charter = models.TextField(_("charter of the pair"), blank=True)
    """Its own text; "" for the house's."""
    video_template = models.CharField(_("address of video rooms"), max_length=300, blank=True)
    """Such as https://meet.example.org/{room}: `{room}` becomes a name nobody can guess, another for each session."""
    late_hours = models.PositiveSmallIntegerField(
        _("a cancellation is late when it comes under (hours)"),
        default=LATE_HOURS,
        validators=[MaxValueValidator(BOUNDS["late_hours"][1])],
    )
    confirm_days = models.PositiveSmallIntegerField(
        _("hours are told unconfirmed after (days)"),
        default=14,
        validators=[MinValueValidator(BOUNDS["confirm_days"][0]), MaxValueValidator(BOUNDS["confirm_days"][1])],
    )

    objects = TermsQuerySet.as_manager()

    class Meta:
        verbose_name = _("terms of mentoring")
        verbose_name_plural = _("terms of mentoring")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(late_hours__lte=336, confirm_days__gte=1, confirm_days__lte=120),
                name="terms_within_reason",
            )
        ]

    def __str__(self) -> str:
        return str(self.organisation)
