"""Training modules, their dates, and who came."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.accounts.models import Organisation, User
from backend.lib import clock
from backend.lib.models import Stamped
from backend.lib.texts import pick
from journeys import policies
from journeys.models.journeys import Step
from journeys.models.programmes import TwoTitles


class ModuleQuerySet(models.QuerySet["Module"]):
    def visible_to(self, user: User) -> "ModuleQuerySet":
        return self.filter(policies.visible_modules(user))


class Module(TwoTitles, Stamped):
    """A training module of the catalogue."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="modules")
    code = models.SlugField(_("code"), max_length=40)
    summary_fr = models.TextField(_("summary (French)"), blank=True)
    summary_en = models.TextField(_("summary (English)"), blank=True)
    minutes = models.PositiveIntegerField(_("minutes"), default=180)
    is_retired = models.BooleanField(_("no longer offered"), default=False)

    objects = ModuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("module")
        verbose_name_plural = _("modules")
        ordering = ["organisation", "title_fr", "pk"]
        constraints = [models.UniqueConstraint(fields=["organisation", "code"], name="module_code_once")]

    def __str__(self) -> str:
        return self.title

    @property
    def summary(self) -> str:
        return pick(self, "summary")


class ModuleDateQuerySet(models.QuerySet["ModuleDate"]):
    def visible_to(self, user: User) -> "ModuleDateQuerySet":
        return self.filter(policies.visible_module_dates(user))


class ModuleDate(Stamped):
    """One dated delivery of a module."""

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("module date", "planned")
        HELD = "held", _("held")
        CANCELLED = "cancelled", pgettext_lazy("module date", "cancelled")

    MOVES: ClassVar[dict[str, set[str]]] = {State.PLANNED: {State.HELD, State.CANCELLED}}

    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="dates")
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    url = models.URLField(_("video link"), max_length=500, blank=True)
    trainer = models.CharField(_("trainer"), max_length=120, blank=True)
    trainer_email = models.EmailField(_("trainer’s e-mail"), blank=True)
    seats = models.PositiveSmallIntegerField(_("seats"), default=12)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED)

    objects = ModuleDateQuerySet.as_manager()

    class Meta:
        verbose_name = _("module date")
        verbose_name_plural = _("module dates")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="module_date_ends_after"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["planned", "held", "cancelled"]), name="module_date_known_state"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.module} · {self.starts_at:%Y-%m-%d}"

    @property
    def has_begun(self) -> bool:
        return self.starts_at <= clock.now()

    @property
    def left(self) -> int:
        """Seats that nobody holds; of a row that was counted (`queries.modules.with_taken`)."""
        return max(0, self.seats - self.taken)  # type: ignore[attr-defined]  # an annotation

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def visible_to(self, user: User) -> "EnrolmentQuerySet":
        return self.filter(policies.visible_enrolments(user))


class Enrolment(Stamped):
    """One person's place at a module date, then whether they came."""

    class State(models.TextChoices):
        WAITING = "waiting", _("on the waiting list")
        ENROLLED = "enrolled", _("enrolled")
        PRESENT = "present", _("present")
        LATE = "late", _("present, late")
        EXCUSED = "excused", _("excused")
        ABSENT = "absent", _("absent")
        WITHDRAWN = "withdrawn", _("withdrawn")

    module_date = models.ForeignKey(ModuleDate, on_delete=models.PROTECT, related_name="enrolments")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="enrolments")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ENROLLED)
    queued_at = models.DateTimeField(_("waiting since"), null=True, blank=True)
    late_minutes = models.PositiveSmallIntegerField(_("minutes late"), default=0)
    marked_at = models.DateTimeField(_("marked"), null=True, blank=True)
    marked_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering = ["module_date", "step__journey__holder__user__last_name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["module_date", "step"], name="enrolment_once"),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=["waiting", "enrolled", "present", "late", "excused", "absent", "withdrawn"]
                ),
                name="enrolment_known_state",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="waiting") | models.Q(queued_at__isnull=False),
                name="enrolment_waits_since",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step.journey.holder} · {self.module_date}"

    @property
    def source(self) -> str:
        """How the ledger names where these hours come from."""
        return f"enrolment:{self.pk}"
