"""Stays of holders in companies: one agreement in force, from its draft to what was learned."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.accounts.models import LANGUAGES, User
from backend.lib.models import Stamped
from journeys import policies
from journeys.models.companies import Company, Objective, Site
from journeys.models.journeys import Step

OF_AGE = 18


def age_on(born_on: date, day: date) -> int:
    """Whole years on `day`; born on 29 February, one is a year older on 1 March of common years."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


class Party(models.TextChoices):
    """Who may have to sign. The last two only for somebody under 18 or under guardianship, or employed elsewhere."""

    HOLDER = "holder", _("project holder")
    COMPANY = "company", _("company")
    ORGANISATION = "organisation", _("organisation")
    GUARDIAN = "guardian", _("legal representative")
    EMPLOYER = "employer", _("current employer")


class ImmersionQuerySet(models.QuerySet["Immersion"]):
    def visible_to(self, user: User) -> "ImmersionQuerySet":
        return self.filter(policies.visible_immersions(user))


class Immersion(Stamped):
    """A stay of a holder with a tutor in a company, from agreement to real hours."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        TO_SIGN = "to_sign", _("to sign")
        PARTLY_SIGNED = "partly_signed", _("partly signed")
        TO_VALIDATE = "to_validate", _("to validate")
        VALIDATED = "validated", _("validated")
        IN_PROGRESS = "in_progress", _("in progress")
        COMPLETED = "completed", pgettext_lazy("immersion", "completed")
        ASSESSED = "assessed", _("assessed")
        REJECTED = "rejected", _("rejected")
        CANCELLED = "cancelled", pgettext_lazy("immersion", "cancelled")

    OVER = (State.COMPLETED, State.ASSESSED, State.REJECTED, State.CANCELLED)

    Objective = Objective

    class Basis(models.TextChoices):
        OWN = "own", _("own agreement")
        PMSMP = "pmsmp", _("PMSMP (external agreement)")
        OBSERVATION = "observation", _("observation")
        OTHER = "other", _("other")

    class Outcome(models.TextChoices):
        COMPLETED = "completed", _("completed as planned")
        PARTIAL = "partial", _("partly completed")
        NOT_HAPPENED = "not_happened", _("did not happen")

    class Side(models.TextChoices):
        """On whose side the reason lies when a stay did not happen or stopped early."""

        HOLDER = "holder", _("on the project holder’s side")
        COMPANY = "company", _("on the company’s side")
        ORGANISATION = "organisation", _("on the organisation’s side")
        NOBODY = "nobody", _("on nobody’s side")

    MOVES: ClassVar[dict[str, set[str]]] = {
        State.DRAFT: {State.TO_SIGN, State.CANCELLED},
        State.TO_SIGN: {State.PARTLY_SIGNED, State.TO_VALIDATE, State.DRAFT, State.REJECTED, State.CANCELLED},
        State.PARTLY_SIGNED: {State.TO_VALIDATE, State.DRAFT, State.REJECTED, State.CANCELLED},
        State.TO_VALIDATE: {State.VALIDATED, State.DRAFT, State.REJECTED, State.CANCELLED},
        State.VALIDATED: {State.IN_PROGRESS, State.COMPLETED, State.CANCELLED},
        State.IN_PROGRESS: {State.COMPLETED, State.CANCELLED},
        State.COMPLETED: {State.ASSESSED},
    }

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="immersions")
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="immersions", verbose_name=_("company"))
    site = models.ForeignKey(
        Site, null=True, blank=True, on_delete=models.PROTECT, related_name="immersions", verbose_name=_("site")
    )
    place = models.CharField(_("place of the stay"), max_length=200, blank=True)
    tutor_name = models.CharField(_("tutor"), max_length=120)
    tutor_job = models.CharField(_("tutor’s job"), max_length=120, blank=True)
    tutor_email = models.EmailField(_("tutor’s e-mail"), blank=True)
    objective = models.CharField(_("objective"), max_length=10, choices=Objective, default=Objective.CONFIRM)
    basis = models.CharField(_("legal basis"), max_length=12, choices=Basis, default=Basis.OWN)
    basis_number = models.CharField(_("number of the external agreement"), max_length=60, blank=True)
    activities = models.TextField(_("activities"), blank=True)
    skills = models.TextField(_("skills to observe or try"), blank=True)
    conditions = models.TextField(_("conditions of access"), blank=True)
    protection = models.TextField(_("protective equipment"), blank=True)
    emergency_name = models.CharField(_("emergency contact"), max_length=120, blank=True)
    emergency_phone = models.CharField(_("emergency phone"), max_length=32, blank=True)
    insurance = models.CharField(_("insurance (insurer and contract)"), max_length=240, blank=True)
    signatory_name = models.CharField(_("who signs for the company"), max_length=120, blank=True)
    signatory_job = models.CharField(_("signatory’s job"), max_length=120, blank=True)
    signatory_email = models.EmailField(_("signatory’s e-mail"), blank=True)
    validator_name = models.CharField(_("who signs for the organisation"), max_length=120, blank=True)
    validator_email = models.EmailField(_("e-mail of who signs for the organisation"), blank=True)
    born_on = models.DateField(_("date of birth"), null=True, blank=True)
    guardian_name = models.CharField(_("legal representative"), max_length=120, blank=True)
    guardian_email = models.EmailField(_("legal representative’s e-mail"), blank=True)
    is_employed = models.BooleanField(_("employed elsewhere during the stay"), default=False)
    employer_name = models.CharField(_("current employer"), max_length=160, blank=True)
    employer_signatory = models.CharField(_("who signs for the employer"), max_length=120, blank=True)
    employer_email = models.EmailField(_("employer’s e-mail"), blank=True)
    language = models.CharField(_("language of the papers"), max_length=2, choices=LANGUAGES, default="fr")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    minutes_planned = models.PositiveIntegerField(_("planned minutes"))
    schedule = models.JSONField(
        _("schedule"), default=list, blank=True,
        help_text=_('One entry a day: {"on": day, "slots": [["09:00", "12:30"], …]}, local times.'),
    )  # fmt: skip
    revision = models.PositiveIntegerField(default=0, editable=False)
    renews = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="renewals", verbose_name=_("renewal of")
    )
    asked_to_sign_at = models.DateTimeField(_("sent to sign"), null=True, blank=True)
    validated_at = models.DateTimeField(_("validated"), null=True, blank=True)
    validated_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    fingerprint = models.CharField(_("fingerprint of the agreement"), max_length=64, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=14, choices=State, default=State.DRAFT)
    outcome = models.CharField(_("outcome"), max_length=14, choices=Outcome, blank=True)
    minutes_done = models.PositiveIntegerField(_("real minutes"), null=True, blank=True)
    last_day_on = models.DateField(_("last day"), null=True, blank=True)
    closing_reason = models.CharField(_("justification"), max_length=240, blank=True)
    closing_side = models.CharField(_("on whose side"), max_length=12, choices=Side, blank=True)

    objects = ImmersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("immersion")
        verbose_name_plural = _("immersions")
        ordering = ["-starts_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="immersion_ends_after"),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=[
                        "draft",
                        "to_sign",
                        "partly_signed",
                        "to_validate",
                        "validated",
                        "in_progress",
                        "completed",
                        "assessed",
                        "rejected",
                        "cancelled",
                    ]
                ),
                name="immersion_known_state",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["completed", "assessed"]) | ~models.Q(outcome=""),
                name="immersion_completed_has_outcome",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["rejected", "cancelled"]) | ~models.Q(closing_reason=""),
                name="immersion_closed_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company} · {self.starts_on}"

    @property
    def final_day(self) -> date:
        """The last day of presence once it is known, else the one that was agreed."""
        return self.last_day_on or self.ends_on

    @property
    def is_of_age(self) -> bool:
        """Surely 18 or more on the first day."""
        if self.born_on:
            return age_on(self.born_on, self.starts_on) >= OF_AGE
        year = self.step.journey.holder.birth_year
        return year is not None and self.starts_on.year - year > OF_AGE

    @property
    def parties(self) -> list[Party]:
        """Who must sign this agreement, in the order of the paper."""
        more = [Party.GUARDIAN] * bool(self.guardian_email) + [Party.EMPLOYER] * bool(self.employer_email)
        return [Party.HOLDER, Party.COMPANY, Party.ORGANISATION, *more]
