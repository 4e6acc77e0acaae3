"""The answer sheets of waves as plain rows, whether they are linked to a person or cut loose, and what was asked."""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import Count, Prefetch, Q
from django.utils import timezone

from evaluation.models import AnonymousSheet, Answer, Choice, Item, QuestionnaireVersion, Request, Section, Wave
from evaluation.queries.given import Kept, from_json, kept_of
from evaluation.statistics.disclosure import SMALLEST_GROUP

Key = tuple[str, int]
"""Code and series of an item: what may be counted together."""


@dataclass(frozen=True)
class Row:
    """One sheet that was sent. `person` pairs it with others of the same person about the same journey; "": nobody
    knows who. `facts`: those of the journey when it was sent (see `queries.relevance`), none on a sheet cut loose.
    """

    version: int
    answers: dict[str, Kept]
    """{item code: what is kept}, of this version."""
    person: str = ""
    name: str = ""
    journey: int | None = None
    on: date | None = None
    at: datetime | None = None
    """When it was sent; only to put sheets in order."""
    month: date | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def plain(self) -> dict[str, Any]:
        """{item code: the answer as conditions compare it}."""
        return {code: kept.plain for code, kept in self.answers.items()}


@dataclass(frozen=True)
class Asked:
    """One version as it was asked: its sections in order, each with its items and their choices."""

    version: QuestionnaireVersion
    sections: tuple[Section, ...]

    @cached_property
    def places(self) -> dict[Key, tuple[Section, Item]]:
        """Every item that takes an answer, in order, and the section it stands in."""
        return {
            (item.code, item.series): (section, item)
            for section in self.sections
            for item in section.items.all()
            if item.is_asked
        }

    @property
    def items(self) -> list[Item]:
        return [item for _section, item in self.places.values()]

    @cached_property
    def scales(self) -> set[Key]:
        return {key for key, (_section, item) in self.places.items() if item.kind == Item.Kind.SCALE}


def sheets_of(waves: Sequence[Wave]) -> dict[int, list[Row]]:
    """{wave: the sheets that count, in no order}. Three queries, whatever the number of waves and sheets.

    Of a wave that is not identified they count five by five, in the order in which they came (of an anonymous one the
    latest wait by themselves): whoever looks before and after one more answer would else read it in the difference.
    """
    found: dict[int, list[Row]] = {wave.pk: [] for wave in waves}
    linked = [wave.pk for wave in waves if not wave.is_anonymous]
    loose = [wave.pk for wave in waves if wave.is_anonymous]
    if linked:
        for request, answers in _answered(linked):
            found[request.wave_id].append(_linked_row(request, answers))
    for wave in waves:
        if wave.mode == Wave.Mode.CONFIDENTIAL:
            rows = found[wave.pk]
            del rows[len(rows) - len(rows) % SMALLEST_GROUP :]
    if loose:
        for sheet in AnonymousSheet.objects.counted().filter(wave__in=loose):
            answers = {code: from_json(columns) for code, columns in sheet.answers.items()}
            found[sheet.wave_id].append(Row(sheet.version_id, answers, month=sheet.month))
    for rows in found.values():
        secrets.SystemRandom().shuffle(rows)
    return found


def _answered(waves: list[int]) -> Iterable[tuple[Request, dict[str, Kept]]]:
    sent = (
        Request.objects.filter(wave__in=waves, state=Request.State.COMPLETE, response__isnull=False)
        .select_related("response", "respondent")
        .order_by("response__completed_at", "pk")
    )
    answers: dict[int, dict[str, Kept]] = defaultdict(dict)
    given = Answer.objects.filter(response__request__wave__in=waves, response__request__state=Request.State.COMPLETE)
    for answer in given.select_related("item").order_by():
        answers[answer.response_id][answer.item.code] = kept_of(answer)
    return [(request, answers[request.response.pk]) for request in sent]


def _linked_row(request: Request, answers: dict[str, Kept]) -> Row:
    who = str(request.respondent_id or request.email.casefold())
    on = timezone.localdate(request.response.completed_at)
    return Row(
        request.version_id, answers, person=f"{request.journey_id}:{who}", name=request.respondent_name,
        journey=request.journey_id, on=on, at=request.response.completed_at, month=on.replace(day=1),
        facts=request.response.facts,
    )  # fmt: skip


def versions_of(rows: Iterable[Row], wave: Wave) -> list[Asked]:
    """The versions that these sheets answer, the latest first; without sheets the one in force. Four queries."""
    answered = {row.version for row in rows}
    choices = Prefetch("choices", Choice.objects.order_by("position", "pk"))
    items = Prefetch("items", Item.objects.order_by("position", "pk").prefetch_related(choices))
    sections = Prefetch("sections", Section.objects.order_by("position", "pk").prefetch_related(items))
    known = wave.questionnaire.versions.published().order_by("-number").prefetch_related(sections)
    found = [Asked(version, tuple(version.sections.all())) for version in known]
    return [asked for asked in found if asked.version.pk in answered] or found[:1]


def break_reasons(wave: Wave) -> dict[Key, str]:
    """{code and series: why it began}, as the version said that began it; a later one may give other reasons. One
    query."""
    rows = Item.objects.filter(version__questionnaire=wave.questionnaire_id, version__published_at__isnull=False)
    found: dict[Key, str] = {}
    for code, series, why in (
        rows.filter(series__gt=1).order_by("version__number").values_list("code", "series", "change_reason")
    ):
        found.setdefault((code, series), why)
    return found


# --- The wave before ------------------------------------------------------------------------------
ORDER = {Wave.Moment.START: 0, Wave.Moment.MID: 1, Wave.Moment.EXIT: 2}


def previous_wave(wave: Wave) -> Wave | None:
    """The wave before: of the same questionnaire, asked of the same people in the same programme, with answers.

    Start, half-way and exit follow one another, as do campaigns by their first day, and what is asked after the same
    occasion (a session, a module date) by its number and its delay. One query.
    """
    others = (
        Wave.objects.filter(programme=wave.programme_id, questionnaire=wave.questionnaire_id, audience=wave.audience)
        .exclude(pk=wave.pk)
        .annotate(sent=Count("requests", filter=Q(requests__state=Request.State.COMPLETE)))
        .order_by("pk")
    )
    earlier = [one for one in others if one.sent and _family(one) == _family(wave) and _place(one) < _place(wave)]
    return max(earlier, key=_place, default=None)


def _family(wave: Wave) -> tuple[str, str]:
    moment = Wave.Moment(wave.moment)
    return ("journey", "") if moment in ORDER else (moment, wave.step_code)


def _place(wave: Wave) -> tuple[Any, ...]:
    rank = ORDER.get(Wave.Moment(wave.moment), 0)
    return rank, wave.opens_on or date.min, wave.nth, wave.months, wave.days, wave.pk
