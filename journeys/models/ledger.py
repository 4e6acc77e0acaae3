"""The ledger of hours, and the statements in which it is signed."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.accounts.models import User
from backend.lib.models import Stamped
from journeys import policies
from journeys.models.journeys import Journey, Step

SESSION_MINUTES = (5, 600)
"""How short and how long a mentoring session may be, wherever its length is said or corrected."""
LONGEST = 60 * 24 * 31
"""Minutes of any other line: a whole month, for an immersion."""


class StatementQuerySet(models.QuerySet["Statement"]):
    def visible_to(self, user: User) -> "StatementQuerySet":
        return self.filter(policies.visible_statements(user))


class Statement(Stamped):
    """The confirmed hours of one journey over a period, put to the holder to sign as a whole."""

    class State(models.TextChoices):
        TO_SIGN = "to_sign", _("to sign")
        SIGNED = "signed", _("signed")
        WITHDRAWN = "withdrawn", pgettext_lazy("statement", "withdrawn")

    MOVES: ClassVar[dict[str, set[str]]] = {State.TO_SIGN: {State.SIGNED, State.WITHDRAWN}}

    journey = models.ForeignKey(Journey, on_delete=models.PROTECT, related_name="statements")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.TO_SIGN)
    prepared_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    signed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    signed_at = models.DateTimeField(_("signed"), null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    """SHA-256 of the lines as they were signed."""

    objects = StatementQuerySet.as_manager()

    class Meta:
        verbose_name = _("statement of hours")
        verbose_name_plural = _("statements of hours")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="statement_ends_after"),
            models.CheckConstraint(
                condition=models.Q(state__in=["to_sign", "signed", "withdrawn"]), name="statement_known_state"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="signed") | models.Q(signed_at__isnull=False),
                name="statement_signed_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.journey} · {self.starts_on} – {self.ends_on}"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def visible_to(self, user: User) -> "DeliveryQuerySet":
        return self.filter(policies.visible_deliveries(user))

    def standing(self) -> "DeliveryQuerySet":
        """What counts as received: everything but void and merely planned lines."""
        return self.exclude(state__in=[Delivery.State.VOID, Delivery.State.PLANNED])


class Delivery(Stamped):
    """One line of the ledger: who received what, when, how long, and how sure we are.

    `happened_at` is when it took place, `created_at` when it was recorded. Never edited: voided and replaced.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        DECLARED = "declared", _("declared")
        CONFIRMED = "confirmed", _("confirmed")
        SIGNED = "signed", _("signed")
        DISPUTED = "disputed", _("disputed")
        VOID = "void", _("void")

    class Kind(models.TextChoices):
        MODULE = "module", _("training")
        MENTORING = "mentoring", _("mentoring")
        IMMERSION = "immersion", _("immersion")

    class Sort(models.TextChoices):
        CONTACT = "contact", _("contact time")
        PREPARATION = "preparation", _("preparation")
        TRAVEL = "travel", _("travel")

    MOVES: ClassVar[dict[str, set[str]]] = {
        State.PLANNED: {State.DECLARED, State.VOID},
        State.DECLARED: {State.CONFIRMED, State.DISPUTED, State.VOID},
        State.CONFIRMED: {State.SIGNED, State.DISPUTED, State.VOID},
        State.DISPUTED: {State.CONFIRMED, State.VOID},
        State.SIGNED: {State.VOID},
    }

    journey = models.ForeignKey(Journey, on_delete=models.PROTECT, related_name="deliveries")
    step = models.ForeignKey(Step, null=True, blank=True, on_delete=models.PROTECT, related_name="deliveries")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    sort = models.CharField(_("sort of time"), max_length=12, choices=Sort, default=Sort.CONTACT)
    source = models.CharField(max_length=60)
    happened_at = models.DateTimeField(_("happened"), db_index=True)
    minutes = models.PositiveIntegerField(_("minutes"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DECLARED)
    declared_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    confirmed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    disputed_at = models.DateTimeField(_("disputed at"), null=True, blank=True)
    dispute = models.CharField(_("what is wrong"), max_length=500, blank=True)
    voided_at = models.DateTimeField(_("voided at"), null=True, blank=True)
    void_reason = models.CharField(_("why it was voided"), max_length=240, blank=True)
    reminded_at = models.DateTimeField(_("asked again to confirm"), null=True, blank=True)
    settle_asked_at = models.DateTimeField(_("a lead asked to settle"), null=True, blank=True)
    statement = models.ForeignKey(Statement, null=True, blank=True, on_delete=models.PROTECT, related_name="deliveries")
    replaces = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by", verbose_name=_("replaces")
    )

    waits: int | None = None
    """Days it has waited unconfirmed, where a page tells so."""

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("ledger")
        ordering = ["-happened_at", "-pk"]
        indexes = [
            models.Index(fields=["journey", "state", "kind"], name="delivery_journey_state"),
            models.Index(fields=["journey"], condition=models.Q(state="disputed"), name="delivery_disputed"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["journey", "source", "sort"], condition=~models.Q(state="void"), name="delivery_one_line_each"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["planned", "declared", "confirmed", "signed", "disputed", "void"]),
                name="delivery_known_state",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="confirmed") | models.Q(confirmed_at__isnull=False),
                name="delivery_confirmed_has_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="void") | models.Q(voided_at__isnull=False), name="delivery_void_has_time"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="disputed") | ~models.Q(dispute=""), name="delivery_disputed_has_words"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="signed") | models.Q(statement__isnull=False),
                name="delivery_signed_in_a_statement",
            ),
            models.CheckConstraint(condition=models.Q(minutes__gt=0), name="delivery_lasts"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.minutes} min · {self.get_state_display()}"

    @property
    def is_session(self) -> bool:
        """Contact time of a mentoring session, whose length has its own bounds."""
        return self.kind == self.Kind.MENTORING and self.sort == self.Sort.CONTACT


class DeliveryMessageQuerySet(models.QuerySet["DeliveryMessage"]):
    def visible_to(self, user: User) -> "DeliveryMessageQuerySet":
        return self.filter(policies.visible_delivery_messages(user))


class DeliveryMessage(Stamped):
    """What one side says of a line of hours that is disputed, and the minutes it would say instead.

    Read by the holder, whoever declared the hours and the leads; never by the others around the journey.
    """

    class Side(models.TextChoices):
        HOLDER = "holder", pgettext_lazy("side", "project holder")
        DECLARER = "declarer", pgettext_lazy("side", "who declared the hours")
        LEAD = "lead", pgettext_lazy("side", "programme lead")

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="messages")
    number = models.PositiveSmallIntegerField()
    """Its place in the thread, from 1: of two who answer at once, one is told."""
    side = models.CharField(_("side"), max_length=8, choices=Side)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.CharField(_("words"), max_length=500, blank=True)
    proposed_minutes = models.PositiveIntegerField(_("minutes it would say"), null=True, blank=True)
    """0: it did not take place. None: no figure was given."""

    objects = DeliveryMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("word on a line of hours")
        verbose_name_plural = _("words on lines of hours")
        ordering = ["delivery", "number"]
        constraints = [
            models.UniqueConstraint(fields=["delivery", "number"], name="delivery_message_one_at_a_time"),
            models.CheckConstraint(
                condition=models.Q(side__in=["holder", "declarer", "lead"]), name="delivery_message_known_side"
            ),
            models.CheckConstraint(
                condition=~models.Q(text="") | models.Q(proposed_minutes__isnull=False),
                name="delivery_message_says_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_side_display()} · {self.text}"
