"""Which journeys need somebody: decided wholly in the database, as one table of (journey, sign), whatever their number.

- hole: active, nothing dated ahead, more than `hole_days` since the last hours (or the start, or the end of a pause);
- hole_ahead: more than half of `hole_days` behind without hours, and as many ahead without a date: it is on its way;
- silent: active, nothing dated ahead, nothing heard for more than `silence_weeks`; a hole says it already;
- the others are a row that waits: something wrong in a stay, a disputed line, a question asked, a late milestone…;
  those about a pair are decided by the app above that knows it.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet, Value
from django.db.models.expressions import RawSQL

from backend.accounts.models import User
from backend.lib import clock
from journeys import signals
from journeys.models import CheckIn, Companion, Delivery, Extension, Immersion, Journey, MilestoneProposal, Snooze, Step
from journeys.policies import UNTOLD_TO_THE_PAIR
from journeys.queries.confirming import confirm_days, unconfirmed
from journeys.queries.sets import OPEN_STEPS, Asked, Part, either, ids_of, leaf, lives, once, read, read_day, with_parts

CODES = (
    "stay_wrong",
    "disputed",
    "unsigned",
    "pair_doubt",
    "hole",
    "extension",
    "proposal",
    "silent",
    "review",
    "no_mentor",
    "pair_unanswered",
    "pair_unmet",
    "late",
    "unconfirmed",
    "pair_waits",
    "hole_ahead",
)
"""Every sign, the most pressing first."""
ABOVE = ("pair_doubt", "no_mentor", "pair_unanswered", "pair_unmet", "pair_waits")
"""Decided by the apps above, which answer `signs_asked`."""
FOR_LEADS = (*UNTOLD_TO_THE_PAIR, "pair_unanswered")
"""Only on a lead's own list, asked for by name: mentors, trainers and stewards read the other signs."""
SHARED = tuple(code for code in CODES if code not in FOR_LEADS)
UNSIGNED = (Immersion.State.DRAFT, Immersion.State.TO_SIGN, Immersion.State.PARTLY_SIGNED, Immersion.State.TO_VALIDATE)
SOON = timedelta(days=14)
LIVE = (Journey.State.ACTIVE, Journey.State.PAUSED)

RULES = {
    "hole": "coming_on IS NULL AND quiet > hole_days",
    "silent": "coming_on IS NULL AND quiet <= hole_days AND mute > 7 * silence_weeks",
    "hole_ahead": (
        "2 * quiet > hole_days AND CASE WHEN coming_on IS NULL"
        " THEN quiet <= hole_days AND (end_in <= 0 OR 2 * end_in > hole_days) ELSE 2 * coming_in > hole_days END"
    ),
}
"""What is reckoned on the days of `lives`."""


def unsigned_stays() -> QuerySet[Immersion]:
    """Stays that begin within two weeks, or have begun, without every signature."""
    today = clock.today()
    return Immersion.objects.filter(state__in=UNSIGNED, starts_on__lte=today + SOON, ends_on__gte=today)


def wrong_check_ins() -> QuerySet[CheckIn]:
    """What one side says of a stay in progress in which something is wrong."""
    return CheckIn.objects.filter(mood=CheckIn.Mood.WRONG, immersion__state=Immersion.State.IN_PROGRESS)


Days = dict[int, int]
"""What `confirm_days` says."""


def _waiting(code: str, ids: Any, days: Days | None) -> QuerySet[Any, Any]:
    """The journeys with such a row, as a `values_list`."""
    active = {"journey__state": Journey.State.ACTIVE, "journey__in": ids}
    if code == "stay_wrong":
        heard = wrong_check_ins().filter(
            immersion__step__journey__state=Journey.State.ACTIVE, immersion__step__journey__in=ids
        )
        return heard.values_list("immersion__step__journey")
    if code == "disputed":
        return Delivery.objects.filter(**active, state=Delivery.State.DISPUTED).values_list("journey")
    if code == "unconfirmed":
        return unconfirmed(Delivery.objects.filter(**active), known=days).values_list("journey")
    if code == "unsigned":
        stays = unsigned_stays().filter(step__journey__state=Journey.State.ACTIVE, step__journey__in=ids)
        return stays.values_list("step__journey")
    if code == "extension":
        asked = Extension.objects.filter(state=Extension.State.ASKED, journey__state__in=LIVE, journey__in=ids)
        return asked.values_list("journey")
    if code == "proposal":
        proposed = MilestoneProposal.objects.filter(
            state=MilestoneProposal.State.PROPOSED, step__journey__state__in=LIVE, step__journey__in=ids
        )
        return proposed.values_list("step__journey")
    if code == "review":
        due = Journey.objects.filter(state=Journey.State.PAUSED, review_on__lte=clock.today(), pk__in=ids)
        return due.values_list("pk")
    late = Step.objects.filter(**active, kind="milestone", state__in=OPEN_STEPS, due_on__lt=clock.today())
    return late.values_list("journey")


