"""Times put forward for a session, and the meeting of several."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.accounts.models import User
from backend.lib.models import Stamped
from mentoring import policies
from mentoring.models.course import Side
from mentoring.models.mentors import Mentor
from mentoring.models.mentorships import Mentorship
from mentoring.models.sessions import Session


class TimeProposalQuerySet(models.QuerySet["TimeProposal"]):
    def visible_to(self, user: User) -> "TimeProposalQuerySet":
        return self.filter(policies.visible_time_proposals(user))

    def open(self) -> "TimeProposalQuerySet":
        return self.filter(state=TimeProposal.State.OPEN)


class TimeProposal(Stamped):
    """Up to five times that one of the two puts forward: the other takes one, and it is a session; or answers in words.

    Nothing stands in a calendar until then. Of a session that stands, `moves` says that it would move there.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("times", "waiting for an answer")
        TAKEN = "taken", pgettext_lazy("times", "taken")
        DECLINED = "declined", pgettext_lazy("times", "none suits")
        WITHDRAWN = "withdrawn", pgettext_lazy("times", "withdrawn")
        EXPIRED = "expired", pgettext_lazy("times", "past")

    MOST: ClassVar[int] = 5
    MOVES: ClassVar[dict[str, set[str]]] = {
        State.OPEN: {State.TAKEN, State.DECLINED, State.WITHDRAWN, State.EXPIRED},
    }

    mentorship = models.ForeignKey(Mentorship, on_delete=models.CASCADE, related_name="proposals")
    side = models.CharField(_("put forward by the"), max_length=8, choices=Side)
    """On whose behalf: a lead may put times forward for the mentor."""
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    minutes = models.PositiveSmallIntegerField(_("length in minutes"))
    medium = models.CharField(_("how"), max_length=10, choices=Session.Medium, default=Session.Medium.IN_PERSON)
    place = models.CharField(_("place"), max_length=200, blank=True)
    url = models.URLField(_("video link"), max_length=500, blank=True)
    agenda = models.CharField(_("what it is about"), max_length=240, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    answered_at = models.DateTimeField(pgettext_lazy("times", "answered"), null=True, blank=True)
    answered_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    answer = models.CharField(_("answer in a few words"), max_length=240, blank=True)
    session = models.OneToOneField(
        Session, null=True, blank=True, on_delete=models.SET_NULL, related_name="proposal", verbose_name=_("session")
    )
    moves = models.ForeignKey(
        Session, null=True, blank=True, on_delete=models.CASCADE, related_name="wishes",
        verbose_name=_("session that would move"),
    )  # fmt: skip

    objects = TimeProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("times put forward")
        verbose_name_plural = _("times put forward")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    state__in=["open", "taken", "declined", "withdrawn", "expired"], side__in=["holder", "mentor"]
                ),
                name="time_proposal_known_words",
            ),
            models.UniqueConstraint(
                fields=["mentorship", "side"],
                condition=models.Q(state="open", moves=None),
                name="time_proposal_one_open_a_side",
            ),
            models.UniqueConstraint(
                fields=["moves", "side"], condition=models.Q(state="open"), name="time_proposal_one_open_a_session"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mentorship} · {self.get_state_display()}"

    @property
    def became(self) -> Session | None:
        """The session that was planned or moved by taking one of them."""
        return self.session or (self.moves if self.state == self.State.TAKEN else None)


class ProposedTime(Stamped):
    """One of the times put forward."""

    proposal = models.ForeignKey(TimeProposal, on_delete=models.CASCADE, related_name="times")
    starts_at = models.DateTimeField(_("starts"))

    class Meta:
        verbose_name = _("time put forward")
        verbose_name_plural = _("times put forward")
        ordering = ["starts_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["proposal", "starts_at"], name="proposed_time_once")]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"


class GatheringQuerySet(models.QuerySet["Gathering"]):
    def visible_to(self, user: User) -> "GatheringQuerySet":
        return self.filter(policies.visible_gatherings(user))


class Gathering(Stamped):
    """One meeting of a mentor with several people: a session for each of them, one event in the calendars, and its
    time counted once for the mentor.
    """

    mentor = models.ForeignKey(Mentor, on_delete=models.PROTECT, related_name="gatherings")
    title = models.CharField(_("what it is about"), max_length=160, blank=True)
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = GatheringQuerySet.as_manager()

    class Meta:
        verbose_name = _("group session")
        verbose_name_plural = _("group sessions")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.title or str(self.mentor)
