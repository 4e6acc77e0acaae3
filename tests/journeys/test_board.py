"""The cohort board: what it shows, filters, order, cost, and the file one takes away."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from backend.accounts.models import Organisation, User
from backend.lib import clock
from journeys import actions
from journeys.models import Journey
from journeys.queries.board import Filters, board_page
from tests.factories.accounts import make_member
from tests.factories.journeys import (
    make_commune,
    make_companion,
    make_confirmed_delivery,
    make_delivery,
    make_journey,
    make_programme,
    make_project,
    step_of,
)

Browser = Callable[[User], Client]
URL = "/journeys/"


def names(user: User, **filters: Any) -> list[str]:
    """The first names on the board, in order."""
    _page, rows = board_page(user, Filters(**filters))
    return [row.journey.holder.user.first_name for row in rows]


def somebody(organisation: Organisation, first: str, last: str = "", **fields: Any) -> Journey:
    person = make_member(organisation, "holder", first_name=first, last_name=last or first)
    return make_journey(organisation, person, **fields)


def long_ago(days: int = 60) -> Any:
    return clock.today() - timedelta(days=days)


# --- What a row says --------------------------------------------------------------------------------
def test_a_row_says_who_where_what_next_and_how_it_goes(organisation: Organisation, lead: User) -> None:
    journey = somebody(organisation, "Awa", name="Café")
    actions.advance_step(step_of(journey, "module"), "done", by=None)
    make_delivery(journey, days_ago=3)
    make_companion(journey, lead)
    _page, [row] = board_page(lead, Filters())
    assert (str(row.journey.holder), row.note, row.percent) == ("Awa Awa", "Café · Incubation ESS", 10)
    assert (row.next_step.title, row.next_on) == ("Plan d’affaires validé", None)
    assert row.last_contact == clock.now() - timedelta(days=3)
    assert (row.health.word, row.health.tone, row.health.reason) == ("en bonne voie", "good", "")


@pytest.mark.parametrize("code", ["hole", "silent", "late", "no_mentor", "disputed"])
def test_each_sign_finds_its_people_and_says_why(code: str, organisation: Organisation, lead: User) -> None:
    patient = make_programme(organisation, hole_days=400)
    fine = somebody(organisation, "Fine", programme=patient)
    make_companion(fine, lead)
    programme = patient if code != "hole" else make_programme(organisation)
    ill = somebody(
        organisation, "Ill", programme=programme, started_on=long_ago(60 if code in ("hole", "silent") else 0)
    )
    for kind in ("milestone",) if code != "late" else ():
        actions.waive_step(step_of(ill, kind), reason="pas utile", by=None)
    if code != "no_mentor":
        make_companion(ill, lead)
    if code == "late":
        step = step_of(ill, "milestone")
        type(step).objects.filter(pk=step.pk).update(due_on=long_ago(1))
    if code == "disputed":
        actions.dispute_delivery(make_delivery(ill), comment="Non.", by=None)
    said = {
        "hole": ("trou", "bad", "Rien depuis 60 jours et aucune date à venir."),
        "silent": ("silence", "warn", "Aucune nouvelle depuis le début."),
        "late": ("jalon en retard", "warn", "1 jalon a dépassé son échéance."),
        "no_mentor": ("sans mentor", "warn", "Un mentorat est prévu, personne n’est désigné."),
        "disputed": ("heures contestées", "bad", "1 ligne d’heures est contestée."),
    }
    _page, [row] = board_page(lead, Filters(sign=code))
    assert (row.journey, row.health.word, row.health.tone, row.health.reason) == (ill, *said[code])
    assert names(lead, sign="any") == ["Ill"]


def test_a_session_in_the_calendar_fills_the_hole(organisation: Organisation, lead: User) -> None:
    from tests.factories.mentoring import make_pair, make_session

    journey = somebody(organisation, "Awa", started_on=long_ago())
    pair = make_pair(organisation, journey=journey)
    assert names(lead, sign="hole") == ["Awa"]
    session = make_session(pair, clock.now() + timedelta(days=20))
    _page, [row] = board_page(lead, Filters())
    assert names(lead, sign="hole") == []
    assert row.next_on == clock.today() + timedelta(days=20)
    from mentoring.actions import cancel_session

    cancel_session(session, reason="malade", for_mentor=True, by=None)
    assert names(lead, sign="hole") == ["Awa"]


def test_a_recent_delivery_a_sign_in_or_a_commitment_breaks_hole_or_silence(
    organisation: Organisation, lead: User
) -> None:
    patient = make_programme(organisation, hole_days=400)
    signed, promised = (
        somebody(organisation, name, programme=patient, started_on=long_ago()) for name in ("Ana", "Bob")
    )
    hours = somebody(organisation, "Cid", programme=make_programme(organisation), started_on=long_ago())
    for journey in (signed, promised, hours):
        make_companion(journey, lead)
    assert (names(lead, sign="silent"), names(lead, sign="hole")) == (["Ana", "Bob"], ["Cid"])
    User.objects.filter(pk=signed.holder.user_id).update(last_login=clock.now())
    actions.add_commitment(promised, text="Appeler", owner=promised.holder.user, due_on=None, by=None)
    make_delivery(hours, days_ago=2)
    assert (names(lead, sign="silent"), names(lead, sign="hole")) == ([], [])


def test_a_hole_is_measured_by_each_programme(organisation: Organisation, lead: User) -> None:
    strict, patient = make_programme(organisation, hole_days=10), make_programme(organisation, hole_days=90)
    for first, programme in (("Ana", strict), ("Bob", patient)):
        somebody(organisation, first, programme=programme, started_on=long_ago(20))
    assert names(lead, sign="hole") == ["Ana"]


def test_a_journey_at_rest_has_neither_hole_nor_silence(organisation: Organisation, lead: User) -> None:
    journey = somebody(organisation, "Awa", started_on=long_ago())
    actions.pause_journey(journey, reason="Naissance", review_on=clock.today() + timedelta(days=30), by=None)
    _page, [row] = board_page(lead, Filters())
    assert (row.health.word, row.health.tone, row.health.reason) == ("en pause", "neutral", "Naissance")
    assert names(lead, sign="any") == []


# --- Filters, order, pages --------------------------------------------------------------------------
def test_filters_narrow_the_board(organisation: Organisation, lead: User, mentor: User) -> None:
    ana = somebody(organisation, "Ana", phase="creation")
    other = make_programme(organisation, title_fr="Consolidation")
    bob = somebody(
        organisation, "Bob", "Martin", programme=other, commune=make_commune("44162", "Saint-Herblain"), name="Pain"
    )
    left = somebody(organisation, "Cid", programme=ana.programme)
    actions.leave_journey(left, reason="moved", by=None)
    make_companion(bob, mentor)
    assert names(lead) == ["Ana", "Bob"]
    assert names(lead, state="all") == ["Ana", "Cid", "Bob"]
    assert names(lead, state="left") == ["Cid"]
    assert names(lead, programme=other.pk) == ["Bob"]
    assert names(lead, phase="creation") == ["Ana"]
    assert names(lead, commune="44162") == ["Bob"]
    assert (names(lead, mentor="yes"), names(lead, mentor="no")) == (["Bob"], ["Ana"])
    assert (names(lead, q="mart bob"), names(lead, q="pain"), names(lead, q="nobody")) == (["Bob"], ["Bob"], [])


def test_the_form_reads_the_address_and_ignores_what_it_cannot_read(
    organisation: Organisation, lead: User, client_of: Browser
) -> None:
    somebody(organisation, "Ana")
    somebody(organisation, "Bob")
    page = client_of(lead).get(URL, {"q": "ana", "programme": "999999999", "phase": "nonsense", "sort": "wrong"})
    assert [row.journey.holder.user.first_name for row in page.context["rows"]] == ["Ana"]
    assert page.context["csv_url"] == "/journeys/export.csv?q=ana"


def test_the_board_can_be_sorted(organisation: Organisation, lead: User) -> None:
    ana, bob, cid = (somebody(organisation, name) for name in ("Ana", "Bob", "Cid"))
    actions.advance_step(step_of(ana, "mentoring"), "done", by=None)
    actions.advance_step(step_of(bob, "module"), "done", by=None)
    make_delivery(ana, days_ago=1)
    make_delivery(cid, days_ago=5)
    assert names(lead, sort="progress") == ["Cid", "Bob", "Ana"]
    assert names(lead, sort="contact") == ["Bob", "Cid", "Ana"]
    assert names(lead, sort="due") == ["Ana", "Cid", "Bob"]
    assert names(lead, sort="name") == ["Ana", "Bob", "Cid"]


def test_fifty_rows_a_page(organisation: Organisation, lead: User, client_of: Browser) -> None:
    programme = make_programme(organisation)
    from tests.factories.journeys import make_holder

    pairs = []
    for number in range(51):
        holder = make_holder(organisation, make_member(organisation, "holder", last_name=f"P{number:02d}"))
        pairs.append((make_project(organisation, holder), holder))
    actions.open_journeys(programme, pairs, started_on=clock.today(), by=None)
    browser = client_of(lead)
    first, second = browser.get(URL), browser.get(URL, {"page": "2"})
    assert (len(first.context["rows"]), len(second.context["rows"])) == (50, 1)
    assert second.context["rows"][0].journey.holder.user.last_name == "P50"


def test_the_board_costs_as_much_for_three_people_as_for_one(
    organisation: Organisation, lead: User, client_of: Browser, assert_num_queries_same: Callable[..., int]
) -> None:
    def add(first: str) -> None:
        journey = somebody(organisation, first, started_on=long_ago())
        make_companion(journey, lead)
        make_delivery(journey, days_ago=2)

    add("Ana")
    browser = client_of(lead)
    for query in ({}, {"sign": "any"}, {"sort": "progress"}):
        assert_num_queries_same(lambda query=query: browser.get(URL, query), lambda: None)
    assert_num_queries_same(lambda: browser.get(URL), lambda: [add(name) for name in ("Bob", "Cid")])


# --- Rights -----------------------------------------------------------------------------------------
def test_each_sees_her_own_rows(
    organisation: Organisation,
    other_organisation: Organisation,
    lead: User,
    mentor: User,
    steward: User,
    outsider: User,
) -> None:
    ana, _bob, eve = (
        somebody(place, name)
        for place, name in ((organisation, "Ana"), (organisation, "Bob"), (other_organisation, "Eve"))
    )
    make_companion(ana, mentor)
    assert names(lead) == ["Ana", "Bob"]
    assert names(mentor) == ["Ana"]
    assert names(steward) == ["Ana", "Bob", "Eve"]
    assert names(outsider) == ["Eve"]
    actions.end_companion(ana, mentor, "mentor", by=None)
    assert names(mentor) == []
    assert eve.programme.organisation == other_organisation


@pytest.mark.parametrize(
    ("persona", "board", "export"),
    [("lead", 200, 200), ("steward", 200, 200), ("mentor", 200, 403), ("holder", 403, 403), ("observer", 403, 403)],
)
def test_who_opens_the_board(
    persona: str, board: int, export: int, client_of: Browser, request: pytest.FixtureRequest
) -> None:
    browser = client_of(request.getfixturevalue(persona))
    assert (browser.get(URL).status_code, browser.get("/journeys/export.csv").status_code) == (board, export)


def test_an_empty_board_says_what_to_do(lead: User, mentor: User, client_of: Browser) -> None:
    assert "Importer une cohorte" in client_of(lead).get(URL).content.decode()
    assert "Aucun parcours ici" in client_of(mentor).get(URL).content.decode()


# --- The file ---------------------------------------------------------------------------------------
def test_the_export_holds_the_filtered_list_as_it_is(
    organisation: Organisation, lead: User, client_of: Browser
) -> None:
    journey = somebody(organisation, "Awa", "Diallo", name="=HYPERLINK(1)")
    somebody(organisation, "Bob")
    make_confirmed_delivery(journey, days_ago=2)
    answer = client_of(lead).get("/journeys/export.csv", {"q": "awa"})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="jalon-parcours-2026-11-23.csv"'
    head, *rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert head[:8] == ["Nom", "Prénom", "Projet", "Dispositif", "Santé", "Raison", "Avancement (%)", "Prochaine étape"]
    assert [row[:4] + row[13:19] for row in rows] == [
        [
            *("Diallo", "Awa", "'=HYPERLINK(1)", "Incubation ESS"),
            *("en cours", "émergence", "économie sociale et solidaire", "Nantes"),
            *("non renseigné", "2026-11-23"),
        ],
    ]


def test_the_workbook_keeps_texts_as_texts_and_days_as_days(
    organisation: Organisation, lead: User, client_of: Browser
) -> None:
    somebody(organisation, "Awa", "Diallo", name="=1+1")
    answer = client_of(lead).get("/journeys/export.xlsx")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert (rows[1][0], rows[1][2], rows[1][18]) == ("Diallo", "=1+1", clock.today())
    assert len(rows) == 2


def test_the_export_costs_as_much_for_three_people_as_for_one(
    organisation: Organisation, lead: User, client_of: Browser, assert_num_queries_same: Callable[..., int]
) -> None:
    somebody(organisation, "Ana")
    browser = client_of(lead)
    url = reverse("journeys:journey_export", args=["csv"])
    assert_num_queries_same(lambda: browser.get(url), lambda: [somebody(organisation, name) for name in ("Bob", "Cid")])
