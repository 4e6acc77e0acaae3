"""The outbox: one row per letter and recipient, with the exact bytes that leave."""

from datetime import datetime
from typing import ClassVar

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.accounts.models import Organisation, User
from backend.lib import clock
from backend.lib.models import Stamped
from backend.mail import policies
from backend.mail.kinds import REFUSABLE, Kind, kind_of

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

    def due(self, now: datetime) -> "EmailQuerySet":
        """Those to take up now: their hour has come, or whoever was sending them is gone."""
        waiting, cut_short = Email.State.PENDING, Email.State.SENDING
        return self.filter(Q(state=waiting, not_before__lte=now) | Q(state=cut_short, lease_until__lte=now))

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

    MOVES: ClassVar[dict[str, set[str]]] = {
        State.PENDING: {State.SENDING, State.SUPERSEDED, State.DEAD, State.UNWANTED},
        State.SENDING: {State.SENT, State.PENDING, State.FAILED, State.DEAD, State.SUPERSEDED},
        State.FAILED: {State.PENDING},
        State.DEAD: {State.PENDING},
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
    about_type = models.ForeignKey(ContentType, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    about_id = models.PositiveBigIntegerField(null=True, blank=True)
    about = GenericForeignKey("about_type", "about_id")

    # The calendar part, if any. A stream (an event and a recipient) is sent in order, one at a time, newest only.
    stream = models.CharField(max_length=400, blank=True, default="", editable=False)
    uid = models.CharField(max_length=255, blank=True, default="", editable=False)
    method = models.CharField(max_length=14, blank=True, default="", editable=False)
    sequence = models.PositiveIntegerField(null=True, blank=True, editable=False)
    calendar = models.BinaryField(default=b"", editable=False)

    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PENDING)
    not_before = models.DateTimeField(default=clock.now)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
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
            models.Index(fields=["about_type", "about_id"], name="email_about"),
            models.Index(fields=["organisation", "-created_at"], name="email_organisation_recent"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["pending", "sending", "sent", "failed", "dead", "superseded", "unwanted"]),
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
        return kind_of(self.template)

    @property
    def recipient(self) -> str:
        return self.to_name or self.to_address


class LetterChoiceQuerySet(models.QuerySet["LetterChoice"]):
    def visible_to(self, user: User) -> "LetterChoiceQuerySet":
        return self.filter(policies.visible_letter_choices(user))

    def made_by(self, to: User | str) -> "LetterChoiceQuerySet":
        """Of this person, also from before she had an account; or of this address."""
        address = to.email if isinstance(to, User) else to.strip()
        of_address = Q(user=None, address=address.lower())
        return self.filter(Q(user=to) | of_address) if isinstance(to, User) else self.filter(of_address)


class LetterChoice(Stamped):
    """Whether somebody wants the letters of one kind. Without a row she gets them."""

    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="letter_choices")
    # In small letters; only for somebody without an account.
    address = models.EmailField(_("address"), blank=True, default="")
    kind = models.CharField(_("kind of letter"), max_length=20, choices=[(kind.code, kind.label) for kind in REFUSABLE])
    is_wanted = models.BooleanField(_("wanted"))

    objects = LetterChoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("choice of letters")
        verbose_name_plural = _("choices of letters")
        ordering = ["kind", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], condition=~Q(user=None), name="letter_choice_once"),
            models.UniqueConstraint(
                fields=["address", "kind"], condition=Q(user=None), name="letter_choice_once_for_an_address"
            ),
            models.CheckConstraint(
                condition=Q(user=None) & ~Q(address="") | ~Q(user=None) & Q(address=""), name="letter_choice_is_of_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.user or self.address}"
