"""One reckoning: home, pages, papers, files, API and indicators give the same minutes, state by state."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from backend.accounts.models import Organisation, User
from backend.lib.refusal import Refused
from evaluation.queries.hours import hours as indicator
from evaluation.queries.scope import Scope
from journeys import actions
from journeys.models import Delivery, Journey
from journeys.queries.ledger import ledger, tally
from journeys.queries.statement_files import as_pdf, as_workbook, paper_data
from journeys.queries.statement_papers import journey_paper, programme_paper
from journeys.queries.statements import read
from tests.factories.journeys import make_confirmed_delivery, make_delivery, make_journey

Browser = Callable[[User], Client]
PARIS = ZoneInfo("Europe/Paris")
YEAR = (date(2026, 1, 1), date(2026, 11, 23))
HEAD = ["planned", "declared", "confirmed", "signed", "disputed"]
EXPECTED = {"declared": 90, "confirmed": 60, "signed": 420, "disputed": 45}
"""Contact minutes by state."""


def at(day: int, month: int = 10) -> datetime:
    return datetime(2026, month, day, 10, tzinfo=PARIS)


@pytest.fixture
def journey(organisation: Organisation, holder: User, lead: User) -> Journey:
    """A line of every state, of every sort."""
    journey = make_journey(organisation, holder, referent=lead, started_on=date(2026, 9, 1))
    make_confirmed_delivery(journey, kind="module", minutes=420, happened_at=at(2))
    make_confirmed_delivery(journey, minutes=25, sort="travel", happened_at=at(2))
    statement = actions.prepare_statement(journey, starts_on=date(2026, 10, 1), ends_on=date(2026, 10, 9), by=lead)
    actions.sign_statement(statement, seen=read(statement).digest, by=holder)
    make_delivery(journey, minutes=90, happened_at=at(10))
    make_confirmed_delivery(journey, minutes=60, happened_at=at(11))
    actions.dispute_delivery(
        make_delivery(journey, kind="immersion", minutes=45, happened_at=at(12)), comment="Non.", by=holder
    )
    make_delivery(journey, minutes=30, sort="preparation", happened_at=at(13), by=lead)
    actions.void_delivery(make_delivery(journey, minutes=500, happened_at=at(14)), reason="Saisi deux fois", by=lead)
    planned = make_delivery(journey, minutes=75, happened_at=at(20))
    Delivery.objects.filter(pk=planned.pk).update(state="planned")
    return journey


def minutes_of(cell: Any) -> int:
    """A duration as a workbook gives it back."""
    return round((cell if isinstance(cell, timedelta) else timedelta(days=float(cell))).total_seconds() / 60)


def sheet(data: bytes, name: str) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_name(name).to_python()


def shown(columns: list[str], cells: list[int]) -> dict[str, int]:
    """{state: minutes} of a page, whose columns are French words."""
    words = {str(state.label): state.value for state in Delivery.State}
    return {words[column]: minutes for column, minutes in zip(columns, cells, strict=True)}


def test_every_page_shows_the_same(journey: Journey, holder: User, lead: User, client_of: Browser) -> None:
    home = client_of(holder).get(reverse("home")).context["home"].ledger
    pages = [
        client_of(holder).get(reverse("journeys:ledger")),
        client_of(lead).get(reverse("journeys:journey_detail", args=[journey.pk])),
        client_of(lead).get(reverse("journeys:journey_ledger", args=[journey.pk])),
        client_of(holder).get(reverse("journeys:period_hours", args=[journey.pk])),
        client_of(lead).get(reverse("journeys:programme_hours", args=[journey.programme_id])),
    ]
    for found in [home, *(page.context["ledger"] for page in pages)]:
        assert shown(found.columns, found.total.cells) == EXPECTED
        assert [(line.label, line.minutes) for line in found.aside] == [("préparation", 30), ("trajet", 25)]
    person = pages[-1].context["people"][0]
    assert dict(zip(HEAD[1:], person.cells, strict=True)) == EXPECTED
    assert (person.minutes, person.apart, person.void) == (615, 55, 500)


def test_the_papers_and_their_files_say_the_same(journey: Journey) -> None:
    expected = [615, 75, *EXPECTED.values()]
    for paper in (journey_paper(journey, *YEAR), programme_paper(journey.programme, *YEAR)):
        contact, apart = paper.tables[:2]
        assert [cell.minutes for cell in contact.total[1:]] == expected  # type: ignore[union-attr]  # lengths
        written = paper_data(paper)["tables"][0]["total"]
        assert [word.replace("\u00a0", " ") for word in written] == [
            "Total", "10 h 15", "1 h 15", "1 h 30", "1 h", "7 h", "45 min",
        ]  # fmt: skip
        rows = sheet(as_workbook(paper), contact.short)
        assert [minutes_of(cell) for cell in rows[-1][1:]] == expected
        assert [minutes_of(row[1]) for row in sheet(as_workbook(paper), apart.short)[1:]] == [30, 25]


def test_a_journey_paper_lists_every_line_and_void_ones_apart(journey: Journey) -> None:
    book = as_workbook(journey_paper(journey, *YEAR))
    lines, void = sheet(book, "Lignes")[1:], sheet(book, "Annulé")[1:]
    standing = Delivery.objects.exclude(state="void").order_by("happened_at", "pk")
    assert [minutes_of(row[2]) for row in lines] == list(standing.values_list("minutes", flat=True))
    assert [(minutes_of(row[2]), row[4]) for row in void] == [(500, "Saisi deux fois")]


def test_a_programme_paper_gives_each_person_her_line(organisation: Organisation, journey: Journey) -> None:
    other = make_journey(organisation, started_on=date(2026, 10, 1))
    make_confirmed_delivery(other, kind="immersion", minutes=2100, happened_at=at(21))
    empty = make_journey(organisation, started_on=date(2026, 10, 1))
    rows = sheet(as_workbook(programme_paper(journey.programme, *YEAR)), "Personnes")
    by_name = {row[0]: [minutes_of(cell) for cell in row[1:]] for row in rows[1:]}
    assert by_name[str(journey.holder)] == [615, 75, 90, 60, 420, 45, 420, 150, 45, 30, 25]
    assert by_name[str(other.holder)][:4] == [2100, 0, 0, 2100]
    assert by_name[str(empty.holder)] == [0] * 11
    assert by_name["Total"] == [sum(cells) for cells in zip(*list(by_name.values())[:-1], strict=True)]


def test_the_api_and_the_indicator_say_the_same(journey: Journey, lead: User, client_of: Browser) -> None:
    told = client_of(lead).get("/api/v1/deliveries/totals/", {"journey": journey.pk}).json()
    contact: dict[str, int] = {}
    for row in told:
        if row["sort"] == "contact":
            contact[row["state"]] = contact.get(row["state"], 0) + row["minutes"]
    assert contact == {**EXPECTED, "planned": 75, "void": 500}
    found = indicator(Scope(organisation=None, programme=journey.programme_id, until=YEAR[1], since=YEAR[0]))
    columns = ["signed", "confirmed", "declared", "disputed"]
    assert dict(zip(columns, found.states, strict=True)) == EXPECTED
    assert (found.total, found.preparation, found.travel) == (615, 30, 25)


def test_a_pdf_is_the_same_bytes_for_the_same_data_whatever_the_day(journey: Journey, clock: Any) -> None:
    first = as_pdf(journey_paper(journey, *YEAR))
    clock.shift(timedelta(days=400))
    assert as_pdf(journey_paper(journey, *YEAR)) == first
    assert first.startswith(b"%PDF-1.7") and b"pdfuaid" in first and b"pdfaid" in first
    assert b"SourceSansPro-Bold" in first and b"Libertinus" not in first
    make_delivery(journey, minutes=10, happened_at=at(22))
    assert as_pdf(journey_paper(journey, *YEAR)) != first


def test_names_in_any_script_make_a_pdf_and_never_a_formula(journey: Journey) -> None:
    user = journey.holder.user
    user.first_name, user.last_name = "=1+1", "王小明 🎉 محمد\x01"
    user.save()
    journey.refresh_from_db()
    paper = journey_paper(journey, *YEAR)
    assert as_pdf(paper).startswith(b"%PDF")
    assert sheet(as_workbook(paper), "Relevé d’heures")[1][1].startswith("=1+1")


@pytest.mark.parametrize("form", ["pdf", "xlsx"])
def test_files_are_taken_away_under_a_name_that_says_what_they_are(
    journey: Journey, holder: User, lead: User, client_of: Browser, form: str
) -> None:
    statement = journey.statements.get()
    asked = {"starts_on": "2026-10-01", "ends_on": "2026-10-31"}
    own = client_of(holder).get(reverse("journeys:period_export", args=[journey.pk, form]), asked)
    signed = client_of(holder).get(reverse("journeys:statement_export", args=[statement.pk, form]))
    all_of = client_of(lead).get(reverse("journeys:programme_hours_export", args=[journey.programme_id, form]), asked)
    names = [answer.headers["Content-Disposition"] for answer in (own, signed, all_of)]
    assert names == [
        f'attachment; filename="heures-{journey.pk}-2026-10-01-2026-10-31.{form}"',
        f'attachment; filename="heures-{journey.pk}-2026-10-01-2026-10-09.{form}"',
        f'attachment; filename="heures-{journey.programme.code}-2026-10-01-2026-10-31.{form}"',
    ]


def test_a_signed_statement_carries_its_signature(journey: Journey) -> None:
    statement = journey.statements.get()
    paper = journey_paper(journey, statement.starts_on, statement.ends_on, statement)
    facts = dict(paper.signature)
    assert facts["Signé par"] == "Hawa Diallo"
    assert facts["Heures signées"].replace("\u00a0", " ") == "7 h"
    assert facts["Empreinte (SHA-256)"] == statement.digest


# --- Any sequence of acts -------------------------------------------------------------------------------
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["declare", "confirm", "dispute", "void", "replace", "sign"]),
        st.integers(min_value=0, max_value=7),
        st.integers(min_value=1, max_value=600),
        st.sampled_from(list(Delivery.Sort)),
    ),
    max_size=14,
)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=ACTS)
def test_any_sequence_of_acts_keeps_totals_equal_to_the_lines(db: None, holder: User, acts: list[Any]) -> None:
    from django.db import transaction

    with transaction.atomic():
        journey = make_journey(holder.memberships.get().organisation, holder, started_on=date(2026, 9, 1))
        for verb, number, minutes, sort in acts:
            _act(journey, verb, number, minutes, sort)
            _check(journey)
        transaction.set_rollback(True)


def _act(journey: Journey, verb: str, number: int, minutes: int, sort: str) -> None:
    """Do it; what the rules refuse changes nothing."""
    user, lines = journey.holder.user, list(journey.deliveries.order_by("pk"))
    line = lines[number % len(lines)] if lines else None
    try:
        if verb == "declare":
            make_delivery(journey, source=f"session:{number}", sort=sort, minutes=minutes, happened_at=at(1 + number))
        elif verb == "sign":
            day = date(2026, 10, 1 + number)
            statement = actions.prepare_statement(journey, starts_on=day, ends_on=day, by=None)
            actions.sign_statement(statement, seen=read(statement).digest, by=user)
        elif line is not None:
            {
                "confirm": lambda: actions.confirm_delivery(line, by=user),
                "dispute": lambda: actions.dispute_delivery(line, comment="Non", by=user),
                "void": lambda: actions.void_delivery(line, reason="Erreur", by=None),
                "replace": lambda: actions.replace_delivery(line, minutes=minutes, reason="Erreur", by=None),
            }[verb]()
    except Refused:
        pass


def _check(journey: Journey) -> None:
    lines = list(journey.deliveries.order_by("pk"))
    found, shown = tally(journey.deliveries.all()), ledger(journey.deliveries.all())
    for state in Delivery.State:
        for sort in Delivery.Sort:
            expected = sum(one.minutes for one in lines if (one.state, one.sort) == (state, sort))
            assert found.minutes(state, sort=sort) == expected
    live = [one for one in lines if one.state != "void"]
    assert len({(one.source, one.sort) for one in live}) == len(live)
    assert shown.minutes == sum(one.minutes for one in live if one.sort == "contact")
    assert all(one.statement_id for one in lines if one.state == "signed")
