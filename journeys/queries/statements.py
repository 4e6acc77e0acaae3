"""Statements of hours: which lines they hold, what was signed, what was corrected since."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date
from zoneinfo import ZoneInfo

from django.db.models import Q

from journeys.models import Delivery, Journey, Programme, Statement
from journeys.models.ledger import DeliveryQuerySet
from journeys.queries.journeys import full
from journeys.queries.ledger import Ledger, in_period, ledger, lines_of

State = Delivery.State


@dataclass(frozen=True)
class Correction:
    """A line voided after it was signed, and what stands in its place now (None: nothing)."""

    was: Delivery
    now: Delivery | None


@dataclass(frozen=True)
class Reading:
    """A statement as it is read. `lines` are signed, or to sign; `late` are those of them from earlier days.

    `outside` are the lines of its days that are not in it: still declared, disputed, or confirmed since.
    """

    statement: Statement
    ledger: Ledger
    lines: list[Delivery]
    late: list[Delivery]
    outside: list[Delivery]
    corrections: list[Correction]
    digest: str

    @property
    def minutes(self) -> int:
        """Minutes of contact time, signed or to sign."""
        return sum(one.minutes for one in self.lines if one.sort == Delivery.Sort.CONTACT)

    @property
    def apart(self) -> int:
        """Minutes of preparation and travel, signed or to sign."""
        return sum(one.minutes for one in self.lines if one.sort != Delivery.Sort.CONTACT)

    @property
    def is_intact(self) -> bool:
        """Do the lines still give the digest that was signed?"""
        return self.digest == self.statement.digest


def zone_of(journey: Journey) -> str:
    """The clock on which the days of its statements are reckoned: its organisation's."""
    return journey.programme.organisation.time_zone


def _of_days(statement: Statement) -> DeliveryQuerySet:
    rows = Delivery.objects.filter(journey=statement.journey_id)
    return in_period(rows, statement.starts_on, statement.ends_on, zone_of(statement.journey))


def lines_to_sign(statement: Statement) -> list[Delivery]:
    """The confirmed lines of its days, and those of days signed before that were confirmed since; oldest first."""
    signed = Statement.objects.filter(journey=statement.journey_id, state=Statement.State.SIGNED)
    ids = Q(pk__in=_of_days(statement).order_by().values("pk"))
    for starts_on, ends_on in signed.order_by("pk").values_list("starts_on", "ends_on"):
        earlier = in_period(Delivery.objects.all(), starts_on, ends_on, zone_of(statement.journey))
        ids |= Q(pk__in=earlier.order_by().values("pk"))
    rows = Delivery.objects.filter(ids, journey=statement.journey_id, state=State.CONFIRMED)
    return list(lines_of(rows).order_by("happened_at", "pk"))


def digest_of(statement: Statement, lines: Iterable[Delivery]) -> str:
    """SHA-256 (hexadecimal) of the lines as text, in the order of their days: one `key=value` a field, one line a row.

    Only facts that never change on a line are in it, so that it can be reckoned again at any time.
    """
    text = [f"jalon-statement=1 journey={statement.journey_id} from={statement.starts_on} to={statement.ends_on}"]
    for one in sorted(lines, key=lambda line: (line.happened_at, line.pk)):
        confirmed = one.confirmed_at.astimezone(UTC).isoformat() if one.confirmed_at else ""
        text.append(
            f"line={one.pk} happened={one.happened_at.astimezone(UTC).isoformat()} kind={one.kind} sort={one.sort}"
            f" minutes={one.minutes} source={one.source} confirmed={confirmed}"
        )
    return hashlib.sha256("\n".join(text).encode()).hexdigest()


def read(statement: Statement) -> Reading:
    """Everything a page or a file says of a statement."""
    lines = lines_in(statement)
    zone = ZoneInfo(zone_of(statement.journey))
    rows = _of_days(statement)
    others = lines_of(rows.standing().exclude(pk__in=[one.pk for one in lines]))
    return Reading(
        statement=statement,
        ledger=ledger(rows),
        lines=lines,
        late=[one for one in lines if one.happened_at.astimezone(zone).date() < statement.starts_on],
        outside=list(others.order_by("happened_at", "pk")),
        corrections=_corrections(statement, lines),
        digest=digest_of(statement, lines),
    )


def lines_in(statement: Statement) -> list[Delivery]:
    """The lines it holds once signed (those voided since too), or would hold if it were signed now; oldest first."""
    if statement.state == Statement.State.TO_SIGN:
        return lines_to_sign(statement)
    return list(lines_of(statement.deliveries.all()).order_by("happened_at", "pk"))


def _corrections(statement: Statement, lines: list[Delivery]) -> list[Correction]:
    """Each line voided since it was signed, with the one that stands at the end of its replacements."""
    voided = [one for one in lines if one.state == State.VOID]
    if not voided:
        return []
    rows = Delivery.objects.filter(journey=statement.journey_id, replaces__isnull=False).order_by("pk")
    after = {one.replaces_id: one for one in lines_of(rows)}

    def standing(line: Delivery) -> Delivery | None:
        while line.pk in after:
            line = after[line.pk]
        return line if line.state != State.VOID else None

    return [Correction(one, standing(one)) for one in voided]


def under_way(programme: Programme, starts_on: date, ends_on: date) -> list[Journey]:
    """The journeys of a programme that were under way on at least one of these days, by the holder's name."""
    rows = full(programme.journeys.exclude(state=Journey.State.DRAFT))
    rows = rows.filter(Q(ended_on=None) | Q(ended_on__gte=starts_on), started_on__lte=ends_on)
    return list(rows.order_by("holder__user__last_name", "holder__user__first_name", "pk"))
