"""What happens to a plan: changes that can be undone, extensions asked, passages to another programme."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.accounts.models import User
from backend.lib import clock
from backend.lib.models import Stamped
from journeys import policies
from journeys.models.journeys import Journey


class PlanChange(Stamped):
    """One change of a journey's steps, with what they were before and after: the latest can be undone.

    `before` and `after`: {step id: {field: value}}; a step that did not exist is null on that side. Beside the ids:
    `journey`, on both sides, the journey's own version and the one it declined; `along`, in `after`, the meetings that
    moved too ({"shifts": {step id: days}, "refs": {"session:12": the moment it moved to}}); `shifted`, in `after`, the
    days by which pauses have moved the whole plan since.
    """

    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="plan_changes")
    verb = models.CharField(max_length=40)
    label = models.CharField(max_length=240, blank=True)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    undone_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = _("change of plan")
        verbose_name_plural = _("changes of plan")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.label or self.verb


class ExtensionQuerySet(models.QuerySet["Extension"]):
    def visible_to(self, user: User) -> "ExtensionQuerySet":
        return self.filter(policies.visible_extensions(user))


class Extension(Stamped):
    """More time, asked by the holder or somebody beside her, decided by a lead with a reason."""

    class State(models.TextChoices):
        ASKED = "asked", _("asked")
        GRANTED = "granted", _("granted")
        REFUSED = "refused", pgettext_lazy("extension", "refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("extension", "withdrawn")

    MOVES: ClassVar[dict[str, set[str]]] = {State.ASKED: {State.GRANTED, State.REFUSED, State.WITHDRAWN}}

    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="extensions")
    asked_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    until_on = models.DateField(_("until"))
    reason = models.CharField(_("why"), max_length=500)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ASKED)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    decision = models.CharField(_("reason for the decision"), max_length=500, blank=True)

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["journey"], condition=models.Q(state="asked"), name="extension_one_asked_each"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["asked", "granted", "refused", "withdrawn"]),
                name="extension_known_state",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["granted", "refused"])
                | (models.Q(decided_at__isnull=False) & ~models.Q(decision="")),
                name="extension_decided_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.journey} · {self.until_on}"


class BridgeQuerySet(models.QuerySet["Bridge"]):
    def visible_to(self, user: User) -> "BridgeQuerySet":
        return self.filter(policies.visible_bridges(user))


class Bridge(Stamped):
    """A passage from one programme to another: instead of the first, or beside it."""

    class Kind(models.TextChoices):
        MOVE = "move", _("instead of the first")
        BESIDE = "beside", _("beside the first")

    from_journey = models.ForeignKey(Journey, on_delete=models.PROTECT, related_name="bridges_out")
    to_journey = models.OneToOneField(Journey, on_delete=models.PROTECT, related_name="bridge_in")
    kind = models.CharField(_("kind"), max_length=6, choices=Kind, default=Kind.MOVE)
    crossed_on = models.DateField(_("on"), default=clock.today)
    reason = models.CharField(_("why"), max_length=500, blank=True)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = BridgeQuerySet.as_manager()

    class Meta:
        verbose_name = _("bridge")
        verbose_name_plural = _("bridges")
        ordering = ["-crossed_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=["move", "beside"]), name="bridge_known_kind"),
            models.CheckConstraint(
                condition=~models.Q(from_journey=models.F("to_journey")), name="bridge_leads_elsewhere"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_journey} → {self.to_journey.programme}"
