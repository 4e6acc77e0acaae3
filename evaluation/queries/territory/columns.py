"""The columns of the tables of the territory: each with its code, which never changes, its words and its type."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from evaluation.statistics import Interval

Read = Callable[[Any], Any]
"""What a cell holds, from a line (a place, and its balance)."""


@dataclass(frozen=True)
class Column:
    """`kind` is one of text, int, float and bool. An empty cell: not known, or hidden."""

    code: str
    title: str | Promise
    kind: str
    about: str | Promise
    read: Read


def _of_rate(part: str) -> Read:
    def read(line: Any) -> float | None:
        rate: Interval | None = line[0].rate
        return None if rate is None else round(getattr(rate, part), 4)

    return read


def _of_balance(name: str) -> Read:
    """Empty on a past day, of which it is not known."""
    return lambda line: None if line[1] is None else getattr(line[1], name)


def _hours(line: Any) -> float | None:
    return None if line[0].minutes is None else round(line[0].minutes / 60, 4)


_NAME = Column("name", _("Name"), "text", _("As loaded."), lambda line: line[0].name)
_PEOPLE = (
    Column(
        "inhabitants", _("Inhabitants"), "int", _("Municipal population, as loaded."), lambda line: line[0].inhabitants
    ),
    Column(
        "people",
        _("People accompanied"),
        "int",
        _("Different people with a journey under way in the period whose project is there."),
        lambda line: line[0].people,
    ),
    Column(
        "is_hidden",
        _("Is hidden"),
        "bool",
        _("Too few people, or a subtraction would tell them: the cells of the line are empty."),
        lambda line: line[0].is_hidden,
    ),
    Column(
        "rate",
        _("People per 10,000 inhabitants"),
        "float",
        _("People accompanied over inhabitants."),
        _of_rate("value"),
    ),
    Column(
        "rate_low",
        _("Lower bound of the rate"),
        "float",
        _("Of its interval, 95 times in 100 (Garwood)."),
        _of_rate("low"),
    ),
    Column(
        "rate_high",
        _("Upper bound of the rate"),
        "float",
        _("Of its interval, 95 times in 100 (Garwood)."),
        _of_rate("high"),
    ),
    Column(
        "journeys",
        _("Journeys"),
        "int",
        _("Journeys under way in the period whose project is there."),
        lambda line: line[0].journeys,
    ),
    Column(
        "hours", _("Hours received"), "float", _("Time spent together in the period, as the ledger has it."), _hours
    ),
)
COMMUNE_COLUMNS = (
    Column(
        "insee",
        _("Code (INSEE)"),
        "text",
        _("Empty on the line of those whose commune is not known."),
        lambda line: line[0].code,
    ),
    _NAME,
    *_PEOPLE,
    Column(
        "stays_sought",
        _("People who look for an immersion"),
        "int",
        _("Today: a company immersion is still to plan on a journey under way."),
        _of_balance("stays_sought"),
    ),
    Column(
        "hosts",
        _("Host companies"),
        "int",
        _("Companies with a seat or an open site there, those set aside left out."),
        _of_balance("hosts"),
    ),
    Column(
        "offers",
        _("Open offers"),
        "int",
        _("Offers of immersion, where the site is, else the company."),
        _of_balance("offers"),
    ),
    Column(
        "places",
        _("Places with companies"),
        "int",
        _("Left this year with companies seated there; published, places a year."),
        _of_balance("places"),
    ),
    Column(
        "mentors_sought",
        _("People who wait for a mentor"),
        "int",
        _("Today: a mentoring step ahead, and no mentor."),
        _of_balance("mentors_sought"),
    ),
    Column("mentors", _("Mentors"), "int", _("Who live there, not paused."), _of_balance("mentors")),
    Column(
        "mentor_places",
        _("Places with mentors"),
        "int",
        _("People they could still take."),
        _of_balance("mentor_places"),
    ),
)
AREA_COLUMNS = (
    Column(
        "code",
        _("Code (QPV)"),
        "text",
        _("Empty on the line of those inside of whom the neighbourhood is not known."),
        lambda line: line[0].code,
    ),
    _NAME,
    Column("communes", _("Communes"), "text", _("In which it lies."), lambda line: line[0].note),
    *_PEOPLE,
    Column(
        "inhabitants_source",
        _("Source of the inhabitants"),
        "text",
        _("As loaded with them."),
        lambda line: line[0].source,
    ),
)
