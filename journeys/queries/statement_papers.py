"""Statements of hours as papers, before they are files: the same tables make the PDF and the workbook.

Always split by state and by kind; preparation and travel apart; void lines listed apart and counted nowhere.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from backend.lib import clock
from backend.web.reading import clock_time, dated, hours
from journeys.models import Delivery, Journey, Programme, Statement
from journeys.models.ledger import DeliveryQuerySet
from journeys.queries.ledger import APART, COLUMNS, Tally, in_period, lines_of, tally
from journeys.queries.programme_hours import PersonHours, people_hours
from journeys.queries.statements import read

State = Delivery.State
STATES = (State.PLANNED, *COLUMNS)


@dataclass(frozen=True)
class Length:
    """A cell that is a length of time."""

    minutes: int

    def __str__(self) -> str:
        return hours(self.minutes)


@dataclass(frozen=True)
class Moment:
    """A cell that is a moment, already on the clock of the paper."""

    at: datetime

    def __str__(self) -> str:
        return f"{written(self.at.date())}, {clock_time(self.at.time())}"


Cell = str | Length | Moment


@dataclass(frozen=True)
class Table:
    """One table: `short` names its sheet; `widths` are shares of the page (0: as wide as its words)."""

    title: str
    short: str
    head: list[str]
    rows: list[list[Cell]]
    widths: list[int]
    total: list[Cell] = field(default_factory=list)
    note: str = ""


@dataclass(frozen=True)
class Paper:
    """A statement of hours; `at` is when what it says was last changed: its date, whenever it is printed."""

    title: str
    subtitle: str
    author: str
    at: datetime
    period: str
    facts: list[tuple[str, str]]
    tables: list[Table]
    name: str
    is_wide: bool = False
    signature: list[tuple[str, str]] = field(default_factory=list)


def written(day: date) -> str:
    """The day with its year, whatever the year it is read in."""
    return dated(day)


def journey_paper(journey: Journey, starts_on: date, ends_on: date, statement: Statement | None = None) -> Paper:
    """One journey over a period: totals, every line, and what was signed when it is a `statement`."""
    zone = ZoneInfo(journey.programme.organisation.time_zone)
    rows = _rows(Delivery.objects.filter(journey=journey), starts_on, ends_on, journey.programme)
    lines = list(lines_of(rows).order_by("happened_at", "pk"))
    found = tally(rows)
    tables = [_by_kind(found), _apart(found), _lines([one for one in lines if one.state != State.VOID], zone)]
    tables += [_void(lines, zone)] if any(one.state == State.VOID for one in lines) else []
    signature: list[tuple[str, str]] = []
    if statement is not None:
        more, signature = _signed(statement, zone)
        tables += more
    return Paper(
        title=_("Statement of hours"),
        subtitle=f"{journey.holder} · {journey.project}",
        author=journey.programme.organisation.name,
        at=_known_at(rows, statement),
        period=_period(starts_on, ends_on),
        facts=[
            (_("Holder"), str(journey.holder)),
            (_("Project"), str(journey.project)),
            *_common(journey.programme, starts_on, ends_on),
        ],
        tables=tables,
        name=_name(journey.pk, starts_on, ends_on),
        signature=signature,
    )


def programme_paper(programme: Programme, starts_on: date, ends_on: date) -> Paper:
    """A programme over a period: its totals, then one line a person."""
    rows = _rows(Delivery.objects.filter(journey__programme=programme), starts_on, ends_on, programme)
    found = tally(rows)
    people = people_hours(programme, starts_on, ends_on)
    return Paper(
        title=_("Hours of the programme"),
        subtitle=programme.title,
        author=programme.organisation.name,
        at=_known_at(rows, None),
        period=_period(starts_on, ends_on),
        facts=[
            *_common(programme, starts_on, ends_on),
            (_("People"), ngettext("%(count)d person", "%(count)d people", len(people)) % {"count": len(people)}),
        ],
        tables=[_by_kind(found), _apart(found), _people(people, found), *_void_people(people)],
        name=_name(programme.code, starts_on, ends_on),
        is_wide=True,
    )


def _name(what: object, starts_on: date, ends_on: date) -> str:
    """How its file is called, without its ending."""
    word = pgettext("file name", "hours")
    return f"{word}-{what}-{starts_on}-{ends_on}"


def _rows(rows: DeliveryQuerySet, starts_on: date, ends_on: date, programme: Programme) -> DeliveryQuerySet:
    return in_period(rows, starts_on, ends_on, programme.organisation.time_zone)


def _period(starts_on: date, ends_on: date) -> str:
    return _("%(start)s to %(end)s") % {"start": written(starts_on), "end": written(ends_on)}


def _common(programme: Programme, starts_on: date, ends_on: date) -> list[tuple[str, str]]:
    return [
        (_("Programme"), f"{programme.title} · {programme.organisation.name}"),
        (pgettext("hours", "Period"), _period(starts_on, ends_on)),
    ]


def _known_at(rows: DeliveryQuerySet, statement: Statement | None) -> datetime:
    """When the latest of these lines was recorded, confirmed, disputed or voided, or the statement signed."""
    names = ("created_at", "confirmed_at", "disputed_at", "voided_at")
    stamps = list(rows.order_by().aggregate(*[Max(name) for name in names]).values())
    stamps += [statement.created_at, statement.signed_at] if statement else []
    return max((one for one in stamps if one), default=datetime(2000, 1, 1, tzinfo=UTC))


def _state_cells(found: Tally, *, sort: str = Delivery.Sort.CONTACT, kind: str = "") -> list[Cell]:
    """Received in all, then each state."""
    received = Length(found.standing(sort=sort, kind=kind))
    return [received, *(Length(found.minutes(state, sort=sort, kind=kind)) for state in STATES)]


def _state_head() -> list[str]:
    return [pgettext("hours", "Received"), *(_capital(state.label) for state in STATES)]


def _capital(label: object) -> str:
    text = str(label)
    return text[:1].upper() + text[1:]


def _by_kind(found: Tally) -> Table:
    return Table(
        title=_("Contact time by kind and state"),
        short=_("Contact time"),
        head=[_("Kind"), *_state_head()],
        rows=[[_capital(kind.label), *_state_cells(found, kind=kind)] for kind in Delivery.Kind],
        widths=[1, *[0] * (1 + len(STATES))],
        total=[_("Total"), *_state_cells(found)],
        note=_("Received is declared, confirmed, signed and disputed together. What is only planned is in no total."),
    )


def _apart(found: Tally) -> Table:
    return Table(
        title=_("Preparation and travel, apart"),
        short=_("Apart"),
        head=[_("Sort of time"), *_state_head()],
        rows=[[_capital(sort.label), *_state_cells(found, sort=sort)] for sort in APART],
        widths=[1, *[0] * (1 + len(STATES))],
        note=_("Never added to contact time."),
    )


def _moment(at: datetime, zone: ZoneInfo) -> Moment:
    return Moment(at.astimezone(zone).replace(tzinfo=None))


def what_of(line: Delivery) -> str:
    """Kind, sort when it is apart, and step."""
    parts = [_capital(line.get_kind_display())]
    if line.sort != Delivery.Sort.CONTACT:
        parts.append(str(line.get_sort_display()))
    if line.step:
        parts.append(line.step.title)
    return " · ".join(parts)


def _note_of(line: Delivery, zone: ZoneInfo) -> str:
    if line.state == State.DISPUTED:
        return line.dispute
    if line.confirmed_at and line.state in (State.CONFIRMED, State.SIGNED):
        return _("confirmed on %(day)s") % {"day": written(line.confirmed_at.astimezone(zone).date())}
    return _("declared by %(person)s") % {"person": line.declared_by} if line.declared_by else ""


def _lines(lines: list[Delivery], zone: ZoneInfo, *, title: str = "", short: str = "") -> Table:
    return Table(
        title=title or _("Every line"),
        short=short or _("Lines"),
        head=[_("When"), _("What"), _("Length"), _("State"), _("Note")],
        rows=[
            [
                _moment(one.happened_at, zone),
                what_of(one),
                Length(one.minutes),
                _capital(one.get_state_display()),
                _note_of(one, zone),
            ]
            for one in lines
        ],
        widths=[3, 4, 0, 0, 3],
        note="" if lines else _("No line."),
    )


def _void(lines: list[Delivery], zone: ZoneInfo) -> Table:
    return Table(
        title=_("Voided lines, counted nowhere"),
        short=_("Voided"),
        head=[_("When"), _("What"), _("Length"), _("Voided on"), _("Why")],
        rows=[
            [
                _moment(one.happened_at, zone),
                what_of(one),
                Length(one.minutes),
                written((one.voided_at or one.happened_at).astimezone(zone).date()),
                one.void_reason,
            ]
            for one in lines
            if one.state == State.VOID
        ],
        widths=[3, 4, 0, 0, 3],
    )


def _people(people: list[PersonHours], found: Tally) -> Table:
    def cells(one: Tally) -> list[Cell]:
        kinds = [Length(one.standing(kind=kind)) for kind in Delivery.Kind]
        return [*_state_cells(one), *kinds, *(Length(one.standing(sort=sort)) for sort in APART)]

    head = [_("Person"), *_state_head(), *(_capital(kind.label) for kind in Delivery.Kind)]
    return Table(
        title=_("One line a person"),
        short=_("People"),
        head=[*head, *(_capital(sort.label) for sort in APART)],
        rows=[[str(one.holder), *cells(one.tally)] for one in people],
        widths=[1, *[0] * (1 + len(STATES) + len(Delivery.Kind) + len(APART))],
        total=[_("Total"), *cells(found)],
        note=_("By state, then by kind: contact time. The last two columns are apart."),
    )


def _void_people(people: list[PersonHours]) -> list[Table]:
    rows: list[list[Cell]] = [[str(one.holder), Length(one.void)] for one in people if one.void]
    title, short = _("Voided lines, counted nowhere"), _("Voided")
    return [Table(title, short, [_("Person"), _("Length")], rows, [1, 0])] if rows else []


def _signed(statement: Statement, zone: ZoneInfo) -> tuple[list[Table], list[tuple[str, str]]]:
    """What a statement adds: earlier hours signed with it, corrections since, and the signature."""
    reading = read(statement)
    tables = []
    if reading.late:
        tables.append(_lines(reading.late, zone, title=_("Earlier hours, signed here"), short=_("Earlier hours")))
    if reading.corrections:
        rows: list[list[Cell]] = [
            [
                _moment(one.was.happened_at, zone),
                what_of(one.was),
                Length(one.was.minutes),
                Length(one.now.minutes) if one.now else _("nothing"),
                one.was.void_reason,
            ]
            for one in reading.corrections
        ]
        head = [_("When"), _("What"), _("Signed"), pgettext("hours", "Now"), _("Why")]
        tables.append(Table(_("Corrected after signing"), _("Corrected"), head, rows, [3, 4, 0, 0, 3]))
    state = _capital(statement.get_state_display())
    if statement.state != Statement.State.SIGNED or statement.signed_at is None:
        return tables, [(_("State"), state)]
    signed_at = Moment(statement.signed_at.astimezone(zone).replace(tzinfo=None))
    return tables, [
        (_("Signed by"), str(statement.signed_by or _("somebody who is no longer here"))),
        (_("Signed on"), str(signed_at)),
        (_("Hours signed"), hours(reading.minutes)),
        (_("Apart, signed"), hours(reading.apart)),
        (_("Digest (SHA-256)"), statement.digest),
    ]


def whole(journey: Journey) -> tuple[date, date]:
    """From the first day of the journey, or of its hours, to today."""
    first = journey.deliveries.order_by("happened_at").values_list("happened_at", flat=True).first()
    zone = ZoneInfo(journey.programme.organisation.time_zone)
    days = [journey.started_on, *([first.astimezone(zone).date()] if first else [])]
    today = clock.today(journey.programme.organisation.time_zone)
    return min([*days, today]), today
