"""Statements: the confirmed hours of a period, prepared by a lead, read whole and signed in one act by the holder."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.lib.states import move
from journeys.actions import ledger_letters as letters
from journeys.models import Delivery, Journey, Programme, Statement
from journeys.queries.ledger import in_period
from journeys.queries.statements import digest_of, lines_to_sign, under_way

LIVE = (Statement.State.TO_SIGN, Statement.State.SIGNED)
UNSIGNED = (Delivery.State.DECLARED, Delivery.State.CONFIRMED, Delivery.State.DISPUTED)


@dataclass(frozen=True)
class Prepared:
    """What came of preparing a whole programme: statements made, journeys that had one, journeys with nothing."""

    made: list[Statement]
    already: list[Journey]
    without: list[Journey]


def _check(starts_on: date, ends_on: date) -> None:
    if ends_on < starts_on:
        raise Refused(_("The last day comes after the first."), field="ends_on")
    if ends_on > clock.today():
        raise Refused(_("A statement is prepared once its period is over."), field="ends_on")


@transaction.atomic
def prepare_statement(journey: Journey, *, starts_on: date, ends_on: date, by: User | None) -> Statement:
    """The hours of this period, both days included, wait for the holder's signature; a letter tells her, once.

    Refused for a period to come or back to front, when it overlaps another statement of this journey, or when no hours
    of it are left to sign. Lines still declared or disputed stay out until they are confirmed.
    """
    _check(starts_on, ends_on)
    Journey.objects.select_for_update(of=("self",)).get(pk=journey.pk)
    before = journey.statements.filter(state__in=LIVE, starts_on__lte=ends_on, ends_on__gte=starts_on).first()
    if before is not None:
        raise Refused(
            _("These days are in another statement already: %(start)s – %(end)s.")
            % {"start": before.starts_on.strftime("%d/%m/%Y"), "end": before.ends_on.strftime("%d/%m/%Y")},
            field="starts_on",
        )
    left = Delivery.objects.filter(journey=journey, state__in=UNSIGNED)
    if not in_period(left, starts_on, ends_on, journey.programme.organisation.time_zone).exists():
        raise Refused(_("No hours of these days are left to sign."), field="starts_on")
    statement = Statement.objects.create(journey=journey, starts_on=starts_on, ends_on=ends_on, prepared_by=by)
    history.record(
        "prepare_statement",
        statement,
        by=by,
        organisation=journey.programme.organisation,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    letters.statement_prepared(statement)
    return statement


@transaction.atomic
def prepare_statements(programme: Programme, *, starts_on: date, ends_on: date, by: User | None) -> Prepared:
    """The same for every journey of the programme that was under way in the period and has hours left to sign.

    Journeys with a statement of these days keep it; a second time prepares nothing more. A constant number of queries,
    but for the letters. Refused for a period to come or back to front.
    """
    _check(starts_on, ends_on)
    Programme.objects.select_for_update(of=("self",)).get(pk=programme.pk)
    journeys = under_way(programme, starts_on, ends_on)
    list(Journey.objects.select_for_update().filter(programme=programme).order_by("pk").values_list("pk", flat=True))
    live = Statement.objects.filter(state__in=LIVE, starts_on__lte=ends_on, ends_on__gte=starts_on)
    stated = set(live.filter(journey__programme=programme).values_list("journey", flat=True))
    left = Delivery.objects.filter(journey__programme=programme, state__in=UNSIGNED)
    owing = set(
        in_period(left, starts_on, ends_on, programme.organisation.time_zone)
        .order_by()
        .values_list("journey", flat=True)
        .distinct()
    )
    made = Statement.objects.bulk_create(
        [
            Statement(journey=one, starts_on=starts_on, ends_on=ends_on, prepared_by=by)
            for one in journeys
            if one.pk in owing and one.pk not in stated
        ]
    )
    history.record_many("prepare_statement", made, by=by, organisation=programme.organisation)
    for statement in made:
        letters.statement_prepared(statement)
    return Prepared(
        made,
        already=[one for one in journeys if one.pk in stated],
        without=[one for one in journeys if one.pk not in stated and one.pk not in owing],
    )


@transaction.atomic
def sign_statement(statement: Statement, *, seen: str, by: User) -> Statement:
    """The holder signs the whole: her confirmed lines of the period are signed, and their digest is kept.

    `seen` is the digest of what she read: refused when the lines changed since. Refused when none is confirmed, and
    once signed or withdrawn.
    """
    statement = _locked(statement)
    lines = lines_to_sign(statement)
    list(Delivery.objects.select_for_update().filter(pk__in=[one.pk for one in lines]).order_by("pk").values("pk"))
    lines = lines_to_sign(statement)
    if statement.state == Statement.State.TO_SIGN and not lines:
        raise Refused(_("No hours are confirmed yet: confirm yours first, then sign."))
    digest = digest_of(statement, lines)
    if statement.state == Statement.State.TO_SIGN and digest != seen:
        raise Refused(_("The hours changed since you read them: here is how they stand now. Read again, then sign."))
    move(
        statement,
        Statement.State.SIGNED,
        stamps={"signed_by": by, "signed_at": clock.now(), "digest": digest},
    )
    signed = Delivery.objects.filter(pk__in=[one.pk for one in lines], state=Delivery.State.CONFIRMED)
    if signed.update(state=Delivery.State.SIGNED, statement=statement) != len(lines):
        raise Refused(_("Someone changed this meanwhile. Reload the page to see how it stands now."))
    history.record(
        "sign_statement",
        statement,
        by=by,
        organisation=statement.journey.programme.organisation,
        digest=digest,
        minutes=sum(one.minutes for one in lines),
    )
    return statement


@transaction.atomic
def withdraw_statement(statement: Statement, *, by: User | None) -> Statement:
    """It is not to sign any more; its days are free for another. Refused once signed."""
    move(statement, Statement.State.WITHDRAWN)
    history.record("withdraw_statement", statement, by=by, organisation=statement.journey.programme.organisation)
    return statement


def _locked(statement: Statement) -> Statement:
    """As it stands now, held until the end of the transaction."""
    rows = Statement.objects.select_for_update(of=("self",)).select_related("journey__programme__organisation")
    return rows.get(pk=statement.pk)
