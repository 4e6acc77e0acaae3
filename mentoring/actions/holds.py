"""Rows held until the end of the transaction, always in one order, so that two who act at once wait for each other.

A mentor's role, mentors, people, pairs, sessions: each kind by number, and none after one that comes later here.
"""

from collections.abc import Collection, Iterable

from backend.accounts.models import User
from journeys.models import Journey
from mentoring.models import Mentor, Mentorship


def hold_mentor(mentor: Mentor) -> Mentor:
    """Nobody else gives her a place until this is done."""
    return Mentor.objects.select_for_update(of=("self",), no_key=True).select_related("user").get(pk=mentor.pk)


def hold_mentors(numbers: Iterable[int]) -> list[int]:
    """The same for these mentors; who they are (numbers of people)."""
    rows = Mentor.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=set(numbers)).order_by("pk")
    return list(rows.values_list("user", flat=True))


def hold_users(numbers: Iterable[int]) -> list[int]:
    """These people: what their calendars hold, and whose pairs they are in, does not change."""
    people = sorted(set(numbers))
    list(User.objects.select_for_update(no_key=True).filter(pk__in=people).order_by("pk").values_list("pk"))
    return people


def hold_people(pair: Mentorship) -> list[int]:
    """Both people of the pair."""
    return hold_users([pair.mentor.user_id, pair.journey.holder.user_id])


def hold_around(journeys: Iterable[Journey], mentors: Iterable[Mentor] = ()) -> list[int]:
    """The holders of these journeys, these mentors and everybody who has a living pair on one of them."""
    rows = list(journeys)
    pairs = Mentorship.objects.live().filter(journey__in=[one.pk for one in rows]).order_by()
    people = {one.holder.user_id for one in rows} | {one.user_id for one in mentors}
    return hold_users(people | set(pairs.values_list("mentor__user", flat=True)))


def hold_pair(pair: Mentorship, *people: str) -> Mentorship:
    """The pair as it stands now, with the `people` it names. Hold these first (`hold_people`)."""
    rows = Mentorship.objects.select_for_update(of=("self",), no_key=True).select_related(*people)
    return rows.get(pk=pair.pk)


def still_active(pairs: Collection[Mentorship]) -> list[int]:
    """Those under way at this moment, held so that none ends meanwhile. Hold the people first (`hold_people`)."""
    rows = Mentorship.objects.filter(pk__in=[pair.pk for pair in pairs], state=Mentorship.State.ACTIVE)
    return list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
