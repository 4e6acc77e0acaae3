"""Three voices: what the holder, the mentor and the tutor of a journey answered to the same questions.

Only what was sent in waves that put answers side by side (`Wave.is_shared`): everybody was told before the first
question. Only scales, and of each only one series: an item is compared where all who are compared were asked it alike.

Independence: a view of one's own is one given without knowing the others'. Whoever is still asked (also after having
said no, which can be taken back), or is to be asked while the journey goes on, is shown no other voice before having
answered or before the time for it is over. Once it is over they are asked no more where another has answered.
Leads, whom nobody asks, read at once.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from backend.accounts.models import User
from backend.lib import clock, prepared
from evaluation.models import Answer, Item, Questionnaire, Request, Section, Wave
from journeys.models import Journey, Programme

WINDOW = timedelta(days=60)
"""How far a sheet may lie from the holder's latest to be compared with it: a request stays open for a month, and two
people asked the same day may answer a month apart; over two months apart, a difference may as well be the journey's."""
CLOSE = 1
"""Points between the lowest and the highest score up to which voices are said to agree."""
Key = tuple[str, int]
"""(code, series) of an item."""


class Standing(StrEnum):
    """Where a voice stands. APART: sent, but too far from the holder's latest sheet. SILENT: never answered, and can't
    any more. UNASKED: nobody was asked yet."""

    ANSWERED = "answered"
    APART = "apart"
    AWAITED = "awaited"
    SILENT = "silent"
    UNASKED = "unasked"


@dataclass(frozen=True)
class Sent:
    """A sheet that was sent: the keys of its response and of the version it answers, when, and by whom (`person`: a
    user's number, None without an account)."""

    response: int
    version: int
    at: datetime
    name: str
    person: int | None = None

    @property
    def on(self) -> date:
        return timezone.localdate(self.at)


@dataclass(frozen=True)
class Voice:
    """One of `Wave.VOICES`. `sheet`: the latest that can be compared, else the latest; `first`: the earliest, where it
    is another; `until`: how long an awaited one can still answer."""

    role: str
    standing: Standing
    name: str = ""
    person: int | None = None
    sheet: Sent | None = None
    first: Sent | None = None
    until: datetime | None = None

    @property
    def is_heard(self) -> bool:
        return self.standing == Standing.ANSWERED


@dataclass(frozen=True)
class ComparedItem:
    """One item, in the words of the first voice heard. `scores`: {role: points, None where nothing was scored} of each
    voice heard; `first`: the holder's, the first time, where it was asked alike."""

    item: Item
    scores: Mapping[str, int | None]
    first: int | None = None

    @cached_property
    def known(self) -> dict[str, int]:
        return {role: score for role, score in self.scores.items() if score is not None}

    @property
    def spread(self) -> int | None:
        """Points from the lowest to the highest score; None with fewer than two."""
        points = self.known.values()
        return max(points) - min(points) if len(points) > 1 else None

    @property
    def gap(self) -> float:
        """The spread as a share of the scale, so that scales of other lengths can be ranked; 0 without one."""
        return (self.spread or 0) / (self.item.scale_max - self.item.scale_min)

    @property
    def is_close(self) -> bool:
        return self.spread is not None and self.spread <= CLOSE


@dataclass(frozen=True)
class ComparedArea:
    """One section with its compared items. `scores`: {role: mean of its answered scales} from `least_answered` up, else
    None; all None where the section has no score."""

    section: Section
    items: tuple[ComparedItem, ...]
    scores: Mapping[str, float | None]

    @property
    def spread(self) -> float | None:
        points = [score for score in self.scores.values() if score is not None]
        return max(points) - min(points) if len(points) > 1 else None


