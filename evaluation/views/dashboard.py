"""What the page of indicators shows before and among its figures: what needs attention, targets, how it went before."""

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from backend.web.charts import number
from evaluation.models import IndicatorVersion
from evaluation.queries.comparing import before
from evaluation.queries.drawn_base import Figure
from evaluation.queries.figures import Board
from evaluation.queries.indicators.attention import Call, attention
from evaluation.queries.indicators.pages import Followed, followed
from evaluation.queries.indicators.pool import Pool
from evaluation.queries.indicators.trends import History, history, told_before
from evaluation.queries.indicators.valued import write
from evaluation.queries.measures import Level
from evaluation.views.rows import query_of


@dataclass(frozen=True)
class Card:
    """One figure or indicator of a level, with its last quarters."""

    figure: Figure
    one: Followed | None = None
    past: list[float | None] = field(default_factory=list)
    finding: str = ""
    trend: str = ""


@dataclass(frozen=True)
class Row:
    """One level: its indicators first, then its figures."""

    level: Level
    indicators: list[Card]
    figures: list[Card]


def dashboard(request: HttpRequest, board: Board, pool: Pool) -> dict[str, Any]:
    """What to add to the page: two or three queries for the indicators, one for each set of rows of the past."""
    shown = followed(request.user, board.scope, pool)
    past = History({}, {}, {})
    then = told_before(board.scope, before.year_before(board.scope))
    calls: list[Call] = []
    if board.people:
        codes = [one.code for one in board.figures]
        past = history(codes, [one.version for one in shown], board.scope, pool.territory, then)
        calls = attention(shown, board.figures, pool)
    when = before.named(then) if then else ""
    levels = []
    for level in Level:
        own = [_card(one, past, when) for one in shown if one.level == level]
        figures = [_card_of(one, past, when) for one in board.figures if one.measure.level == level]
        if own or figures:
            levels.append(Row(level, own, figures))
    return {"levels": levels, "calls": [(call.sentence, _address(request, call)) for call in calls]}


def _card_of(one: Figure, past: History, when: str) -> Card:
    values = past.figures.get(one.code, [])
    return Card(one, None, values, _finding(values), _trend(one, past, one.code, when))


def _trend(one: Figure, past: History, key: str | int, when: str) -> str:
    """Beside the year before, in words; nothing where nobody was accompanied then."""
    then, people = past.before.get(key), past.before.get("people")
    return before.beside(one, then, when) if then and people and people.value else ""


def _card(one: Followed, past: History, when: str) -> Card:
    """A ratio is told no trend: it is neither a count nor a share, and has no interval."""
    values, figure = past.values.get(one.version.pk, []), one.found.figure
    is_told = one.version.shape != IndicatorVersion.Shape.RATIO
    trend = _trend(figure, past, one.version.pk, when) if is_told else ""
    return Card(figure, one, values, _finding_of(one, values), trend)


def _finding(values: list[float | None]) -> str:
    """The sparkline in words, for whoever does not see it."""
    known = [number(value, decimals=None if float(value).is_integer() else 1) for value in values if value is not None]
    return _("The last quarters: %(values)s") % {"values": ", ".join(known)} if len(known) > 1 else ""


def _finding_of(one: Followed, values: list[float | None]) -> str:
    known = [write(one.version, value) for value in values if value is not None]
    return _("The last quarters: %(values)s") % {"values": ", ".join(known)} if len(known) > 1 else ""


def _address(request: HttpRequest, call: Call) -> str:
    if call.kind == "indicator":
        return reverse("evaluation:indicator_detail", args=[int(call.key)])
    query = "&".join(part for part in (query_of(request.GET), call.where) if part)
    return f"{reverse('evaluation:figure_rows', args=[call.key])}?{query}"
