"""What a lead sets aside for a while, and the views of the board that she keeps."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.accounts.models import Organisation, User
from backend.lib import clock
from backend.lib.models import Stamped
from journeys import policies
from journeys.models.journeys import Journey


class SnoozeQuerySet(models.QuerySet["Snooze"]):
    def visible_to(self, user: User) -> "SnoozeQuerySet":
        return self.filter(policies.visible_snoozes(user))

    def current(self) -> "SnoozeQuerySet":
        """Still set aside: on its day a sign is back."""
        return self.filter(ended_at=None, until_on__gt=clock.today())


class Snooze(Stamped):
    """One sign of one journey set aside until a day, and why. It comes back by itself; nothing is closed."""

    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="snoozes")
    code = models.CharField(_("sign"), max_length=20)
    until_on = models.DateField(_("until"))
    reason = models.CharField(_("why"), max_length=240)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    ended_at = models.DateTimeField(_("taken up again"), null=True, blank=True)

    objects = SnoozeQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign set aside")
        verbose_name_plural = _("signs set aside")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["journey", "code", "until_on"], name="snooze_journey_code")]
        constraints = [models.CheckConstraint(condition=~models.Q(reason=""), name="snooze_has_reason")]

    def __str__(self) -> str:
        return f"{self.journey} · {self.code} · {self.until_on}"


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: User) -> "SavedViewQuerySet":
        return self.filter(policies.visible_saved_views(user))


class SavedView(Stamped):
    """A name for a set of filters of the board; her own, or shared with the leads of an organisation."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_views")
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="saved_views"
    )
    name = models.CharField(pgettext_lazy("saved view", "name"), max_length=60)
    query = models.CharField(max_length=1000, blank=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="saved_view_name_once")]

    def __str__(self) -> str:
        return self.name