@dataclass(frozen=True)
class Comparison:
    """One questionnaire on one journey. `changed`: items left out, for not all were asked them alike. `waiting`: the
    reader's own open request, which hides everything (see `voices_for`), as does being asked later (`is_early`)."""

    journey: int
    questionnaire: Questionnaire
    voices: tuple[Voice, ...]
    areas: tuple[ComparedArea, ...] = ()
    changed: tuple[Item, ...] = ()
    waiting: Request | None = None
    is_early: bool = False

    @property
    def heard(self) -> list[Voice]:
        return [voice for voice in self.voices if voice.is_heard]

    @cached_property
    def items(self) -> list[ComparedItem]:
        return [item for area in self.areas for item in area.items]

    @property
    def paired(self) -> list[ComparedItem]:
        """Those that two voices at least have scored."""
        return [item for item in self.items if item.spread is not None]

    @property
    def close(self) -> list[ComparedItem]:
        return [item for item in self.items if item.is_close]

    def apart(self, most: int) -> list[ComparedItem]:
        """The items on which they differ, the largest difference first, `most` of them; those that are close left out.

        Equal differences stand in the order of the questionnaire.
        """
        found = [item for item in self.paired if not item.is_close]
        return sorted(found, key=lambda item: -item.gap)[:most]


def voices_for(journey: Journey, user: User) -> list[Comparison]:
    """What this reader may see now, who may compare the voices of this journey (`may_compare_voices`). Six queries.

    Until they have answered what they are asked themselves, only who has answered, nothing of what.
    """
    return voices_for_all([journey], user).get(journey.pk, [])


def voices_for_all(journeys: Sequence[Journey], user: User) -> dict[int, list[Comparison]]:
    """As `voices_for`, of several journeys, with as many queries: {journey: its comparisons}."""
    asked_of, programmes = tuple(one.pk for one in journeys), tuple(sorted({one.programme_id for one in journeys}))

    def own() -> "QuerySet[Request]":
        open_states = [*Request.OPEN, Request.State.REFUSED]
        rows = Request.objects.filter(
            wave__is_shared=True, journey__in=asked_of, respondent=user.pk, state__in=open_states,
            expires_at__gt=clock.now(),
        )  # fmt: skip
        return rows.select_related("wave").order_by("-expires_at", "pk")

    def running() -> "QuerySet[Wave, Any]":
        rows = Wave.objects.running().filter(is_shared=True, programme__in=programmes)
        return rows.order_by().values_list("programme", "questionnaire", "audience")

    waits = prepared.objects(("voices_own", user.pk, *asked_of), own)
    waiting = {(one.journey_id, one.wave.questionnaire_id): one for one in waits}
    will_ask = set(prepared.rows(("voices_running", *programmes), running))
    by_pk = {one.pk: one for one in journeys}

    def seen(one: Comparison) -> Comparison:
        asked, journey = waiting.get((one.journey, one.questionnaire.pk)), by_pk[one.journey]
        role = _role(journey, user)
        is_early = journey.ended_on is None and (journey.programme_id, one.questionnaire.pk, role) in will_ask
        is_early = is_early and any(voice.role == role and voice.standing == Standing.UNASKED for voice in one.voices)
        hidden = asked or is_early
        return replace(one, areas=(), changed=(), waiting=asked, is_early=is_early) if hidden else one

    return {journey: [seen(one) for one in many] for journey, many in compare(journeys).items()}


def _role(journey: Journey, user: User) -> str:
    """Whose voice is the reader's, of those who may compare; none for a lead, who reads at once."""
    if journey.holder.user_id == user.pk:
        return str(Wave.Audience.HOLDER)
    return "" if user.leads(journey.programme.organisation_id) else str(Wave.Audience.MENTOR)


def compare(journeys: Iterable[Journey]) -> dict[int, list[Comparison]]:
    """{journey: one comparison for each questionnaire whose answers are put side by side there}, journeys without any
    left out. Four queries, whatever the number of journeys. For counts of a programme, or behind `voices_for`.
    """
    every = list(journeys)
    questionnaires = _questionnaires({one.programme_id for one in every})
    if not questionnaires:
        return {}
    asked = _asked([one.pk for one in every])
    found: dict[int, list[Comparison]] = {}
    for journey in every:
        for questionnaire in questionnaires.get(journey.programme_id, []):
            rows = asked.get((journey.pk, questionnaire.pk), [])
            found.setdefault(journey.pk, []).append(Comparison(journey.pk, questionnaire, _voices(rows)))
    sheets = [voice.sheet for many in found.values() for one in many for voice in one.heard if voice.sheet]
    firsts = [voice.first for many in found.values() for one in many for voice in one.heard if voice.first]
    items, scores = _items([*sheets, *firsts]), _scores([*sheets, *firsts])
    return {journey: [_compared(one, items, scores) for one in many] for journey, many in found.items()}


