"""When a letter may leave: in the open hours of its reader, and within what may be asked of her in a week. Pure."""

from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta, tzinfo

WEEK = timedelta(days=7)


def opened(moment: datetime, zone: tzinfo, opens_at: int, closes_at: int) -> datetime:
    """`moment` if it lies between these two hours of the clock there, else the next opening."""
    there = moment.astimezone(zone)
    if opens_at <= there.hour < closes_at:
        return moment
    day = there.date() if there.hour < opens_at else there.date() + timedelta(days=1)
    return datetime.combine(day, time(opens_at), zone)


def first_free(
    wanted: datetime, taken: Sequence[datetime], most: int, to_open: Callable[[datetime], datetime]
) -> datetime:
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
