"""Programmes: the versioned templates that journeys are copied from."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Organisation, User
from backend.lib.models import Stamped
from backend.lib.texts import pick
from journeys import policies
from journeys.models.territory import Commune


class TwoTitles(models.Model):
    """A row with a title in both languages, the French one required."""

    title_fr = models.CharField(_("title (French)"), max_length=160)
    title_en = models.CharField(_("title (English)"), max_length=160, blank=True)

    class Meta:
        abstract = True

    @property
    def title(self) -> str:
        return pick(self, "title")


class StepKind(models.TextChoices):
    MODULE = "module", _("training module")
    MENTORING = "mentoring", _("mentoring")
    IMMERSION = "immersion", _("company immersion")
    MILESTONE = "milestone", _("milestone")


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def visible_to(self, user: User) -> "ProgrammeQuerySet":
        return self.filter(policies.visible_programmes(user))


class Programme(TwoTitles, Stamped):
    """A journey template that an organisation offers."""

    class Track(models.TextChoices):
        CLASSIC = "classic", _("classic business creation")
        ESS = "ess", _("social and solidarity economy")
        CSR = "csr", _("corporate social responsibility")

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="programmes")
    code = models.SlugField(_("code"), max_length=40)
    summary_fr = models.TextField(_("summary (French)"), blank=True)
    summary_en = models.TextField(_("summary (English)"), blank=True)
    track = models.CharField(_("track"), max_length=8, choices=Track, default=Track.ESS)
    phases = models.JSONField(_("phases served"), default=list, blank=True)
    communes = models.ManyToManyField(Commune, blank=True, related_name="programmes", verbose_name=_("communes served"))
    capacity = models.PositiveIntegerField(_("places a year"), null=True, blank=True)
    hole_days = models.PositiveSmallIntegerField(_("a hole is more than (days)"), default=30)
    silence_weeks = models.PositiveSmallIntegerField(_("silence is more than (weeks)"), default=4)
    smallest_group = models.PositiveSmallIntegerField(_("smallest group published"), default=5)
    """Published figures show no group of fewer people; never below 3 (see `evaluation.statistics.disclosure`)."""
    is_open = models.BooleanField(_("welcomes new journeys"), default=True)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["organisation", "title_fr", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "code"], name="programme_code_once"),
            models.CheckConstraint(
                condition=models.Q(track__in=["classic", "ess", "csr"]), name="programme_known_track"
            ),
            models.CheckConstraint(condition=models.Q(smallest_group__gte=3), name="programme_groups_of_three_or_more"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def summary(self) -> str:
        return pick(self, "summary")


class ProgrammeVersionQuerySet(models.QuerySet["ProgrammeVersion"]):
    def visible_to(self, user: User) -> "ProgrammeVersionQuerySet":
        return self.filter(policies.visible_programme_versions(user))

    def published(self) -> "ProgrammeVersionQuerySet":
        return self.filter(published_at__isnull=False)


class ProgrammeVersion(Stamped):
    """One state of a programme's steps: a draft, then published for good. A journey knows which it was copied from."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    note = models.CharField(_("what changes"), max_length=240, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    published_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = ProgrammeVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme version")
        verbose_name_plural = _("programme versions")
        ordering = ["programme", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "number"], name="programme_version_once"),
            models.UniqueConstraint(
                fields=["programme"], condition=models.Q(published_at=None), name="programme_one_draft"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme} · v{self.number}"

    @property
    def is_draft(self) -> bool:
        return self.published_at is None


class StepFacts(TwoTitles):
    """What a template step says, and what its copy on a journey says until it is changed for that person."""

    code = models.SlugField(_("code"), max_length=40)
    position = models.PositiveSmallIntegerField(_("position"))
    kind = models.CharField(_("kind"), max_length=10, choices=StepKind)
    weight = models.PositiveSmallIntegerField(_("weight"), default=1)
    is_required = models.BooleanField(_("required"), default=True)
    is_shared = models.BooleanField(_("done once for the whole team"), default=False)
    min_days = models.PositiveSmallIntegerField(_("not before (days)"), default=0)
    max_days = models.PositiveSmallIntegerField(_("due within (days)"))
    minutes_expected = models.PositiveIntegerField(_("expected minutes"), default=0)
    occurrences = models.PositiveSmallIntegerField(_("number of sessions"), default=1)
    evidence_fr = models.CharField(_("evidence asked (French)"), max_length=240, blank=True)
    evidence_en = models.CharField(_("evidence asked (English)"), max_length=240, blank=True)
    resources = models.JSONField(_("resources"), default=list, blank=True)
    """[{"title": "…", "url": "https://…"}]"""
    module = models.ForeignKey("journeys.Module", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    @property
    def evidence(self) -> str:
        return pick(self, "evidence")


class StepTemplateQuerySet(models.QuerySet["StepTemplate"]):
    def visible_to(self, user: User) -> "StepTemplateQuerySet":
        return self.filter(policies.visible_template_steps(user))


class StepTemplate(StepFacts):
    """One line of a programme version. Days count from the latest prerequisite done, else from the start.

    `code` is the same in every version: by it a new version finds the steps of running journeys.
    """

    version = models.ForeignKey(ProgrammeVersion, on_delete=models.CASCADE, related_name="steps")
    after = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="before")

    objects = StepTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("template step")
        verbose_name_plural = _("template steps")
        ordering = ["version", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="template_step_code_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["module", "mentoring", "immersion", "milestone"]),
                name="template_step_known_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(max_days__gte=models.F("min_days")), name="template_step_max_after_min"
            ),
        ]
