"""When a letter may leave: in the open hours of its reader, and within what may be asked of her in a week. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

WEEK = timedelta(days=7)
LIFE = timedelta(days=14)
"""How long an ask may be put off when nothing says when it is over."""
ToOpen = Callable[[datetime], datetime]


@dataclass(frozen=True)
class Wish:
    """A letter that can wait, and when it would best leave. After `over` nobody needs it; `is_urgent`: it takes no
    place in the week of its reader."""

    at: datetime
    over: datetime | None = None
    is_ask: bool = False
    is_urgent: bool = False


@dataclass(frozen=True)
class Leaving:
    """When it leaves, and why not as wished: "hours", "budget", "passed" or ""; or that it stays here."""

    at: datetime
    why: str = ""
    is_dropped: bool = False


def leaving(wish: Wish, taken: Sequence[datetime], most: int, to_open: ToOpen) -> Leaving:
    """Within the hours of its reader and, for an ask, so that no seven days hold more than `most`; `taken`: the others.

    An ask whose time comes before there is room is dropped; another letter leaves rather at a bad hour than never.
    """
    at = to_open(wish.at)
    why = "hours" if at > wish.at else ""
    if wish.is_ask and not wish.is_urgent:
        free = first_free(at, taken, most, to_open)
        at, why = (free, "budget") if free > at else (at, why)
    if wish.over and at >= wish.over and (wish.is_urgent or not wish.is_ask):
        at, why = wish.at, ""
    ends = wish.over or (wish.at + LIFE if why == "budget" else None)
    is_dropped = ends is not None and at >= ends
    return Leaving(at, why or ("passed" if is_dropped else ""), is_dropped)


def opened(moment: datetime, zone: tzinfo, opens_at: int, closes_at: int) -> datetime:
    """`moment` if it lies between these two hours of the clock there, else the next opening."""
    there = moment.astimezone(zone)
    if opens_at <= there.hour < closes_at:
        return moment
    day = there.date() if there.hour < opens_at else there.date() + timedelta(days=1)
    return datetime.combine(day, time(opens_at), zone)


def first_free(wanted: datetime, taken: Sequence[datetime], most: int, to_open: ToOpen) -> datetime:
    """The first open moment from `wanted` on where no seven days hold more than `most`; `taken`: the others."""
    moment = to_open(wanted)
    for other in sorted(one for one in taken if one + WEEK > wanted):
        if _fits(moment, taken, most):
            break
        moment = max(moment, to_open(other + WEEK))
    return moment


def _fits(moment: datetime, taken: Sequence[datetime], most: int) -> bool:
    ends = [moment, *(one for one in taken if moment <= one < moment + WEEK)]
    return all(sum(end - WEEK < one <= end for one in taken) < most for end in ends)
