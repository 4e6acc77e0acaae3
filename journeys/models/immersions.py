"""Companies that host, the stays of holders there, and who has signed."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.accounts.models import Organisation, User
from backend.lib.models import Stamped
from journeys import policies
from journeys.models.journeys import Step
from journeys.models.territory import Commune


class CompanyQuerySet(models.QuerySet["Company"]):
    def visible_to(self, user: User) -> "CompanyQuerySet":
        return self.filter(policies.visible_companies(user))


class Company(Stamped):
    """A host for immersions."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="companies")
    name = models.CharField(_("name"), max_length=160)
    siret = models.CharField(_("SIRET"), max_length=14, blank=True)
    activity = models.CharField(_("activity"), max_length=160, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    commune = models.ForeignKey(
        Commune, null=True, blank=True, on_delete=models.PROTECT, related_name="companies", verbose_name=_("commune")
    )
    contact_name = models.CharField(_("contact"), max_length=120, blank=True)
    contact_email = models.EmailField(_("contact e-mail"), blank=True)
    contact_phone = models.CharField(_("contact phone"), max_length=32, blank=True)
    places_a_year = models.PositiveSmallIntegerField(_("places a year"), default=2)
    is_set_aside = models.BooleanField(_("set aside"), default=False)

    objects = CompanyQuerySet.as_manager()

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "siret"], condition=~models.Q(siret=""), name="company_siret_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


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

    class Objective(models.TextChoices):
        DISCOVER = "discover", _("discover a trade or sector")
        CONFIRM = "confirm", _("confirm a project")
        MEET_PEER = "meet_peer", _("meet a peer business")
        COOPERATE = "cooperate", _("start a cooperation")

    class Basis(models.TextChoices):
        OWN = "own", _("own agreement")
        PMSMP = "pmsmp", _("PMSMP (external agreement)")
        OBSERVATION = "observation", _("observation")
        OTHER = "other", _("other")

    class Outcome(models.TextChoices):
        COMPLETED = "completed", _("completed as planned")
        PARTIAL = "partial", _("partly completed")
        NOT_HAPPENED = "not_happened", _("did not happen")

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
    tutor_name = models.CharField(_("tutor"), max_length=120)
    tutor_job = models.CharField(_("tutor’s job"), max_length=120, blank=True)
    tutor_email = models.EmailField(_("tutor’s e-mail"), blank=True)
    objective = models.CharField(_("objective"), max_length=10, choices=Objective, default=Objective.CONFIRM)
    basis = models.CharField(_("legal basis"), max_length=12, choices=Basis, default=Basis.OWN)
    basis_number = models.CharField(_("number of the external agreement"), max_length=60, blank=True)
    activities = models.TextField(_("activities"), blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    minutes_planned = models.PositiveIntegerField(_("planned minutes"))
    state = models.CharField(_("state"), max_length=14, choices=State, default=State.DRAFT)
    outcome = models.CharField(_("outcome"), max_length=14, choices=Outcome, blank=True)
    minutes_done = models.PositiveIntegerField(_("real minutes"), null=True, blank=True)
    last_day_on = models.DateField(_("last day"), null=True, blank=True)
    closing_reason = models.CharField(_("justification"), max_length=240, blank=True)

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


class Signature(Stamped):
    """One party's signature of an agreement, on the version in force when it was given."""

    class Party(models.TextChoices):
        HOLDER = "holder", _("project holder")
        COMPANY = "company", _("company")
        ORGANISATION = "organisation", _("organisation")

    immersion = models.ForeignKey(Immersion, on_delete=models.CASCADE, related_name="signatures")
    party = models.CharField(_("party"), max_length=14, choices=Party)
    signed_on = models.DateField(_("signed"))
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        ordering = ["immersion", "pk"]
        constraints = [models.UniqueConstraint(fields=["immersion", "party"], name="signature_once_each")]

    def __str__(self) -> str:
        return f"{self.get_party_display()} · {self.signed_on}"
