"""What the page of a journey says of its holes, for a lead: behind, ahead, what could fill them, what was set aside."""

from typing import Any

from django.utils.translation import ngettext

from backend.accounts.models import User
from journeys.models import Journey
from journeys.queries.attention import HOLES, aside_of
from journeys.queries.causes import ahead_words, hole_words, with_causes
from journeys.queries.gaps import Gap, measured, predicted
from journeys.queries.holes import Health
from journeys.queries.suggestions import suggestions

NOTHING: dict[str, Any] = {
    "past_holes": [], "hole_days": "", "longest_hole": "", "foreseen": "", "foreseen_cause": "", "suggestion": None,
    "aside": [], "aside_codes": [], "hole_codes": HOLES,
}  # fmt: skip


def _days(count: int) -> str:
    return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}


def holes_of(journey: Journey, user: User, health: Health | None, leads: bool) -> dict[str, Any]:
    """What the templates of the holes want; nothing for those who do not lead it."""
    if not leads:
        return NOTHING
    behind = measured([journey.pk]).get(journey.pk, [])
    ahead = predicted([journey.pk]).get(journey.pk)
    told: list[Gap] = with_causes({journey.pk: [*behind, *([ahead] if ahead else [])]})[journey.pk]
    past, foreseen = told[: len(behind)], told[len(behind) :]
    shows = health is not None and any(sign.code in HOLES for sign in health.signs)
    aside = aside_of(journey, user)
    return {
        "past_holes": [hole_words(gap) for gap in past],
        "hole_days": _days(sum(gap.days for gap in past)),
        "longest_hole": _days(max((gap.days for gap in past), default=0)),
        "foreseen": ahead_words(foreseen[0]) if foreseen else "",
        "foreseen_cause": foreseen[0].cause if foreseen else "",
        "suggestion": suggestions([journey], user).get(journey.pk) if shows else None,
        "hole_codes": HOLES,
        "aside": aside,
        "aside_codes": [one.snooze.code for one in aside],
    }
