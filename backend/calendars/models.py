"""What stands in people's calendars: one Invite per dated thing, one line per person invited."""

from datetime import date, datetime

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Organisation, User
from backend.calendars import policies
from backend.lib.models import Stamped
from backend.lib.texts import pick


class InviteQuerySet(models.QuerySet["Invite"]):
    def visible_to(self, user: User) -> "InviteQuerySet":
        return self.filter(policies.visible_invites(user)).distinct()

    def about(self, row: models.Model) -> "InviteQuerySet":
        return self.filter(about_type=ContentType.objects.get_for_model(row), about_id=row.pk)

    def live(self) -> "InviteQuerySet":
        return self.filter(state=Invite.State.CONFIRMED)


class Invite(Stamped):
    """One event, known to every calendar by its UID; a UID is never used again once cancelled."""

    class State(models.TextChoices):
        CONFIRMED = "confirmed", _("confirmed")
        CANCELLED = "cancelled", _("cancelled")

    MOVES = {State.CONFIRMED: {State.CANCELLED}}

    uid = models.CharField(max_length=255, unique=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    dtstamp = models.DateTimeField(editable=False, help_text=_("The time of this revision, to the second."))
    about_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    about_id = models.PositiveBigIntegerField()
    about = GenericForeignKey("about_type", "about_id")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="invites")
    organiser = models.EmailField(_("organiser’s address"), editable=False)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    days = models.JSONField(
        default=list, blank=True, editable=False,
        help_text=_("Of an event of several days: [local day, start, end] of each."),
    )  # fmt: skip
    title_fr = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    description_fr = models.TextField(blank=True)
    description_en = models.TextField(blank=True)
    place = models.CharField(_("place"), max_length=500, blank=True)
    url = models.URLField(_("page"), max_length=500, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.CONFIRMED)

    objects = InviteQuerySet.as_manager()

    class Meta:
        verbose_name = _("invite")
        verbose_name_plural = _("invites")
        ordering = ["-starts_at", "pk"]
        indexes = [models.Index(fields=["about_type", "about_id"], name="invite_about")]
        constraints = [
            models.UniqueConstraint(
                fields=["about_type", "about_id"], condition=Q(state="confirmed"), name="invite_one_live_each"
            ),
            models.CheckConstraint(condition=Q(state__in=["confirmed", "cancelled"]), name="invite_known_state"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="invite_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.title} · {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def dated(self) -> tuple[tuple[date, datetime, datetime], ...]:
        """The days of a series: local day, start, end."""
        moment = datetime.fromisoformat
        return tuple((date.fromisoformat(on), moment(start), moment(end)) for on, start, end in self.days)

    @property
    def title(self) -> str:
        return pick(self, "title")

    @property
    def description(self) -> str:
        return pick(self, "description")


class InviteAttendee(Stamped):
    """One person invited, what she answered, and the last revision posted to her."""

    class Role(models.TextChoices):
        CHAIR = "CHAIR", _("leads it")
        REQUIRED = "REQ-PARTICIPANT", _("expected")

    class Partstat(models.TextChoices):
        NEEDS_ACTION = "NEEDS-ACTION", _("no answer yet")
        ACCEPTED = "ACCEPTED", _("accepted")
        DECLINED = "DECLINED", _("declined")
        TENTATIVE = "TENTATIVE", _("maybe")

    invite = models.ForeignKey(Invite, on_delete=models.CASCADE, related_name="attendees")
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="invited_to")
    email = models.EmailField(_("address"))
    name = models.CharField(_("name"), max_length=200, blank=True)
    role = models.CharField(_("role"), max_length=16, choices=Role, default=Role.REQUIRED)
    partstat = models.CharField(_("answer"), max_length=12, choices=Partstat, default=Partstat.NEEDS_ACTION)
    removed_at = models.DateTimeField(null=True, blank=True)
    sent_method = models.CharField(max_length=10, blank=True, default="", editable=False)
    sent_sequence = models.PositiveIntegerField(null=True, blank=True, editable=False)
    sent_dtstamp = models.DateTimeField(null=True, blank=True, editable=False)
    sent_hash = models.CharField(max_length=64, blank=True, default="", editable=False)

    class Meta:
        verbose_name = _("person invited")
        verbose_name_plural = _("people invited")
        ordering = ["invite", "role", "email"]
        constraints = [
            models.UniqueConstraint(fields=["invite", "email"], name="attendee_once_per_invite"),
            models.CheckConstraint(condition=Q(role__in=["CHAIR", "REQ-PARTICIPANT"]), name="attendee_known_role"),
            models.CheckConstraint(
                condition=Q(partstat__in=["NEEDS-ACTION", "ACCEPTED", "DECLINED", "TENTATIVE"]),
                name="attendee_known_partstat",
            ),
            models.CheckConstraint(
                condition=Q(sent_method="", sent_sequence__isnull=True)
                | Q(sent_method__in=["REQUEST", "CANCEL"], sent_sequence__isnull=False),
                name="attendee_sent_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email
