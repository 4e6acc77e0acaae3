"""Half-way through a stay, both sides are asked how it goes; something wrong reaches the referent at once."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib import clock
from backend.lib.refusal import Refused
from journeys.actions.immersions import stay_letters as letters
from journeys.actions.immersions.drafts import locked, note
from journeys.actions.immersions.reminders import is_daytime
from journeys.models import CheckIn, Immersion

State, Side, Mood = Immersion.State, CheckIn.Side, CheckIn.Mood
SHORTEST = 4  # days: below, the middle is the day on which the assessment is asked


def middle_day(immersion: Immersion) -> date | None:
    """When both sides are asked: the first day of presence from the middle of the stay on, before its last two days.

    Without such a day, the middle itself; None for a stay of three days or fewer.
    """
    days = (immersion.final_day - immersion.starts_on).days + 1
    if days < SHORTEST:
        return None
    middle = immersion.starts_on + timedelta(days=(days - 1) // 2)
    present = [date.fromisoformat(one["on"]) for one in immersion.schedule if one["slots"]]
    return min((day for day in present if middle <= day < immersion.final_day - timedelta(days=1)), default=middle)


def is_due(immersion: Immersion) -> bool:
    """Is it the day to ask both sides, or shortly after it? Asks no query."""
    zone = immersion.step.journey.programme.organisation.time_zone
    middle = middle_day(immersion)
    return (
        immersion.state == State.IN_PROGRESS
        and middle is not None
        and middle <= clock.today(zone) < immersion.final_day
        and is_daytime(zone)
    )


@transaction.atomic
def ask_check_ins(immersion: Immersion) -> int:
    """Each side that was not asked yet, and has not spoken by itself, gets one letter; how many left."""
    immersion = locked(immersion)
    if not is_due(immersion):
        return 0
    asked = 0
    for side in Side:
        row, is_new = CheckIn.objects.get_or_create(immersion=immersion, side=side, defaults={"asked_at": clock.now()})
        if is_new:
            key = f"check_in_ask:{immersion.pk}:{side}"
            asked += letters.ask(row, purpose=letters.CHECK_IN, letter="check_in_ask", key=key)
    return asked


@transaction.atomic
def answer_check_in(immersion: Immersion, *, side: str, mood: str, words: str = "", by: User | None) -> CheckIn:
    """This side says how it goes, asked or not; another answer takes the place of the former.

    When something is wrong the referent, or the leads, are told by letter at once; again when words are added.
    Refused unless the stay is in progress. `by` is None for the tutor, behind her link.
    """
    immersion = locked(immersion)
    if immersion.state != State.IN_PROGRESS:
        raise Refused(_("This stay is not in progress."))
    if mood not in Mood:
        raise Refused(_("Say how it goes."), field="mood")
    row, _is_new = CheckIn.objects.get_or_create(immersion=immersion, side=side, defaults={"asked_at": clock.now()})
    said, was = (mood, words.strip()), (row.mood, row.words)
    row.mood, row.words = said
    row.answered_at = clock.now()
    row.save(update_fields=["mood", "words", "answered_at"])
    row.immersion = immersion
    note("answer_check_in", immersion, by=by, side=side, mood=mood)
    if mood == Mood.WRONG and said != was:
        letters.tell_wrong(row)
    if row.words:  # all is said: the tutor's letter opens nothing more
        letters.close_link(row, purpose=letters.CHECK_IN)
    return row
