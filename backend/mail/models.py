"""The outbox: one row per letter and recipient, with the exact bytes that leave."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.accounts.models import Organisation, User
from backend.lib import clock
from backend.lib.models import Stamped
from backend.mail import policies
from backend.mail.boxes import Inbox as Inbox
from backend.mail.boxes import Relay as Relay
from backend.mail.kinds import Kind, known_kind
from backend.mail.mentions import Mention as Mention
from backend.mail.rules import LetterChoice as LetterChoice
from backend.mail.rules import LetterHours as LetterHours
from backend.mail.rules import LetterRules as LetterRules
from backend.mail.rules import WeeklyLetter as WeeklyLetter

LEASE = timedelta(seconds=120)  # longer than a job may live (60 s) with room to spare
STEP = 2 * LEASE  # no lease ends later than that from now, whichever worker gave it: else the clock was set back

# What letters are about, by the app whose templates they come from; "dates" are those with an invite, or about one.
AREAS = {
    "dates": _("dates for the calendar"),
    "mentoring": _("mentoring"),
    "journeys": _("journeys"),
    "evaluation": _("surveys"),
    "mail": _("accounts"),
}


class EmailQuerySet(models.QuerySet["Email"]):
    def visible_to(self, user: User) -> "EmailQuerySet":
        return self.filter(policies.visible_emails(user))

    def about(self, row: models.Model) -> "EmailQuerySet":
        return self.filter(about_type=ContentType.objects.get_for_model(row), about_id=row.pk)

    def written_to(self, to: User | str) -> "EmailQuerySet":
        """Those of this person, or of this address of somebody without an account."""
        if isinstance(to, User):
            return self.filter(to_user=to)
        return self.filter(to_user=None, to_address__iexact=to.strip())

    def waiting(self) -> "EmailQuerySet":
        """Not yet known to have left."""
        return self.filter(state__in=[Email.State.PENDING, Email.State.SENDING])

    def in_area(self, area: str) -> "EmailQuerySet":
        """One of `AREAS`."""
        of_dates = ~Q(method="") | Q(template__startswith="calendars/")
        return self.filter(of_dates) if area == "dates" else self.filter(template__startswith=f"{area}/", method="")

    def held(self) -> "EmailQuerySet":
        """Those kept back because their address fails."""
        return self.filter(state=Email.State.HELD)

    def put_off(self) -> "EmailQuerySet":
        """Those that wait for a better moment."""
        return self.filter(state=Email.State.PENDING).exclude(why="")

    def due(self, now: datetime) -> "EmailQuerySet":
        """Those to take up now: their hour has come, or whoever was sending them is gone. Also those of a moment that
        is still to come because the clock was set back: they were to leave at once, or their lease has no end."""
        at_once = Q(not_before=F("created_at"), why="", created_at__gt=now + STEP)
        waiting = Q(state=Email.State.PENDING) & (Q(not_before__lte=now) | at_once)
        ended = Q(lease_until__lte=now) | Q(lease_until__gt=now + STEP)
        return self.filter(waiting | Q(state=Email.State.SENDING) & ended)

    def tried(self) -> "EmailQuerySet":
        """Those handed to the server once, or about to be: whoever they are for may know of them."""
        return self.filter(Q(attempts__gt=0) | Q(was_tried=True))

    def of_stream(self, stream: str) -> "EmailQuerySet":
        """The letters of this stream. That it has a name is said besides: else SQLite reads every letter instead of the
        index, which leaves out those of no stream."""
        return self.filter(stream=stream).exclude(stream="")

    def in_turn(self) -> "EmailQuerySet":
        """Those whose stream has neither an older letter still to send nor another one in flight."""
        others = Email.objects.waiting().filter(stream=OuterRef("stream"))
        in_flight = others.filter(state=Email.State.SENDING).exclude(pk=OuterRef("pk"))
        return self.filter(Q(stream="") | (~Exists(others.filter(pk__lt=OuterRef("pk"))) & ~Exists(in_flight)))


class Email(Stamped):
    """One letter to one person."""

    class State(models.TextChoices):
        PENDING = "pending", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("refused")
        DEAD = "dead", _("given up")
        SUPERSEDED = "superseded", _("replaced")
        UNWANTED = "unwanted", pgettext_lazy("letter", "not wanted")
        HELD = "kept_back", pgettext_lazy("letter", "held back")
        DROPPED = "dropped", pgettext_lazy("letter", "dropped")

    class Why(models.TextChoices):
        """Why it waits, or was dropped."""

        NONE = "", ""
        HOURS = "hours", _("outside the hours when letters leave")
        BUDGET = "budget", _("enough was asked this week")
        PASSED = "passed", _("its time had passed")
        CANCELLED = "cancelled", _("nothing waits for it any more")

    MOVES: ClassVar[dict[str, set[str]]] = {
        State.PENDING: {State.SENDING, State.SUPERSEDED, State.DEAD, State.UNWANTED, State.DROPPED},
        State.SENDING: {
            State.SENT,
            State.PENDING,
            State.FAILED,
            State.DEAD,
            State.SUPERSEDED,
            State.HELD,
            State.DROPPED,
        },
        State.FAILED: {State.PENDING},
        State.DEAD: {State.PENDING},
        State.HELD: {State.PENDING, State.SUPERSEDED, State.UNWANTED, State.DROPPED},
    }

    key = models.CharField(max_length=250, unique=True, editable=False)
    template = models.CharField(_("kind of letter"), max_length=100)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="emails"
    )
    to_user = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="emails")
    to_address = models.EmailField(_("address"))
    to_name = models.CharField(_("name"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=2)
    subject = models.CharField(_("subject"), max_length=250)
    # What may be read by others: outside the demo, secrets are masked before they are written here.
    text = models.TextField(_("text"))
    html = models.TextField(_("page"))
    # What leaves, byte for byte; emptied once sent (outside the demo), its SHA-256 stays.
    message = models.BinaryField(default=b"", editable=False)
    message_hash = models.CharField(max_length=64, editable=False)
    message_id = models.CharField(max_length=200, unique=True, editable=False)
    is_secret = models.BooleanField(_("holds a secret"), default=False)
    # Whom it goes to, and when, tells what was promised not to be told: leads read of it once it did not get through.
    is_discreet = models.BooleanField(default=False, editable=False)
    about_type = models.ForeignKey(ContentType, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    about_id = models.PositiveBigIntegerField(null=True, blank=True)
    about = GenericForeignKey("about_type", "about_id")

    # An answer to it comes to `re-<token>@…`; empty when no answer is taken.
    reply_token = models.CharField(max_length=64, blank=True, default="", editable=False)
    # It passes on what somebody wrote in this one: an answer to it goes back to her.
    passes_on = models.ForeignKey(
        "Incoming", null=True, blank=True, on_delete=models.SET_NULL, related_name="passed_on", editable=False
    )

    # The calendar part, if any. A stream (an event and a recipient) is sent in order, one at a time, newest only.
    stream = models.CharField(max_length=400, blank=True, default="", editable=False)
    uid = models.CharField(max_length=255, blank=True, default="", editable=False)
    method = models.CharField(max_length=14, blank=True, default="", editable=False)
    sequence = models.PositiveIntegerField(null=True, blank=True, editable=False)
    calendar = models.BinaryField(default=b"", editable=False)

    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PENDING)
    not_before = models.DateTimeField(default=clock.now)
    # What it is about is over then: it leaves before, or not at all.
    drop_after = models.DateTimeField(null=True, blank=True, editable=False)
    # It has its place whatever was asked this week.
    is_urgent = models.BooleanField(default=False, editable=False)
    why = models.CharField(_("why it waits"), max_length=9, choices=Why, blank=True, default="")
    # Since it was last sent again; `was_tried`: before that too.
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    was_tried = models.BooleanField(default=False, editable=False)
    # Leads were told that it did not get through.
    told_at = models.DateTimeField(null=True, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    lease_token = models.CharField(max_length=32, blank=True, default="", editable=False)
    last_error = models.CharField(_("what went wrong"), max_length=500, blank=True, default="")
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    objects = EmailQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["state", "not_before"], name="email_state_due"),
            models.Index(fields=["stream", "id"], name="email_stream_order", condition=~Q(stream="")),
            # The letters of a journey are found, sorted and narrowed without a look at the rows, whose words are long.
            models.Index(
                fields=[
                    *("about_type", "about_id", "created_at", "to_user", "organisation", "template", "is_discreet"),
                ],
                name="email_about_read",
            ),
            models.Index(fields=["to_user", "template"], name="email_about_nothing", condition=Q(about_type=None)),
            models.Index(fields=["organisation", "-created_at"], name="email_organisation_recent"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["reply_token"], condition=~Q(reply_token=""), name="email_reply_token_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "pending",
                        "sending",
                        "sent",
                        "failed",
                        "dead",
                        "superseded",
                        "unwanted",
                        "kept_back",
                        "dropped",
                    ]
                ),
                name="email_known_state",
            ),
            models.CheckConstraint(
                condition=Q(state="sending", lease_until__isnull=False) & ~Q(lease_token="")
                | ~Q(state="sending") & Q(lease_until__isnull=True, lease_token=""),
                name="email_sending_has_lease",
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | ~Q(state="sent") & Q(sent_at__isnull=True),
                name="email_sent_has_time",
            ),
            models.CheckConstraint(
                condition=Q(method="", uid="")
                | Q(method__in=["REQUEST", "CANCEL", "PUBLISH", "DECLINECOUNTER"]) & ~Q(uid=""),
                name="email_calendar_has_uid",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.to_address}"

    @property
    def has_invite(self) -> bool:
        return bool(self.method)

    @property
    def area(self) -> str:
        """What it is about, in the reader's words."""
        app = self.template.partition("/")[0]
        return str(AREAS["dates"] if self.has_invite or app == "calendars" else AREAS.get(app, ""))

    @property
    def kind(self) -> Kind:
        return known_kind(self.template)

    @property
    def recipient(self) -> str:
        return self.to_name or self.to_address


