"""What came of the journeys, and what was asked in other words, played like the rest: a list of moments and acts."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from evaluation import actions as evaluation
from evaluation.models import Questionnaire, Request, Wave
from journeys.actions import outcomes as actions
from journeys.models import FollowUp, Outcome
from tests.evaluation.golden.facts import Line, programme_of, table
from tests.evaluation.golden.facts_after import ANSWERS, COOPERATIONS, FOLLOW_UPS, OUTCOMES
from tests.evaluation.golden.facts_heard import HEARD, SEEN, WAVES
from tests.factories.evaluation import codes

if TYPE_CHECKING:
    from tests.evaluation.golden.load import World

Timed = tuple[datetime, Callable[[], Any]]
PARIS = ZoneInfo("Europe/Paris")
REASON = "Erreur de saisie"


def at(word: str | None, hour: int = 8) -> datetime:
    """A moment of a table; a day alone at that hour."""
    assert word
    moment = datetime.fromisoformat(word) if "T" in word else datetime.combine(datetime.fromisoformat(word), time(hour))
    return moment.replace(tzinfo=PARIS)


def facts_of(kind: str | None, words: str | None) -> dict[str, Any]:
    """The columns that a word of a table stands for."""
    words = words or ""
    if kind == "created":
        return {"legal_form": words}
    if kind == "jobs":
        created, lost = (Decimal(one) for one in words.split("/"))
        return {"jobs_created": created, "jobs_lost": lost}
    if kind == "funding":
        code, euros = words.split(":")
        return {"code": code, "amount_cents": int(Decimal(euros) * 100)}
    if kind == "cooperation":
        return {"partner": words, "partner_email": f"{words}@example.org"}
    return {"code": words}


class Later:
    """What is told of the journeys, by leads and by holders, and who confirms it."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.outcomes: dict[str | None, Outcome] = {}
        self.follow_ups: dict[tuple[str | None, str | None], FollowUp] = {}

    def acts(self) -> Iterator[Timed]:
        """All of it, in no order."""
        for line in table(OUTCOMES):
            yield at(line.noted, 10), lambda line=line: self._note(line, line.kind, line.facts)
            if line.proof:
                yield at(line.proof), lambda line=line: actions.prove_outcome(self._of(line), by=None, note="Vu")
        for line in table(COOPERATIONS):
            yield at(line.noted, 10), lambda line=line: self._note(line, "cooperation", line.whom)
            yield from self._confirmed(line)
        for line in [*table(OUTCOMES), *table(COOPERATIONS)]:
            if line.over:
                yield at(line.over, 23), lambda line=line: self._withdraw(line)
        for line in table(FOLLOW_UPS):
            yield at(line.sent, 7), lambda line=line: self._ask(line)
        for line in table(ANSWERS):
            yield at(line.when), lambda line=line: self._answer(line)

    def _of(self, line: Line) -> Outcome:
        return Outcome.objects.select_related("journey__programme__organisation").get(pk=self.outcomes[line.fact].pk)

    def _withdraw(self, line: Line) -> None:
        actions.withdraw_outcome(self._of(line), reason=REASON, by=None)

    def _note(self, line: Line, kind: str | None, words: str | None) -> None:
        how: dict[str, Any] = {"happened_on": line.on("day"), "by": None, **facts_of(kind, words)}
        if line.instead:
            made = actions.correct_outcome(self.outcomes[line.instead], reason=REASON, **how)
        else:
            made = actions.add_outcome(self.world.fresh(line.id), kind=kind or "", **how)
        self.outcomes[line.fact] = made

    def _confirmed(self, line: Line) -> Iterator[Timed]:
        """The holder in one tap, the other side by letter where she has, else as a lead was told."""
        if line.holder:
            yield at(line.holder), lambda: actions.confirm_cooperation(self._of(line), by=None)
        if line.partner and line.holder:
            yield at(line.partner), lambda: actions.answer_cooperation(self._of(line), is_true=True)
        elif line.partner:
            told: dict[str, Any] = {"side": "partner", "words": "Au téléphone", "by": None}
            yield at(line.partner), lambda: actions.note_cooperation(self._of(line), **told)
        if line.denied:
            yield at(line.denied), lambda: actions.answer_cooperation(self._of(line), is_true=False)

    def _ask(self, line: Line) -> None:
        made = actions.send_follow_up(self.world.fresh(line.id), int(line.months or 0))
        self.follow_ups[line.id, line.months] = made

    def _answer(self, line: Line) -> None:
        asked = FollowUp.objects.get(pk=self.follow_ups[line.id, line.months].pk)
        if line.kind == "never":
            actions.refuse_follow_ups(asked)
        elif line.kind == "activity":
            actions.answer_follow_up(asked, activity=line.facts or "")
        else:
            day = date.fromisoformat(line.day) if line.day else None
            actions.tell_follow_up(asked, told={line.kind or "": (day, facts_of(line.kind, line.facts))})


class Heard:
    """Questionnaires in other words, at other moments, and of mentors."""

    def __init__(self, world: "World") -> None:
        self.world = world
        evaluation.load_questionnaires()
        self.waves = {(line.programme, line.wave): self._wave(line) for line in table(WAVES)}

    def _wave(self, line: Line) -> Wave:
        return Wave.objects.create(
            programme=self.world.programmes[line.programme or ""], moment=line.moment or "", mode=line.mode or "",
            questionnaire=Questionnaire.objects.get(code=line.questionnaire), months=int(line.months or 0),
            audience=line.audience or "", open_days=int(line.open or 0),
        )  # fmt: skip

    def acts(self) -> Iterator[Timed]:
        """Each ask, and each answer."""
        for text in (HEARD, SEEN):
            for line in table(text):
                asked: list[Request] = []
                yield at(line.when), lambda line=line, asked=asked: asked.append(self._ask(line))
                if line.answered or line.state == "bounced":
                    yield at(line.answered or line.when), lambda line=line, asked=asked: self._answer(line, asked[0])

    def _ask(self, line: Line) -> Request:
        journey = self.world.fresh(line.id)
        wave = self.waves[programme_of(line.id), line.wave]
        if wave.audience == Wave.Audience.MENTOR:
            self.world.pair(line.id)
        return evaluation.send_request(wave, journey, by=None)

    def _answer(self, line: Line, asked: Request) -> None:
        by = asked.respondent
        if line.state == "bounced":
            evaluation.bounce_request(asked, by=None)
        if line.state == "refused":
            evaluation.refuse_request(asked, by=by)
        if line.answers:
            evaluation.save_answers(asked, given_in(line.answers, asked), by=by)
        if line.state == "complete":
            evaluation.complete_request(asked, by=by)


def given_in(words: str, asked: Request) -> dict[str, Any]:
    """{code: the answer}: of "LN1=5 LN2=x", or of the marks of the fifteen sentences of the posture."""
    if "=" in words:
        pairs = (word.split("=") for word in words.split())
        return {code: "na" if mark == "x" else int(mark) for code, mark in pairs}
    marks = words.replace(" ", "")
    return {code: int(mark) for code, mark in zip(codes(asked), marks, strict=True) if mark != "."}
