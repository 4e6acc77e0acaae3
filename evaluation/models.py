"""Questionnaires and their versions, when they are asked, and what was answered."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.accounts.models import Organisation, User
from backend.lib import clock
from backend.lib.models import Stamped
from backend.lib.texts import pick
from evaluation import policies
from journeys.models import Journey, Programme

POSTURE = "posture-entrecomp"
"""The code of the questionnaire that comes with Jalon; the posture measured is what it says."""


class QuestionnaireQuerySet(models.QuerySet["Questionnaire"]):
    def visible_to(self, user: User) -> "QuestionnaireQuerySet":
        return self.filter(policies.visible_questionnaires(user))


class Questionnaire(Stamped):
    """An instrument; without an organisation it is shared by all."""

    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="questionnaires"
    )
    code = models.SlugField(_("code"), max_length=40, unique=True)
    title_fr = models.CharField(_("title (French)"), max_length=160)
    title_en = models.CharField(_("title (English)"), max_length=160, blank=True)
    intro_fr = models.TextField(_("introduction (French)"), blank=True)
    intro_en = models.TextField(_("introduction (English)"), blank=True)
    source = models.CharField(_("source to cite"), max_length=240, blank=True)

    objects = QuestionnaireQuerySet.as_manager()

    class Meta:
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")
        ordering = ["title_fr", "pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return pick(self, "title")

    @property
    def intro(self) -> str:
        return pick(self, "intro")


class QuestionnaireVersion(Stamped):
    """A frozen wording: once answered it never changes."""

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    published_at = models.DateTimeField(pgettext_lazy("questionnaire version", "published"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes to answer"), default=4)
    # What the points of the scale mean: [{"from": 1, "to": 2, "fr": "…", "en": "…"}, …]
    anchors = models.JSONField(_("words of the scale"), default=list, blank=True)

    class Meta:
        verbose_name = _("questionnaire version")
        verbose_name_plural = _("questionnaire versions")
        ordering = ["questionnaire", "-number"]
        constraints = [models.UniqueConstraint(fields=["questionnaire", "number"], name="questionnaire_version_once")]

    def __str__(self) -> str:
        return f"{self.questionnaire} · v{self.number}"


class Item(models.Model):
    """One question on a scale. Its code is fixed for life: series are followed by it."""

    version = models.ForeignKey(QuestionnaireVersion, on_delete=models.CASCADE, related_name="items")
    code = models.CharField(_("code"), max_length=20)
    position = models.PositiveSmallIntegerField(_("position"))
    area_fr = models.CharField(max_length=80, blank=True)
    area_en = models.CharField(max_length=80, blank=True)
    competence_fr = models.CharField(max_length=120, blank=True)
    competence_en = models.CharField(max_length=120, blank=True)
    text_fr = models.CharField(max_length=300)
    text_en = models.CharField(max_length=300, blank=True)
    scale_min = models.PositiveSmallIntegerField(default=1)
    scale_max = models.PositiveSmallIntegerField(default=8)

    class Meta:
        verbose_name = _("item")
        verbose_name_plural = _("items")
        ordering = ["version", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="item_code_once"),
            models.CheckConstraint(condition=models.Q(scale_max__gt=models.F("scale_min")), name="item_scale_has_room"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"

    @property
    def text(self) -> str:
        return pick(self, "text")

    @property
    def area(self) -> str:
        return pick(self, "area")

    @property
    def competence(self) -> str:
        return pick(self, "competence")


class WaveQuerySet(models.QuerySet["Wave"]):
    def visible_to(self, user: User) -> "WaveQuerySet":
        return self.filter(policies.visible_waves(user))


class Wave(Stamped):
    """When a questionnaire is asked of whom, in one programme."""

    class Moment(models.TextChoices):
        START = "start", _("at the start")
        EXIT = "exit", _("at exit")

    class Mode(models.TextChoices):
        IDENTIFIED = "identified", _("identified")
        CONFIDENTIAL = "confidential", _("confidential")
        ANONYMOUS = "anonymous", _("anonymous")

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="waves")
    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="waves")
    moment = models.CharField(_("moment"), max_length=10, choices=Moment)
    mode = models.CharField(_("mode"), max_length=12, choices=Mode, default=Mode.IDENTIFIED)
    open_days = models.PositiveSmallIntegerField(_("open for (days)"), default=30)

    objects = WaveQuerySet.as_manager()

    class Meta:
        verbose_name = _("wave")
        verbose_name_plural = _("waves")
        ordering = ["programme", "moment", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "questionnaire", "moment"], name="wave_once"),
            models.CheckConstraint(condition=models.Q(moment__in=["start", "exit"]), name="wave_known_moment"),
            models.CheckConstraint(
                condition=models.Q(mode__in=["identified", "confidential", "anonymous"]), name="wave_known_mode"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire} · {self.get_moment_display()}"


class RequestQuerySet(models.QuerySet["Request"]):
    def visible_to(self, user: User) -> "RequestQuerySet":
        return self.filter(policies.visible_requests(user))

    def open(self) -> "RequestQuerySet":
        return self.filter(state__in=Request.OPEN)

    def answerable(self, now: datetime) -> "RequestQuerySet":
        """Those that can still be answered."""
        return self.open().filter(expires_at__gt=now)


class Request(Stamped):
    """One ask: this person, this questionnaire version, about this journey.

    Opened: she pressed “Begin”. Started: one answer is kept. Partly answered: enough for the score of one area; it
    stays so when time is up, the others expire.
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

    MOVES: ClassVar[dict[str, set[str]]] = {
        State.SENT: {State.OPENED, State.STARTED, State.REFUSED, State.BOUNCED, State.EXPIRED},
        State.OPENED: {State.STARTED, State.REFUSED, State.EXPIRED},
        State.STARTED: {State.PARTIAL, State.COMPLETE, State.REFUSED, State.EXPIRED},
        State.PARTIAL: {State.COMPLETE, State.REFUSED, State.STARTED},
        State.REFUSED: {State.OPENED},
        State.BOUNCED: {State.SENT},
        State.EXPIRED: {State.SENT},
    }
    OPEN: ClassVar[list[str]] = [State.SENT, State.OPENED, State.STARTED, State.PARTIAL]

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="requests")
    version = models.ForeignKey(QuestionnaireVersion, on_delete=models.PROTECT, related_name="requests")
    journey = models.ForeignKey(Journey, on_delete=models.PROTECT, related_name="requests")
    respondent = models.ForeignKey(User, on_delete=models.PROTECT, related_name="survey_requests")
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
            models.UniqueConstraint(fields=["wave", "journey", "respondent"], name="request_never_twice"),
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
                    ]
                ),
                name="request_known_state",
            ),
            models.CheckConstraint(condition=models.Q(reminders__lte=2), name="request_two_reminders_at_most"),
        ]
        indexes = [models.Index(fields=["state", "expires_at"], name="request_state_expiry")]

    def __str__(self) -> str:
        return f"{self.wave} · {self.respondent}"

    def is_answerable(self, now: datetime) -> bool:
        return self.state in self.OPEN and self.expires_at > now


class ResponseQuerySet(models.QuerySet["Response"]):
    def visible_to(self, user: User) -> "ResponseQuerySet":
        return self.filter(policies.visible_responses(user))


class Response(Stamped):
    """One answer sheet."""

    request = models.OneToOneField(Request, on_delete=models.PROTECT, related_name="response")
    completed_at = models.DateTimeField(pgettext_lazy("response", "completed"), null=True, blank=True)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        ordering = ["-created_at", "pk"]

    def __str__(self) -> str:
        return str(self.request)


class Answer(Stamped):
    """One answer to one item; `not applicable` is kept apart from silence."""

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="answers")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="answers")
    value = models.PositiveSmallIntegerField(_("value"), null=True, blank=True)
    is_not_applicable = models.BooleanField(_("not applicable"), default=False)
    updated_at = models.DateTimeField(_("changed"), default=clock.now)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["response", "item__position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["response", "item"], name="answer_once"),
            models.CheckConstraint(
                condition=models.Q(value=None, is_not_applicable=True)
                | models.Q(value__isnull=False, is_not_applicable=False),
                name="answer_value_or_not_applicable",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item.code} = {self.value}"
