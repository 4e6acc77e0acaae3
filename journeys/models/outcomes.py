"""What came of a journey, fact by fact, and when its holder was asked."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.accounts.models import User
from backend.lib.models import Stamped
from journeys import policies
from journeys.models.journeys import Journey
from journeys.models.milestones import EvidenceFile


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def visible_to(self, user: User) -> "FollowUpQuerySet":
        return self.filter(policies.visible_follow_ups(user))


class FollowUp(Stamped):
    """One ask, so many months after a journey ended: is the project still active? Its letter leaves once."""

    class State(models.TextChoices):
        SENT = "sent", pgettext_lazy("follow-up", "sent")
        ANSWERED = "answered", pgettext_lazy("follow-up", "answered")
        REFUSED = "refused", pgettext_lazy("follow-up", "not to be asked any more")

    MOVES: ClassVar[dict[str, set[str]]] = {
        State.SENT: {State.ANSWERED, State.REFUSED},
        State.ANSWERED: {State.REFUSED},
        State.REFUSED: {State.ANSWERED},
    }
    MONTHS = (6, 12, 36)

    journey = models.ForeignKey(Journey, on_delete=models.PROTECT, related_name="follow_ups")
    months = models.PositiveSmallIntegerField(_("months after the end"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.SENT)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        ordering = ["journey", "months"]
        constraints = [
            models.UniqueConstraint(fields=["journey", "months"], name="follow_up_asked_once"),
            models.CheckConstraint(condition=Q(months__in=[6, 12, 36]), name="follow_up_known_months"),
            models.CheckConstraint(
                condition=Q(state__in=["sent", "answered", "refused"]), name="follow_up_known_state"
            ),
            models.CheckConstraint(
                condition=~Q(state="answered") | Q(answered_at__isnull=False), name="follow_up_answered_has_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.journey} · +{self.months}"


class OutcomeQuerySet(models.QuerySet["Outcome"]):
    def visible_to(self, user: User) -> "OutcomeQuerySet":
        return self.filter(policies.visible_outcomes(user))

    def standing(self) -> "OutcomeQuerySet":
        """What counts: declared or proven, neither withdrawn nor replaced."""
        return self.exclude(state=Outcome.State.WITHDRAWN)


class Outcome(Stamped):
    """One fact of what came of a journey: what, on which day, who says so, and what shows it.

    `happened_on` is the day of the fact, `created_at` when it was recorded. Never edited: a correction withdraws the
    line and writes another (`replaces`); a withdrawn one says when and why. `code`: of a funding, an exit, an activity
    or an attribution. Jobs are full-time equivalents, amounts cents of a euro. A cooperation counts once both sides
    have confirmed it.
    """

    class Kind(models.TextChoices):
        CREATED = "created", _("project created")
        JOBS = "jobs", _("jobs")
        FUNDING = "funding", _("funding obtained")
        COOPERATION = "cooperation", _("cooperation")
        EXIT = "exit", _("situation after the journey")
        ACTIVITY = "activity", _("activity of the project")
        HELP = "help", _("did the journey help?")

    class State(models.TextChoices):
        DECLARED = "declared", pgettext_lazy("outcome", "declared")
        PROVEN = "proven", pgettext_lazy("outcome", "proven")
        WITHDRAWN = "withdrawn", pgettext_lazy("outcome", "withdrawn")

    class Source(models.TextChoices):
        HOLDER = "holder", pgettext_lazy("outcome", "the project holder")
        LEAD = "lead", pgettext_lazy("outcome", "a programme lead")

    class Funding(models.TextChoices):
        GRANT = "grant", pgettext_lazy("funding", "grant")
        LOAN = "loan", pgettext_lazy("funding", "loan")
        OWN = "own_capital", pgettext_lazy("funding", "own capital")
        CROWD = "crowdfunding", pgettext_lazy("funding", "crowdfunding")
        CONTRACT = "contract", pgettext_lazy("funding", "contract")
        OTHER = "other_funding", pgettext_lazy("funding", "other funding")

    class Exit(models.TextChoices):
        CREATED = "created", pgettext_lazy("exit", "created a structure")
        TOOK_OVER = "took_over", pgettext_lazy("exit", "took over a structure")
        EMPLOYED = "employed", pgettext_lazy("exit", "employed with the skills of the project")
        TRAINING = "training", pgettext_lazy("exit", "in training")
        OTHER_JOB = "other_job", pgettext_lazy("exit", "employed, elsewhere than in the project’s field")
        SEEKING = "seeking", pgettext_lazy("exit", "looking for work")
        STOPPED = "given_up", pgettext_lazy("exit", "gave the project up")

    POSITIVE: ClassVar[tuple[str, ...]] = (Exit.CREATED, Exit.TOOK_OVER, Exit.EMPLOYED, Exit.TRAINING)

    class Activity(models.TextChoices):
        ACTIVE = "active", pgettext_lazy("project", "still active")
        CHANGED = "changed", pgettext_lazy("project", "active, but changed")
        STOPPED = "stopped", pgettext_lazy("project", "stopped")

    class Help(models.TextChoices):
        A_LOT = "a_lot", pgettext_lazy("did it help", "a lot")
        SOMEWHAT = "somewhat", pgettext_lazy("did it help", "somewhat")
        NOT = "not", pgettext_lazy("did it help", "not at all")
        CANNOT_SAY = "cannot_say", pgettext_lazy("did it help", "cannot say")

    MOVES: ClassVar[dict[str, set[str]]] = {
        State.DECLARED: {State.PROVEN, State.WITHDRAWN},
        State.PROVEN: {State.WITHDRAWN},
    }
    CODES: ClassVar[dict[str, type[models.TextChoices]]] = {
        Kind.FUNDING: Funding, Kind.EXIT: Exit, Kind.ACTIVITY: Activity, Kind.HELP: Help,
    }  # fmt: skip
    OF_PROJECT: ClassVar[tuple[str, ...]] = (Kind.CREATED, Kind.JOBS, Kind.FUNDING, Kind.COOPERATION, Kind.ACTIVITY)
    """Facts of the project: what one member of a team says of it is not said again for the others."""

    journey = models.ForeignKey(Journey, on_delete=models.PROTECT, related_name="outcomes")
    kind = models.CharField(_("what"), max_length=11, choices=Kind)
    happened_on = models.DateField(_("day"), db_index=True)
    code = models.CharField(
        _("answer"), max_length=13, blank=True,
        choices=[*Funding.choices, *Exit.choices, *Activity.choices, *Help.choices],
    )  # fmt: skip
    legal_form = models.CharField(_("legal form"), max_length=60, blank=True)
    jobs_created = models.DecimalField(_("jobs created (FTE)"), max_digits=7, decimal_places=2, null=True, blank=True)
    jobs_lost = models.DecimalField(_("jobs lost (FTE)"), max_digits=7, decimal_places=2, null=True, blank=True)
    amount_cents = models.PositiveBigIntegerField(_("amount in cents"), null=True, blank=True)
    funder = models.CharField(_("funder"), max_length=120, blank=True)
    partner = models.CharField(_("with whom"), max_length=160, blank=True)
    partner_email = models.EmailField(_("e-mail of the other side"), blank=True)
    holder_confirmed_at = models.DateTimeField(_("confirmed by the project holder"), null=True, blank=True)
    partner_confirmed_at = models.DateTimeField(_("confirmed by the other side"), null=True, blank=True)
    partner_declined_at = models.DateTimeField(_("denied by the other side"), null=True, blank=True)
    note = models.CharField(_("in a few words"), max_length=500, blank=True)
    proof_url = models.URLField(_("link to what shows it"), max_length=500, blank=True)
    proof_file = models.ForeignKey(
        EvidenceFile, null=True, blank=True, on_delete=models.SET_NULL, related_name="+",
        verbose_name=_("document of the journey"),
    )  # fmt: skip
    source = models.CharField(_("who says so"), max_length=6, choices=Source)
    recorded_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    follow_up = models.ForeignKey(
        FollowUp, null=True, blank=True, on_delete=models.PROTECT, related_name="outcomes", verbose_name=_("follow-up")
    )
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.DECLARED)
    proven_at = models.DateTimeField(_("proven at"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdraw_reason = models.CharField(_("why it was withdrawn"), max_length=240, blank=True)
    replaces = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by", verbose_name=_("replaces")
    )

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        ordering = ["-happened_on", "-pk"]
        indexes = [models.Index(fields=["journey", "kind", "state"], name="outcome_journey_kind")]
        constraints = [
            models.UniqueConstraint(
                fields=["journey"], condition=Q(kind="created") & ~Q(state="withdrawn"), name="outcome_created_once"
            ),
            models.UniqueConstraint(
                fields=["follow_up", "kind"], condition=~Q(state="withdrawn"), name="outcome_one_a_follow_up"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["created", "jobs", "funding", "cooperation", "exit", "activity", "help"]),
                name="outcome_known_kind",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["declared", "proven", "withdrawn"]), name="outcome_known_state"
            ),
            models.CheckConstraint(
                condition=Q(kind="funding", code__in=[
                    "grant", "loan", "own_capital", "crowdfunding", "contract", "other_funding",
                ])
                | Q(kind="exit", code__in=[
                    "created", "took_over", "employed", "training", "other_job", "seeking", "given_up",
                ])
                | Q(kind="activity", code__in=["active", "changed", "stopped"])
                | Q(kind="help", code__in=["a_lot", "somewhat", "not", "cannot_say"])
                | Q(kind__in=["created", "jobs", "cooperation"], code=""),
                name="outcome_known_code",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind="jobs", jobs_created__isnull=False, jobs_lost__isnull=False, jobs_created__gte=0,
                    jobs_lost__gte=0,
                )
                | (~Q(kind="jobs") & Q(jobs_created=None, jobs_lost=None)),
                name="outcome_jobs_are_told",
            ),
            models.CheckConstraint(
                condition=Q(kind="funding", amount_cents__isnull=False, amount_cents__gt=0)
                | (~Q(kind="funding") & Q(amount_cents=None)),
                name="outcome_funding_has_amount",
            ),
            models.CheckConstraint(
                condition=~Q(kind="cooperation") | ~Q(partner=""), name="outcome_cooperation_names_whom"
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | (Q(withdrawn_at__isnull=False) & ~Q(withdraw_reason="")),
                name="outcome_withdrawn_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(state="proven")
                | (Q(proven_at__isnull=False) & (~Q(note="") | ~Q(proof_url="") | Q(proof_file__isnull=False))),
                name="outcome_proven_is_shown",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.journey}"

    @property
    def net_jobs(self) -> Decimal | None:
        """Full-time equivalents created less those lost; None for another kind."""
        if self.jobs_created is None or self.jobs_lost is None:
            return None
        return self.jobs_created - self.jobs_lost

    @property
    def waits_for_partner(self) -> bool:
        """Has the holder confirmed it, and can the other side be asked by letter, which has not answered?"""
        is_told = self.partner_confirmed_at or self.partner_declined_at
        return bool(self.holder_confirmed_at and self.partner_email) and not is_told

    @property
    def is_confirmed_by_both(self) -> bool:
        return self.holder_confirmed_at is not None and self.partner_confirmed_at is not None
