"""Eighteen months of forty journeys, asked by the clock at every moment: each ask exactly once, by the table that a
plain loop over the days writes on its own; nine days without a worker change nothing but dates."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from backend.accounts.models import Organisation
from evaluation import tasks
from evaluation.models import Request, Wave
from journeys import actions as journeys
from journeys.models import Company, Enrolment, Immersion, Journey, ModuleDate, Programme
from mentoring.models import Mentor, Mentorship, Session
from tests.factories.evaluation import make_wave
from tests.factories.journeys import STEPS, make_holder, make_programme, make_project, step_of
from tests.factories.mentoring import make_mentor
from tests.factories.stays import make_company, module_of

pytestmark = [pytest.mark.django_db, pytest.mark.long]
PARIS = ZoneInfo("Europe/Paris")
FIRST, LAST = date(2026, 1, 5), date(2027, 7, 5)
DOWN = {date(2026, 9, 14) + timedelta(days=n) for n in range(9)}
OPENS, CLOSES = date(2026, 9, 20), date(2026, 10, 20)
DAY, WINDOW, PEOPLE = timedelta(days=1), timedelta(days=180), 40

WAVES: dict[str, dict[str, Any]] = {
    "start": {"moment": "start"},
    "start + 3 months": {"moment": "start", "months": 3},
    "mid": {"moment": "mid"},
    "mid, mentor": {"moment": "mid", "audience": "mentor"},
    "exit": {"moment": "exit"},
    "exit, mentor": {"moment": "exit", "audience": "mentor"},
    "exit + 14 days, leavers too": {"moment": "exit", "days": 14, "asks_leavers": True},
    "exit + 6 months": {"moment": "exit", "months": 6},
    "session + 2 days": {"moment": "session", "days": 2},
    "third session, mentor": {"moment": "session", "nth": 3, "audience": "mentor"},
    "module + 1 day": {"moment": "module", "days": 1},
    "stay + 3 days, tutor": {"moment": "immersion", "days": 3, "audience": "tutor"},
    "stay, company": {"moment": "immersion", "audience": "company"},
    "plan, from March": {"moment": "milestone", "step_code": "plan", "since": date(2026, 3, 1)},
    "campaign": {"moment": "campaign", "opens_on": OPENS, "closes_on": CLOSES},
}


@dataclass
class Life:
    """What happens to one person, and from which day it is known."""

    number: int
    start: date
    opened: date
    length: int
    pause: tuple[date, date] | None = None
    end: tuple[date, str] | None = None
    changes_mentor: date | None = None
    sessions: list[tuple[date, date]] = field(default_factory=list)
    module: date | None = None
    stay: date | None = None
    plan: date | None = None

    def mentor(self, day: date) -> str:
        is_second = self.changes_mentor is not None and day >= self.changes_mentor
        return f"mentor{(self.number + is_second) % 4}"

    def state(self, day: date) -> str:
        if self.end and day >= self.end[0]:
            return self.end[1]
        return "paused" if self.pause and self.pause[0] <= day < self.pause[1] else "active"

    def middle(self, day: date) -> date:
        """Half of the days have passed, counting the pause once it has begun."""
        rested = (self.pause[1] - self.pause[0]).days if self.pause and day >= self.pause[0] else 0
        length = self.length + rested
        return self.start + (length - length // 2) * DAY


def awake(day: date) -> date:
    """Nobody pauses, ends or changes mentor in the nine days: whoever left before being asked is not asked."""
    return day if day - DAY not in DOWN and day not in DOWN else max(DOWN) + 2 * DAY


def lives() -> list[Life]:
    dice = Random("jalon")
    found = []
    for number in range(PEOPLE):
        start = FIRST + timedelta(days=dice.randrange(0, 330))
        late = {3: 20, 7: 90, 11: 200}.get(number, 0)  # imported after the fact; the last one too late for its start
        life = Life(number, start, start + late * DAY, dice.choice((120, 150, 181, 240)))
        if number % 5 == 1:
            begins = awake(life.opened + timedelta(days=dice.randrange(20, 60)))
            life.pause = (begins, awake(begins + timedelta(days=dice.randrange(10, 50))))
        if number % 7 != 2:
            how = "left" if number % 6 == 4 else "completed"
            after = dice.randrange(70, 100) if how == "left" else life.length + dice.randrange(0, 60)
            earliest = (life.pause[1] if life.pause else life.opened) + 10 * DAY
            life.end = (awake(max(earliest, start + after * DAY)), how)
        if number % 3 == 0:
            life.changes_mentor = awake(life.opened + timedelta(days=dice.randrange(15, 50)))
        last = min(life.end[0] if life.end else LAST, LAST)
        day = life.opened + 4 * DAY
        while day < last - 3 * DAY and len(life.sessions) < 5:
            if life.state(day) == "active":
                is_late = dice.random() < 0.2
                life.sessions.append((day, min(day + (6 if is_late else 0) * DAY, last - DAY)))
            day += timedelta(days=dice.randrange(9, 30))
        life.module = _within(life, dice, 5, 40) if number % 4 != 3 else None
        life.stay = _within(life, dice, 30, 80) if number % 3 != 1 else None
        life.plan = _within(life, dice, 40, 69) if number % 4 != 0 else None
        found.append(life)
    return found


def _within(life: Life, dice: Random, low: int, high: int) -> date | None:
    day = life.opened + timedelta(days=dice.randrange(low, high))
    return day if life.state(day) == "active" and day <= LAST else None


# --- What should be asked: a plain loop over days, people and waves ------------------------------------
Ask = tuple[str, int, date, str]
"""(wave, person's number, the day it is about, who is asked)."""


def later(day: date, months: int, days: int) -> date:
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    while True:
        try:
            return date(year, month, day.day) + timedelta(days=days)
        except ValueError:
            day -= DAY


def happened(life: Life, name: str, today: date) -> list[tuple[str, date, str]]:
    """(occasion, day, who is asked) as known today."""
    moment, who = WAVES[name]["moment"], WAVES[name].get("audience", "holder")
    if moment == "start":
        days = [("", life.start)]
    elif moment == "mid":
        days = [("", life.middle(today))]
    elif moment == "exit":
        days = [("", life.end[0])] if life.end and life.end[0] <= today else []
    elif moment == "campaign":
        return [("", OPENS, f"holder{life.number}")] if OPENS <= today <= CLOSES else []
    elif moment == "session":
        held = sorted(on for on, known in life.sessions if known <= today)
        days = [("third", on) for on in held[2:3]] if WAVES[name].get("nth") else [(str(on), on) for on in held]
    else:
        day = {"module": life.module, "immersion": life.stay, "milestone": life.plan}[moment]
        days = [("", day)] if day and day <= today else []
    people = {"holder": f"holder{life.number}", "tutor": f"tutor{life.number}", "company": f"company{life.number}"}
    return [(occasion, on, people.get(who) or life.mentor(on)) for occasion, on in days if on <= today]


def states(name: str) -> set[str]:
    wave = WAVES[name]
    left = {"left"} if wave.get("asks_leavers") else set()
    if wave["moment"] == "exit":
        return {"completed"} | left
    is_early = wave["moment"] in ("start", "mid") and not wave.get("months")
    return {"active"} if is_early or wave["moment"] == "campaign" else {"active", "completed"} | left


def expected(people: list[Life], days: Iterable[date]) -> dict[Ask, date]:
    """{ask: the day it is sent}."""
    asks: dict[Ask, date] = {}
    done = set()
    for today in days:
        for life in (one for one in people if one.opened <= today):
            for name, wave in WAVES.items():
                if life.state(today) not in states(name):
                    continue
                for occasion, on, who in happened(life, name, today):
                    due = later(on, wave.get("months", 0), wave.get("days", 0))
                    is_open = wave["moment"] == "campaign" or today - WINDOW <= due <= today
                    if is_open and on >= wave.get("since", on) and (name, life.number, occasion) not in done:
                        done.add((name, life.number, occasion))
                        asks[name, life.number, on, who] = today
    return asks


# --- What is asked: the house, day by day --------------------------------------------------------------
@dataclass
class Town:
    """The rows that lives need."""

    organisation: Organisation
    programme: Programme
    mentors: list[Mentor]
    company: Company
    rows: dict[int, Journey] = field(default_factory=dict)
    pairs: dict[int, Mentorship] = field(default_factory=dict)

    def events(self, life: Life) -> list[tuple[date, Callable[[], object]]]:
        number = life.number
        found: list[tuple[date, Callable[[], object]]] = [(life.opened, lambda: self.open(life))]
        if life.changes_mentor:
            found.append((life.changes_mentor, lambda: self.change(life)))
        if life.pause:
            begins, ends = life.pause
            found.append((begins, lambda: self.act(journeys.pause_journey, number, reason="Congé", review_on=ends)))
            found.append((ends, lambda: self.act(journeys.resume_journey, number)))
        found += [(known, lambda on=on: self.hold(life, on)) for on, known in life.sessions]
        if life.module:
            found.append((life.module, lambda: self.attend(life, life.module)))
        if life.stay:
            found.append((life.stay, lambda: self.stay(life, life.stay)))
        if life.plan:
            found.append((life.plan, lambda: self.reach(life)))
        if life.end and life.end[1] == "left":
            found.append((life.end[0], lambda: self.act(journeys.leave_journey, number, reason="moved")))
        elif life.end:
            found.append((life.end[0], lambda: self.act(journeys.complete_journey, number)))
        return [(day, event) for day, event in found if day <= LAST]

    def act(self, action: Callable[..., Any], number: int, **how: Any) -> None:
        self.rows[number].refresh_from_db()
        action(self.rows[number], by=None, **how)

    def open(self, life: Life) -> None:
        holder = make_holder(self.organisation)
        type(holder.user).objects.filter(pk=holder.user_id).update(last_name=f"holder{life.number}")
        project = make_project(self.organisation, holder)
        self.rows[life.number] = journeys.open_journey(self.programme, project, holder, started_on=life.start, by=None)
        Journey.objects.filter(pk=self.rows[life.number].pk).update(planned_end_on=life.start + life.length * DAY)
        self.pair(life, life.start)

    def pair(self, life: Life, since: date) -> None:
        mentor = next(one for one in self.mentors if one.user.last_name == life.mentor(since))
        self.pairs[life.number] = Mentorship.objects.create(
            mentor=mentor, journey=self.rows[life.number], state="active", started_on=since
        )

    def change(self, life: Life) -> None:
        assert life.changes_mentor
        former = Mentorship.objects.filter(pk=self.pairs[life.number].pk)
        former.update(state="ended", ended_on=life.changes_mentor - DAY, end_reason="other")
        self.pair(life, life.changes_mentor)

    def hold(self, life: Life, on: date) -> None:
        """Of whoever was the mentor that day."""
        pairs = Mentorship.objects.filter(journey=self.rows[life.number], started_on__lte=on).order_by("-started_on")
        at = datetime.combine(on, time(8), PARIS)
        Session.objects.create(
            mentorship=pairs[0],
            starts_at=at,
            ends_at=at + timedelta(hours=1),
            state="held",
            held_at=at,
            held_minutes=60,
        )

    def attend(self, life: Life, on: date) -> None:
        at = datetime.combine(on, time(8), PARIS)
        module = module_of(self.rows[life.number])
        held = ModuleDate.objects.create(module=module, starts_at=at, ends_at=at + timedelta(hours=3), state="held")
        Enrolment.objects.create(module_date=held, step=step_of(self.rows[life.number], "module"), state="present")

    def stay(self, life: Life, on: date) -> None:
        Immersion.objects.create(
            step=step_of(self.rows[life.number], "immersion"),
            company=self.company,
            tutor_name="Paule",
            tutor_email=f"Tutor{life.number}@exemple.fr",
            signatory_email=f"company{life.number}@exemple.fr",
            starts_on=on - 4 * DAY,
            ends_on=on,
            minutes_planned=2100,
            state="completed",
            outcome="completed",
        )

    def reach(self, life: Life) -> None:
        assert life.plan
        step_of(self.rows[life.number], "milestone").__class__.objects.filter(
            journey=self.rows[life.number], code="plan"
        ).update(state="done", done_on=life.plan)


@pytest.fixture
def town(organisation: Organisation, clock: time_machine.Traveller) -> Town:
    clock.move_to(datetime.combine(FIRST, time(7), PARIS))
    steps = [{**step, "required": False} for step in STEPS]
    programme = make_programme(organisation, steps=steps)
    mentors = [make_mentor(organisation, capacity=40) for _number in range(4)]
    for number, mentor in enumerate(mentors):
        mentor.user.last_name = f"mentor{number}"
        mentor.user.save(update_fields=["last_name"])
    programme.waves.update(stopped_at=datetime.combine(FIRST, time(7), PARIS))
    for wave in WAVES.values():
        make_wave(programme, **wave)
    return Town(organisation, programme, mentors, make_company(organisation))


def live(
    town: Town, people: list[Life], clock: time_machine.Traveller, down: set[date], last: date
) -> list[tuple[Ask, date]]:
    """Each day: what happens at nine, and the sweep at noon, twice now and then; what was asked, and when."""
    calendar: dict[date, list[Callable[[], object]]] = {}
    for life in people:
        for day, event in town.events(life):
            calendar.setdefault(day, []).append(event)
    day = FIRST
    while day <= last:
        clock.move_to(datetime.combine(day, time(9), PARIS))
        for event in calendar.get(day, []):
            event()
        clock.move_to(datetime.combine(day, time(12), PARIS))
        if day not in down:
            tasks.sweep_due_requests()
        if day.day == 1:
            assert tasks.sweep_due_requests() == 0
        day += DAY
    return _asked(town)


def _asked(town: Town) -> list[tuple[Ask, date]]:
    numbers = {journey.pk: number for number, journey in town.rows.items()}
    known = {pk: name for name, pk in zip(WAVES, _wave_ids(town), strict=True)}
    found = []
    for one in Request.objects.select_related("respondent").order_by("pk"):
        who = one.respondent.last_name if one.respondent else one.email.partition("@")[0]
        assert one.occasion_on
        ask = (known[one.wave_id], numbers[one.journey_id], one.occasion_on, who)
        found.append((ask, one.sent_at.astimezone(PARIS).date()))
    return found


def _wave_ids(town: Town) -> list[int]:
    return list(
        Wave.objects.filter(programme=town.programme, stopped_at=None).order_by("pk").values_list("pk", flat=True)
    )


def days(but: set[date], last: date = LAST) -> list[date]:
    every = [FIRST + n * DAY for n in range((last - FIRST).days + 1)]
    return [day for day in every if day not in but]


def test_the_plain_table_is_the_same_after_nine_days_without_a_worker_but_for_dates() -> None:
    people = lives()
    up, down = expected(people, days(set())), expected(people, days(DOWN))
    assert len(up) > 300
    assert {name for name, *_ask in up} == set(WAVES)
    assert set(up) == set(down)
    moved = {ask for ask in up if up[ask] != down[ask]}
    assert moved == {ask for ask in up if up[ask] in DOWN}
    assert {down[ask] for ask in moved} == {max(DOWN) + DAY}
    assert len(moved) > 10


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("down", "last"), [(set(), LAST), (DOWN, max(DOWN) + 20 * DAY)], ids=["always up", "nine days down"]
)
def test_each_is_asked_exactly_once_when_the_table_says(
    town: Town, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch, down: set[date], last: date
) -> None:
    letters: list[int] = []
    monkeypatch.setattr("evaluation.actions.requests._post", lambda _letter, request, key: letters.append(request.pk))
    people = lives()
    asked = live(town, people, clock, down, last)
    assert len(asked) == len({ask for ask, _day in asked}) == len(letters) == len(set(letters))
    assert dict(asked) == expected(people, days(down, last))
