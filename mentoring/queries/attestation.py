"""What a mentor gave, as a paper she can show: her hours by state and sort, her sessions by month, no holder's name."""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.db.models import Max
from django.utils import formats
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from journeys.models import Delivery
from journeys.models.ledger import DeliveryQuerySet
from journeys.queries.ledger import APART, COLUMNS, Tally, in_period, tally
from journeys.queries.statement_papers import Cell, Length, Paper, Table, written
from mentoring.models import Mentor
from mentoring.queries.hours import own_deliveries

SORTS = (Delivery.Sort.CONTACT, *APART)


def hours_of(mentor: Mentor, starts_on: date, ends_on: date, *, once: bool = True) -> DeliveryQuerySet:
    """The lines of the ledger that are hers in this organisation: her sessions, her preparation, her travel.

    A meeting of several counts once, unless `once` is False.
    """
    rows = own_deliveries(mentor.user, once=once).filter(journey__programme__organisation=mentor.organisation_id)
    return in_period(rows.standing(), starts_on, ends_on, mentor.organisation.time_zone)


def attestation(mentor: Mentor, starts_on: date, ends_on: date) -> Paper:
    """The paper; its date is that of what it says, so that the same hours print the same bytes."""
    rows = hours_of(mentor, starts_on, ends_on)
    found = tally(rows)
    period = _("%(start)s to %(end)s") % {"start": written(starts_on), "end": written(ends_on)}
    organisation = mentor.organisation
    return Paper(
        title=_("Attestation of mentoring"),
        subtitle=str(mentor),
        author=organisation.name,
        at=_known_at(rows, starts_on, organisation.time_zone),
        period=period,
        facts=[
            (_("Mentor"), str(mentor)),
            (_("Organisation"), organisation.name),
            (pgettext("hours", "Period"), period),
            (_("People accompanied"), str(people_of(mentor, starts_on, ends_on))),
        ],
        tables=[_by_sort(found), _by_month(rows, ZoneInfo(organisation.time_zone))],
        name=f"{pgettext('file name', 'attestation')}-{mentor.pk}-{starts_on}-{ends_on}",
    )


def people_of(mentor: Mentor, starts_on: date, ends_on: date) -> int:
    """How many people these hours went to, each once."""
    rows = hours_of(mentor, starts_on, ends_on, once=False)
    return rows.order_by().values("journey__holder").distinct().count()


def _known_at(rows: DeliveryQuerySet, starts_on: date, zone: str) -> datetime:
    """When the latest of these lines was recorded, confirmed or disputed; the first day when there is none."""
    stamps = rows.order_by().aggregate(*[Max(name) for name in ("created_at", "confirmed_at", "disputed_at")])
    first = datetime.combine(starts_on, time.min, ZoneInfo(zone)).astimezone(UTC)
    return max((one for one in stamps.values() if one), default=first)


def _by_sort(found: Tally) -> Table:
    def cells(sort: str) -> list[Cell]:
        return [
            Length(found.standing(sort=sort)), *(Length(found.minutes(state, sort=sort)) for state in COLUMNS)
        ]  # fmt: skip

    return Table(
        title=_("Hours given, by sort and by state"),
        short=_("Hours"),
        head=[_("Sort of time"), _("In all"), *(capfirst(str(state.label)) for state in COLUMNS)],
        rows=[[capfirst(str(sort.label)), *cells(sort)] for sort in SORTS],
        widths=[1, *[0] * (1 + len(COLUMNS))],
        note=_(
            "Declared: as the mentor wrote it, not confirmed by the person accompanied. Confirmed or signed: that "
            "person has vouched for it. Disputed: that person says it is not right. Preparation and travel are as the "
            "mentor wrote them."
        ),
    )


def _by_month(rows: DeliveryQuerySet, zone: ZoneInfo) -> Table:
    """A gathering of several people is one session."""
    lines = rows.order_by("happened_at", "pk").values_list("happened_at", "sort", "minutes")
    minutes: dict[tuple[str, str], int] = defaultdict(int)
    sessions: Counter[str] = Counter()
    for happened_at, sort, length in lines:
        month = f"{happened_at.astimezone(zone):%Y-%m}"
        minutes[month, sort] += length
        sessions[month] += sort == Delivery.Sort.CONTACT
    months = sorted({month for month, _sort in minutes})
    table: list[list[Cell]] = [
        [_month(month), str(sessions[month]), *(Length(minutes[month, sort]) for sort in SORTS)] for month in months
    ]
    total: list[Cell] = [
        _("Total"),
        str(sum(sessions.values())),
        *(Length(sum(minutes[month, sort] for month in months)) for sort in SORTS),
    ]
    head = [_("Month"), _("Sessions"), *(capfirst(str(sort.label)) for sort in SORTS)]
    return Table(
        title=_("Month by month"), short=_("Months"), head=head, rows=table, widths=[1, *[0] * 4],
        total=total if table else [], note="" if table else _("No hour in this period."),
    )  # fmt: skip


def _month(month: str) -> str:
    """The month and its year, in words."""
    return capfirst(formats.date_format(date.fromisoformat(f"{month}-01"), "F Y"))