def compare_named(
    programme: Programme, questionnaire: Questionnaire, groups: Iterable[tuple[str, ...]]
) -> dict[tuple[str, ...], list[Comparison]]:
    """{roles: a comparison of these voices alone, on each journey where all of them are heard}. Three queries.

    Of every identified wave, put side by side or not: for leads of the programme only, who read those sheets by name.
    """
    named = Request.objects.filter(
        wave__programme=programme.pk, wave__questionnaire=questionnaire.pk, wave__mode=Wave.Mode.IDENTIFIED,
        wave__audience__in=Wave.VOICES, response__completed_at__isnull=False,
    ).select_related("wave", "respondent", "response")  # fmt: skip
    rows: dict[int, list[Request]] = defaultdict(list)
    for one in named.order_by("journey", "sent_at", "pk"):
        rows[one.journey_id].append(one)
    voices = {journey: [voice for voice in _voices(many) if voice.is_heard] for journey, many in rows.items()}
    heard = {journey: {voice.role: voice for voice in many} for journey, many in voices.items() if len(many) > 1}
    sheets = [voice.sheet for many in heard.values() for voice in many.values() if voice.sheet]
    items, scores = _items(sheets), _scores(sheets)
    return {
        roles: [
            _compared(Comparison(journey, questionnaire, tuple(many[role] for role in roles)), items, scores)
            for journey, many in heard.items()
            if all(role in many for role in roles)
        ]
        for roles in groups
    }


def _questionnaires(programmes: set[int]) -> dict[int, list[Questionnaire]]:
    """{programme: those that a wave puts side by side there, or has}. One query."""
    within = tuple(sorted(programmes))

    def waves() -> "QuerySet[Wave]":
        asked = Exists(Request.objects.asked().filter(wave=OuterRef("pk")))
        rows = Wave.objects.filter(Q(stopped_at=None) | asked, programme__in=within, is_shared=True)
        return rows.select_related("questionnaire").order_by("questionnaire__title_fr", "questionnaire", "pk")

    found: dict[int, dict[int, Questionnaire]] = defaultdict(dict)
    for wave in prepared.objects(("voices_waves", *within), waves):
        found[wave.programme_id].setdefault(wave.questionnaire_id, wave.questionnaire)
    return {programme: list(many.values()) for programme, many in found.items()}


def _asked(journeys: Sequence[int]) -> dict[tuple[int, int], list[Request]]:
    """{(journey, questionnaire): requests of shared waves, the earliest first}, each with its response. One query."""

    def shared() -> "QuerySet[Request]":
        rows = Request.objects.asked().filter(journey__in=journeys, wave__is_shared=True)
        return rows.select_related("wave", "respondent", "response").order_by("sent_at", "pk")

    found: dict[tuple[int, int], list[Request]] = defaultdict(list)
    for one in prepared.objects(("voices_asked", *journeys), shared):
        found[one.journey_id, one.wave.questionnaire_id].append(one)
    return found


# --- Who is heard -----------------------------------------------------------------------------------
def _voices(rows: Sequence[Request]) -> tuple[Voice, ...]:
    by_role = {role: [one for one in rows if one.wave.audience == role] for role in Wave.VOICES}
    sent = {role: _sent(many) for role, many in by_role.items()}
    every = sent["holder"] or sorted((one for many in sent.values() for one in many), key=lambda one: one.at)
    around = every[-1].at if every else None
    return tuple(_voice(role, by_role[role], sent[role], around) for role in Wave.VOICES)


def _sent(rows: Sequence[Request]) -> list[Sent]:
    """The sheets that were sent, the earliest first."""
    found = [
        Sent(sheet.pk, one.version_id, sheet.completed_at, one.respondent_name, one.respondent_id)
        for one in rows
        if (sheet := getattr(one, "response", None)) and sheet.completed_at
    ]
    return sorted(found, key=lambda one: (one.at, one.response))


