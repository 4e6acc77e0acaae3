"""Journeys that need somebody: holes, silence, late milestones, disputed hours, no mentor. Said once.

A hole is more than `programme.hole_days` of an active journey with neither hours behind nor a dated thing ahead.
Silence is no hours, commitment, answer or sign-in for more than `programme.silence_weeks`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from backend.web.reading import day
from journeys.models import Journey
from journeys.queries.facts import Facts


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


def _stay_wrong(facts: Facts) -> Sign:
    reason = _("One side of the stay says that something is wrong.")
    return Sign("stay_wrong", "bad", _("stay in trouble"), reason, _("Call to hear how it goes"))


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


def _pair_doubt(facts: Facts) -> Sign:
    reason = _("One of the two doubts that they fit.")
    return Sign("pair_doubt", "bad", _("pair in doubt"), reason, _("Talk to each of them apart"))


def _pair_waits(facts: Facts) -> Sign:
    reason = _("A mentor is proposed, an answer is awaited.")
    return Sign("pair_waits", "info", _("mentor proposed"), reason, _("Ask again or withdraw"))


def _pair_unanswered(facts: Facts) -> Sign:
    reason = _("A mentor is proposed, and was asked about twice.")
    return Sign("pair_unanswered", "warn", _("proposal without an answer"), reason, _("Call, or withdraw the proposal"))


def _pair_unmet(facts: Facts) -> Sign:
    reason = _("The pair has not met for weeks, and no session is planned.")
    return Sign("pair_unmet", "warn", _("pair without a session"), reason, _("Ask what holds them back"))


def _late(facts: Facts) -> Sign:
    count = facts.late_milestones
    words = ngettext("%(count)d milestone is past its day.", "%(count)d milestones are past their day.", count)
    return Sign("late", "warn", _("late milestone"), words % {"count": count}, _("See what holds it back"))


def _unconfirmed(facts: Facts) -> Sign:
    reason = _("Hours were declared that the holder has not confirmed.")
    return Sign("unconfirmed", "warn", _("unconfirmed hours"), reason, _("Ask the holder to confirm"))


def _hole_ahead(facts: Facts) -> Sign:
    days = facts.days_without_hours
    if facts.next_on:
        words = ngettext(
            "Nothing for %(count)d day, and nothing before %(day)s.",
            "Nothing for %(count)d days, and nothing before %(day)s.",
            days,
        )
        reason = words % {"count": days, "day": day(facts.next_on, weekday=False)}
    else:
        words = ngettext(
            "Nothing for %(count)d day, and nothing is dated yet.",
            "Nothing for %(count)d days, and nothing is dated yet.",
            days,
        )
        reason = words % {"count": days}
    return Sign("hole_ahead", "info", _("hole ahead"), reason, _("Fix the next date in time"))


def _unsigned(facts: Facts) -> Sign:
    reason = _("A stay begins soon without every signature.")
    return Sign("unsigned", "bad", _("agreement not ready"), reason, _("Have it signed"))


def _extension(facts: Facts) -> Sign:
    reason = _("More time is asked for, nobody has answered yet.")
    return Sign("extension", "warn", _("extension asked"), reason, _("Answer the request"))


def _proposal(facts: Facts) -> Sign:
    reason = _("A milestone is said to be reached, nobody has answered yet.")
    return Sign("proposal", "warn", _("milestone to check"), reason, _("Look at the evidence"))


def _review(facts: Facts) -> Sign:
    reason = _("The pause was to be looked at again on %(day)s.") % {"day": day(facts.review_on, weekday=False)}
    return Sign("review", "warn", _("pause to review"), reason, _("Call to hear how it goes"))


MAKERS: dict[str, Callable[[Facts], Sign]] = {
    "stay_wrong": _stay_wrong,
    "disputed": _disputed,
    "unsigned": _unsigned,
    "pair_doubt": _pair_doubt,
    "hole": _hole,
    "extension": _extension,
    "proposal": _proposal,
    "silent": _silent,
    "review": _review,
    "no_mentor": _no_mentor,
    "pair_unanswered": _pair_unanswered,
    "pair_unmet": _pair_unmet,
    "late": _late,
    "unconfirmed": _unconfirmed,
    "pair_waits": _pair_waits,
    "hole_ahead": _hole_ahead,
}
WORDS = {
    "stay_wrong": gettext_lazy("stay in trouble"),
    "disputed": gettext_lazy("disputed hours"),
    "unsigned": gettext_lazy("agreement not ready"),
    "pair_doubt": gettext_lazy("pair in doubt"),
    "hole": gettext_lazy("hole"),
    "extension": gettext_lazy("extension asked"),
    "proposal": gettext_lazy("milestone to check"),
    "silent": gettext_lazy("silence"),
    "review": gettext_lazy("pause to review"),
    "no_mentor": gettext_lazy("no mentor"),
    "pair_unanswered": gettext_lazy("proposal without an answer"),
    "pair_unmet": gettext_lazy("pair without a session"),
    "late": gettext_lazy("late milestone"),
    "unconfirmed": gettext_lazy("unconfirmed hours"),
    "pair_waits": gettext_lazy("mentor proposed"),
    "hole_ahead": gettext_lazy("hole ahead"),
}


def signs_of(facts: Facts) -> list[Sign]:
    """What is not well, in words, the most pressing first."""
    return [MAKERS[code](facts) for code in facts.codes]


def read_health(journey: Journey, facts: Facts) -> Health:
    """The word for this journey, and why."""
    if journey.state == Journey.State.PAUSED:
        return Health(_("paused"), "neutral", journey.pause_reason, signs_of(facts))
    if journey.state in (Journey.State.COMPLETED, Journey.State.LEFT):
        return Health(str(journey.get_state_display()), "neutral", str(journey.get_leave_reason_display()))
    signs = signs_of(facts)
    if signs:
        return Health(signs[0].word, signs[0].tone, signs[0].reason, signs)
    ahead = facts.next_on
    reason = _("Next date: %(day)s.") % {"day": day(ahead, weekday=False)} if ahead else ""
    return Health(_("on its way"), "good", reason)
