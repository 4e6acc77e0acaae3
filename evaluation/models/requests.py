"""Who was asked, and what became of it."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.accounts.models import User
from backend.lib.models import Stamped
from evaluation import policies
from evaluation.models.questionnaires import QuestionnaireVersion
from evaluation.models.waves import Wave
from journeys.models import Journey

MOST_REMINDERS = 2


class RequestQuerySet(models.QuerySet["Request"]):
    def visible_to(self, user: User) -> "RequestQuerySet":
        return self.filter(policies.visible_requests(user))

    def open(self) -> "RequestQuerySet":
        return self.filter(state__in=Request.OPEN)

    def asked(self) -> "RequestQuerySet":
        """Without those of whom nothing was asked yet when their wave or journey ended: nobody counts them."""
        return self.exclude(state=Request.State.WITHDRAWN)

    def answerable(self, now: datetime) -> "RequestQuerySet":
        """Those that can still be answered."""
        return self.filter(self.is_answerable(now))

    def remindable(self, now: datetime) -> "RequestQuerySet":
        """Those that take one more reminder."""
        return self.filter(self.is_remindable(now))

    @staticmethod
    def is_answerable(now: datetime) -> models.Q:
        """What `answerable` asks, to tell of rows that are shown anyway."""
        return models.Q(state__in=Request.OPEN, expires_at__gt=now)

    @classmethod
    def is_remindable(cls, now: datetime) -> models.Q:
        """Not sent, time left, fewer than two reminders, in a wave that was not stopped."""
        return cls.is_answerable(now) & models.Q(reminders__lt=MOST_REMINDERS, wave__stopped_at=None)


class Request(Stamped):
    """One ask: this person, this questionnaire version, about this journey, on this occasion.

    Opened: she pressed “Begin”. Started: one answer is kept. Partly answered: enough for the score of one section; it
    stays so when time is up, the others expire. Withdrawn: its wave was stopped, or the journey left, before its letter
    was; a person can ask again. Somebody without an account (a tutor) is known by `email` and `name`.
    `occasion`: what it follows, where a journey meets the moment several times ("session:12").
    """

    class State(models.TextChoices):
        SENT = "sent", pgettext_lazy("survey request", "sent")
        OPENED = "opened", _("opened")
        STARTED = "started", _("started")
        PARTIAL = "partial", _("partly answered")
        COMPLETE = "complete", _("complete")
        REFUSED = "refused", pgettext_lazy("survey request", "refused")
        BOUNCED = "bounced", _("letter returned")
        EXPIRED = "expired", pgettext_lazy("survey request", "expired")
        WITHDRAWN = "withdrawn", pgettext_lazy("survey request", "never asked")

    MOVES: ClassVar[dict[str, set[str]]] = {
        State.SENT: {State.OPENED, State.STARTED, State.REFUSED, State.BOUNCED, State.EXPIRED, State.WITHDRAWN},
        State.OPENED: {State.STARTED, State.PARTIAL, State.COMPLETE, State.REFUSED, State.EXPIRED},
        State.STARTED: {State.PARTIAL, State.COMPLETE, State.REFUSED, State.EXPIRED},
        State.PARTIAL: {State.COMPLETE, State.REFUSED, State.STARTED},
        State.COMPLETE: {State.PARTIAL},
        State.REFUSED: {State.OPENED},
        State.BOUNCED: {State.SENT},
        State.EXPIRED: {State.SENT},
        State.WITHDRAWN: {State.SENT},
    }
    OPEN: ClassVar[list[str]] = [State.SENT, State.OPENED, State.STARTED, State.PARTIAL]

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="requests")
    version = models.ForeignKey(QuestionnaireVersion, on_delete=models.PROTECT, related_name="requests")
    journey = models.ForeignKey(Journey, on_delete=models.PROTECT, related_name="requests")
    respondent = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="survey_requests"
    )
    email = models.EmailField(_("e-mail"), blank=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    occasion = models.CharField(_("occasion"), max_length=40, blank=True)
    occasion_on = models.DateField(_("day of the occasion"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.SENT)
    sent_at = models.DateTimeField(pgettext_lazy("survey request", "sent"))
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)
    reminders = models.PositiveSmallIntegerField(_("reminders"), default=0)
    asked_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("asked by")
    )
    expires_at = models.DateTimeField(_("open until"))

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey request")
        verbose_name_plural = _("survey requests")
        ordering = ["-sent_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["wave", "journey", "respondent", "occasion"],
                condition=models.Q(respondent__isnull=False),
                name="request_never_twice",
            ),
            models.UniqueConstraint(
                fields=["wave", "journey", "email", "occasion"],
                condition=models.Q(respondent__isnull=True),
                name="request_never_twice_by_email",
            ),
            models.CheckConstraint(
                condition=models.Q(respondent__isnull=False) | ~models.Q(email=""), name="request_of_somebody"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=[
                        "sent",
                        "opened",
                        "started",
                        "partial",
                        "complete",
                        "refused",
                        "bounced",
                        "expired",
                        "withdrawn",
                    ]
                ),
                name="request_known_state",
            ),
            models.CheckConstraint(
                condition=models.Q(reminders__lte=MOST_REMINDERS), name="request_two_reminders_at_most"
            ),
        ]
        indexes = [models.Index(fields=["state", "expires_at"], name="request_state_expiry")]

    def __str__(self) -> str:
        return f"{self.wave} · {self.respondent_name}"

    @property
    def respondent_name(self) -> str:
        return self.respondent.get_full_name() or self.respondent.email if self.respondent else self.name or self.email

    @property
    def about(self) -> str:
        """The project; for whoever is asked about somebody else, that person."""
        is_own = self.respondent_id is not None and self.respondent_id == self.journey.holder.user_id
        return self.journey.project.name if is_own else str(self.journey.holder)

    def is_answerable(self, now: datetime) -> bool:
        return self.state in self.OPEN and self.expires_at > now
