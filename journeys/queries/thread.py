"""What the two sides of a disputed line of hours have said, and whose turn it is."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.web.reading import hours
from journeys.models import Delivery, DeliveryMessage

Side = DeliveryMessage.Side
ROUNDS = 2
"""After so many words of each side, the next one goes to a lead."""
SILENT_DAYS = 10
"""Days without an answer before a lead is asked."""
LONGEST_CHAIN = 20


@dataclass(frozen=True)
class Thread:
    """The words on one line, the oldest first. `turn`: the side whose answer is awaited, "" once it is over."""

    delivery: Delivery
    messages: list[DeliveryMessage]
    turn: str

    @property
    def last(self) -> DeliveryMessage | None:
        return self.messages[-1] if self.messages else None

    @property
    def number(self) -> int:
        """How far the thread has come: an answer to an older word is told so."""
        return self.messages[-1].number if self.messages else 0

    @property
    def proposed(self) -> int | None:
        """The figure that the last word gives, minutes; 0: it did not take place; None: none."""
        return self.last.proposed_minutes if self.last else None

    @property
    def figure(self) -> str:
        """That figure in words."""
        return figure(self.proposed)

    @property
    def can_accept(self) -> bool:
        """Is there a figure of the other side to accept?"""
        return bool(self.turn) and self.proposed is not None and self.turn != Side.LEAD


def figure(minutes: int | None) -> str:
    """Minutes as a side says them: "1 h", or that it did not take place."""
    if minutes is None:
        return ""
    return hours(minutes) if minutes else _("it did not take place")


def thread_of(delivery: Delivery) -> Thread:
    """The thread of this line; one query."""
    messages = list(delivery.messages.select_related("by").order_by("number"))
    return Thread(delivery, messages, turn_of(delivery, messages))


def turn_of(delivery: Delivery, messages: list[DeliveryMessage]) -> str:
    """Whose answer is awaited: the other side of the last word, a lead once she is asked."""
    if delivery.state != Delivery.State.DISPUTED:
        return ""
    if delivery.settle_asked_at or not messages:
        return Side.LEAD
    return Side.DECLARER if messages[-1].side == Side.HOLDER else Side.HOLDER


def past_threads(delivery: Delivery) -> list[Thread]:
    """The threads of the lines that this one replaces, the latest first: they stay readable."""
    found, line = [], delivery
    for _step in range(LONGEST_CHAIN):
        if line.replaces_id is None:
            break
        line = Delivery.objects.select_related("replaces").get(pk=line.replaces_id)
        thread = thread_of(line)
        if thread.messages:
            found.append(thread)
    return found


def side_of(user: User, delivery: Delivery) -> str:
    """Which side of this line she is; "" for neither. Who both declared and received it speaks as holder."""
    if delivery.journey.holder.user_id == user.pk:
        return Side.HOLDER
    return Side.DECLARER if delivery.declared_by_id == user.pk else ""


def answers_for(delivery: Delivery) -> User | None:
    """Whoever answers for the declared figure; None when nobody can, so that a lead is asked at once."""
    person = delivery.declared_by
    if person is None or not person.is_active or person.pk == delivery.journey.holder.user_id:
        return None
    return person


def own_figure(thread: Thread, side: str) -> int | None:
    """What this side says until now, minutes: what stands in her form."""
    for one in reversed(thread.messages):
        if one.side == side and one.proposed_minutes is not None:
            return one.proposed_minutes
    return thread.delivery.minutes if side == Side.DECLARER else None


def figures_said(thread: Thread) -> list[tuple[int, str]]:
    """(minutes, "1 h · Hawa Diallo") for each figure on the table, the declared one first; for who settles it."""
    delivery = thread.delivery
    said: dict[int, list[str]] = {delivery.minutes: [str(delivery.declared_by or _("as declared"))]}
    for side in (Side.DECLARER, Side.HOLDER):
        own = [one for one in thread.messages if one.side == side and one.proposed_minutes is not None]
        if own:
            minutes, name = own[-1].proposed_minutes or 0, str(own[-1].by or own[-1].get_side_display())
            names = said.setdefault(minutes, [])
            if name not in names:
                names.append(name)
    return [(minutes, f"{figure(minutes)} · {', '.join(names)}") for minutes, names in said.items()]
