"""Half-way through a stay, both sides are asked how it goes; something wrong reaches the referent at once."""

from datetime import date
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.lib.workdays import working_days
from journeys.actions.immersions import stay_letters as letters
from journeys.actions.immersions.drafts import locked, note
from journeys.actions.immersions.reminders import is_daytime
from journeys.models import CheckIn, Immersion

State, Side, Mood = Immersion.State, CheckIn.Side, CheckIn.Mood
SHORTEST = 3  # days of presence


def middle_day(immersion: Immersion) -> date | None:
    """When both sides are asked: the middle one of the days of presence. None for a stay of fewer than three."""
    on = (date.fromisoformat(one["on"]) for one in immersion.schedule if one["slots"])
    present = sorted(day for day in on if day <= immersion.final_day)
    if not immersion.schedule:
        present = list(working_days(immersion.starts_on, immersion.final_day))
    return present[(len(present) - 1) // 2] if len(present) >= SHORTEST else None


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
    """Each side that was not asked yet, and has not spoken by itself, gets one letter; how many left.

    Asked before the days moved, and not answered: asked again on the new middle day, and no more.
    """
    immersion = locked(immersion)
    middle = middle_day(immersion)
    if middle is None or not is_due(immersion):
        return 0
    asked = 0
    for side in Side:
        if side == Side.TUTOR and not immersion.tutor_email:
            continue  # asked once her address is known
        row, is_new = CheckIn.objects.get_or_create(immersion=immersion, side=side, defaults={"asked_at": clock.now()})
        row.immersion = immersion
        if is_new or _was_for_other_days(row, middle):
            row.asked_at = clock.now()
            row.save(update_fields=["asked_at"])
            key = f"check_in_ask:{immersion.pk}:{side}:{middle}"
            asked += letters.ask(row, purpose=letters.CHECK_IN, letter="check_in_ask", key=key)
    return asked


def _was_for_other_days(row: CheckIn, middle: date) -> bool:
    zone = ZoneInfo(row.immersion.step.journey.programme.organisation.time_zone)
    return row.answered_at is None and row.asked_at.astimezone(zone).date() < middle


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
    if row.words:  # all is said: the letter opens nothing more
        letters.close_link(row, purpose=letters.CHECK_IN)
    return row
