"""Sessions: one mentoring meeting, planned then logged."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.accounts.models import User
from backend.lib import clock
from backend.lib.models import Stamped
from journeys.models import Step
from journeys.models.ledger import SESSION_MINUTES
from mentoring import policies
from mentoring.models.mentorships import Mentorship
from mentoring.models.words import Competence, Theme, words_for

LATE_HOURS = 24
"""Of an organisation that has not said otherwise; see Terms."""
SHORTEST, LONGEST = SESSION_MINUTES
SOURCE = "session:"
"""What stands before its number where the ledger says what a line comes from."""


class SessionQuerySet(models.QuerySet["Session"]):
    def of_source(self, source: str) -> "SessionQuerySet":
        """The one that a line of the ledger comes from; none when it comes from something else."""
        number = source.removeprefix(SOURCE)
        is_one = number != source and number.isascii() and number.isdecimal()
        return self.filter(pk=int(number)) if is_one else self.none()

    def visible_to(self, user: User) -> "SessionQuerySet":
        return self.filter(policies.visible_sessions(user))

    def to_log(self, now: datetime) -> "SessionQuerySet":
        """Over, and nobody has said what happened: newest first."""
        return self.filter(state=Session.State.PLANNED, ends_at__lte=now).order_by("-starts_at", "-pk")

    def upcoming(self, now: datetime) -> "SessionQuerySet":
        return self.filter(state=Session.State.PLANNED, ends_at__gt=now).order_by("starts_at", "pk")


class Session(Stamped):
    """One mentoring meeting, planned then logged."""

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("session", "planned")
        HELD = "held", pgettext_lazy("session", "held")
        CANCELLED_BY_HOLDER = "cancelled_by_holder", pgettext_lazy("session", "cancelled by the holder")
        CANCELLED_BY_MENTOR = "cancelled_by_mentor", pgettext_lazy("session", "cancelled by the mentor")
        NO_SHOW = "no_show", pgettext_lazy("session", "holder did not come")

    class Medium(models.TextChoices):
        IN_PERSON = "in_person", _("in person")
        VIDEO = "video", _("video")
        PHONE = "phone", _("phone")
        EMAIL = "email", _("e-mail")

    MISSED: ClassVar[set[str]] = {State.CANCELLED_BY_HOLDER, State.CANCELLED_BY_MENTOR, State.NO_SHOW}
    MOVES: ClassVar[dict[str, set[str]]] = {
        State.PLANNED: {State.HELD, *MISSED},
        State.HELD: MISSED,  # a slip of the finger, as long as the holder has not confirmed the hours
        State.NO_SHOW: {State.HELD},
    }

    mentorship = models.ForeignKey(Mentorship, on_delete=models.PROTECT, related_name="sessions")
    step = models.ForeignKey(Step, null=True, blank=True, on_delete=models.PROTECT, related_name="sessions")
    starts_at = models.DateTimeField(_("starts"), db_index=True)
    ends_at = models.DateTimeField(_("ends"), db_index=True)
    medium = models.CharField(_("how"), max_length=10, choices=Medium, default=Medium.IN_PERSON)
    place = models.CharField(_("place"), max_length=200, blank=True)
    url = models.URLField(_("video link"), max_length=500, blank=True)
    agenda = models.CharField(_("what it is about"), max_length=240, blank=True)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.PLANNED)
    opening = models.ForeignKey(
        "mentoring.Opening", null=True, blank=True, on_delete=models.SET_NULL, related_name="sessions"
    )
    gathering = models.ForeignKey(
        "mentoring.Gathering", null=True, blank=True, on_delete=models.PROTECT, related_name="sessions"
    )
    series_place = models.PositiveSmallIntegerField(_("place in its series"), null=True, blank=True)
    series_size = models.PositiveSmallIntegerField(_("sessions planned together"), null=True, blank=True)
    question = models.TextField(_("the holder’s question"), blank=True)
    question_asked_at = models.DateTimeField(_("question asked"), null=True, blank=True)
    briefed_at = models.DateTimeField(_("briefing sent"), null=True, blank=True)
    planned_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    held_at = models.DateTimeField(_("held"), null=True, blank=True)
    held_minutes = models.PositiveSmallIntegerField(_("minutes held"), null=True, blank=True)
    themes = models.JSONField(_("themes"), default=list, blank=True)
    summary = models.TextField(_("shared summary"), blank=True)
    private_note = models.TextField(_("private note"), blank=True)
    programme_note = models.TextField(_("note to the programme"), blank=True)
    competencies = models.JSONField(_("competencies worked on"), default=list, blank=True)
    logged_at = models.DateTimeField(_("logged"), null=True, blank=True)
    logged_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    log_asked_at = models.DateTimeField(_("log asked"), null=True, blank=True)
    log_reminded_at = models.DateTimeField(_("log asked again"), null=True, blank=True)
    log_seconds = models.PositiveIntegerField(_("seconds the log took"), null=True, blank=True)
    log_taps = models.PositiveIntegerField(_("taps the log took"), null=True, blank=True)
    log_keys = models.PositiveIntegerField(_("keystrokes the log took"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)
    cancel_reason = models.CharField(_("reason"), max_length=240, blank=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    state__in=["planned", "held", "cancelled_by_holder", "cancelled_by_mentor", "no_show"]
                ),
                name="session_known_state",
            ),
            models.CheckConstraint(
                condition=models.Q(state="held", held_at__isnull=False, held_minutes__isnull=False)
                | (~models.Q(state="held") & models.Q(held_at=None, held_minutes=None)),
                name="session_held_has_time",
            ),
            models.CheckConstraint(
                condition=models.Q(series_place=None, series_size=None)
                | models.Q(series_place__gte=1, series_place__lte=models.F("series_size")),
                name="session_place_in_series",
            ),
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="session_ends_after"),
        ]

    def __str__(self) -> str:
        return f"{self.mentorship} · {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def minutes(self) -> int:
        """Planned length in minutes."""
        return int((self.ends_at - self.starts_at) / timedelta(minutes=1))

    @property
    def source(self) -> str:
        """Its name in the ledger of hours."""
        return f"{SOURCE}{self.pk}"

    @property
    def theme_words(self) -> list[str]:
        return words_for(self.themes, Theme)

    @property
    def competence_words(self) -> list[str]:
        return words_for(self.competencies, Competence)

    @property
    def is_otherwise(self) -> bool:
        """Held, but not at the time or for the length that was planned."""
        return self.held_at is not None and (self.held_at, self.held_minutes) != (self.starts_at, self.minutes)

    @property
    def where(self) -> str:
        """Place or video link, else how."""
        return self.place or self.url or str(self.get_medium_display())

    @property
    def setting(self) -> str:
        """The place, else how: for a line where an address of forty letters would only be in the way."""
        return self.place or str(self.get_medium_display())

    @property
    def is_late_cancellation(self) -> bool:
        """Called off under the hours of notice that the organisation asks for. Counted; nothing follows from it.

        One that only its log told of was called off later than any notice.
        """
        if self.cancelled_at is None or self.state not in (
            self.State.CANCELLED_BY_HOLDER,
            self.State.CANCELLED_BY_MENTOR,
        ):
            return False
        terms = getattr(self.mentorship.journey.programme.organisation, "mentoring_terms", None)
        hours = terms.late_hours if terms else LATE_HOURS
        return self.cancelled_at > self.starts_at - timedelta(hours=hours)

    @property
    def has_begun(self) -> bool:
        return self.starts_at <= clock.now()

    @property
    def is_to_log(self) -> bool:
        return self.state == self.State.PLANNED and self.ends_at <= clock.now()
