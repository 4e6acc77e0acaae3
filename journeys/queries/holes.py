"""Journeys that need somebody: holes, silence, late milestones, disputed hours, no mentor. Said once.

A hole is more than `programme.hole_days` of an active journey with neither hours behind nor a dated thing ahead.
Silence is no hours, commitment, answer or sign-in for more than `programme.silence_weeks`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from backend.web.reading import day
from journeys.models import Journey
from journeys.queries.facts import Facts

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


@dataclass(frozen=True)
class Sign:
    """One reason to look at a journey: `word` for the badge, `reason` in a sentence, what to do about it."""

    code: str
    tone: str
    word: str
    reason: str
    act: str
    url: str = ""


@dataclass(frozen=True)
class Health:
    """How a journey is: the first sign is the most pressing; none means that it goes its way."""

    word: str
    tone: str
    reason: str
    signs: list[Sign] = field(default_factory=list)


def _disputed(facts: Facts) -> str:
    count = facts.disputed
    words = ngettext("%(count)d line of hours is disputed.", "%(count)d lines of hours are disputed.", count)
    return words % {"count": count}


def _hole(facts: Facts) -> str:
    days = facts.days_without_hours
    words = ngettext(
        "Nothing for %(count)d day and no date ahead.", "Nothing for %(count)d days and no date ahead.", days
    )
    return words % {"count": days}


def _silent(facts: Facts) -> str:
    if not facts.last_contact:
        return gettext("No news since the start.")
    return gettext("No news since %(day)s.") % {"day": day(facts.last_contact, weekday=False)}


def _late(facts: Facts) -> str:
    count = facts.late_milestones
    words = ngettext("%(count)d milestone is past its day.", "%(count)d milestones are past their day.", count)
    return words % {"count": count}


def _hole_ahead(facts: Facts) -> str:
    days = facts.days_without_hours
    if facts.next_on:
        words = ngettext(
            "Nothing for %(count)d day, and nothing before %(day)s.",
            "Nothing for %(count)d days, and nothing before %(day)s.",
            days,
        )
        return words % {"count": days, "day": day(facts.next_on, weekday=False)}
    words = ngettext(
        "Nothing for %(count)d day, and nothing is dated yet.",
        "Nothing for %(count)d days, and nothing is dated yet.",
        days,
    )
    return words % {"count": days}


def _review(facts: Facts) -> str:
    return gettext("The pause was to be looked at again on %(day)s.") % {"day": day(facts.review_on, weekday=False)}


@dataclass(frozen=True)
class Kind:
    """What is always said of a sign; `reason` is a sentence, or written from the facts of the journey."""

    tone: str
    word: "StrPromise"
    act: "StrPromise"
    reason: "StrPromise | Callable[[Facts], str]"

    def of(self, code: str, facts: Facts) -> Sign:
        """The sign, in the reader's words."""
        reason = self.reason if isinstance(self.reason, Promise) else self.reason(facts)
        return Sign(code, self.tone, str(self.word), str(reason), str(self.act))


KINDS: dict[str, Kind] = {
    "stay_wrong": Kind(
        "bad",
        _("stay in trouble"),
        _("Call to hear how it goes"),
        _("One side of the stay says that something is wrong."),
    ),
    "disputed": Kind("bad", _("disputed hours"), _("Settle the hours"), _disputed),
    "unsigned": Kind(
        "bad", _("agreement not ready"), _("Have it signed"), _("A stay begins soon without every signature.")
    ),
    "pair_doubt": Kind(
        "bad", _("pair in doubt"), _("Talk to each of them apart"), _("One of the two doubts that they fit.")
    ),
    "hole": Kind("bad", _("hole"), _("Set a next date together"), _hole),
    "extension": Kind(
        "warn", _("extension asked"), _("Answer the request"), _("More time is asked for, nobody has answered yet.")
    ),
    "proposal": Kind(
        "warn",
        _("milestone to check"),
        _("Look at the evidence"),
        _("A milestone is said to be reached, nobody has answered yet."),
    ),
    "silent": Kind("warn", _("silence"), _("Call to hear how it goes"), _silent),
    "review": Kind("warn", _("pause to review"), _("Call to hear how it goes"), _review),
    "no_mentor": Kind("warn", _("no mentor"), _("Choose a mentor"), _("Mentoring is planned, nobody is paired.")),
    "pair_unanswered": Kind(
        "warn",
        _("proposal without an answer"),
        _("Call, or withdraw the proposal"),
        _("A mentor is proposed, and was asked about twice."),
    ),
    "pair_unmet": Kind(
        "warn",
        _("pair without a session"),
        _("Ask what holds them back"),
        _("The pair has not met for weeks, and no session is planned."),
    ),
    "late": Kind("warn", _("late milestone"), _("See what holds it back"), _late),
    "unconfirmed": Kind(
        "warn",
        _("unconfirmed hours"),
        _("Ask the holder to confirm"),
        _("Hours were declared that the holder has not confirmed."),
    ),
    "pair_waits": Kind(
        "info", _("mentor proposed"), _("Ask again or withdraw"), _("A mentor is proposed, an answer is awaited.")
    ),
    "hole_ahead": Kind("info", _("hole ahead"), _("Fix the next date in time"), _hole_ahead),
}
WORDS = {code: kind.word for code, kind in KINDS.items()}


def signs_of(facts: Facts) -> list[Sign]:
    """What is not well, in words, the most pressing first."""
    return [KINDS[code].of(code, facts) for code in facts.codes]


def read_health(journey: Journey, facts: Facts) -> Health:
    """The word for this journey, and why."""
    if journey.state == Journey.State.PAUSED:
        return Health(gettext("paused"), "neutral", journey.pause_reason, signs_of(facts))
    if journey.state in (Journey.State.COMPLETED, Journey.State.LEFT):
        return Health(str(journey.get_state_display()), "neutral", str(journey.get_leave_reason_display()))
    signs = signs_of(facts)
    if signs:
        return Health(signs[0].word, signs[0].tone, signs[0].reason, signs)
    ahead = facts.next_on
    reason = gettext("Next date: %(day)s.") % {"day": day(ahead, weekday=False)} if ahead else ""
    return Health(gettext("on its way"), "good", reason)
