"""A calendar on somebody's own server that Jalon keeps in step, and what it wrote there."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.accounts.models import User
from backend.calendars import policies
from backend.lib import clock
from backend.lib.models import Stamped


class OwnCalendarQuerySet(models.QuerySet["OwnCalendar"]):
    def visible_to(self, user: User) -> "OwnCalendarQuerySet":
        return self.filter(policies.visible_calendars(user))

    def open(self) -> "OwnCalendarQuerySet":
        """Those that she has not disconnected."""
        return self.exclude(state__in=[OwnCalendar.State.LEAVING, OwnCalendar.State.CLOSED])

    def at_work(self) -> "OwnCalendarQuerySet":
        """Those whose server is asked: of people who may sign in."""
        working = [OwnCalendar.State.KEPT, OwnCalendar.State.LEAVING]
        # Not joined: an UPDATE of these rows must look at their columns as they are by then.
        return self.filter(state__in=working, user__in=User.objects.filter(is_active=True))


class OwnCalendar(Stamped):
    """One calendar of hers, over CalDAV. The password is encrypted, and is shown to nobody."""

    class State(models.TextChoices):
        CHOOSING = "choosing", pgettext_lazy("own calendar", "calendar to choose")
        KEPT = "kept", pgettext_lazy("own calendar", "kept in step")
        STOPPED = "stopped", pgettext_lazy("own calendar", "stopped")
        LEAVING = "leaving", pgettext_lazy("own calendar", "being removed")
        CLOSED = "closed", pgettext_lazy("own calendar", "disconnected")

    class Reason(models.TextChoices):
        """What stands in the way. The first five wait for her; the others pass."""

        NONE = "", "—"
        PASSWORD = "password", pgettext_lazy("own calendar", "password refused")
        SECRET = "secret", pgettext_lazy("own calendar", "password to give again")
        SIGN_IN = "sign_in", pgettext_lazy("own calendar", "another way of signing in")
        LOST = "lost", pgettext_lazy("own calendar", "calendar gone")
        READ_ONLY = "read_only", pgettext_lazy("own calendar", "calendar only to read")
        FULL = "full", pgettext_lazy("own calendar", "no room left")
        BUSY = "busy", pgettext_lazy("own calendar", "server busy")
        SERVER = "server", pgettext_lazy("own calendar", "server in trouble")
        UNREACHABLE = "unreachable", pgettext_lazy("own calendar", "server not reached")
        SLOW = "slow", pgettext_lazy("own calendar", "server too slow")
        BROKEN = "broken", pgettext_lazy("own calendar", "answer not understood")
        REFUSED = "refused", pgettext_lazy("own calendar", "address not allowed")

    MOVES: ClassVar[dict[str, set[str]]] = {
        State.CHOOSING: {State.KEPT, State.CLOSED},
        State.KEPT: {State.STOPPED, State.LEAVING, State.CLOSED},
        State.STOPPED: {State.KEPT, State.CHOOSING, State.CLOSED},
        State.LEAVING: {State.CLOSED},
    }

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="own_calendars")
    server = models.CharField(_("address of the server"), max_length=500)
    username = models.CharField(_("user name"), max_length=254, blank=True)
    secret = models.TextField(blank=True, editable=False)
    url = models.CharField(max_length=1000, blank=True, editable=False)
    name = models.CharField(_("name"), max_length=200, blank=True)
    offered = models.JSONField(default=list, blank=True, editable=False)
    """While she chooses: [address, name] of each calendar found."""
    left_out = models.JSONField(default=list, blank=True, editable=False)
    """Codes of the kinds of dates that are not written there, as in a Feed."""
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.CHOOSING)
    reason = models.CharField(_("why"), max_length=11, choices=Reason, blank=True)
    # When something is due; a bell that rang since then is not rung again; who works on it, and until when.
    due_at = models.DateTimeField(default=clock.now, editable=False)
    rung_at = models.DateTimeField(null=True, blank=True, editable=False)
    lease = models.CharField(max_length=32, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    # After trouble: not before that, how often, since when.
    not_before = models.DateTimeField(null=True, blank=True, editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False)
    trouble_since = models.DateTimeField(null=True, blank=True, editable=False)
    checked_at = models.DateTimeField(null=True, blank=True, editable=False)
    kept_at = models.DateTimeField(null=True, blank=True, editable=False)
    written_at = models.DateTimeField(null=True, blank=True, editable=False)
    waiting = models.PositiveIntegerField(default=0, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = OwnCalendarQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar of one’s own")
        verbose_name_plural = _("calendars of one’s own")
        ordering = ["created_at", "pk"]
        indexes = [models.Index(fields=["due_at"], condition=Q(state__in=["kept", "leaving"]), name="own_calendar_due")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["choosing", "kept", "stopped", "leaving", "closed"]),
                name="own_calendar_known_state",
            ),
            models.CheckConstraint(
                condition=Q(
                    reason__in=[
                        "", "password", "secret", "sign_in", "lost", "read_only", "full", "busy", "server",
                        "unreachable", "slow", "broken", "refused",
                    ]
                ),
                name="own_calendar_known_reason",
            ),
            models.CheckConstraint(condition=~Q(state="stopped", reason=""), name="own_calendar_stopped_says_why"),
            models.CheckConstraint(
                condition=~Q(state__in=["kept", "leaving"], url=""), name="own_calendar_kept_has_address"
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(secret="", closed_at__isnull=False), name="own_calendar_closed_forgets"
            ),
            models.UniqueConstraint(
                fields=["user", "url"], condition=Q(state__in=["kept", "stopped", "leaving"]) & ~Q(url=""),
                name="own_calendar_once_per_person",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name or self.host

    @property
    def host(self) -> str:
        """The name of its server."""
        return self.server.partition("://")[2].partition("/")[0]


class OwnDate(models.Model):
    """One date as it was written there last. A row may be older than what stands there, never newer."""

    calendar = models.ForeignKey(OwnCalendar, on_delete=models.CASCADE, related_name="dates")
    uid = models.CharField(max_length=255)
    digest = models.CharField(max_length=64, blank=True)
    """SHA-256 of our bytes; empty while it stands nowhere."""
    etag = models.CharField(max_length=255, blank=True)
    kept = models.TextField(blank=True)
    """What she added to it there (alarms, colours), which is written along."""
    ends_at = models.DateTimeField()
    # Bytes that her server would not take; they are not tried again for a day.
    refused_digest = models.CharField(max_length=64, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    is_taken = models.BooleanField(default=False)
    """Refused since the same date stands there already, from an invite."""

    class Meta:
        verbose_name = _("date in a calendar of one’s own")
        verbose_name_plural = _("dates in calendars of one’s own")
        ordering = ["calendar", "ends_at", "uid"]
        constraints = [models.UniqueConstraint(fields=["calendar", "uid"], name="own_date_once_per_calendar")]

    def __str__(self) -> str:
        return self.uid
