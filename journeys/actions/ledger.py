"""The ledger of hours. A line is never edited: it is voided and replaced."""

from datetime import UTC, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.lib.states import move
from backend.mail.actions import drop_letters
from journeys import signals
from journeys.actions import ledger_letters as letters
from journeys.models import Delivery, Journey, Step
from journeys.models.ledger import LONGEST, SESSION_MINUTES

APART = (Delivery.Sort.PREPARATION, Delivery.Sort.TRAVEL)


@transaction.atomic
def record_delivery(
    journey: Journey,
    *,
    step: Step | None,
    kind: str,
    source: str,
    happened_at: datetime,
    minutes: int,
    by: User | None,
    sort: str = Delivery.Sort.CONTACT,
    replaces: Delivery | None = None,
) -> Delivery:
    """A declared line: `minutes` of `kind`, from `source` (as "session:12").

    One live line per journey, source and sort of time: a second is refused. Announced as `delivery_declared`.
    """
    check_length(minutes)
    try:
        with transaction.atomic():
            delivery = Delivery.objects.create(
                journey=journey,
                step=step,
                kind=kind,
                sort=sort,
                source=source,
                happened_at=happened_at,
                minutes=minutes,
                declared_by=by,
                replaces=replaces,
            )
    except IntegrityError:
        raise Refused(_("These hours already stand in the ledger.")) from None
    history.record(
        "record_delivery", delivery, by=by, organisation=journey.programme.organisation, minutes=minutes, source=source
    )
    signals.delivery_declared.send(Delivery, delivery=delivery)
    return delivery


@transaction.atomic
def declare_delivery(
    journey: Journey, *, sort: str, kind: str, happened_at: datetime, minutes: int, by: User
) -> Delivery:
    """Time that `by` spent for this journey apart from contact time: preparation or travel for `kind`. Minutes.

    Refused for contact time (it comes from sessions, dates and stays), for a moment to come, or when the same person
    declared the same time already: twice is once.
    """
    if sort not in APART:
        raise Refused(_("Contact time is declared where it took place: a session, a date, a stay."), field="sort")
    if happened_at > clock.now():
        raise Refused(_("Hours are declared once they have been received."), field="happened_at")
    source = f"apart:{by.pk}:{kind}:{happened_at.astimezone(UTC):%Y%m%dT%H%M}"
    return record_delivery(
        journey, step=None, kind=kind, source=source, happened_at=happened_at, minutes=minutes, by=by, sort=sort
    )


@transaction.atomic
def confirm_delivery(delivery: Delivery, *, by: User | None, at: datetime | None = None) -> Delivery:
    """The person who received the hours vouches for them. Confirmed twice is confirmed once."""
    if delivery.state == Delivery.State.CONFIRMED:
        return delivery
    try:
        move(delivery, Delivery.State.CONFIRMED, stamps={"confirmed_by": by, "confirmed_at": at or clock.now()})
    except Refused:
        delivery.refresh_from_db()
        if delivery.state != Delivery.State.CONFIRMED:  # else two taps at once: the first one counted
            raise
        return delivery
    drop_letters(delivery)
    history.record("confirm_delivery", delivery, by=by, organisation=delivery.journey.programme.organisation)
    return delivery


def check_length(minutes: int, *, of: Delivery | None = None) -> None:
    """Refused for what no line may last, and no session, where its line is corrected (`of`); the length that stands may
    be said again.
    """
    if of is not None and minutes == of.minutes:
        return
    if of is not None and of.is_session:
        (low, high), sentence = SESSION_MINUTES, _("A session lasts from 5 minutes to 10 hours.")
    else:
        low, high, sentence = 1, LONGEST, _("A line of hours lasts from one minute to a month.")
    if not low <= minutes <= high:
        raise Refused(sentence, field="minutes")


@transaction.atomic
def void_delivery(delivery: Delivery, *, reason: str, by: User | None) -> Delivery:
    """The line counts no more; it stays readable with its reason. What it came from is told: it counts nothing now."""
    void_line(delivery, reason=reason, by=by)
    signals.delivery_corrected.send(Delivery, delivery=delivery, by=by, did_not_happen=False)
    return delivery


def void_line(delivery: Delivery, *, reason: str, by: User | None) -> Delivery:
    """As `void_delivery`, for whoever tells more of it: another line takes its place, or it did not take place."""
    if not reason.strip():
        raise Refused(_("Say why this line is voided."), field="reason")
    move(delivery, Delivery.State.VOID, stamps={"voided_at": clock.now(), "void_reason": reason.strip()[:240]})
    drop_letters(delivery)
    history.record(
        "void_delivery", delivery, by=by, organisation=delivery.journey.programme.organisation, reason=reason
    )
    return delivery


@transaction.atomic
def replace_delivery(
    delivery: Delivery,
    *,
    minutes: int,
    reason: str,
    by: User | None,
    happened_at: datetime | None = None,
    asks_anew: bool = False,
    declared_by: User | None = None,
) -> Delivery:
    """The line is voided and a new declared one stands in its place, to be confirmed anew.

    Declared by `by`, unless it is another's figure (`declared_by`). With `asks_anew` a letter asks the holder to, once;
    whoever has a better letter of its own sends that one instead. What it came from is told, and follows.
    Refused for a moment to come (nobody has received those hours), and for a length that no session has.
    """
    if happened_at is not None and happened_at > clock.now():
        raise Refused(_("Hours are declared once they have been received."), field="happened_at")
    check_length(minutes, of=delivery)
    void_line(delivery, reason=reason, by=by)
    right = record_delivery(
        delivery.journey,
        step=delivery.step,
        kind=delivery.kind,
        source=delivery.source,
        happened_at=happened_at or delivery.happened_at,
        minutes=minutes,
        by=declared_by or by,
        sort=delivery.sort,
        replaces=delivery,
    )
    if asks_anew:
        letters.confirm_again(right, was=delivery)
    signals.delivery_corrected.send(Delivery, delivery=right, by=by, did_not_happen=False)
    return right