def _from_above(ids: Any) -> dict[str, QuerySet[Any, Any]]:
    """{sign: the journeys that show it} of the signs that the apps above decide."""
    answers: list[tuple[Any, Any]] = signals.signs_asked.send(Journey, journeys=ids)
    return {code: rows for _receiver, found in answers for code, rows in (found or {}).items()}


def _branch(code: str, rows: QuerySet[Any, Any] | None) -> Part:
    """(journey, place of the sign in CODES), a journey at most once."""
    place = CODES.index(code)
    if code in RULES:
        return Part("", f"SELECT journey, {place} AS place FROM lives WHERE {RULES[code]}")  # noqa: S608 - rules above
    assert rows is not None
    found = leaf("", rows.distinct())
    return Part("", f"SELECT x.*, {place} AS place FROM ({found.text}) x", found.params)  # noqa: S608 - the ORM's own


def _branches(ids: Any, codes: Sequence[str], days: Days | None) -> list[Part]:
    """One a sign; an app above that is not there decides nothing."""
    above = _from_above(ids) if set(codes) & set(ABOVE) else {}
    own = {code: _waiting(code, ids, days) for code in codes if code not in RULES and code not in ABOVE}
    found = own | above
    parts = [_branch(code, found.get(code)) for code in codes if code in RULES or code in found]
    if not parts:
        raise EmptyResultSet
    return parts


def signs(journeys: Asked, codes: Sequence[str] = SHARED, *, days: Days | None = None) -> list[Part]:
    """The expressions down to `signs(journey, place)`. Raises EmptyResultSet when there can be no journey. `days`: of
    `confirm_days`, where they are asked already.
    """
    ids = ids_of(journeys)
    return [*lives(journeys), either("signs(journey, place)", _branches(ids, codes, days))]


def flagged(journeys: QuerySet[Journey], code: str = "") -> QuerySet[Journey]:
    """Those of `journeys` that have this sign (one of CODES), or any that is shared; an unknown code is nobody's.

    Signs set aside by a lead count here: they are still true.
    """
    if code and code not in CODES:
        return journeys.none()
    try:
        found = with_parts(signs(journeys, (code,) if code else SHARED), "SELECT journey FROM signs")
    except EmptyResultSet:
        return journeys.none()
    return journeys.filter(pk__in=RawSQL(found.text, found.params))  # noqa: S611 - the values are apart


def signs_of_each(journeys: list[int]) -> dict[int, tuple[list[str], date | None]]:
    """{journey: (its shared signs, the most pressing first; since when it has no hours, while active)}; one query.

    Only journeys that have a sign; those set aside included. And one for the days of `confirm_days`.
    """
    text = (
        "SELECT s.journey, s.place, l.since FROM signs s LEFT JOIN lives l ON l.journey = s.journey"
        " ORDER BY s.journey, s.place"
    )
    days = confirm_days()
    key = ("signs_of_each", *journeys, "after", *sorted(days.items()))
    try:
        rows = read(once(key, lambda: with_parts(signs(journeys, days=days), text)))
    except EmptyResultSet:
        return {}
    found: dict[int, tuple[list[str], date | None]] = {}
    for journey, place, since in rows:
        found.setdefault(journey, ([], read_day(since)))[0].append(CODES[place])
    return found


def signs_by_phase(journeys: QuerySet[Journey]) -> list[tuple[str, int, dict[str, int]]]:
    """(phase, how many under way have a sign, {sign: how many have it}) for each phase that has any; one query."""
    phases = leaf("phases(journey, phase, state)", journeys.order_by().values_list("pk", "project__phase", "state"))
    text = (
        f"SELECT p.phase, SUM(CASE WHEN p.state IN ('draft', 'active') THEN 1 ELSE 0 END), {HAD}"  # noqa: S608 - numbers only
        " FROM phases p JOIN found f ON f.journey = p.journey GROUP BY p.phase ORDER BY p.phase"
    )
    found = Part("found", f"SELECT journey, {FLAGS} FROM signs GROUP BY journey")  # noqa: S608 - numbers only
    try:
        rows = read(with_parts([*signs(journeys), phases, found], text))
    except EmptyResultSet:
        return []
    return [
        (phase, int(count), {CODES[place]: int(n) for place, n in enumerate(numbers) if n})
        for phase, count, *numbers in rows
    ]


