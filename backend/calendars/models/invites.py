"""What stands in people's calendars: one Invite per dated thing, one line per person invited."""

from datetime import date, datetime
from typing import ClassVar

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.accounts.models import Organisation, User
from backend.calendars import policies
from backend.lib.models import Stamped
from backend.lib.texts import pick


def dated(days: list[list[str]]) -> tuple[tuple[date, datetime, datetime], ...]:
    """The days of a series as they are kept: local day, start, end."""
    moment = datetime.fromisoformat
    return tuple((date.fromisoformat(on), moment(start), moment(end)) for on, start, end in days)


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
        return dated(self.days)

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
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True, editable=False)
    # What orders the answers that come by mail: the revision that the last one was about, and its stamp.
    answered_sequence = models.PositiveIntegerField(null=True, blank=True, editable=False)
    answered_dtstamp = models.DateTimeField(null=True, blank=True, editable=False)
    # What she answered to the time and place she knows, while the event stands at others that she was not told of yet.
    told_partstat = models.CharField(max_length=12, default=Partstat.NEEDS_ACTION, editable=False)
    told_answered_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Where her calendar answers to, and the secret in that address; empty: the address of the house.
    answers_to = models.EmailField(blank=True, default="", editable=False)
    token = models.CharField(max_length=40, blank=True, default="", editable=False)
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
            models.CheckConstraint(
                condition=Q(answered_at=None) | ~Q(partstat="NEEDS-ACTION"), name="attendee_answered_something"
            ),
            models.UniqueConstraint(fields=["token"], condition=~Q(token=""), name="attendee_token_once"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def word(self) -> str:
        """Her answer as pages press it: yes, maybe, no, or none yet ("")."""
        words: dict[str, str] = {"ACCEPTED": "yes", "TENTATIVE": "maybe", "DECLINED": "no"}
        return words.get(self.partstat, "")

    @property
    def current_sequence(self) -> int:
        """The revision she was last told: an answer to an earlier one is about a former date."""
        return self.invite.sequence if self.sent_sequence is None else self.sent_sequence


class InviteAnswer(Stamped):
    """One answer as it came, by mail or on a page, and what was made of it. Never changed but to settle what waits."""

    class Kind(models.TextChoices):
        REPLY = "REPLY", pgettext_lazy("answer", "answer of a calendar")
        COUNTER = "COUNTER", pgettext_lazy("answer", "another time wished")
        REFRESH = "REFRESH", pgettext_lazy("answer", "asks for the date again")
        WEB = "WEB", pgettext_lazy("answer", "answer on a page")
        UNKNOWN = "", pgettext_lazy("answer", "not known")

    class Treatment(models.TextChoices):
        APPLIED = "applied", pgettext_lazy("answer", "taken")
        FORMER = "former", pgettext_lazy("answer", "about a former date")
        LATE = "late", pgettext_lazy("answer", "too late")
        OVERTAKEN = "overtaken", pgettext_lazy("answer", "a newer one stands")
        WAITING = "waiting", pgettext_lazy("answer", "waits for a confirmation")
        DISOWNED = "disowned", pgettext_lazy("answer", "not from the person invited")
        STRANGER = "stranger", pgettext_lazy("answer", "from somebody who is not invited")
        DELEGATED = "delegated", pgettext_lazy("answer", "sends somebody else")
        ONE_DAY = "one_day", pgettext_lazy("answer", "about one day of several")
        UNREADABLE = "unreadable", pgettext_lazy("answer", "not understood")

    class Reason(models.TextChoices):
        NONE = "", "—"
        CANCELLED = "cancelled", pgettext_lazy("answer", "the event is cancelled")
        PAST = "past", pgettext_lazy("answer", "the event is over")
        REMOVED = "removed", pgettext_lazy("answer", "no longer invited")
        NO_EVIDENCE = "no_evidence", pgettext_lazy("answer", "nothing shows who sent it")
        OTHER_ADDRESS = "other_address", pgettext_lazy("answer", "from another address than the one invited")
        SAME_TIME = "same_time", pgettext_lazy("answer", "the time wished is the time planned")
        NO_TIME = "no_time", pgettext_lazy("answer", "the time wished cannot be read")
        BAD_TIME = "bad_time", pgettext_lazy("answer", "the time wished is past or too far away")
        NO_SUCH_DAY = "no_such_day", pgettext_lazy("answer", "about a day that is none of the event")
        ORGANISER = "organiser", pgettext_lazy("answer", "the organiser in it is not Jalon")
        SEVERAL_PEOPLE = "several_people", pgettext_lazy("answer", "for several people at once")
        UNKNOWN_UID = "unknown_uid", pgettext_lazy("answer", "about an event that is not ours")
        NO_UID = "no_uid", pgettext_lazy("answer", "about no event")
        SEVERAL_UIDS = "several_uids", pgettext_lazy("answer", "about several events at once")
        NO_ATTENDEE = "no_attendee", pgettext_lazy("answer", "in nobody’s name")
        METHOD = "method", pgettext_lazy("answer", "no answer, but something else")
        METHOD_DIFFERS = "method_differs", pgettext_lazy("answer", "letter and calendar contradict each other")
        NO_CALENDAR = "no_calendar", pgettext_lazy("answer", "no calendar in the letter")
        TNEF = "tnef", pgettext_lazy("answer", "in a form that only Outlook reads")
        TOO_LARGE = "too_large", pgettext_lazy("answer", "too large")
        TOO_MANY_PARTS = "too_many_parts", pgettext_lazy("answer", "too many parts")
        BROKEN = "broken", pgettext_lazy("answer", "broken")

    class Wish(models.TextChoices):
        NONE = "", "—"
        OPEN = "open", pgettext_lazy("wish", "waiting for an answer")
        ACCEPTED = "accepted", pgettext_lazy("wish", "accepted")
        DECLINED = "declined", pgettext_lazy("wish", "not possible")
        OVERTAKEN = "overtaken", pgettext_lazy("wish", "overtaken")

    MOVES: ClassVar[dict[str, set[str]]] = {
        Treatment.WAITING: {
            Treatment.APPLIED, Treatment.FORMER, Treatment.LATE, Treatment.OVERTAKEN, Treatment.DISOWNED,
            Treatment.DELEGATED, Treatment.ONE_DAY,
        },
        Wish.OPEN: {Wish.DECLINED},
    }  # fmt: skip

    key = models.CharField(max_length=64, editable=False)
    place = models.PositiveSmallIntegerField(default=0, editable=False)
    """Of several answers in one letter, which."""
    invite = models.ForeignKey(Invite, null=True, blank=True, on_delete=models.CASCADE, related_name="answers")
    attendee = models.ForeignKey(
        InviteAttendee, null=True, blank=True, on_delete=models.CASCADE, related_name="answers"
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, blank=True)
    address = models.CharField(_("address"), max_length=254, blank=True)
    partstat = models.CharField(_("answer"), max_length=12, blank=True)
    comment = models.TextField(_("comment"), blank=True)
    sequence = models.PositiveIntegerField(null=True, blank=True)
    dtstamp = models.DateTimeField(null=True, blank=True)
    occurrence = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(_("received"))
    treatment = models.CharField(pgettext_lazy("answer", "what was made of it"), max_length=10, choices=Treatment)
    reason = models.CharField(_("why"), max_length=14, choices=Reason, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    wish = models.CharField(max_length=9, choices=Wish, blank=True)
    wish_from = models.DateTimeField(null=True, blank=True)
    wish_to = models.DateTimeField(null=True, blank=True)
    wish_text = models.CharField(max_length=120, blank=True)

    class Meta:
        verbose_name = _("answer to an invite")
        verbose_name_plural = _("answers to invites")
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["key", "place"], name="invite_answer_once"),
            models.CheckConstraint(
                condition=Q(
                    treatment__in=[
                        "applied", "former", "late", "overtaken", "waiting", "disowned", "stranger", "delegated",
                        "one_day", "unreadable",
                    ],
                    kind__in=["REPLY", "COUNTER", "REFRESH", "WEB", ""],
                    wish__in=["", "open", "accepted", "declined", "overtaken"],
                ),
                name="invite_answer_known_words",
            ),
            models.CheckConstraint(
                condition=Q(treatment__in=["stranger", "unreadable"]) | Q(attendee__isnull=False, invite__isnull=False),
                name="invite_answer_is_of_somebody",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.address or self.kind} · {self.get_treatment_display()}"

    @property
    def said(self) -> str:
        """Her answer in words; "" when there is none."""
        words = dict(InviteAttendee.Partstat.choices)
        return str(words.get(self.partstat, ""))


class FeedQuerySet(models.QuerySet["Feed"]):
    def visible_to(self, user: User) -> "FeedQuerySet":
        return self.filter(policies.visible_feeds(user))

    def open(self) -> "FeedQuerySet":
        return self.filter(closed_at=None)


class Feed(Stamped):
    """One address from which a program of hers reads her dates. Its secret is told once and kept as a hash."""

    class Program(models.TextChoices):
        GOOGLE = "google", _("Google Calendar")
        OUTLOOK = "outlook", "Outlook"
        APPLE = "apple", "Apple"
        THUNDERBIRD = "thunderbird", "Thunderbird"
        NEXTCLOUD = "nextcloud", "Nextcloud"
        ANDROID = "android", pgettext_lazy("calendar program", "an Android phone")
        BROWSER = "browser", pgettext_lazy("calendar program", "a browser")
        OTHER = "other", pgettext_lazy("calendar program", "another program")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="feeds")
    name = models.CharField(_("name"), max_length=60)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    left_out = models.JSONField(default=list, blank=True, editable=False)
    """Codes of the kinds of dates that it does not carry: a kind that comes later is carried."""
    renewed_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_used_by = models.CharField(max_length=12, choices=Program, blank=True, editable=False)
    # How often it was asked since that moment: nobody needs her dates every second.
    asked_since = models.DateTimeField(null=True, blank=True, editable=False)
    asked = models.PositiveIntegerField(default=0, editable=False)

    objects = FeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                "user", Lower("name"), condition=Q(closed_at=None), name="feed_name_once_per_person"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="feed_has_a_name"),
            models.CheckConstraint(
                condition=Q(
                    last_used_by__in=[
                        "", "google", "outlook", "apple", "thunderbird", "nextcloud", "android", "browser", "other",
                    ]
                ),
                name="feed_known_program",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name
