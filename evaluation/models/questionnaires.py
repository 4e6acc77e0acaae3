"""An instrument, and its wordings one after the other."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.accounts.models import Organisation, User
from backend.lib.models import Stamped
from backend.lib.texts import pick
from evaluation import policies
from journeys.models import Programme

POSTURE = "posture-entrecomp"
"""The code of the questionnaire that comes with Jalon; the posture measured is what it says."""


class QuestionnaireQuerySet(models.QuerySet["Questionnaire"]):
    def visible_to(self, user: User) -> "QuestionnaireQuerySet":
        return self.filter(policies.visible_questionnaires(user))

    def asked_in(self, programme: Programme) -> "QuestionnaireQuerySet":
        """Those that a wave of this programme asks, or has asked."""
        return self.filter(pk__in=programme.waves.order_by().values("questionnaire"))


class Questionnaire(Stamped):
    """An instrument; without an organisation it is shared by all, and changes with Jalon only."""

    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="questionnaires"
    )
    code = models.SlugField(_("code"), max_length=40, unique=True)
    title_fr = models.CharField(_("title (French)"), max_length=160)
    title_en = models.CharField(_("title (English)"), max_length=160, blank=True)
    intro_fr = models.TextField(_("introduction (French)"), blank=True)
    intro_en = models.TextField(_("introduction (English)"), blank=True)
    source = models.CharField(_("source to cite"), max_length=240, blank=True)
    retired_at = models.DateTimeField(pgettext_lazy("questionnaire", "retired"), null=True, blank=True)

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


class QuestionnaireVersionQuerySet(models.QuerySet["QuestionnaireVersion"]):
    def published(self) -> "QuestionnaireVersionQuerySet":
        return self.filter(published_at__isnull=False)

    def drafts(self) -> "QuestionnaireVersionQuerySet":
        return self.filter(published_at=None)


class QuestionnaireVersion(Stamped):
    """One wording: a draft, then published; once asked it never changes.

    `revision` grows with each change of the draft, so that two people who edit it learn of one another.
    """

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    published_at = models.DateTimeField(pgettext_lazy("questionnaire version", "published"), null=True, blank=True)
    published_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    note = models.CharField(_("what changes, and why"), max_length=500, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes to answer"), default=4)
    # What the points of the scale mean: [{"from": 1, "to": 2, "fr": "…", "en": "…"}, …]
    anchors: "models.JSONField[Any, Any]" = models.JSONField(_("words of the scale"), default=list, blank=True)
    revision = models.PositiveIntegerField(default=0, editable=False)

    objects = QuestionnaireVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("questionnaire version")
        verbose_name_plural = _("questionnaire versions")
        ordering = ["questionnaire", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["questionnaire", "number"], name="questionnaire_version_once"),
            models.UniqueConstraint(
                fields=["questionnaire"],
                condition=models.Q(published_at__isnull=True),
                name="questionnaire_one_draft",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire} · v{self.number}"

    @property
    def is_draft(self) -> bool:
        return self.published_at is None
