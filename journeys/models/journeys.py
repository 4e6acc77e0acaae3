"""One project holder in one programme, personalised: the journey, its steps, who accompanies it, what was promised."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.lib import clock
from backend.lib.models import Stamped
from journeys import policies
from journeys.models.programmes import Programme, ProgrammeVersion, StepFacts, StepTemplate
from journeys.models.projects import Holder, Project


class JourneyQuerySet(models.QuerySet["Journey"]):
    def visible_to(self, user: User) -> "JourneyQuerySet":
        return self.filter(policies.visible_journeys(user))

    def live(self) -> "JourneyQuerySet":
        return self.filter(state__in=[Journey.State.DRAFT, Journey.State.ACTIVE, Journey.State.PAUSED])

    def active(self) -> "JourneyQuerySet":
        return self.filter(state=Journey.State.ACTIVE)


class Journey(Stamped):
    """One holder's project in one programme."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        ACTIVE = "active", _("under way")
        PAUSED = "paused", _("paused")
        COMPLETED = "completed", _("completed")
        LEFT = "left", _("left")

    class LeaveReason(models.TextChoices):
        CREATED = "project_created", _("project created")
        PIVOTED = "project_pivoted", _("project pivoted")
        EMPLOYMENT = "employment", _("employment")
        TRAINING = "training", _("training")
        MOVED = "moved", _("moved away")
        GAVE_UP = "gave_up", _("gave up")
        MENTOR_LEFT = "mentor_left", _("mentor left")
        BRIDGED = "bridged", _("went on in another programme")
        OTHER = "other", _("other")

    MOVES: ClassVar[dict[str, set[str]]] = {
        State.DRAFT: {State.ACTIVE, State.LEFT},
        State.ACTIVE: {State.PAUSED, State.COMPLETED, State.LEFT},
        State.PAUSED: {State.ACTIVE, State.LEFT},
        State.COMPLETED: {State.ACTIVE},
        State.LEFT: {State.ACTIVE},
    }

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="journeys")
    version = models.ForeignKey(ProgrammeVersion, on_delete=models.PROTECT, related_name="journeys")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="journeys")
    holder = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="journeys")
    referent = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="referred_journeys"
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    started_on = models.DateField(_("start"))
    planned_end_on = models.DateField(_("planned end"))
    ended_on = models.DateField(_("ended"), null=True, blank=True)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)
    paused_on = models.DateField(_("paused since"), null=True, blank=True)
    review_on = models.DateField(_("to look at again on"), null=True, blank=True)
    declined_version = models.ForeignKey(
        ProgrammeVersion, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    pause_reason = models.CharField(_("reason for the pause"), max_length=240, blank=True)
    leave_reason = models.CharField(_("reason for leaving"), max_length=16, choices=LeaveReason, blank=True)
    leave_comment = models.CharField(_("in a few words"), max_length=500, blank=True)

    objects = JourneyQuerySet.as_manager()

    class Meta:
        verbose_name = _("journey")
        verbose_name_plural = _("journeys")
        ordering = ["holder__user__last_name", "holder__user__first_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "project", "holder"],
                condition=models.Q(state__in=["draft", "active", "paused"]),
                name="journey_one_live_each",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["draft", "active", "paused", "completed", "left"]),
                name="journey_known_state",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_on=None, state__in=["draft", "active", "paused"])
                | models.Q(ended_on__isnull=False, state__in=["completed", "left"]),
                name="journey_ended_has_day",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="left") | ~models.Q(leave_reason=""), name="journey_left_has_reason"
            ),
            models.CheckConstraint(
                condition=models.Q(archived_at=None) | models.Q(state__in=["completed", "left"]),
                name="journey_archived_has_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.holder} · {self.project}"

    @property
    def organisation(self) -> object:
        return self.programme.organisation

    @property
    def is_live(self) -> bool:
        return self.state in (self.State.DRAFT, self.State.ACTIVE, self.State.PAUSED)


class StepQuerySet(models.QuerySet["Step"]):
    def visible_to(self, user: User) -> "StepQuerySet":
        return self.filter(policies.visible_steps(user))


class Step(StepFacts, Stamped):
    """One line of a journey, copied from the template or added for this person.

    `is_pinned`: its dates were set by hand, so that neither a cascade nor a new version moves them.
    `carried_from`: it was done on another journey of this person (see Bridge).
    `shared_from`: it was done once for the whole team, on this step of a team-mate's journey.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("to plan")
        SCHEDULED = "scheduled", _("scheduled")
        IN_PROGRESS = "in_progress", _("in progress")
        DONE = "done", _("done")
        WAIVED = "waived", _("waived")
        ABANDONED = "abandoned", _("abandoned")

    MOVES: ClassVar[dict[str, set[str]]] = {
        State.PLANNED: {State.SCHEDULED, State.IN_PROGRESS, State.DONE, State.WAIVED, State.ABANDONED},
        State.SCHEDULED: {State.PLANNED, State.IN_PROGRESS, State.DONE, State.WAIVED, State.ABANDONED},
        State.IN_PROGRESS: {State.PLANNED, State.SCHEDULED, State.DONE, State.WAIVED, State.ABANDONED},
        State.DONE: {State.IN_PROGRESS},
        State.WAIVED: {State.PLANNED},
        State.ABANDONED: {State.PLANNED},
    }

    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="steps")
    template = models.ForeignKey(StepTemplate, null=True, blank=True, on_delete=models.SET_NULL, related_name="copies")
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.PLANNED)
    earliest_on = models.DateField(_("not before"))
    due_on = models.DateField(_("due"))
    is_pinned = models.BooleanField(_("dates set by hand"), default=False)
    done_on = models.DateField(_("done"), null=True, blank=True)
    waive_reason = models.CharField(_("reason for waiving"), max_length=240, blank=True)
    carried_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="carried_to"
    )
    shared_from = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="shared_to")
    after = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="before")

    objects = StepQuerySet.as_manager()

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["journey", "position", "pk"]
        indexes = [
            models.Index(
                fields=["journey"],
                condition=models.Q(kind="mentoring", state__in=["planned", "scheduled", "in_progress"]),
                name="step_open_mentoring",
            ),
            models.Index(
                fields=["due_on", "journey"],
                condition=models.Q(kind="milestone", state__in=["planned", "scheduled", "in_progress"]),
                name="step_open_milestone",
            ),
            # figures ask for the steps of a period: the database then knows how many these are, too
            models.Index(Coalesce("done_on", "due_on"), name="step_day"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["planned", "scheduled", "in_progress", "done", "waived", "abandoned"]),
                name="step_known_state",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["module", "mentoring", "immersion", "milestone"]), name="step_known_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(state="done", done_on__isnull=False)
                | (~models.Q(state="done") & models.Q(done_on=None)),
                name="step_done_has_day",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="waived") | ~models.Q(waive_reason=""), name="step_waived_has_reason"
            ),
            models.UniqueConstraint(fields=["journey", "code"], name="step_code_once"),
        ]

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.PLANNED, self.State.SCHEDULED, self.State.IN_PROGRESS)

    @property
    def is_late(self) -> bool:
        return self.is_open and self.due_on < clock.today()


class CompanionQuerySet(models.QuerySet["Companion"]):
    def visible_to(self, user: User) -> "CompanionQuerySet":
        return self.filter(policies.visible_companions(user))

    def current(self) -> "CompanionQuerySet":
        return self.filter(ended_at=None)


class Companion(Stamped):
    """Somebody who has access to a journey because they are active on it, for as long as they are."""

    class Role(models.TextChoices):
        MENTOR = "mentor", _("mentor")
        REFERENT = "referent", _("referent")
        TRAINER = "trainer", _("trainer")
        ADVISER = "adviser", _("adviser")

    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="companions")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="accompanied")
    role = models.CharField(_("role"), max_length=8, choices=Role)
    home = models.CharField(_("organisation they come from"), max_length=120, blank=True)
    invited_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    end_reason = models.CharField(_("why it ended"), max_length=240, blank=True)

    objects = CompanionQuerySet.as_manager()

    class Meta:
        verbose_name = _("companion")
        verbose_name_plural = _("companions")
        ordering = ["journey", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["journey", "user", "role"], condition=models.Q(ended_at=None), name="companion_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=["mentor", "referent", "trainer", "adviser"]), name="companion_known_role"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.journey}"


class CommitmentQuerySet(models.QuerySet["Commitment"]):
    def visible_to(self, user: User) -> "CommitmentQuerySet":
        return self.filter(policies.visible_commitments(user))

    def open(self) -> "CommitmentQuerySet":
        return self.filter(done_at=None, dropped_at=None)


class Commitment(Stamped):
    """A decided next action with an owner and a due date."""

    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="commitments")
    text = models.CharField(_("what"), max_length=240)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="commitments", verbose_name=_("who"))
    due_on = models.DateField(_("by when"), null=True, blank=True)
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    done_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    dropped_at = models.DateTimeField(_("dropped"), null=True, blank=True)
    dropped_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    drop_reason = models.CharField(_("why it was dropped"), max_length=240, blank=True)
    told_for = models.DateField(_("reminded of this date"), null=True, blank=True)
    """The due date that a letter has told its owner of: another date is told anew."""

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        ordering = [models.F("due_on").asc(nulls_last=True), "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(done_at=None) | models.Q(dropped_at=None), name="commitment_done_or_dropped"
            )
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.dropped_at is None

    @property
    def is_late(self) -> bool:
        is_open = self.done_at is None and self.dropped_at is None
        return is_open and self.due_on is not None and self.due_on < clock.today()
