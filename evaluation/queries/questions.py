"""Questions that are counted: the requests that asked them, and what each answer adds.

Only what was asked as it is asked last counts: the versions in which every item concerned stays in its series (see
`series`). Rows are those answered under one’s name; what was answered in confidence or without a name counts apart
(see `questions_apart`) and shows none.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import (
    Avg,
    Case,
    Count,
    F,
    FilteredRelation,
    FloatField,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    When,
)
from django.db.models.functions import Cast, Coalesce

from backend.lib import prepared
from evaluation.models import Answer, Item, Request
from evaluation.queries.rows import NAMED
from evaluation.queries.scope import Scope

PROMOTES, DETRACTS = 9, 6
"""From 9 up somebody would recommend, up to 6 would rather not (see `statistics.recommendation_score`)."""


class How(StrEnum):
    """How an answer counts: a number of which the mean is told, a yes or a choice of which the share is, …"""

    MEAN = "mean"
    YES = "yes"
    CHOSEN = "chosen"
    RECOMMEND = "recommend"
    SCORE = "score"
    """The mean of the scales of a section, from as many as it takes."""
    GAIN = "gain"
    """The mean of some scales less that of as many others, on one sheet that answers all of them."""


@dataclass(frozen=True)
class Question:
    """What is counted of a questionnaire: `items` (codes), or a `section` that has a score from `least` scales up.

    `chosen`: the choices that count. `before`: of a gain, the items taken off.
    """

    questionnaire: str
    how: How
    items: tuple[str, ...] = ()
    section: str = ""
    least: int = 1
    chosen: tuple[str, ...] = ()
    before: tuple[str, ...] = ()

    @property
    def is_single(self) -> bool:
        """Has it one answer a sheet?"""
        return self.how not in (How.SCORE, How.GAIN)

    def asked(self, path: str) -> Q:
        """Its items, from rows that reach a version through `path`."""
        where = Q(**{f"{path}questionnaire__code": self.questionnaire})
        if self.section:
            named: dict[str, Any] = {f"{path}items__section__code": self.section, f"{path}items__kind": Item.Kind.SCALE}
        else:
            named = {f"{path}items__code__in": [*self.items, *self.before]}
        return where & Q(**named)


@dataclass
class Asked:
    """How a question was asked in a scope. `versions`: those that ask it as it is asked last; `items`: theirs,
    with their `codes`.

    `waves`: {wave: (mode, requests of the period)} of those versions; `otherwise`: requests of the period in others.
    """

    versions: set[int] = field(default_factory=set)
    items: set[int] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)
    waves: dict[int, tuple[str, int]] = field(default_factory=dict)
    otherwise: int = 0

    @property
    def key(self) -> tuple[frozenset[int], frozenset[int]]:
        """What rows and sums are made from."""
        return frozenset(self.versions), frozenset(self.items)


def asked_in(questions: Iterable[Question], scope: Scope) -> dict[Question, Asked]:
    """How each was asked, in one query. What was asked in the period says which way counts."""
    wanted = tuple(questions)
    counted = prepared.rows(("asked_in", wanted, scope), lambda: _how_asked(wanted, scope))
    return {one: _asked(one, [line for line in counted if _is_about(one, line)]) for one in wanted}


def _how_asked(wanted: Iterable[Question], scope: Scope) -> "QuerySet[Request, Any]":
    """A line for each item of each version and wave: what `_asked` reads, and the requests of the period."""
    path = "version__"
    which = reduce(or_, [one.asked(path) for one in wanted])
    found = Request.objects.asked().filter(scope.journeys("journey__"), which)
    names = ("questionnaire__code", "number", "items", "items__code", "items__series", "items__section__code")
    lines = found.order_by().values_list("version", "wave", "wave__mode", *(f"{path}{name}" for name in names))
    return lines.annotate(n=Count("pk", filter=scope.moments("sent_at")))


def _is_about(question: Question, line: tuple[Any, ...]) -> bool:
    _version, _wave, _mode, questionnaire, _number, _item, code, _series, section, _n = line
    if questionnaire != question.questionnaire:
        return False
    return section == question.section if question.section else code in (*question.items, *question.before)


def _asked(question: Question, lines: Iterable[tuple[Any, ...]]) -> Asked:
    keys: dict[int, set[tuple[str, int]]] = defaultdict(set)
    items: dict[int, set[int]] = defaultdict(set)
    waves: dict[int, dict[int, tuple[str, int]]] = defaultdict(dict)
    order: dict[int, tuple[bool, int]] = {}
    for version, wave, mode, _questionnaire, number, item, code, series, _section, n in lines:
        keys[version].add((code, series))
        items[version].add(item)
        waves[version][wave] = (mode, n)
        order[version] = max(order.get(version, (False, 0)), (n > 0, number))
    found = Asked()
    latest = max(order, key=lambda version: order[version], default=None)
    for version, known in keys.items():
        if latest is None or known != keys[latest]:
            found.otherwise += sum(n for _mode, n in waves[version].values())
            continue
        found.versions.add(version)
        found.items |= items[version]
        found.codes = {code for code, _series in known}
        for wave, (mode, n) in waves[version].items():
            found.waves[wave] = (mode, n + found.waves.get(wave, ("", 0))[1])
    return found


@dataclass(frozen=True)
class Questions:
    """Some questions whose requests are counted together: `rows` is the base of their measures."""

    every: tuple[Question, ...]

    def rows(self, scope: Scope) -> "QuerySet[Request]":
        """Requests of the period that asked them by name, with what was `said` to the one of each sheet."""
        return named_rows(asked_in(self.every, scope), scope)


def named_rows(asked: dict[Question, Asked], scope: Scope) -> "QuerySet[Request]":
    """The same, where it is known how they were asked."""
    versions = set[int]().union(*(one.versions for one in asked.values()))
    items = set[int]().union(*(one.items for question, one in asked.items() if question.is_single))
    return (
        Request.objects.asked()
        .filter(NAMED, scope.journeys("journey__"), scope.moments("sent_at"), version__in=versions)
        .annotate(said=FilteredRelation("response__answers", condition=Q(response__answers__item__in=items)))
    )


# --- What one sheet adds ----------------------------------------------------------------------------
SENT = Q(state=Request.State.COMPLETE)
ASIDE = SENT & Q(said__missing__in=Answer.Missing.values)
POINT = Coalesce(Cast("said__value", FloatField()), Cast("said__number", FloatField()))
SPOKEN = SENT & (Q(said__value__isnull=False) | Q(said__number__isnull=False))
CHOSE = SENT & Q(said__chosen__gt="")
WOULD = SPOKEN & Q(said__value__gte=PROMOTES)
RATHER_NOT = SPOKEN & Q(said__value__lte=DETRACTS)


def took(question: Question) -> Q:
    """Was one of its choices taken?"""
    return reduce(or_, [Q(said__chosen__contains=f" {code} ") for code in question.chosen])


def worked_out(question: Question) -> Case:
    """The score or the gain of a sheet that was sent; nothing where too little was answered."""
    given = Answer.objects.filter(response=OuterRef("response"), value__isnull=False, item__kind=Item.Kind.SCALE)
    if question.how == How.SCORE:
        made = given.filter(item__section__code=question.section).order_by().values("response")
        found = made.annotate(n=Count("pk"), made=Avg(Cast("value", FloatField()))).filter(n__gte=question.least)
    else:
        every = (*question.items, *question.before)
        back = When(item__code__in=question.before, then=-F("value"))
        signed = Case(back, default=F("value"), output_field=IntegerField())
        made = given.filter(item__code__in=every).order_by().values("response")
        total = Sum(Cast(signed, FloatField())) / float(len(question.items))
        found = made.annotate(n=Count("pk"), made=total).filter(n=len(every))
    return Case(When(SENT, then=Subquery(found.values("made"), output_field=FloatField())), output_field=FloatField())
