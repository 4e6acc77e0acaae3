"""What leads follow: an indicator, its definitions one after the other, what it aims at and where it began."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.accounts.models import Organisation, User
from backend.lib.models import Stamped
from backend.lib.texts import pick
from evaluation import policies
from journeys.models import Programme


class IndicatorQuerySet(models.QuerySet["Indicator"]):
    def visible_to(self, user: User) -> "IndicatorQuerySet":
        return self.filter(policies.visible_indicators(user))

    def followed(self) -> "IndicatorQuerySet":
        """Published, and not put away."""
        return self.filter(archived_at=None, versions__published_at__isnull=False).distinct()


class Indicator(Stamped):
    """Something that an organisation follows over the years; what exactly it counts, its versions say."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="indicators")
    programme = models.ForeignKey(
        Programme,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="indicators",
        verbose_name=_("programme"),
    )
    owner = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("owner")
    )
    code = models.SlugField(_("code"), max_length=40)
    archived_at = models.DateTimeField(pgettext_lazy("indicator", "archived"), null=True, blank=True)

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["organisation", "code"]
        constraints = [models.UniqueConstraint(fields=["organisation", "code"], name="indicator_code_once")]

    def __str__(self) -> str:
        return self.code


class IndicatorVersionQuerySet(models.QuerySet["IndicatorVersion"]):
    def published(self) -> "IndicatorVersionQuerySet":
        return self.filter(published_at__isnull=False)

    def drafts(self) -> "IndicatorVersionQuerySet":
        return self.filter(published_at=None)


class IndicatorVersion(Stamped):
    """One definition: a draft, then published and never changed. A material change runs beside what it replaces.

    `narrow`: which rows count, by the names of `NARROWS` (as a Scope has them). `revision` grows with each change of
    the draft, so that two people who edit it learn of one another.
    """

    class Shape(models.TextChoices):
        FIGURE = "figure", _("as the measure gives it")
        SHARE = "share", _("share: the first measure in 100 of the second")
        RATIO = "ratio", _("ratio: the first measure for each of the second")

    class Direction(models.TextChoices):
        MORE = "more", _("more is better")
        LESS = "less", _("less is better")
        BAND = "band", _("best between two values")

    class Ripe(models.TextChoices):
        """From which moment of a journey the months of `matures_after` are counted."""

        STARTED = "started", _("its start")
        ENDED = "ended", _("its end")

    NARROWS = ("cohort", "commune", "qpv", "neighbourhood", "kind", "state", "milestone")
    WORDS = ("title_fr", "title_en", "reading_fr", "reading_en", "iris", "breakdowns", "direction")
    """What can change without changing what is counted."""
    COUNTED = ("measure", "shape", "denominator", "narrow", "matures_after", "matures_from")
    FACTS = (*WORDS, *COUNTED)

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    title_fr = models.CharField(_("title (French)"), max_length=160)
    title_en = models.CharField(_("title (English)"), max_length=160, blank=True)
    reading_fr = models.TextField(_("how to read it (French)"), blank=True)
    reading_en = models.TextField(_("how to read it (English)"), blank=True)
    measure = models.CharField(_("measure"), max_length=200)
    shape = models.CharField(_("what it shows"), max_length=8, choices=Shape, default=Shape.FIGURE)
    denominator = models.CharField(_("second measure"), max_length=40, blank=True)
    narrow: "models.JSONField[Any, Any]" = models.JSONField(_("only those"), default=dict, blank=True)
    breakdowns: "models.JSONField[Any, Any]" = models.JSONField(_("broken down by"), default=list, blank=True)
    direction = models.CharField(_("direction"), max_length=4, choices=Direction, default=Direction.MORE)
    matures_after = models.PositiveSmallIntegerField(_("months that must have passed"), default=0)
    matures_from = models.CharField(_("since"), max_length=8, choices=Ripe, default=Ripe.STARTED)
    iris: "models.JSONField[Any, Any]" = models.JSONField(_("IRIS+ identifiers"), default=list, blank=True)
    is_material = models.BooleanField(_("changes what is counted"), default=False)
    reason = models.CharField(_("what changes, and why"), max_length=500, blank=True)
    beside_until = models.DateField(_("shown beside the one before until"), null=True, blank=True)
    published_at = models.DateTimeField(pgettext_lazy("indicator version", "published"), null=True, blank=True)
    published_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    revision = models.PositiveIntegerField(default=0, editable=False)

    objects = IndicatorVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("definition of an indicator")
        verbose_name_plural = _("definitions of indicators")
        ordering = ["indicator", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "number"], name="indicator_version_once"),
            models.UniqueConstraint(
                fields=["indicator"], condition=models.Q(published_at__isnull=True), name="indicator_one_draft"
            ),
            models.CheckConstraint(
                condition=models.Q(shape="figure", denominator="")
                | (~models.Q(shape="figure") & ~models.Q(denominator="")),
                name="indicator_second_measure",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} · v{self.number}"

    @property
    def title(self) -> str:
        return pick(self, "title")

    @property
    def reading(self) -> str:
        return pick(self, "reading")

    @property
    def is_draft(self) -> bool:
        return self.published_at is None


class Target(Stamped):
    """What an indicator should reach, decided by whom, when and why; never edited: another replaces it.

    `since` and `until`: of a period; neither: over the whole programme. `value` is in the unit people read (hours,
    per cent); `upto`: the upper end, where the best lies between two values.
    """

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="targets")
    value = models.DecimalField(_("target"), max_digits=14, decimal_places=2)
    upto = models.DecimalField(_("up to"), max_digits=14, decimal_places=2, null=True, blank=True)
    since = models.DateField(_("first day"), null=True, blank=True)
    until = models.DateField(_("last day"), null=True, blank=True)
    decided_by = models.CharField(_("decided by"), max_length=160)
    decided_on = models.DateField(_("decided on"))
    why = models.CharField(_("why"), max_length=500)
    replaced_at = models.DateTimeField(pgettext_lazy("target", "replaced"), null=True, blank=True)

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["indicator", "since", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(since=None, until=None)
                | models.Q(since__isnull=False, until__isnull=False, since__lte=models.F("until")),
                name="target_has_a_period_or_none",
            ),
            models.UniqueConstraint(
                fields=["indicator", "since", "until"],
                condition=models.Q(replaced_at=None, since__isnull=False),
                name="target_once_a_period",
            ),
            models.UniqueConstraint(
                fields=["indicator"], condition=models.Q(replaced_at=None, since=None), name="target_once_for_the_whole"
            ),
            models.CheckConstraint(
                condition=models.Q(upto=None) | models.Q(upto__gte=models.F("value")), name="target_band_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} · {self.value}"

    def holds_on(self, day: date) -> bool:
        """Does its period contain this day? Over the whole programme every day does."""
        return self.since is None or self.until is None or self.since <= day <= self.until

    @property
    def bounds(self) -> tuple[Decimal, Decimal]:
        """Its lowest and its highest value, the same where there is one only."""
        return self.value, self.value if self.upto is None else self.upto


class Baseline(Stamped):
    """Where an indicator stood before; one at most, in the unit people read."""

    indicator = models.OneToOneField(Indicator, on_delete=models.CASCADE, related_name="baseline")
    value = models.DecimalField(_("baseline"), max_digits=14, decimal_places=2)
    day = models.DateField(_("as of"))
    source = models.CharField(_("where it comes from"), max_length=240)

    class Meta:
        verbose_name = _("baseline")
        verbose_name_plural = _("baselines")
        ordering = ["indicator"]

    def __str__(self) -> str:
        return f"{self.indicator} · {self.value}"