class FailingAddressQuerySet(models.QuerySet["FailingAddress"]):
    def visible_to(self, user: User) -> "FailingAddressQuerySet":
        return self.filter(policies.visible_failing(user), cleared_at=None)


class FailingAddress(Stamped):
    """An address that letters come back from for good: no more are sent there until a lead says so."""

    address = models.EmailField(_("address"))
    status = models.CharField(max_length=20, blank=True, default="", editable=False)
    words = models.CharField(_("what the server said"), max_length=300, blank=True, default="")
    letter = models.ForeignKey(Email, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    cleared_at = models.DateTimeField(_("tried again since"), null=True, blank=True)

    objects = FailingAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("address that fails")
        verbose_name_plural = _("addresses that fail")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("address"), condition=Q(cleared_at=None), name="failing_address_once_while_it_fails"
            ),
        ]

    def __str__(self) -> str:
        return self.address


class IncomingQuerySet(models.QuerySet["Incoming"]):
    def visible_to(self, user: User) -> "IncomingQuerySet":
        return self.filter(policies.visible_incoming(user))

    def waiting(self) -> "IncomingQuerySet":
        return self.filter(state=Incoming.State.NEW)


class Incoming(Stamped):
    """One letter that came in: kept as it came, then treated once."""

    class State(models.TextChoices):
        NEW = "new", pgettext_lazy("letter received", "new")
        TREATED = "treated", pgettext_lazy("letter received", "treated")
        ASIDE = "aside", pgettext_lazy("letter received", "set aside")

    class Kind(models.TextChoices):
        UNKNOWN = "", pgettext_lazy("letter received", "not known")
        ANSWER = "answer", _("answer of a calendar")
        REPLY = "reply", _("answer to a letter")
        BOUNCE = "bounce", _("letter that came back")
        AUTOMATIC = "automatic", _("automatic answer")

    class Reason(models.TextChoices):
        NONE = "", ""
        TOO_LARGE = "too_large", _("It is too large: more than 1 MB.")
        TOO_MANY_PARTS = "too_many_parts", _("It has too many parts.")
        BROKEN = "broken", _("It can’t be read.")
        UNKNOWN_ADDRESS = "unknown_address", _("It answers no letter that we know.")
        STRANGER = "stranger", _("It does not come from whom the letter was written to.")
        NOTHING_SAID = "nothing_said", _("It says nothing beside what it quotes.")
        NO_READER = "no_reader", _("Nobody is there to read it.")
        NO_CALENDAR = "no_calendar", _("It answers an invite in words.")
        LOOP = "loop", _("It comes from an address of ours.")
        TOO_MANY = "too_many", _("Too many came from there within an hour.")
        UNKNOWN_LETTER = "unknown_letter", _("It gives back no letter of ours.")
        FAILED = "failed", _("It could not be treated.")

    class Way(models.TextChoices):
        IMAP = "imap", _("mailbox")
        WEB = "web", _("mail service")

    MOVES: ClassVar[dict[str, set[str]]] = {State.NEW: {State.TREATED, State.ASIDE}, State.ASIDE: {State.TREATED}}

    key = models.CharField(max_length=64, unique=True, editable=False)
    message_id = models.CharField(max_length=400, blank=True, default="", editable=False)
    way = models.CharField(_("came by"), max_length=4, choices=Way)
    sender = models.CharField(_("sender"), max_length=254, blank=True, default="")
    recipient = models.CharField(max_length=254, blank=True, default="", editable=False)
    subject = models.CharField(_("subject"), max_length=250, blank=True, default="")
    received_at = models.DateTimeField(_("received on"), default=clock.now)
    size = models.PositiveIntegerField(default=0)
    # As it came; emptied after a while.
    raw = models.BinaryField(default=b"", editable=False)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.NEW)
    kind = models.CharField(_("what it is"), max_length=9, choices=Kind, blank=True, default=Kind.UNKNOWN)
    reason = models.CharField(_("why"), max_length=20, choices=Reason, blank=True, default=Reason.NONE)
    note = models.CharField(max_length=300, blank=True, default="")
    attempts = models.PositiveIntegerField(default=0)
    letter = models.ForeignKey(Email, null=True, blank=True, on_delete=models.SET_NULL, related_name="answers")
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="letters_received"
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = IncomingQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter received")
        verbose_name_plural = _("letters received")
        ordering = ["-received_at", "-pk"]
        indexes = [
            models.Index(fields=["organisation", "-received_at"], name="incoming_organisation_recent"),
            models.Index(fields=["state"], name="incoming_state"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["new", "treated", "aside"]), name="incoming_known_state"),
            models.CheckConstraint(condition=Q(way__in=["imap", "web"]), name="incoming_known_way"),
            models.CheckConstraint(condition=~Q(state="aside", reason=""), name="incoming_aside_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.sender} → {self.subject}"
