"""Milestones reached, proposed by holders, and the evidence that shows them."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.accounts.models import User
from backend.lib.models import Stamped
from journeys import policies
from journeys.models.journeys import Step


class MilestoneQuerySet(models.QuerySet["Milestone"]):
    def visible_to(self, user: User) -> "MilestoneQuerySet":
        return self.filter(policies.visible_milestones(user))


class Milestone(Stamped):
    """A milestone step reached: the day, and the evidence."""

    step = models.OneToOneField(Step, on_delete=models.PROTECT, related_name="milestone")
    reached_on = models.DateField(_("reached"))
    evidence = models.TextField(_("evidence"), blank=True)
    evidence_url = models.URLField(_("link to the evidence"), max_length=500, blank=True)
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("milestone reached")
        verbose_name_plural = _("milestones reached")
        ordering = ["-reached_on", "pk"]

    def __str__(self) -> str:
        return f"{self.step} · {self.reached_on}"


class MilestoneProposalQuerySet(models.QuerySet["MilestoneProposal"]):
    def visible_to(self, user: User) -> "MilestoneProposalQuerySet":
        return self.filter(policies.visible_milestone_proposals(user))


class MilestoneProposal(Stamped):
    """The holder says that a milestone is reached, and shows it; it is accepted, or sent back with a sentence."""

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("milestone proposal", "proposed")
        ACCEPTED = "accepted", pgettext_lazy("milestone proposal", "accepted")
        SENT_BACK = "sent_back", _("sent back")
        WITHDRAWN = "withdrawn", pgettext_lazy("milestone proposal", "withdrawn")

    MOVES: ClassVar[dict[str, set[str]]] = {State.PROPOSED: {State.ACCEPTED, State.SENT_BACK, State.WITHDRAWN}}

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="proposals")
    proposed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    reached_on = models.DateField(_("reached"))
    evidence = models.TextField(_("evidence"), blank=True)
    evidence_url = models.URLField(_("link to the evidence"), max_length=500, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PROPOSED)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    answer = models.CharField(_("what is missing"), max_length=500, blank=True)

    objects = MilestoneProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("milestone proposed")
        verbose_name_plural = _("milestones proposed")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["step"], condition=models.Q(state="proposed"), name="milestone_proposal_one_open"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["proposed", "accepted", "sent_back", "withdrawn"]),
                name="milestone_proposal_known_state",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="sent_back") | ~models.Q(answer=""),
                name="milestone_proposal_sent_back_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step} · {self.get_state_display()}"


class EvidenceFileQuerySet(models.QuerySet["EvidenceFile"]):
    def visible_to(self, user: User) -> "EvidenceFileQuerySet":
        return self.filter(policies.visible_evidence_files(user))


class EvidenceFile(Stamped):
    """A file that shows a milestone: kept outside the web root, typed by its content, only ever downloaded."""

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="evidence_files")
    proposal = models.ForeignKey(
        MilestoneProposal, null=True, blank=True, on_delete=models.SET_NULL, related_name="files"
    )
    file = models.FileField(upload_to="evidence/%Y/%m", max_length=200)
    name = models.CharField(_("file name"), max_length=160)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(_("size in bytes"))
    digest = models.CharField(max_length=64)
    added_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = EvidenceFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence file")
        verbose_name_plural = _("evidence files")
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return self.name
