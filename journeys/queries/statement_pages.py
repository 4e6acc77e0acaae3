"""The pages of statements: those of a journey, one read whole, the hours of a period."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from backend.accounts.models import User
from backend.lib import clock
from journeys.models import Delivery, Journey, Programme, Statement
from journeys.policies import (
    abilities,
    may_declare_delivery,
    may_prepare_statement,
    may_prepare_statements,
    may_sign_statement,
    may_withdraw_statement,
)
from journeys.queries.ledger import COLUMNS, in_period, ledger, ledger_of, tally
from journeys.queries.programme_hours import people_hours, period_rows
from journeys.queries.statement_papers import whole
from journeys.queries.statements import read

Tabs = list[tuple[str, str, bool]]


def of_journey(journey: Journey, user: User) -> dict[str, Any]:
    """What the ledger page says of statements, and where they are prepared and read."""
    kept = journey.statements.exclude(state=Statement.State.WITHDRAWN)
    return {
        "statements": list(kept.select_related("signed_by").order_by("-starts_on", "-pk")),
        "may_prepare": may_prepare_statement(user, journey),
        "may_declare": may_declare_delivery(user, journey),
    }


def statement_page(statement: Statement, user: User) -> dict[str, Any]:
    """One statement, as this reader finds it."""
    to_sign = statement.state == Statement.State.TO_SIGN
    return {
        "statement": statement,
        "journey": statement.journey,
        "can": abilities(user, statement.journey),
        "reading": read(statement),
        "may_sign": to_sign and may_sign_statement(user, statement),
        "may_withdraw": to_sign and may_withdraw_statement(user, statement),
        "pdf_url": reverse("journeys:statement_export", args=[statement.pk, "pdf"]),
        "xlsx_url": reverse("journeys:statement_export", args=[statement.pk, "xlsx"]),
    }


def period_page(journey: Journey, period: tuple[date, date]) -> dict[str, Any]:
    """The hours of one journey over a period, and the files that say the same."""
    rows = in_period(Delivery.objects.filter(journey=journey), *period, journey.programme.organisation.time_zone)
    page = reverse("journeys:period_hours", args=[journey.pk])
    return {
        "journey": journey,
        "ledger": ledger(rows),
        "tabs": _tabs(page, period, [*_usual(), (pgettext("hours", "Whole journey"), whole(journey))]),
        "clear_url": page,
        **_files("journeys:period_export", journey.pk, period),
    }


def programme_page(programme: Programme, user: User, period: tuple[date, date]) -> dict[str, Any]:
    """The hours of a programme over a period, one line a person."""
    people = people_hours(programme, *period)
    page = reverse("journeys:programme_hours", args=[programme.pk])
    prepare = reverse("journeys:statements_prepare", args=[programme.pk])
    return {
        "programme": programme,
        "people": people,
        "columns": [str(state.label) for state in COLUMNS],
        "ledger": ledger_of(tally(period_rows(programme, *period))),
        "tabs": _tabs(page, period, _usual()),
        "clear_url": page,
        "prepare_url": f"{prepare}?{_query(period)}" if may_prepare_statements(user, programme) else "",
        **_files("journeys:programme_hours_export", programme.pk, period),
    }


def _query(period: tuple[date, date]) -> str:
    return urlencode({"starts_on": period[0].isoformat(), "ends_on": period[1].isoformat()})


def _files(name: str, pk: int, period: tuple[date, date]) -> dict[str, str]:
    return {
        f"{form}_url": f"{reverse(name, kwargs={'pk': pk, 'form': form})}?{_query(period)}" for form in ("pdf", "xlsx")
    }


def _usual() -> list[tuple[str, tuple[date, date]]]:
    """The periods asked for most."""
    today = clock.today()
    month = today.replace(day=1)
    before = month - timedelta(days=1)
    return [
        (_("This month"), (month, today)),
        (_("Last month"), (before.replace(day=1), before)),
        (_("This year"), (today.replace(month=1, day=1), today)),
        (_("Last year"), (date(today.year - 1, 1, 1), date(today.year - 1, 12, 31))),
    ]


def _tabs(page: str, period: tuple[date, date], usual: list[tuple[str, tuple[date, date]]]) -> Tabs:
    return [(label, f"{page}?{_query(one)}", one == period) for label, one in usual]
