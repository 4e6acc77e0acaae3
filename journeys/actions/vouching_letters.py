"""Letters about a disputed line: a word to the other side, what stands in the end, a lead asked to settle."""

from django.conf import settings
from django.urls import reverse

from backend.accounts import actions as accounts
from backend.accounts.models import Organisation, User
from backend.mail import actions as mail
from journeys.actions.extensions import deciders
from journeys.actions.ledger_letters import CONFIRM_DAYS, CONFIRM_PURPOSE
from journeys.models import Delivery, DeliveryMessage, Journey
from journeys.queries.thread import Thread, answers_for

ANSWER_PURPOSE = "delivery_answer"


def _link(name: str, *args: object) -> str:
    return settings.SITE_URL + reverse(f"journeys:{name}", args=args)


def word_to_declarer(delivery: Delivery, message: DeliveryMessage) -> None:
    """The holder says otherwise: both figures, her words, and a link that needs no sign-in."""
    person = answers_for(delivery)
    if person is not None:
        _made, token = accounts.make_link(ANSWER_PURPOSE, about=delivery, user=person, days=CONFIRM_DAYS)
        _word(delivery, message, to=person, link=_link("delivery_answer_link", token))


def word_to_holder(delivery: Delivery, message: DeliveryMessage) -> None:
    """The other side's answer: her link is the one that confirms."""
    holder = delivery.journey.holder.user
    _made, token = accounts.make_link(CONFIRM_PURPOSE, about=delivery, user=holder, days=CONFIRM_DAYS)
    _word(delivery, message, to=holder, link=_link("delivery_confirm_link", token))


def _word(delivery: Delivery, message: DeliveryMessage, *, to: User, link: str) -> None:
    person = message.by or delivery.journey.holder
    mail.post(
        "journeys/letters/correction_word",
        to=to,
        key=f"correction_word:{message.pk}",
        context={
            "delivery": delivery,
            "message": message,
            "person": person,
            "link": link,
        },
        about=delivery,
        organisation=delivery.journey.programme.organisation,
    )


def correction_over(right: Delivery, *, was: Delivery, minutes: int, by: User | None, reason: str = "") -> None:
    """What stands, told once to each of the two sides but whoever decided it."""
    for person in (was.journey.holder.user, answers_for(was)):
        if person is None or person == by:
            continue
        mail.post(
            "journeys/letters/correction_over",
            to=person,
            key=f"correction_over:{was.pk}:{right.pk}:{was.messages.count()}:{person.pk}",
            context={
                "delivery": right, "was": was, "minutes": minutes, "person": by, "reason": reason,
                "link": _link("delivery_detail", right.pk),
            },
            about=right,
            organisation=was.journey.programme.organisation,
        )  # fmt: skip


def settle_asked(delivery: Delivery, thread: Thread) -> None:
    """The journey's referent where she leads, else every lead: what both said, and where to settle it."""
    for person in deciders(delivery.journey):
        mail.post(
            "journeys/letters/settle_asked",
            to=person,
            key=f"settle_asked:{delivery.pk}:{thread.number}:{person.pk}",
            context={
                "delivery": delivery,
                "holder": delivery.journey.holder,
                "thread": thread,
                "link": _link("delivery_settle", delivery.pk),
            },
            about=delivery,
            organisation=delivery.journey.programme.organisation,
        )


def hours_waiting(holder: User, organisation: Organisation, lines: list[Delivery]) -> None:
    """All the hours that wait for her, journey by journey, each line with the link that confirms it."""
    groups: dict[Journey, list[tuple[Delivery, str]]] = {}
    for line in lines:
        _made, token = accounts.make_link(CONFIRM_PURPOSE, about=line, user=holder, days=CONFIRM_DAYS)
        groups.setdefault(line.journey, []).append((line, _link("delivery_confirm_link", token)))
    mail.post(
        "journeys/letters/hours_waiting",
        to=holder,
        key=f"hours_waiting:{min(one.pk for one in lines)}",
        context={"groups": list(groups.items()), "total": sum(one.minutes for one in lines)},
        about=lines[0].journey if len(groups) == 1 else None,
        mentions=[(line, line.happened_at) for line in lines],
        organisation=organisation,
    )
