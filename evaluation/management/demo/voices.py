"""Views side by side in the demo: the holder whom it signs in, their mentor and their tutor have answered, and seven
other holders and their mentors, so that a lead reads how far views agree.
"""

from datetime import timedelta
from random import Random

from backend.lib import clock
from backend.lib.refusal import Refused
from evaluation import actions
from evaluation.management.demo.cast import House
from evaluation.management.demo.replay import Replay, fresh
from evaluation.models import Request, Wave
from journeys.models import Journey

ASKED = 9  # days ago
# role: (hours until they answer, the points of the fifteen sentences; "-" does not apply)
SHEETS = {
    "mentor": (20, "647665364573667"),
    "tutor": (70, "6567565645766-6"),
    "holder": (95, "644737654476666"),
}
OTHERS, OTHERS_ASKED = 7, 30  # journeys; days ago


class Voices:
    """Asked by the lead in the waves of half-way, before the clock does (see `Surveys`)."""

    def __init__(self, replay: Replay, house: House) -> None:
        self.replay, self.house = replay, house
        self.random = Random("voices")
        replay.at(replay.now - timedelta(days=OTHERS_ASKED), self.ask_others)
        replay.at(replay.now - timedelta(days=ASKED), self.ask)

    def ask_others(self) -> None:
        """Mentors score somewhat lower, and not always the same people."""
        rows = Journey.objects.live().filter(programme=self.house.programme).exclude(holder=self.house.pairs[0][1])
        paired = rows.filter(companions__role="mentor", companions__ended_at=None).distinct()
        waves = {wave.audience: wave for wave in self._waves(self.house.programme.pk)}
        for journey in paired.select_related("holder__user", "programme__organisation").order_by("pk")[:OTHERS]:
            level = self.random.gauss(5.2, 1.1)
            for role, gap in (("holder", 0.0), ("mentor", -0.5)):
                points = "".join(self._point(level + gap) for _each in range(15))
                self._ask(waves[role], journey, self.random.randrange(3, 90), points)

    def _point(self, level: float) -> str:
        return str(max(1, min(8, round(self.random.gauss(level, 0.9)))))

    def ask(self) -> None:
        holder = self.house.pairs[0][1]
        rows = Journey.objects.filter(holder=holder).select_related("holder__user", "programme__organisation")
        journey = rows.order_by("pk")[0]
        for wave in self._waves(journey.programme_id):
            self._ask(wave, journey, *SHEETS[wave.audience])

    def _waves(self, programme: int) -> list[Wave]:
        waves = Wave.objects.filter(programme=programme, moment=Wave.Moment.MID, is_shared=True)
        return list(waves.select_related("questionnaire", "programme__organisation").order_by("pk"))

    def _ask(self, wave: Wave, journey: Journey, hours: int, points: str) -> None:
        try:
            request = actions.send_request(wave, journey, by=self.house.lead)
        except Refused:  # no stay has taken place, so there is no tutor; or they were asked before
            return
        self.replay.at(clock.now() + timedelta(hours=hours), lambda: self.answer(request, points))

    def answer(self, request: Request, points: str) -> None:
        request = fresh(request)
        codes = request.version.items.order_by("position").values_list("code", flat=True)
        given = {code: None if point == "-" else int(point) for code, point in zip(codes, points, strict=True)}
        actions.begin_request(request, by=request.respondent)
        actions.save_answers(request, given, by=request.respondent)
        actions.complete_request(request, by=request.respondent)
