"""What happened on journeys that waves ask about, and who was there: a query each."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value, Window
from django.db.models.functions import Cast, Coalesce, Concat, RowNumber

from evaluation.models import Request, Wave
from journeys.models import Enrolment, Immersion, Journey, Step
from mentoring.models import Mentor, Mentorship, Session

ATTENDED = (Enrolment.State.PRESENT, Enrolment.State.LATE)
STAYED = (Immersion.State.COMPLETED, Immersion.State.ASSESSED)
Rows = QuerySet[Any]
FACTS = ("pk", "programme", "holder__user")
"""What is read of a journey, by the path to it."""


@dataclass(frozen=True)
class Happened:
    """Something of one journey on one day. `holder`, `mentor`: users' numbers; `mentor`: of a session alone.

    `occasion`: "" where a journey meets the moment once.
    """

    journey: int
    programme: int
    holder: int
    on: date
    occasion: str = ""
    mentor: int | None = None


def happened(group: list[Wave], first: date, until: date) -> list[Happened]:
    """What happened between these days and these waves (see `due.grouped`) have not asked about yet. One query."""
    return READERS[group[0].moment](group, first, until)


def _of(facts: Sequence[Any], on: date, occasion: str = "", mentor: int | None = None) -> Happened:
    journey, programme, holder = facts
    return Happened(journey, programme, holder, on, occasion, mentor)


def _states(wave: Wave) -> list[str]:
    """Of journeys that are asked. Paused ones wait. At exit: who has ended it; at the start and half-way, when nothing
    is added to the day: who is still on the way."""
    state = Journey.State
    left = [state.LEFT] if wave.asks_leavers else []
    if wave.moment == Wave.Moment.EXIT:
        return [state.COMPLETED, *left]
    early = wave.moment in (Wave.Moment.START, Wave.Moment.MID) and not (wave.months or wave.days)
    if early or wave.moment == Wave.Moment.CAMPAIGN:
        return [state.ACTIVE, *left]
    return [state.ACTIVE, state.COMPLETED, *left]


def _unasked(group: list[Wave], rows: Rows, path: str) -> Rows:
    """Of the group's programmes, on journeys that are asked, and not asked about this `occasion` yet.

    `path` leads to the journey: "step__journey__"."""
    asked = Request.objects.filter(
        wave__in=[one.pk for one in group if one.pk], journey=OuterRef(f"{path}pk"), occasion=OuterRef("occasion")
    )
    where = {
        f"{path}programme__in": [one.programme_id for one in group],
        f"{path}state__in": _states(group[0]),
        f"{path}holder__user__is_active": True,
    }
    return rows.filter(~Exists(asked), **where).order_by()


def _once(group: list[Wave]) -> Rows:
    rows: Rows = Journey.objects.annotate(occasion=Value("", output_field=CharField()))
    return _unasked(group, rows, "")


def _each(kind: str, pk: str = "pk") -> Concat:
    """The name of an occasion: “session:12”."""
    return Concat(Value(f"{kind}:"), Cast(pk, CharField()))


def _moments(group: list[Wave], first: date, until: date) -> tuple[datetime, datetime]:
    """From the beginning of the first day to the end of the last, by the clock of the organisation."""
    zone = ZoneInfo(group[0].programme.organisation.time_zone)
    return datetime.combine(first, time.min, zone), datetime.combine(until + timedelta(days=1), time.min, zone)


def _starts(group: list[Wave], first: date, until: date) -> list[Happened]:
    rows = _once(group).filter(started_on__range=(first, until))
    return [_of(facts, on) for *facts, on in rows.values_list(*FACTS, "started_on")]


def _exits(group: list[Wave], first: date, until: date) -> list[Happened]:
    rows = _once(group).filter(ended_on__range=(first, until))
    return [_of(facts, on) for *facts, on in rows.values_list(*FACTS, "ended_on")]


def half_way(started_on: date, planned_end_on: date) -> date:
    """The first day on which half of the days have passed; a pause moves it with the planned end."""
    return planned_end_on - (planned_end_on - started_on) // 2


def _mids(group: list[Wave], first: date, until: date) -> list[Happened]:
    """Whoever ended before that day never came to it."""
    rows = _once(group).filter(started_on__lte=until, planned_end_on__gte=first)
    found = []
    for *facts, start, end, ended in rows.values_list(*FACTS, "started_on", "planned_end_on", "ended_on"):
        on = half_way(start, end)
        if first <= on <= until and (ended is None or on <= ended):
            found.append(_of(facts, on))
    return found


def _campaign(group: list[Wave], first: date, until: date) -> list[Happened]:
    """Everybody on the way by then; those who left too (where it says so), if they had not when it opened."""
    rows = _once(group).filter(Q(ended_on=None) | Q(ended_on__gte=first), started_on__lte=until)
    return [_of(facts, first) for facts in rows.values_list(*FACTS)]


def _sessions(group: list[Wave], first: date, until: date) -> list[Happened]:
    """Held ones; of the nth of a journey the occasion is its place: one that is logged late asks nobody again."""
    wave, (begin, end) = group[0], _moments(group, first, until)
    rows: Rows = Session.objects.filter(state=Session.State.HELD)
    if wave.nth:
        order = Window(RowNumber(), partition_by="mentorship__journey", order_by=[F("held_at"), F("pk")])
        of_these = rows.filter(mentorship__journey__programme__in=[one.programme_id for one in group]).order_by()
        rows = rows.filter(pk__in=of_these.annotate(order=order).filter(order=wave.nth).values("pk"))
        rows = rows.annotate(occasion=Value(f"session:nth:{wave.nth}", output_field=CharField()))
    else:
        rows = rows.annotate(occasion=_each("session"))
    rows = _unasked(group, rows.filter(held_at__gte=begin, held_at__lt=end), "mentorship__journey__")
    here = set(Mentor.objects.here().order_by().values_list("pk", flat=True)) if wave.audience == "mentor" else set()
    names = ("held_at", "occasion", "mentorship__mentor", "mentorship__mentor__user")
    return [
        _of(facts, at.astimezone(begin.tzinfo).date(), occasion, user if mentor in here else None)
        for *facts, at, occasion, mentor, user in rows.values_list(*_facts("mentorship__journey__"), *names)
    ]


def _modules(group: list[Wave], first: date, until: date) -> list[Happened]:
    """Dates that she came to."""
    begin, end = _moments(group, first, until)
    came: Rows = Enrolment.objects.filter(
        state__in=ATTENDED, module_date__starts_at__gte=begin, module_date__starts_at__lt=end
    ).annotate(occasion=_each("module", "module_date"))
    rows = _unasked(group, _of_step(group, came, "step__"), "step__journey__")
    return [
        _of(facts, at.astimezone(begin.tzinfo).date(), occasion)
        for *facts, at, occasion in rows.values_list(*_facts("step__journey__"), "module_date__starts_at", "occasion")
    ]


def _stays(group: list[Wave], first: date, until: date) -> list[Happened]:
    ended = _ended_stays().filter(over__range=(first, until)).annotate(occasion=_each("stay"))
    rows = _unasked(group, _of_step(group, ended, "step__"), "step__journey__")
    return [
        _of(facts, on, occasion)
        for *facts, on, occasion in rows.values_list(*_facts("step__journey__"), "over", "occasion")
    ]


def _milestones(group: list[Wave], first: date, until: date) -> list[Happened]:
    """Steps that are done, alone or by the team; not those carried over from a journey before."""
    done: Rows = Step.objects.filter(kind="milestone", state=Step.State.DONE, carried_from=None)
    done = done.filter(done_on__range=(first, until)).annotate(occasion=_each("milestone"))
    rows = _unasked(group, _of_step(group, done, ""), "journey__")
    return [
        _of(facts, on, occasion)
        for *facts, on, occasion in rows.values_list(*_facts("journey__"), "done_on", "occasion")
    ]


def _facts(path: str) -> tuple[str, ...]:
    return tuple(f"{path}{name}" for name in FACTS)


def _of_step(group: list[Wave], rows: Rows, path: str) -> Rows:
    code = group[0].step_code
    return rows.filter(**{f"{path}code": code}) if code else rows


def _ended_stays() -> Rows:
    """Those that took place, with the day they were over."""
    took_place = Immersion.objects.filter(state__in=STAYED).exclude(outcome=Immersion.Outcome.NOT_HAPPENED)
    return took_place.annotate(over=Coalesce("last_day_on", "ends_on"))


READERS: dict[str, Callable[[list[Wave], date, date], list[Happened]]] = {
    Wave.Moment.START: _starts,
    Wave.Moment.MID: _mids,
    Wave.Moment.EXIT: _exits,
    Wave.Moment.SESSION: _sessions,
    Wave.Moment.MODULE: _modules,
    Wave.Moment.IMMERSION: _stays,
    Wave.Moment.MILESTONE: _milestones,
    Wave.Moment.CAMPAIGN: _campaign,
}


# --- Who was there --------------------------------------------------------------------------------
@dataclass(frozen=True)
class Accompanied:
    """A mentor (a user's number) beside a journey, from when to when."""

    mentor: int
    since: date
    until: date | None


def mentors_of(journeys: Iterable[int]) -> dict[int, list[Accompanied]]:
    """{journey: its primary mentors who are still here, in order}. One query."""
    found: dict[int, list[Accompanied]] = defaultdict(list)
    rows = Mentorship.objects.begun().filter(
        journey__in=set(journeys),
        is_primary=True,
        started_on__isnull=False,
        mentor__in=Mentor.objects.here().order_by().values("pk"),
    )
    facts = rows.order_by("started_on", "pk").values_list("journey", "mentor__user", "started_on", "ended_on")
    for journey, mentor, since, until in facts:
        if since:
            found[journey].append(Accompanied(mentor, since, until))
    return found


@dataclass(frozen=True)
class Hosted:
    """A stay that took place; `tutor` and `company`: (e-mail, name), "" where nobody is known."""

    occasion: str
    until: date
    tutor: tuple[str, str]
    company: tuple[str, str]


def stays_of(journeys: Iterable[int]) -> dict[int, list[Hosted]]:
    """{journey: its stays that took place, in order}. A company answers by who signed, else its contact. One query."""
    found: dict[int, list[Hosted]] = defaultdict(list)
    rows = _ended_stays().filter(step__journey__in=set(journeys)).order_by("over", "pk")
    names = ("pk", "step__journey", "over", "tutor_email", "tutor_name", "signatory_email", "signatory_name")
    facts = rows.values_list(*names, "company__contact_email", "company__contact_name")
    for pk, journey, over, tutor_email, tutor, email, name, contact_email, contact in facts:
        company = (email, name) if email else (contact_email, contact)
        found[journey].append(Hosted(f"stay:{pk}", over, (tutor_email, tutor), company))
    return found
