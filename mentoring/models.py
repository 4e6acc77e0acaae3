"""Mentors, mentorships (the pair as an object), sessions."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.accounts.models import Organisation, User
from backend.lib import clock
from backend.lib.models import Stamped
from journeys.models import Commune, Journey, Step
from mentoring import policies


class Theme(models.TextChoices):
    """What a mentor is good at, and what a session was about: the same words, so that they can be compared."""

    BUSINESS_MODEL = "business_model", _("business model")
    MARKET = "market", _("market and customers")
    FUNDING = "funding", _("funding")
    MANAGEMENT = "management", _("management and figures")
    GOVERNANCE = "governance", _("governance")
    LEGAL = "legal", _("legal form")
    TEAM = "team", _("team and employment")
    COMMUNICATION = "communication", _("communication")
    NEGOTIATION = "negotiation", _("negotiation")
    DIGITAL = "digital", _("digital tools")
    IMPACT = "impact", _("social impact")
    POSTURE = "posture", _("posture of the entrepreneur")


class SpokenLanguage(models.TextChoices):
    """The languages a mentor may say she speaks."""

    FRENCH = "fr", pgettext_lazy("spoken", "French")
    ENGLISH = "en", pgettext_lazy("spoken", "English")
    ARABIC = "ar", pgettext_lazy("spoken", "Arabic")
    SPANISH = "es", pgettext_lazy("spoken", "Spanish")
    PORTUGUESE = "pt", pgettext_lazy("spoken", "Portuguese")
    TURKISH = "tr", pgettext_lazy("spoken", "Turkish")
    RUSSIAN = "ru", pgettext_lazy("spoken", "Russian")
    UKRAINIAN = "uk", pgettext_lazy("spoken", "Ukrainian")
    PERSIAN = "fa", pgettext_lazy("spoken", "Persian")
    CHINESE = "zh", pgettext_lazy("spoken", "Chinese")
    GERMAN = "de", pgettext_lazy("spoken", "German")
    BRETON = "br", pgettext_lazy("spoken", "Breton")
    SIGNS = "fsl", pgettext_lazy("spoken", "French Sign Language")


def words_for(codes: Iterable[str], choices: type[models.TextChoices]) -> list[str]:
    """The words of known codes; what is not a code is shown as it was written."""
    labels = dict(choices.choices)
    return [str(labels.get(code, code)) for code in codes]


class MentorQuerySet(models.QuerySet["Mentor"]):
    def visible_to(self, user: User) -> "MentorQuerySet":
        return self.filter(policies.visible_mentors(user))

    def with_load(self) -> "MentorQuerySet":
        """Adds `load`: how many people she accompanies now."""
        return self.annotate(load=models.Count("mentorships", filter=models.Q(mentorships__state__in=Mentorship.LIVE)))


class Mentor(Stamped):
    """A person's profile as mentor in one organisation."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="mentors")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="mentor_profiles")
    capacity = models.PositiveSmallIntegerField(_("people at most"), default=3)
    expertise = models.JSONField(_("expertise"), default=list, blank=True)
    languages = models.JSONField(_("languages spoken"), default=list, blank=True)
    commune = models.ForeignKey(
        Commune, null=True, blank=True, on_delete=models.PROTECT, related_name="mentors", verbose_name=_("commune")
    )
    headline = models.CharField(_("in one line"), max_length=160, blank=True)
    bio = models.TextField(_("presentation"), blank=True)
    video_url = models.URLField(_("own video room"), max_length=500, blank=True)
    paused_until = models.DateField(_("paused until"), null=True, blank=True)
    charter_accepted_on = models.DateField(_("charter accepted"), null=True, blank=True)

    load: int  # people accompanied now, on rows read `with_load`

    objects = MentorQuerySet.as_manager()

    class Meta:
        verbose_name = _("mentor")
        verbose_name_plural = _("mentors")
        ordering = ["user__last_name", "user__first_name", "pk"]
        constraints = [models.UniqueConstraint(fields=["organisation", "user"], name="mentor_once_per_organisation")]

    def __str__(self) -> str:
        return str(self.user)

    @property
    def expertise_words(self) -> list[str]:
        return words_for(self.expertise, Theme)

    @property
    def language_words(self) -> list[str]:
        return words_for(self.languages, SpokenLanguage)

    def is_paused(self, on: date | None = None) -> bool:
        return self.paused_until is not None and self.paused_until >= (on or clock.today())


class MentorshipQuerySet(models.QuerySet["Mentorship"]):
    def visible_to(self, user: User) -> "MentorshipQuerySet":
        return self.filter(policies.visible_mentorships(user))

    def live(self) -> "MentorshipQuerySet":
        return self.filter(state__in=Mentorship.LIVE)


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
        BRIDGED = "bridged", _("the journey goes on in another programme")
        OTHER = "other", _("other")

    LIVE: ClassVar[tuple[str, ...]] = (State.PROPOSED, State.ACCEPTED, State.ACTIVE)
    MOVES: ClassVar[dict[str, set[str]]] = {
        State.PROPOSED: {State.ACCEPTED, State.ACTIVE, State.ENDED},
        State.ACCEPTED: {State.ACTIVE, State.ENDED},
        State.ACTIVE: {State.ENDED},
    }

    mentor = models.ForeignKey(Mentor, on_delete=models.PROTECT, related_name="mentorships")
    journey = models.ForeignKey(Journey, on_delete=models.PROTECT, related_name="mentorships")
    is_primary = models.BooleanField(_("primary mentor"), default=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PROPOSED)
    started_on = models.DateField(_("since"), null=True, blank=True)
    ended_on = models.DateField(_("until"), null=True, blank=True)
    end_reason = models.CharField(_("reason for the end"), max_length=12, choices=EndReason, blank=True)
    end_note = models.CharField(_("in a few words"), max_length=240, blank=True)

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
                condition=~models.Q(state="ended") | (models.Q(ended_on__isnull=False) & ~models.Q(end_reason="")),
                name="mentorship_ended_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mentor} – {self.journey.holder}"


class SessionQuerySet(models.QuerySet["Session"]):
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
    planned_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    held_at = models.DateTimeField(_("held"), null=True, blank=True)
    held_minutes = models.PositiveSmallIntegerField(_("minutes held"), null=True, blank=True)
    themes = models.JSONField(_("themes"), default=list, blank=True)
    summary = models.TextField(_("shared summary"), blank=True)
    private_note = models.TextField(_("private note"), blank=True)
    logged_at = models.DateTimeField(_("logged"), null=True, blank=True)
    logged_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    log_asked_at = models.DateTimeField(_("log asked"), null=True, blank=True)
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
        return f"session:{self.pk}"

    @property
    def theme_words(self) -> list[str]:
        return words_for(self.themes, Theme)

    @property
    def is_otherwise(self) -> bool:
        """Held, but not at the time or for the length that was planned."""
        return self.held_at is not None and (self.held_at, self.held_minutes) != (self.starts_at, self.minutes)

    @property
    def where(self) -> str:
        """Place or video link, else how."""
        return self.place or self.url or str(self.get_medium_display())

    @property
    def has_begun(self) -> bool:
        return self.starts_at <= clock.now()

    @property
    def is_to_log(self) -> bool:
        return self.state == self.State.PLANNED and self.ends_at <= clock.now()
