"""A line of hours that the holder says is otherwise: a short thread, then both agree or a lead settles it."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backend.accounts.models import Organisation, User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.lib.states import move
from backend.mail.actions import drop_letters
from journeys import signals
from journeys.actions import vouching_letters as letters
from journeys.actions.ledger import check_length, confirm_delivery, replace_delivery, void_line
from journeys.models import Delivery, DeliveryMessage
from journeys.queries.confirming import lines_to_remind
from journeys.queries.thread import ROUNDS, Thread, answers_for, figure, own_figure, side_of, thread_of

Side = DeliveryMessage.Side


@transaction.atomic
def dispute_delivery(
    delivery: Delivery, *, comment: str, by: User | None, minutes: int | None = None, did_not_happen: bool = False
) -> Delivery:
    """The hours are not as declared: why, and other minutes if she knows them. It starts a thread.

    The line counts as disputed until both agree or a lead settles it; whoever declared it is told by letter, a lead
    when nobody can answer for it. Refused without words, or for the very length that is declared.
    """
    if not comment.strip():
        raise Refused(_("Say what is not right, so that it can be mended."), field="comment")
    proposed = 0 if did_not_happen else minutes
    _check(proposed, delivery)
    if proposed == delivery.minutes:
        raise Refused(_("This is the length that stands: confirm it, or give another."), field="minutes")
    stamps = {"dispute": comment.strip()[:500], "disputed_at": clock.now(), "settle_asked_at": None}
    move(delivery, Delivery.State.DISPUTED, stamps=stamps)
    drop_letters(delivery)
    history.record(
        "dispute_delivery", delivery, by=by, organisation=delivery.journey.programme.organisation, comment=comment
    )
    _say(delivery, side=Side.HOLDER, by=by, text=comment, minutes=proposed)
    return delivery


@transaction.atomic
def answer_correction(
    delivery: Delivery, *, text: str, by: User, minutes: int | None = None, seen: int | None = None
) -> DeliveryMessage:
    """The other side answers in words, with another figure or standing by her own (None keeps the last she gave).

    `seen` is the number of the word she answers: refused when another has come since, out of turn, or without words.
    After two rounds the next word goes to a lead.
    """
    if not text.strip():
        raise Refused(_("Say it in a few words, so that the other understands."), field="text")
    _check(minutes, delivery)
    current, thread = _in_turn(delivery, by, seen)
    side = side_of(by, current)
    if minutes is None:
        minutes = own_figure(thread, side)
    if minutes is not None and minutes == thread.proposed:
        raise Refused(_("The other says this too: accept it in one tap."), field="minutes")
    message = _say(current, side=side, by=by, text=text, minutes=minutes)
    history.record(
        "answer_correction", current, by=by, organisation=current.journey.programme.organisation, minutes=minutes
    )
    return message


@transaction.atomic
def accept_correction(delivery: Delivery, *, by: User, seen: int | None = None) -> Delivery:
    """She takes the figure that the other gave: the line is voided and the right one stands, confirmed by both.

    The same figure as declared confirms the line as it is; "it did not take place" only voids it. Answers with the line
    that stands. Refused out of turn, without a figure, or when another word has come since (`seen`).
    """
    current, thread = _in_turn(delivery, by, seen)
    minutes = thread.proposed
    if minutes is None:
        raise Refused(_("No figure was given yet: answer in a few words."))
    reason = _("Both agree: %(figure)s.") % {"figure": figure(minutes)}
    right = _stand(current, minutes, reason=reason, by=by, vouched_by=current.journey.holder.user)
    history.record(
        "accept_correction", right, by=by, organisation=current.journey.programme.organisation, minutes=minutes
    )
    letters.correction_over(right, was=current, minutes=minutes, by=by)
    return right


@transaction.atomic
def settle_correction(delivery: Delivery, *, minutes: int, reason: str, by: User | None) -> Delivery:
    """A lead decides between the two, with her reason: `minutes` stand as confirmed by her, 0 voids the line.

    Both are told. Her words close the thread. Refused without a reason, or when the line is disputed no more.
    """
    if not reason.strip():
        raise Refused(_("Say why, for both of them."), field="reason")
    current = _locked(delivery)
    if current.state != Delivery.State.DISPUTED:
        raise Refused(_("This line is not disputed any more."))
    _check(minutes, current)
    _write(current, side=Side.LEAD, by=by, text=reason, minutes=minutes)
    right = _stand(current, minutes, reason=reason, by=by, vouched_by=by)
    history.record(
        "settle_correction", right, by=by, organisation=current.journey.programme.organisation, minutes=minutes
    )
    letters.correction_over(right, was=current, minutes=minutes, by=by, reason=reason.strip())
    return right


@transaction.atomic
def ask_to_settle(delivery: Delivery) -> bool:
    """The leads are asked, once, to settle a line on which the two do not agree; True when this call asks."""
    now = clock.now()
    asked = Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.DISPUTED, settle_asked_at=None).update(
        settle_asked_at=now
    )
    if asked:
        delivery.settle_asked_at = now
        letters.settle_asked(delivery, thread_of(delivery))
    return bool(asked)


@transaction.atomic
def remind_of_hours(holder: User, organisation: Organisation) -> bool:
    """She is reminded, once a line, of all her hours that wait here: one letter, however many journeys she has.

    True when this call posts it. The lines are held, so that of two at once the second finds nothing to tell.
    """
    rows = lines_to_remind(holder, organisation).select_for_update(no_key=True, of=("self",))
    found = rows.select_related("step", "declared_by", "journey__project", "journey__programme").order_by("pk")
    lines = sorted(found, key=lambda one: (one.journey_id, one.happened_at, one.pk))
    if lines:
        Delivery.objects.filter(pk__in=[one.pk for one in lines]).update(reminded_at=clock.now())
        letters.hours_waiting(holder, organisation, lines)
    return bool(lines)


# --- Inside ---------------------------------------------------------------------------------------
def _check(minutes: int | None, delivery: Delivery) -> None:
    """0 says that it did not take place."""
    if minutes:
        check_length(minutes, of=delivery)


def _locked(delivery: Delivery) -> Delivery:
    """The line as it stands, held until the end of the act: of two who act at once, one comes second."""
    rows = Delivery.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "step", "declared_by", "journey__holder__user", "journey__programme__organisation", "journey__project"
    )
    return rows.get(pk=delivery.pk)


def _in_turn(delivery: Delivery, by: User, seen: int | None) -> tuple[Delivery, Thread]:
    current = _locked(delivery)
    thread = thread_of(current)
    if current.state != Delivery.State.DISPUTED:
        raise Refused(_("This is settled already: nothing is left to say."))
    if seen is not None and seen != thread.number:
        raise Refused(_("The other has written meanwhile. Read it, then answer."))
    if thread.turn == Side.LEAD and side_of(by, current):
        raise Refused(_("A programme lead settles it now, having read what both said."))
    if thread.turn != side_of(by, current):
        raise Refused(_("You have said your word: the other answers now."))
    return current, thread


def _write(delivery: Delivery, *, side: str, by: User | None, text: str, minutes: int | None) -> DeliveryMessage:
    number = delivery.messages.count() + 1
    try:
        with transaction.atomic():
            return DeliveryMessage.objects.create(
                delivery=delivery, number=number, side=side, by=by, text=text.strip()[:500], proposed_minutes=minutes
            )
    except IntegrityError:
        raise Refused(_("The other has written meanwhile. Read it, then answer.")) from None


def _say(delivery: Delivery, *, side: str, by: User | None, text: str, minutes: int | None) -> DeliveryMessage:
    """A word of one side, and the letter to the other; to a lead when there is no other, or after the last round."""
    message = _write(delivery, side=side, by=by, text=text, minutes=minutes)
    thread = thread_of(delivery)
    since = delivery.disputed_at or message.created_at
    rounds = sum(1 for one in thread.messages if one.side == side and one.created_at >= since)
    nobody = side == Side.HOLDER and answers_for(delivery) is None
    if nobody or (side == Side.HOLDER and rounds > ROUNDS):
        ask_to_settle(delivery)
    elif side == Side.HOLDER:
        letters.word_to_declarer(delivery, message)
    else:
        letters.word_to_holder(delivery, message)
    return message


def _stand(delivery: Delivery, minutes: int, *, reason: str, by: User | None, vouched_by: User | None) -> Delivery:
    """The line that stands once it is settled: the same confirmed, another in its place, or none (it is void).

    What it came from is told, and follows.
    """
    if minutes == delivery.minutes:
        return confirm_delivery(delivery, by=vouched_by)
    if minutes == 0:
        void_line(delivery, reason=reason, by=by)
        signals.delivery_corrected.send(Delivery, delivery=delivery, by=by, did_not_happen=True)
        return delivery
    right = replace_delivery(delivery, minutes=minutes, reason=reason, by=by, declared_by=delivery.declared_by)
    return confirm_delivery(right, by=vouched_by)
