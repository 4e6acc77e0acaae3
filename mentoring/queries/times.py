"""Times put forward, as each of the two reads them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib import clock
from backend.web import reading
from mentoring.models import Mentorship, ProposedTime, Side, TimeProposal, TimeProposalQuerySet
from mentoring.queries.busy import diary_of

PAIR = (
    "mentorship__mentor__user",
    "mentorship__mentor__organisation",
    "mentorship__journey__holder__user",
    "mentorship__journey__project",
    "mentorship__journey__programme__organisation",
    "moves",
    "session",
)


@dataclass(frozen=True)
class TimeLine:
    """One of the times: `theirs` on the other's clock, "" when it shows the same; `problem` says why it is no more."""

    time: ProposedTime
    starts_at: datetime
    ends_at: datetime
    theirs: str
    problem: str


def clock_of(user: User, moment: datetime) -> str:
    """The time on her own clock and where that is, when it is not the reader's; else ""."""
    local = moment.astimezone(user.zone)
    if local.utcoffset() == timezone.localtime(moment).utcoffset():
        return ""
    place = user.zone.key.rsplit("/", 1)[-1].replace("_", " ")
    if local.date() != timezone.localdate(moment):
        words = {"day": reading.day(local.date()), "time": reading.clock_time(local.time()), "place": place}
        return _("%(day)s at %(time)s in %(place)s") % words
    return _("%(time)s in %(place)s") % {"time": reading.clock_time(local.time()), "place": place}


def of_both_clocks(pair: Mentorship, reader: User, moment: datetime) -> str:
    """The time as the other of the two reads it, with her name; "" when both read the same."""
    for other in (pair.mentor.user, pair.journey.holder.user):
        if other.pk != reader.pk and (found := clock_of(other, moment)):
            return _("for %(person)s: %(when)s") % {"person": other, "when": found}
    return ""


def time_lines(proposal: TimeProposal, reader: User) -> list[TimeLine]:
    """Each of its times, on the reader's clock; one that is past or clashes by now says so."""
    pair, now = proposal.mentorship, clock.now()
    length = timedelta(minutes=proposal.minutes)
    rows = [(time, time.starts_at, time.starts_at.astimezone(UTC) + length) for time in proposal.times.all()]
    ahead = [(starts_at, ends_at) for _time, starts_at, ends_at in rows if starts_at > now]
    diary = diary_of(pair, ahead, by=reader, but=proposal.moves) if ahead else None
    lines = []
    for time, starts_at, ends_at in rows:
        problem = diary.clash(starts_at, ends_at) if diary and starts_at > now else _("This time has passed.")
        lines.append(TimeLine(time, starts_at, ends_at, of_both_clocks(pair, reader, starts_at), problem))
    return lines


def time_proposals_of(user: User) -> TimeProposalQuerySet:
    """Those she may see, with everyone they name."""
    return TimeProposal.objects.visible_to(user).select_related(*PAIR).prefetch_related("times")


def ways_of(pair: Mentorship) -> list[tuple[str, bool]]:
    """(part of the page, is it what they prefer) for each way to find a time, the one they prefer first.

    To ask and to put times forward are one card, which each of the two reads from her side.
    """
    cards = {"openings": "openings", "times": "propose", "ask": "propose"}
    first = cards.get(pair.finds_time_by, "")
    parts = sorted(("openings", "propose", "plan"), key=lambda name: name != first)
    return [(f"mentoring/parts/way_{name}.html", name == first) for name in parts]


def from_whom(proposal: TimeProposal) -> User:
    """On whose behalf they were put forward."""
    pair = proposal.mentorship
    return pair.mentor.user if proposal.side == Side.MENTOR else pair.journey.holder.user


def to_whom(proposal: TimeProposal) -> User:
    """Who answers."""
    pair = proposal.mentorship
    return pair.journey.holder.user if proposal.side == Side.MENTOR else pair.mentor.user


def last_answer(pair: Mentorship, side: str) -> TimeProposal | None:
    """What the other said last of the times of this side, if none suited and nothing was put forward since."""
    latest = pair.proposals.filter(side=side, moves=None).order_by("-pk").first()
    return latest if latest and latest.state == TimeProposal.State.DECLINED else None


def days_to_last(moments: Sequence[datetime], now: datetime, otherwise: int) -> int:
    """Days until the last of these moments has passed, rounded up; `otherwise` when there is none."""
    if not moments:
        return otherwise
    return max(1, -(-(max(moments) - now) // timedelta(days=1)))
