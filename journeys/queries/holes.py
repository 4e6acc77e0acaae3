"""Journeys that need somebody: holes, silence, late milestones, disputed hours, no mentor. Said once.

A hole is more than `programme.hole_days` of an active journey with neither hours behind nor a dated thing ahead.
Silence is no hours, commitment, answer or sign-in for more than `programme.silence_weeks`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.web.reading import day
from journeys.models import Journey
from journeys.queries.facts import Facts, facts_of, hear_above


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


def _disputed(facts: Facts) -> Sign:
    count = facts.disputed
    words = ngettext("%(count)d line of hours is disputed.", "%(count)d lines of hours are disputed.", count)
    return Sign("disputed", "bad", _("disputed hours"), words % {"count": count}, _("Settle the hours"))


def _hole(facts: Facts) -> Sign:
    days = facts.days_without_hours
    words = ngettext(
        "Nothing for %(count)d day and no date ahead.", "Nothing for %(count)d days and no date ahead.", days
    )
    return Sign("hole", "bad", _("hole"), words % {"count": days}, _("Set a next date together"))


def _silent(facts: Facts) -> Sign:
    since = facts.last_contact
    last = _("No news since %(day)s.") % {"day": day(since, weekday=False)}
    reason = last if since else _("No news since the start.")
    return Sign("silent", "warn", _("silence"), reason, _("Call to hear how it goes"))


def _no_mentor(facts: Facts) -> Sign:
    reason = _("Mentoring is planned, nobody is paired.")
    return Sign("no_mentor", "warn", _("no mentor"), reason, _("Choose a mentor"))


def _late(facts: Facts) -> Sign:
    count = facts.late_milestones
    words = ngettext("%(count)d milestone is past its day.", "%(count)d milestones are past their day.", count)
    return Sign("late", "warn", _("late milestone"), words % {"count": count}, _("See what holds it back"))


MAKERS: dict[str, Callable[[Facts], Sign]] = {
    "disputed": _disputed,
    "hole": _hole,
    "silent": _silent,
    "no_mentor": _no_mentor,
    "late": _late,
}
CODES = tuple(MAKERS)
"""Every sign, the most pressing first."""


def codes_of(facts: Facts) -> list[str]:
    """The signs that these facts show, the most pressing first."""
    if facts.state != Journey.State.ACTIVE:
        return []
    shown: dict[str, Any] = {
        "disputed": facts.disputed,
        "hole": facts.is_hole,
        "silent": facts.is_silent,
        "no_mentor": facts.wants_mentor and not facts.has_mentor,
        "late": facts.late_milestones,
    }
    return [code for code in CODES if shown[code]]


def signs_of(facts: Facts) -> list[Sign]:
    """What is not well, in words, the most pressing first."""
    return [MAKERS[code](facts) for code in codes_of(facts)]


def read_health(journey: Journey, facts: Facts) -> Health:
    """The word for this journey, and why."""
    if journey.state == Journey.State.PAUSED:
        return Health(_("paused"), "neutral", journey.pause_reason)
    if journey.state in (Journey.State.COMPLETED, Journey.State.LEFT):
        return Health(str(journey.get_state_display()), "neutral", str(journey.get_leave_reason_display()))
    signs = signs_of(facts)
    if signs:
        return Health(signs[0].word, signs[0].tone, signs[0].reason, signs)
    ahead = facts.next_on
    reason = _("Next date: %(day)s.") % {"day": day(ahead, weekday=False)} if ahead else ""
    return Health(_("on its way"), "good", reason)


def known_of(journeys: QuerySet[Journey]) -> dict[int, Facts]:
    """{journey: facts}, what the apps above have heard included."""
    found = facts_of(journeys)
    hear_above(found)
    return found


def needing(journeys: QuerySet[Journey], code: str = "") -> dict[int, list[str]]:
    """{journey: its signs} for the active ones that have a sign (this `code`, if given)."""
    active = journeys.filter(state=Journey.State.ACTIVE)
    found = {pk: codes_of(facts) for pk, facts in known_of(active).items()}
    return {pk: codes for pk, codes in found.items() if (code in codes if code else codes)}
