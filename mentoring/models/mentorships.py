"""Mentorships: a mentor and a journey as a pair, with a beginning and an end."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.accounts.models import User
from backend.lib.models import Stamped
from journeys.models import Journey
from mentoring import policies
from mentoring.models.mentors import LIVE_PAIRS, Mentor


class MentorshipQuerySet(models.QuerySet["Mentorship"]):
    def visible_to(self, user: User) -> "MentorshipQuerySet":
        return self.filter(policies.visible_mentorships(user))

    def live(self) -> "MentorshipQuerySet":
        return self.filter(state__in=Mentorship.LIVE)

    def waiting(self) -> "MentorshipQuerySet":
        """Proposed, or accepted for a later day: not a pair yet."""
        return self.filter(state__in=Mentorship.WAITING)

    def begun(self) -> "MentorshipQuerySet":
        """Those that are or were pairs: what was declined or withdrawn never began, and counts nowhere."""
        state = Mentorship.State
        return self.filter(
            models.Q(state=state.ACTIVE) | (models.Q(state=state.ENDED) & ~models.Q(end_reason__in=Mentorship.NEVER))
        )


class Mentorship(Stamped):
    """A mentor and a journey, as a pair with a beginning and an end."""

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("mentorship", "proposed")
        ACCEPTED = "accepted", pgettext_lazy("mentorship", "accepted")
        ACTIVE = "active", pgettext_lazy("mentorship", "active")
        ENDED = "ended", pgettext_lazy("mentorship", "ended")

    class EndReason(models.TextChoices):
        COMPLETED = "completed", _("journey completed")
        HOLDER_LEFT = "holder_left", _("holder left")
        MENTOR_LEFT = "mentor_left", _("mentor left")
        NOT_A_FIT = "not_a_fit", _("not a good fit")
        DECLINED = "declined", _("declined by one of the two")
        WITHDRAWN = "withdrawn", _("proposal withdrawn")
        BRIDGED = "bridged", _("the journey goes on in another programme")
        OTHER = "other", _("other")

    class Way(models.TextChoices):
        OPENINGS = "openings", _("book one of the hours offered")
        TIMES = "times", _("the mentor puts times forward")
        ASK = "ask", _("the project holder asks")
        ANY = "any", _("it depends")

    LIVE: ClassVar[tuple[str, ...]] = LIVE_PAIRS
    WAITING: ClassVar[tuple[str, ...]] = (State.PROPOSED, State.ACCEPTED)
    NEVER: ClassVar[tuple[str, ...]] = policies.NEVER_BEGUN
    MOVES: ClassVar[dict[str, set[str]]] = {
        State.PROPOSED: {State.ACCEPTED, State.ACTIVE, State.ENDED},
        State.ACCEPTED: {State.ACTIVE, State.ENDED},
        State.ACTIVE: {State.ENDED},
    }

    mentor = models.ForeignKey(Mentor, on_delete=models.PROTECT, related_name="mentorships")
    journey = models.ForeignKey(Journey, on_delete=models.PROTECT, related_name="mentorships")
    is_primary = models.BooleanField(_("primary mentor"), default=True)
    follows = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="followed_by", verbose_name=_("follows")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PROPOSED)
    started_on = models.DateField(_("since"), null=True, blank=True)
    ended_on = models.DateField(_("until"), null=True, blank=True)
    end_reason = models.CharField(_("reason for the end"), max_length=12, choices=EndReason, blank=True)
    """Of this pair; while it is only proposed, why the pair that it `follows` will end."""
    end_note = models.CharField(_("in a few words"), max_length=240, blank=True)
    proposed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    pitch = models.TextField(_("why these two"), blank=True)
    """What the lead tells both when she proposes the pair."""
    charter = models.TextField(_("charter of the pair"), blank=True)
    """The organisation's own text as both were asked to sign it; "" for the house's."""
    mentor_accepted_at = models.DateTimeField(_("accepted by the mentor"), null=True, blank=True)
    holder_accepted_at = models.DateTimeField(_("accepted by the holder"), null=True, blank=True)
    declined_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    asked_again_at = models.DateTimeField(_("asked again"), null=True, blank=True)
    """Whoever had not answered was written to once more: there is no third letter."""
    review_asked_at = models.DateTimeField(_("mid-term review asked"), null=True, blank=True)
    finds_time_by = models.CharField(_("how they find a time"), max_length=10, choices=Way, blank=True)
    """Said once by one of the two, "" until then."""
    handover = models.TextField(_("for the next mentor"), blank=True)
    """What a mentor who leaves writes for the one who follows; read by leads and by the next mentor."""

    withheld_at = models.DateTimeField(_("not passed on"), null=True, blank=True)
    """Since when its holder wants no mentor who follows to read the summaries that were shared in it."""

    objects = MentorshipQuerySet.as_manager()

    class Meta:
        verbose_name = _("mentorship")
        verbose_name_plural = _("mentorships")
        ordering = ["-started_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["journey"],
                condition=models.Q(is_primary=True, state__in=["proposed", "accepted", "active"]),
                name="mentorship_one_primary",
            ),
            models.UniqueConstraint(
                fields=["mentor", "journey"],
                condition=models.Q(state__in=["proposed", "accepted", "active"]),
                name="mentorship_pair_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["proposed", "accepted", "active", "ended"]),
                name="mentorship_known_state",
            ),
            models.CheckConstraint(
                condition=models.Q(finds_time_by__in=["", "openings", "times", "ask", "any"]),
                name="mentorship_known_way",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="ended") | (models.Q(ended_on__isnull=False) & ~models.Q(end_reason="")),
                name="mentorship_ended_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mentor} – {self.journey.holder}"

    @property
    def is_waiting(self) -> bool:
        """Proposed, or accepted for a later day."""
        return self.state in self.WAITING

    @property
    def has_begun(self) -> bool:
        return self.state == self.State.ACTIVE or (
            self.state == self.State.ENDED and self.end_reason not in policies.NEVER_BEGUN
        )

    @property
    def to_be_primary(self) -> bool:
        """Is it, or is it proposed as, the primary one? A proposal that takes over waits as a second one until then."""
        return self.is_primary or (self.is_waiting and self.follows is not None and self.follows.is_primary)
