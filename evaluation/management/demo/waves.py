"""Waves of several moments in the first organisation of the demo: after modules, sessions and stays, half-way."""

from datetime import date, timedelta
from random import Random
from typing import Any

from backend.lib import clock
from backend.lib.refusal import Refused
from evaluation import actions
from evaluation.actions.waves import Plan
from evaluation.management.demo.cast import House
from evaluation.management.demo.replay import Replay, fresh
from evaluation.models import POSTURE, Item, Questionnaire, Request, Wave
from evaluation.queries.answers import sheet
from evaluation.queries.asked import Line
from evaluation.queries.due import Asking, askings, with_rows
from evaluation.queries.requests import requests_to_remind

Moment, Audience, Mode = Wave.Moment, Wave.Audience, Wave.Mode
MADE, ROUNDS, ROUND = 70, (42, 20, 6), 16  # days ago; asks a round
WORDS = ("Plus de temps pour les exemples.", "Un point court par écrit avant de se voir.", "Rien, merci beaucoup !")


class Surveys:
    """Made ten weeks ago; asked in three rounds, answered by two in three."""

    seed = "surveys"

    def __init__(self, replay: Replay, house: House) -> None:
        self.replay, self.house = replay, house
        self.random = Random(self.seed)
        self.waves: list[Wave] = []
        replay.at(replay.now - timedelta(days=MADE), self.make)
        for days in ROUNDS:
            replay.at(replay.now - timedelta(days=days, hours=1), self.ask)
        replay.at(replay.now - timedelta(days=1, hours=2), self.remind)
        replay.at(replay.now - timedelta(hours=9), actions.expire_requests)

    def make(self) -> None:
        known = {one.code: one for one in Questionnaire.objects.all()}
        since = clock.today() - timedelta(days=30)
        for plan in self.plans(known, since):
            self.waves.append(actions.create_wave(self.house.programme, plan, by=self.house.lead))

    def plans(self, known: dict[str, Questionnaire], since: date) -> list[Plan]:
        return [
            Plan(known["module-satisfaction"], Moment.MODULE, days=1, mode=Mode.ANONYMOUS, open_days=15, since=since),
            Plan(known["session-satisfaction"], Moment.SESSION, days=2, nth=3, mode=Mode.CONFIDENTIAL, since=since),
            *(Plan(known[POSTURE], Moment.MID, audience=one, since=since, is_shared=True) for one in Wave.VOICES),
            Plan(known["tutor-view"], Moment.IMMERSION, days=3, audience=Audience.TUTOR, since=since),
        ]

    def due(self) -> list[Asking]:
        """Whom a round asks."""
        return askings(self.waves)[:ROUND]

    def ask(self) -> None:
        for due in with_rows(self.due()):
            request = actions.send_due(due, by=None)
            chance = self.random.random()
            if chance < 0.62:
                at = clock.now() + timedelta(hours=self.random.randrange(2, 90))
                self.replay.at(at, lambda request=request: self.reply(request))
            elif chance < 0.7:
                refusal = clock.now() + timedelta(hours=20)
                self.replay.at(refusal, lambda request=request: actions.refuse_request(fresh(request), by=None))

    def reply(self, request: Request) -> None:
        request = fresh(request)
        actions.begin_request(request, by=request.respondent)
        given = {}
        for line in sheet(request).lines:
            if line.item.is_asked:
                given[line.item.code] = self.answer(line)
        actions.save_answers(request, given, by=request.respondent)
        actions.complete_request(fresh(request), by=request.respondent)

    def answer(self, line: Line) -> Any:
        item = line.item
        if item.kind in Item.POINTS:
            low, high = item.bounds
            return max(low, min(high, round(self.random.gauss(low + 0.72 * (high - low), 0.18 * (high - low)))))
        if item.kind in Item.CHOSEN:
            return self.random.choice(line.offered).code
        if item.kind in Item.WRITTEN:
            return self.random.choice(WORDS) if self.random.random() < 0.4 else ""
        return self.random.randrange(1, 5) if item.kind == Item.Kind.NUMBER else ""

    def remind(self) -> None:
        for request in requests_to_remind(clock.now()).filter(wave__in=self.waves)[:8]:
            try:
                actions.remind_request(request, by=None)
            except Refused:
                continue


class Endings(Surveys):
    """What is asked once something is over: at the end of the journey, and a month after a module. What was asked of
    those who ended while the waves were made is asked along."""

    seed = "endings"

    def plans(self, known: dict[str, Questionnaire], since: date) -> list[Plan]:
        since -= timedelta(days=60)
        return [
            Plan(known["exit-satisfaction"], Moment.EXIT, days=1, since=since),
            Plan(known["looking-back"], Moment.EXIT, days=1, since=since),
            Plan(known["put-into-practice"], Moment.MODULE, days=30, since=since),
        ]

    def due(self) -> list[Asking]:
        """Some of each: those who ended do not wait for those who were taught."""
        return [one for wave in self.waves for one in askings([wave])[: ROUND // 2]]