def _voice(role: str, rows: Sequence[Request], sent: Sequence[Sent], around: datetime | None) -> Voice:
    now = clock.now()
    awaited = next((one for one in reversed(rows) if one.is_answerable(now)), None)
    until = awaited.expires_at if awaited else None
    if not sent or around is None:
        standing = Standing.AWAITED if awaited else Standing.SILENT if rows else Standing.UNASKED
        last = awaited or (rows[-1] if rows else None)
        name, person = (last.respondent_name, last.respondent_id) if last else ("", None)
        return Voice(role, standing, name, person, until=until)
    near = [one for one in sent if abs(one.at - around) <= WINDOW]
    sheet = near[-1] if near else sent[-1]
    first = sent[0] if role == Wave.Audience.HOLDER and sent[0] != sheet else None
    return Voice(role, Standing.ANSWERED if near else Standing.APART, sheet.name, sheet.person, sheet, first, until)


# --- What they scored ------------------------------------------------------------------------------
def _items(sheets: Sequence[Sent]) -> dict[int, dict[Key, Item]]:
    """{version: {(code, series): item}} of scales, in the order of the questionnaire. One query."""
    versions = tuple(sorted({one.version for one in sheets}))

    def scales() -> "QuerySet[Item]":
        rows = Item.objects.filter(version__in=versions, kind=Item.Kind.SCALE)
        return rows.select_related("section").order_by("section__position", "position", "pk")

    found: dict[int, dict[Key, Item]] = defaultdict(dict)
    for item in prepared.objects(("voices_items", *versions), scales):
        found[item.version_id][item.code, item.series] = item
    return found


def _scores(sheets: Sequence[Sent]) -> dict[int, dict[Key, int]]:
    """{response: {(code, series): points}}. One query."""
    responses, names = tuple(one.response for one in sheets), ("response", "item__code", "item__series", "value")

    def given() -> "QuerySet[Answer, Any]":
        rows = Answer.objects.filter(response__in=responses, item__kind=Item.Kind.SCALE)
        return rows.order_by().values_list(*names)

    found: dict[int, dict[Key, int]] = defaultdict(dict)
    for response, code, series, value in prepared.rows(("voices_scores", *responses), given):
        if value is not None:
            found[response][code, series] = value
    return found


def _compared(
    bare: Comparison, items: Mapping[int, dict[Key, Item]], scores: Mapping[int, dict[Key, int]]
) -> Comparison:
    """With its areas and items, where two voices at least are heard."""
    sheets = {voice.role: voice.sheet for voice in bare.heard if voice.sheet}
    if len(sheets) < 2:
        return bare
    asked = [items.get(sheet.version, {}) for sheet in sheets.values()]
    alike = {key for key in asked[0] if all(key in other for other in asked)}
    codes = {code for code, _series in alike}
    changed = {item.code: item for many in asked for item in many.values() if item.code not in codes}
    first = next((voice.first for voice in bare.heard if voice.first), None)
    earlier = scores.get(first.response, {}) if first else {}
    by_section: dict[Section, list[ComparedItem]] = {}
    for key, item in asked[0].items():
        if key in alike:
            said = {role: scores.get(sheet.response, {}).get(key) for role, sheet in sheets.items()}
            by_section.setdefault(item.section, []).append(ComparedItem(item, said, earlier.get(key)))
    areas = tuple(_area(section, tuple(many), sheets) for section, many in by_section.items())
    return replace(bare, areas=areas, changed=tuple(changed.values()))


def _area(section: Section, items: tuple[ComparedItem, ...], roles: Iterable[str]) -> ComparedArea:
    return ComparedArea(section, items, {role: _mean(section, items, role) for role in roles})


def _mean(section: Section, items: Iterable[ComparedItem], role: str) -> float | None:
    points = [score for item in items if (score := item.scores[role]) is not None]
    least = section.least_answered
    return sum(points) / len(points) if least is not None and points and len(points) >= least else None
