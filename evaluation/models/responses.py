"""What was answered."""

import secrets
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.accounts.models import User
from backend.lib import clock
from backend.lib.models import Stamped
from evaluation import policies
from evaluation.models.items import Item
from evaluation.models.questionnaires import QuestionnaireVersion
from evaluation.models.requests import Request
from evaluation.models.waves import Wave


def any_number() -> int:
    """A primary key that tells nothing of when its row was written (and on SQLite is where it stands)."""
    return secrets.randbelow(2**62) + 1


class ResponseQuerySet(models.QuerySet["Response"]):
    def visible_to(self, user: User) -> "ResponseQuerySet":
        return self.filter(policies.visible_responses(user))


class Response(Stamped):
    """One answer sheet. Of an anonymous wave it is only the sheet at work: sending cuts it from who filled it in."""

    class Entry(models.TextChoices):
        PAPER = "paper", _("on paper")
        PHONE = "phone", _("by phone")

    request = models.OneToOneField(Request, on_delete=models.PROTECT, related_name="response")
    completed_at = models.DateTimeField(pgettext_lazy("response", "completed"), null=True, blank=True)
    entered_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    entry = models.CharField(_("how it was given"), max_length=5, choices=Entry, blank=True)
    # Those of the journey on the day it was sent (see `queries.relevance.facts_of`).
    facts: "models.JSONField[Any, Any]" = models.JSONField(_("facts of the journey"), default=dict, editable=False)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        ordering = ["-created_at", "pk"]

    def __str__(self) -> str:
        return str(self.request)


class Answer(Stamped):
    """One answer to one item, in the column of its kind; what is `missing` on purpose is kept apart from silence.

    Keys are drawn by lot: one that counts would tell how many answers somebody gave to an anonymous wave before.

    `value`: whole points (scale, 0–10, yes 1 or no 0). `chosen`: codes of choices between spaces (" A B "), so that one
    is found by " A ". `text`: words, also beside a choice that asks for them.
    """

    class Missing(models.TextChoices):
        NOT_APPLICABLE = "na", _("Does not apply to me")
        NO_SAY = "no_say", _("I prefer not to say")

    COLUMNS: ClassVar[tuple[str, ...]] = ("value", "number", "day", "text", "chosen", "missing")

    id = models.BigIntegerField(primary_key=True, default=any_number, editable=False)
    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="answers")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="answers")
    value = models.SmallIntegerField(_("value"), null=True, blank=True)
    number = models.DecimalField(
        pgettext_lazy("kind of question", "number"), max_digits=16, decimal_places=4, null=True, blank=True
    )
    day = models.DateField(_("day"), null=True, blank=True)
    text = models.TextField(_("words"), blank=True)
    chosen = models.CharField(_("chosen"), max_length=700, blank=True)
    missing = models.CharField(_("not answered, because"), max_length=6, choices=Missing, blank=True)
    updated_at = models.DateTimeField(_("changed"), default=clock.now)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["response", "item__section__position", "item__position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["response", "item"], name="answer_once"),
            models.CheckConstraint(condition=models.Q(missing__in=["", "na", "no_say"]), name="answer_known_missing"),
            models.CheckConstraint(
                condition=models.Q(missing="")
                & (
                    models.Q(value__isnull=False)
                    | models.Q(number__isnull=False)
                    | models.Q(day__isnull=False)
                    | ~models.Q(text="")
                    | ~models.Q(chosen="")
                )
                | ~models.Q(missing="") & models.Q(value=None, number=None, day=None, text="", chosen=""),
                name="answer_said_or_missing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item.code} = {self.plain}"

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of what was chosen, in the order of the questionnaire."""
        return tuple(self.chosen.split())

    @property
    def plain(self) -> Any:
        """The answer as one value: int, Decimal, date, text or codes; None where it is missing on purpose."""
        if self.missing:
            return None
        columns = (self.value, self.number, self.day, self.codes or None, self.text)
        return next(one for one in columns if one is not None)


class AnonymousSheetQuerySet(models.QuerySet["AnonymousSheet"]):
    def counted(self) -> "AnonymousSheetQuerySet":
        """Those that results are made of: not the few that wait, sealed, until there are five of them."""
        return self.filter(sealed="")


class AnonymousSheet(models.Model):
    """What somebody answered in an anonymous wave: nothing here, nor its place among others, leads to who it was.

    The keys are drawn by lot, the moment is a month, and all sheets of the wave are written anew, in another order,
    each time one comes in. `answers`: {item code: {column: value}} as in `Answer`, plain JSON; of one that waits they
    are in `sealed`, which nobody reads who has the database alone.
    """

    id = models.BigIntegerField(primary_key=True, default=any_number, editable=False)
    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="anonymous_sheets")
    version = models.ForeignKey(QuestionnaireVersion, on_delete=models.PROTECT, related_name="anonymous_sheets")
    month = models.DateField(_("month"))
    answers: "models.JSONField[Any, Any]" = models.JSONField(_("answers"), default=dict)
    sealed = models.TextField(blank=True, default="", editable=False)

    objects = AnonymousSheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("anonymous answer sheet")
        verbose_name_plural = _("anonymous answer sheets")
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=models.Q(month__day=1), name="anonymous_sheet_month_only")]

    def __str__(self) -> str:
        return f"{self.wave} · {self.month:%Y-%m}"