# --- The list of those who need somebody ---------------------------------------------------------------
@dataclass(frozen=True)
class Pressing:
    """One page of the people who need somebody: {journey: signs} in pressing order, and the figures of the whole."""

    codes: dict[int, list[str]]
    total: int
    """Journeys that fit (with the sign asked for, if one was)."""
    everyone: int
    """Journeys with any sign."""
    counts: dict[str, int]
    days: Days
    """What `confirm_days` says."""


def _aside(ids: Any, user: User) -> Part:
    """What leads have set aside until a later day, and what is not told to this one: she is of the pair herself."""
    snoozed = Snooze.objects.current().filter(journey__in=ids).values_list("journey", "code")
    parts = [leaf("", snoozed)]
    mentored = Companion.objects.current().filter(journey__in=ids, user=user, role=Companion.Role.MENTOR)
    carried = Journey.objects.filter(pk__in=ids, holder__user=user)
    for code in UNTOLD_TO_THE_PAIR:
        parts += [
            leaf("", mentored.values_list("journey", Value(code))),
            leaf("", carried.values_list("pk", Value(code))),
        ]
    return either("aside(journey, code)", parts)


NAMES = " ".join(f"WHEN {place} THEN '{code}'" for place, code in enumerate(CODES))
IS_ASIDE = f"SELECT 1 FROM aside a WHERE a.journey = s.journey AND a.code = CASE s.place {NAMES} END"  # noqa: S608 - CODES
KEPT = f"SELECT s.journey, s.place FROM signs s WHERE NOT EXISTS ({IS_ASIDE})"  # noqa: S608 - nothing from outside
PLACES = range(len(CODES))
HAS = ", ".join(f"has{place}" for place in PLACES)
NUMBERS = ", ".join(f"n{place}" for place in PLACES)
FLAGS = ", ".join(f"MAX(CASE WHEN place = {place} THEN 1 ELSE 0 END) AS has{place}" for place in PLACES)
HAD = ", ".join(f"SUM(f.has{place})" for place in PLACES)
SUMS = ", ".join(f"SUM(has{place}) OVER () AS n{place}" for place in PLACES)
PEOPLE = f"SELECT journey, MIN(place) AS foremost, COUNT(*) AS many, {FLAGS} FROM kept GROUP BY journey"  # noqa: S608 - numbers only
TALLY = f"SELECT journey, foremost, many, {HAS}, COUNT(*) OVER () AS everyone, {SUMS} FROM people"  # noqa: S608 - numbers only


def pressing(
    journeys: QuerySet[Journey], user: User, *, code: str = "", limit: int = 50, offset: int = 0, key: Hashable = None
) -> Pressing:
    """Who needs somebody now, as this lead is told, what was set aside left out: most pressing sign first, then most
    signs. One query, and one for the days of `confirm_days`; `key` says which `journeys`, to remember its statement by.
    """
    fits = f"has{CODES.index(code)} = 1" if code in CODES else "1 = 1"
    text = (
        f"SELECT journey, {HAS}, everyone, {NUMBERS}, COUNT(*) OVER () FROM tally WHERE {fits}"  # noqa: S608 - numbers only
        " ORDER BY foremost, many DESC, journey LIMIT %s OFFSET %s"
    )

    days = confirm_days()

    def statement() -> Part:
        above = [*signs(journeys, CODES, days=days), _aside(ids_of(journeys), user)]
        parts = [*above, Part("kept", KEPT), Part("people", PEOPLE), Part("tally", TALLY)]
        return with_parts(parts, text, (limit, offset))

    try:
        known = ("pressing", key, user.pk, code, limit, offset, *sorted(days.items()))
        rows = read(statement() if key is None else once(known, statement))
    except EmptyResultSet:
        rows = []
    size = len(CODES)
    codes = {row[0]: [CODES[p] for p in range(size) if row[1 + p]] for row in rows}
    if not rows:
        whole = pressing(journeys, user, limit=1) if code or offset else Pressing({}, 0, 0, {}, days)
        return Pressing({}, 0 if code else whole.total, whole.everyone, whole.counts, days)
    everyone, *counts = rows[0][1 + size : 2 + 2 * size]
    return Pressing(codes, rows[0][-1], everyone, {CODES[p]: int(n) for p, n in enumerate(counts) if n}, days)
