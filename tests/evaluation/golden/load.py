"""The golden programme played through the house’s own verbs, each fact on its day."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from unittest.mock import patch

from backend.accounts.models import Organisation, User
from backend.lib import clock
from backend.mail.letters import Rendered
from backend.mail.models import Email
from evaluation import actions as evaluation
from evaluation.models import Request, Wave
from journeys import actions as journeys
from journeys.models import Commune, Delivery, Holder, Journey, Neighbourhood, Programme, Project, Step
from journeys.queries.statements import read
from mentoring import actions as mentoring
from mentoring.models import Mentorship, Session
from tests.evaluation.golden.facts import (
    ANONYMOUS,
    APART,
    ASKED,
    BRIDGES,
    COMMUNES,
    JOURNEYS,
    MILESTONES,
    MODULES,
    ORGANISATIONS,
    PAUSES,
    SESSIONS,
    STAYS,
    STEPS,
    Line,
    programme_of,
    table,
)  # fmt: skip
from tests.evaluation.golden.load_more import Heard, Later, at
from tests.factories.accounts import make_member, make_organisation
from tests.factories.evaluation import codes
from tests.factories.journeys import make_delivery, make_holder, make_programme, make_project
from tests.factories.mentoring import make_pair
from tests.factories.stays import make_immersion
from tests.factories.territory import load_territory

TITLES = {
    "accueil": "Accueil", "gestion": "Gestion", "mentorat": "Mentorat", "immersion": "Immersion", "charte": "Charte",
    "plan": "Plan d’affaires validé", "statuts": "Statuts signés", "client": "Premier client",
}  # fmt: skip
Act = Callable[[], Any]


class World:
    """The rows as they are made, by the names of the tables."""

    def __init__(self) -> None:
        load_territory()
        self.organisations = {slug: make_organisation(slug.title(), slug=slug) for slug in set(ORGANISATIONS.values())}
        self.programmes = {code: self._programme(code) for code in STEPS}
        self.people: dict[str | None, User] = {}
        self.projects: dict[str | None, Project] = {}
        self.journeys: dict[str | None, Journey] = {}
        self.pairs: dict[str | None, Mentorship] = {}
        self.requests: dict[tuple[str | None, str | None], Request] = {}
        self.usual: dict[tuple[str | None, str | None], Wave] = {}
        """The waves of the posture at both ends."""
        self.acts: list[tuple[datetime, Act]] = []

    def _programme(self, code: str) -> Programme:
        steps = [
            {"code": name, "kind": kind, "weight": 1, "max": days, "shared": shared, "required": False,
             "title_fr": TITLES[name], "minutes": 60 if kind == "mentoring" else 0}
            for name, kind, days, shared in STEPS[code]
        ]  # fmt: skip
        return make_programme(self.organisations[ORGANISATIONS[code]], code, title_fr=code, steps=steps)

    @cached_property
    def scribe(self) -> User:
        """Who writes down time spent beside meeting."""
        return make_member(self.organisations["ecossolies"], "mentor", "mentor@example.org")

    def play(self) -> None:
        """Every fact on its day, whatever table it stands in."""
        self._journeys()
        self._hours()
        self._asked()
        self.acts += [*Later(self).acts(), *Heard(self).acts()]
        for moment, act in sorted(self.acts, key=lambda one: one[0]):
            with clock.pretend(moment.astimezone(UTC)):  # deadlines are hours away, as on a server
                act()
                self._letters_leave()

    def _letters_leave(self) -> None:
        waiting = Email.objects.filter(state__in=[Email.State.PENDING, Email.State.HELD])
        waiting.update(state=Email.State.SENT, attempts=1, sent_at=clock.now())

    def on(self, moment: datetime, act: Act) -> None:
        self.acts.append((moment, act))

    def fresh(self, journey: str | None) -> Journey:
        """As it is by now."""
        joined = Journey.objects.select_related("programme__organisation", "holder__user", "project")
        return joined.get(pk=self.journeys[journey].pk)

    def step(self, journey: str | None, code: str | None) -> Step:
        return self.journeys[journey].steps.select_related("journey__programme", "journey__holder").get(code=code)

    # --- Journeys: who opens one, pauses it, goes on elsewhere, ends it -------------------------------------
    def _journeys(self) -> None:
        made = {line.to for line in table(BRIDGES)}
        for line in table(JOURNEYS):
            if line.id not in made:
                self.on(at(line.start, 0), lambda line=line: self._open(line))
            if line.ended and line.how != "bridged":
                self.on(at(f"{line.ended}T23:59:30"), lambda line=line: self._end(line))
        for line in table(PAUSES):
            self.on(at(line.since, 12), lambda line=line: self._pause(line))
            if line.resumed:
                self.on(at(line.resumed, 12), lambda line=line: self._resume(line))
        for line in table(BRIDGES):
            self.on(at(line.day, 19), lambda line=line: self._bridge(line))
        for line in table(MILESTONES):
            self.on(at(line.day, 11), lambda line=line: self._milestone(line))

    def _open(self, line: Line) -> None:
        programme = self.programmes[line.programme or ""]
        holder = self._holder(line, programme.organisation)
        if line.project not in self.projects:
            self.projects[line.project] = make_project(
                programme.organisation, name=line.project, **self._place(line.commune, line.qpv)
            )
        project = self.projects[line.project]
        if not project.carriers.filter(holder=holder).exists():
            project.holders.add(holder)
        self.journeys[line.id] = journeys.open_journey(
            programme, project, holder, started_on=clock.today(), referent=None, by=None
        )

    def _holder(self, line: Line, organisation: Organisation) -> Holder:
        if line.person not in self.people:
            self.people[line.person] = make_member(organisation, "holder", f"{line.person}@example.org")
        facts = {"gender": line.gender or "", "birth_year": int(line.born) if line.born else None}
        return make_holder(organisation, self.people[line.person], **facts)

    def _place(self, commune: str | None, qpv: str | None) -> dict[str, Any]:
        named = Neighbourhood.objects.get(code=qpv) if qpv and qpv.startswith("QN") else None
        known = {"out": Project.Qpv.OUTSIDE, "?": Project.Qpv.UNKNOWN}.get(qpv or "", Project.Qpv.INSIDE)
        where = Commune.objects.get(insee=COMMUNES[commune]) if commune else None
        return {"commune": where, "qpv": known, "neighbourhood": named}

    def _end(self, line: Line) -> None:
        journey = self.journeys[line.id]
        if line.how == "completed":
            journeys.complete_journey(journey, by=None)
        else:
            journeys.leave_journey(journey, reason=line.how or "", comment="Dit à l’oral", by=None)

    def _pause(self, line: Line) -> None:
        review = at(line.review).date()
        journeys.pause_journey(self.journeys[line.id], reason="Naissance", review_on=review, by=None)

    def _resume(self, line: Line) -> None:
        journeys.resume_journey(self.journeys[line.id], by=None)

    def _bridge(self, line: Line) -> None:
        carried = [self.step(line.id, code).pk for code in (line.carried or "").split(",") if code]
        goal = next(one.programme for one in table(JOURNEYS) if one.id == line.to)
        self.journeys[line.to] = journeys.bridge_journey(
            self.journeys[line.id], programme=self.programmes[goal or ""], kind=line.kind or "", steps=carried, by=None
        )

    def _milestone(self, line: Line) -> None:
        step = self.step(line.id, line.code)
        if line.state == "waived":
            journeys.waive_step(step, reason="Sans objet", by=None)
        else:
            journeys.reach_milestone(step, reached_on=clock.today(), evidence="Vu", by=None)

    # --- Hours: training, mentoring, stays ------------------------------------------------------------------
    def _hours(self) -> None:
        for line in table(MODULES):
            self.on(at(line.when), lambda line=line: self._module(line))
        for line in table(SESSIONS):
            if line.state == "planned":
                self.on(at("2026-11-23", 8), lambda line=line: self._plan(line))
            elif line.state in Session.MISSED:
                self.on(at(line.when), lambda line=line: self._miss(line))
            else:
                self.on(at(line.when), lambda line=line: self._session(line))
        for line in table(APART):
            self.on(at(line.when), lambda line=line: self._apart(line))
        for line in table(STAYS):
            over = line.state in ("completed", "partial", "not_happened")
            day = at(line.ends if over else line.starts, 18) if line.state != "validated" else at("2026-11-22")
            self.on(day, lambda line=line: self._stay(line))

    def _module(self, line: Line) -> None:
        journey = self.journeys[line.id]
        made = make_delivery(journey, kind="module", minutes=int(line.minutes or 0), happened_at=clock.now())
        self._settle(made, line.state)

    def pair(self, journey: str | None) -> Mentorship:
        if journey not in self.pairs:
            row = Journey.objects.get(pk=self.journeys[journey].pk)
            self.pairs[journey] = make_pair(row.programme.organisation, journey=row)
        return self.pairs[journey]

    def _session(self, line: Line) -> None:
        pair = self.pair(line.id)
        mentoring.record_session(pair, held_at=clock.now(), minutes=int(line.minutes or 0), by=None)
        self._settle(pair.journey.deliveries.latest("pk"), line.state)

    def _plan(self, line: Line) -> Session:
        pair = self.pair(line.id)
        return mentoring.plan_session(
            pair, starts_at=at(line.when), minutes=int(line.minutes or 0), place="Café", by=pair.mentor.user
        )

    def _miss(self, line: Line) -> None:
        with clock.pretend(at(line.when).replace(hour=6)):
            session = self._plan(line)
        mentoring.miss_session(session, outcome=line.state or "", by=None)

    def _settle(self, line: Delivery, state: str | None) -> None:
        """What became of a declared line."""
        person = line.journey.holder.user
        if state in ("confirmed", "signed"):
            journeys.confirm_delivery(line, by=person)
        if state == "signed":
            day = clock.today()
            sheet = journeys.prepare_statement(line.journey, starts_on=day, ends_on=day, by=None)
            journeys.sign_statement(sheet, seen=read(sheet).digest, by=person)
        if state == "disputed":
            journeys.dispute_delivery(line, comment="Moins que cela", by=person)
        if state == "void":
            journeys.void_delivery(line, reason="Saisi deux fois", by=None)

    def _apart(self, line: Line) -> None:
        journeys.declare_delivery(
            self.journeys[line.id], sort=line.sort or "", kind="mentoring", happened_at=clock.now(),
            minutes=int(line.minutes or 0), by=self.scribe,
        )  # fmt: skip

    def _stay(self, line: Line) -> None:
        starts, ends = at(line.starts).date(), at(line.ends).date()
        ready = {"completed": "completed", "cancelled": "cancelled"}.get(line.state or "", "validated")
        facts = {"starts_on": starts, "ends_on": ends, "minutes_planned": int(line.minutes or 0)}
        stay = make_immersion(self.journeys[line.id], state=ready, **facts)
        if line.state == "partial":
            journeys.complete_immersion(
                stay, outcome="partial", minutes_done=int(line.minutes or 0), last_day_on=ends, by=None
            )
        if line.state == "not_happened":
            journeys.complete_immersion(stay, outcome="not_happened", reason="Malade", side="holder", by=None)

    # --- Questionnaires ------------------------------------------------------------------------------------
    def _asked(self) -> None:
        for code, programme in self.programmes.items():
            for wave in evaluation.set_default_waves(programme):
                self.usual[code, wave.moment] = wave
            for moment in (moment for one, moment in ANONYMOUS if one == code):
                programme.waves.filter(moment=moment).update(mode=Wave.Mode.ANONYMOUS)
        for line in table(ASKED):
            self.on(at(line.when), lambda line=line: self._ask(line))
        self.on(at("2026-11-23", 9), evaluation.expire_requests)

    def _ask(self, line: Line) -> None:
        known = (line.id, line.moment)
        if known in self.requests:
            evaluation.expire_requests()
        by = self.scribe if known in self.requests else None
        wave = Wave.objects.get(pk=self.usual[programme_of(line.id), line.moment].pk)
        request = self.requests[known] = evaluation.send_request(wave, self.fresh(line.id), by=by)
        by = request.respondent
        if line.state == "bounced":
            evaluation.bounce_request(request, by=None)
        if line.state == "refused":
            evaluation.refuse_request(request, by=by)
        if line.state == "opened":
            evaluation.begin_request(request, by=by)
        if line.answers:
            marks = line.answers.replace(" ", "")
            given = {code: int(mark) for code, mark in zip(codes(request), marks, strict=True) if mark != "."}
            evaluation.save_answers(request, given, by=by)
        if line.state == "complete":
            evaluation.complete_request(request, by=by)


def load() -> World:
    """The world, played through to its last day. Letters are blank: no figure reads them, and writing takes long."""
    blank = Rendered(subject="-", text="-", html="-")
    with patch("backend.mail.actions.letters.render", return_value=blank):
        world = World()
        world.play()
    return world
