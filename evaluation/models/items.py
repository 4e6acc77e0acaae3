"""What a version asks: sections, the items in them, and the choices of an item."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.lib.texts import pick
from evaluation.models.questionnaires import QuestionnaireVersion


class Section(models.Model):
    """One screen: items that belong together, with their score where they have one.

    `relevance`: when it is asked (see `evaluation.queries.relevance`); empty: always.
    `least_answered`: its score is the mean of its answered scales, from this many up; empty: it has no score.
    """

    class Layout(models.TextChoices):
        LIST = "list", _("one after the other")
        MATRIX = "matrix", _("a table: one row an item, one scale for all")

    version = models.ForeignKey(QuestionnaireVersion, on_delete=models.CASCADE, related_name="sections")
    code = models.CharField(_("code"), max_length=20)
    position = models.PositiveSmallIntegerField(_("position"))
    layout = models.CharField(_("layout"), max_length=6, choices=Layout, default=Layout.LIST)
    title_fr = models.CharField(_("title (French)"), max_length=120, blank=True)
    title_en = models.CharField(_("title (English)"), max_length=120, blank=True)
    text_fr = models.TextField(_("text (French)"), blank=True)
    text_en = models.TextField(_("text (English)"), blank=True)
    relevance: "models.JSONField[Any, Any]" = models.JSONField(_("asked when"), default=dict, blank=True)
    least_answered = models.PositiveSmallIntegerField(_("answers needed for a score"), null=True, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("questionnaire", "section")
        verbose_name_plural = pgettext_lazy("questionnaire", "sections")
        ordering = ["version", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="section_code_once"),
            models.CheckConstraint(condition=models.Q(layout__in=["list", "matrix"]), name="section_known_layout"),
        ]

    def __str__(self) -> str:
        return self.title or self.code

    @property
    def title(self) -> str:
        return pick(self, "title")

    @property
    def text(self) -> str:
        return pick(self, "text")


class Item(models.Model):
    """One question. Its code is fixed for life: series are followed by it, within one `series` number, which grows with
    each change that makes answers before and after incomparable.
    """

    class Kind(models.TextChoices):
        SCALE = "scale", pgettext_lazy("kind of question", "scale")
        RECOMMEND = "recommend", pgettext_lazy("kind of question", "recommendation, 0 to 10")
        YES_NO = "yes_no", pgettext_lazy("kind of question", "yes or no")
        SINGLE = "single", pgettext_lazy("kind of question", "one choice")
        MULTIPLE = "multiple", pgettext_lazy("kind of question", "several choices")
        NUMBER = "number", pgettext_lazy("kind of question", "number")
        DATE = "date", pgettext_lazy("kind of question", "date")
        TEXT = "text", pgettext_lazy("kind of question", "short text")
        LONG_TEXT = "long_text", pgettext_lazy("kind of question", "long text")
        CONSENT = "consent", pgettext_lazy("kind of question", "consent")
        NOTE = "note", pgettext_lazy("kind of question", "text to read")

    POINTS: ClassVar[set[str]] = {Kind.SCALE, Kind.RECOMMEND, Kind.YES_NO, Kind.CONSENT}
    """Answered by a whole number: a point of the scale, 0–10, or 0 (no) and 1 (yes)."""
    CHOSEN: ClassVar[set[str]] = {Kind.SINGLE, Kind.MULTIPLE}
    WRITTEN: ClassVar[set[str]] = {Kind.TEXT, Kind.LONG_TEXT}

    version = models.ForeignKey(QuestionnaireVersion, on_delete=models.CASCADE, related_name="items")
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="items")
    code = models.CharField(_("code"), max_length=20)
    position = models.PositiveSmallIntegerField(_("position"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.SCALE)
    label_fr = models.CharField(_("short name (French)"), max_length=120, blank=True)
    label_en = models.CharField(_("short name (English)"), max_length=120, blank=True)
    text_fr = models.CharField(_("question (French)"), max_length=600)
    text_en = models.CharField(_("question (English)"), max_length=600, blank=True)
    help_fr = models.CharField(_("help (French)"), max_length=300, blank=True)
    help_en = models.CharField(_("help (English)"), max_length=300, blank=True)
    is_required = models.BooleanField(_("an answer is needed"), default=False)
    allows_na = models.BooleanField(_("“does not apply to me” is offered"), default=True)
    allows_no_say = models.BooleanField(_("“I prefer not to say” is offered"), default=False)
    relevance: "models.JSONField[Any, Any]" = models.JSONField(_("asked when"), default=dict, blank=True)
    scale_min = models.SmallIntegerField(_("lowest point"), default=1)
    scale_max = models.SmallIntegerField(_("highest point"), default=8)
    # The words of this scale, in the shape of the version's; empty: the version's.
    anchors: "models.JSONField[Any, Any]" = models.JSONField(_("words of the scale"), default=list, blank=True)
    unit_fr = models.CharField(_("unit (French)"), max_length=40, blank=True)
    unit_en = models.CharField(_("unit (English)"), max_length=40, blank=True)
    least = models.DecimalField(_("smallest number"), max_digits=16, decimal_places=4, null=True, blank=True)
    most = models.DecimalField(_("greatest number"), max_digits=16, decimal_places=4, null=True, blank=True)
    decimals = models.PositiveSmallIntegerField(_("decimals"), default=0)
    series = models.PositiveSmallIntegerField(_("series"), default=1)
    change_reason = models.CharField(_("why it changed"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("item")
        verbose_name_plural = _("items")
        ordering = ["version", "section__position", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="item_code_once"),
            models.CheckConstraint(condition=models.Q(scale_max__gt=models.F("scale_min")), name="item_scale_has_room"),
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=[
                        "scale",
                        "recommend",
                        "yes_no",
                        "single",
                        "multiple",
                        "number",
                        "date",
                        "text",
                        "long_text",
                        "consent",
                        "note",
                    ]
                ),
                name="item_known_kind",
            ),
            models.CheckConstraint(condition=models.Q(decimals__lte=4), name="item_four_decimals_at_most"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"

    @property
    def text(self) -> str:
        return pick(self, "text")

    @property
    def label(self) -> str:
        """A few words for charts and columns; the whole question where none were given."""
        return pick(self, "label") or self.text

    @property
    def help(self) -> str:
        return pick(self, "help")

    @property
    def unit(self) -> str:
        return pick(self, "unit")

    @property
    def bounds(self) -> tuple[int, int]:
        """Lowest and highest whole number that answers it; for kinds in POINTS."""
        if self.kind == self.Kind.RECOMMEND:
            return 0, 10
        return (0, 1) if self.kind in (self.Kind.YES_NO, self.Kind.CONSENT) else (self.scale_min, self.scale_max)

    @property
    def is_asked(self) -> bool:
        """A text to read takes no answer."""
        return self.kind != self.Kind.NOTE


class Choice(models.Model):
    """One choice of an item. Its code is fixed for life; retired, not deleted, once somebody may have taken it."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="choices")
    code = models.CharField(_("code"), max_length=20)
    position = models.PositiveSmallIntegerField(_("position"))
    text_fr = models.CharField(_("choice (French)"), max_length=240)
    text_en = models.CharField(_("choice (English)"), max_length=240, blank=True)
    is_retired = models.BooleanField(_("no longer offered"), default=False)
    is_exclusive = models.BooleanField(_("goes with no other (“none of these”)"), default=False)
    takes_text = models.BooleanField(_("asks for words (“other: …”)"), default=False)

    class Meta:
        verbose_name = _("choice")
        verbose_name_plural = _("choices")
        ordering = ["item", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["item", "code"], name="choice_code_once")]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        return pick(self, "text")
