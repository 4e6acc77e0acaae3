"""Companies, immersions and milestones as pages."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from backend.accounts.models import Organisation, User
from journeys import actions
from journeys.models import Company, Immersion, Journey, Milestone, Step
from tests.factories.journeys import make_journey, make_programme, step_of
from tests.factories.stays import SIRETS, make_company, make_immersion, make_milestone

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
STAY = {
    "tutor_name": "Paule", "objective": "confirm", "basis": "own", "language": "fr", "starts_on": "2026-12-01",
    "ends_on": "2026-12-03", "minutes_planned_0": "21", "minutes_planned_1": "0",
}  # fmt: skip


@pytest.fixture
def journey(organisation: Organisation, lead: User) -> Journey:
    return make_journey(organisation, by=lead)


def opened(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("page", ["/companies/", "/companies/{company}/", "/immersions/", "/immersions/{stay}/"])
def test_pages_ask_the_same_for_three_rows_as_for_one(
    page: str,
    organisation: Organisation,
    lead: User,
    journey: Journey,
    client_of: Browser,
    assert_num_queries_same: Callable[..., int],
) -> None:
    company = make_company(organisation)
    stay = make_immersion(journey, company=company, state="partly_signed")
    client, url = client_of(lead), page.format(company=company.pk, stay=stay.pk)

    def add() -> None:
        for _ in range(2):
            make_company(organisation)
            make_immersion(make_journey(organisation, by=lead), company=company, state="to_sign")

    assert_num_queries_same(lambda: opened(client, url), add)


# --- Companies ------------------------------------------------------------------------------------
def test_a_wrong_siret_is_told_beside_it_and_nothing_typed_is_lost(lead: User, client_of: Browser) -> None:
    typed = {"name": "Vélocité", "siret": "732 829 320 00075", "activity": "Vélos", "places_a_year": "3"}
    answer = client_of(lead).post("/companies/add/", typed)
    form = answer.context["form"]
    assert list(form.errors) == ["siret"]
    assert (form["name"].value(), form["activity"].value(), form["siret"].value()) == (
        "Vélocité",
        "Vélos",
        typed["siret"],
    )


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Biocoop", "Vélocité"]),
        ("q=vélo", ["Vélocité"]),
        ("q=732829", ["Vélocité"]),
        ("show=all", ["Biocoop", "Ronde", "Vélocité"]),
        ("q=riz+bio", []),
        ("show=free", ["Biocoop"]),
    ],
)
def test_companies_are_found(
    organisation: Organisation, lead: User, journey: Journey, client_of: Browser, query: str, names: list[str]
) -> None:
    make_company(organisation, "Biocoop", activity="Épicerie")
    actions.set_aside_company(make_company(organisation, "Ronde"), reason="Muette", by=None)
    host = make_company(organisation, "Vélocité", siret=SIRETS[0], places_a_year=1)
    make_immersion(journey, company=host)
    page = client_of(lead).get(f"/companies/?{query}").context["page"]
    assert [company.name for company in page] == names


# --- Immersions -----------------------------------------------------------------------------------
def test_a_host_described_on_the_way_loses_no_word(
    organisation: Organisation, lead: User, journey: Journey, client_of: Browser
) -> None:
    client, url = client_of(lead), f"/steps/{step_of(journey, 'immersion').pk}/immersion/"
    typed = {**STAY, "new_name": "La Conserverie", "new_siret": "12"}
    answer = client.post(url, typed)
    form = answer.context["form"]
    assert list(form.errors) == ["new_siret"]
    assert (form["new_name"].value(), form["tutor_name"].value()) == ("La Conserverie", "Paule")
    assert not Company.objects.exists()
    client.post(url, {**typed, "new_siret": SIRETS[0]})
    stay = Immersion.objects.get()
    assert (stay.company.name, stay.company.siret, stay.minutes_planned) == ("La Conserverie", SIRETS[0], 1260)


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        ({}, {"company"}),
        ({"company": "mine", "new_name": "Autre"}, {"company"}),
        ({"company": "mine", "ends_on": "2027-01-30", "basis": "pmsmp"}, {"ends_on", "basis_number"}),
        ({"company": "mine", "minutes_planned_0": "31"}, {"minutes_planned"}),
        ({"company": "mine", "starts_on": ""}, {"starts_on"}),
    ],
)
def test_every_broken_rule_is_told_at_once_beside_its_field(
    organisation: Organisation,
    lead: User,
    journey: Journey,
    client_of: Browser,
    typed: dict[str, Any],
    fields: set[str],
) -> None:
    mine = make_company(organisation)
    given = {**STAY, **typed} | ({"company": mine.pk} if typed.get("company") else {})
    answer = client_of(lead).post(f"/steps/{step_of(journey, 'immersion').pk}/immersion/", given)
    assert set(answer.context["form"].errors) == fields


def test_an_edit_says_that_signatures_were_wiped(lead: User, journey: Journey, client_of: Browser) -> None:
    stay = make_immersion(journey, state="partly_signed")
    client = client_of(lead)
    answer = client.post(f"/immersions/{stay.pk}/edit/", {**STAY, "company": stay.company_id}, follow=True)
    assert [message.level_tag for message in answer.context["messages"]] == ["warning"] * 2
    stay.refresh_from_db()
    assert (stay.state, stay.signatures.filter(state="signed").count()) == ("draft", 0)


def test_the_way_through_by_clicks(
    lead: User, journey: Journey, client_of: Browser, clock: time_machine.Traveller
) -> None:
    stay = make_immersion(journey, starts_on=date(2026, 11, 23), ends_on=date(2026, 11, 25), minutes_planned=1200)
    client, url = client_of(lead), f"/immersions/{stay.pk}"
    client.post(f"{url}/send/")
    for party in ("holder", "company", "organisation"):
        client.post(f"{url}/signatures/add/", {"party": party, "signed_on": "2026-11-23"})
    client.post(f"{url}/validate/")
    clock.shift(timedelta(days=2))
    client.post(f"{url}/complete/", {"outcome": "completed", "minutes_done_0": "19", "minutes_done_1": "30"})
    stay.refresh_from_db()
    assert (stay.state, stay.minutes_done) == ("completed", 1170)
    tabs = {label: number for _label, label, _is, number in client.get("/immersions/").context["tabs"]}
    assert (tabs["?show=to_assess"], tabs["?show=closed"]) == (1, 0)  # each stay is either still to assess or closed


@pytest.mark.parametrize(
    ("show", "count"), [("open", 3), ("unsigned", 1), ("to_validate", 1), ("under_way", 0), ("closed", 1)]
)
def test_the_list_is_narrowed_by_state(
    organisation: Organisation, lead: User, client_of: Browser, show: str, count: int
) -> None:
    make_programme(organisation)
    for state in ("draft", "partly_signed", "to_validate", "cancelled"):
        make_immersion(make_journey(organisation, by=lead), state=state)
    context = client_of(lead).get(f"/immersions/?show={show}").context
    assert len(context["page"].object_list) == count
    assert {label: number for _label, label, _is, number in context["tabs"]}[f"?show={show}"] == count


def test_a_holder_reads_her_stay_and_finds_no_act(
    organisation: Organisation, lead: User, holder: User, client_of: Browser
) -> None:
    stay = make_immersion(make_journey(organisation, holder, by=lead), state="to_sign")
    answer = client_of(holder).get(f"/immersions/{stay.pk}/")
    assert {name for name, may in answer.context["can"].items() if may} == {"read_papers"}
    assert b"<form" not in answer.content.split(b"<main")[1].split(b"</main>")[0]


# --- Milestones -----------------------------------------------------------------------------------
def test_steps_that_should_come_before_are_named_not_refused(lead: User, journey: Journey, client_of: Browser) -> None:
    step = step_of(journey, "milestone")
    client, url = client_of(lead), f"/steps/{step.pk}/milestone/"
    assert [one.title_fr for one in client.get(url).context["missing"]] == ["Posture entrepreneuriale"]
    client.post(url, {"reached_on": "2026-11-20", "evidence": "Plan relu", "evidence_url": "example.org/plan"})
    milestone = Milestone.objects.get()
    assert (milestone.evidence_url, milestone.recorded_by) == ("https://example.org/plan", lead)
    assert step_of(journey, "milestone").state == Step.State.DONE


@pytest.mark.parametrize(
    ("typed", "field"), [({"reached_on": "2026-11-24"}, "reached_on"), ({"evidence": "  "}, "evidence")]
)
def test_a_milestone_needs_a_day_that_has_come_and_words(
    lead: User, journey: Journey, client_of: Browser, typed: dict[str, str], field: str
) -> None:
    given = {"reached_on": "2026-11-20", "evidence": "Plan relu", **typed}
    answer = client_of(lead).post(f"/steps/{step_of(journey, 'milestone').pk}/milestone/", given)
    assert list(answer.context["form"].errors) == [field]


def test_a_lead_undoes_a_milestone(lead: User, journey: Journey, client_of: Browser) -> None:
    milestone = make_milestone(journey, reached_on=date(2026, 11, 23) - timedelta(days=3))
    client_of(lead).post(f"/milestones/{milestone.pk}/undo/", {"reason": "Erreur"})
    assert not Milestone.objects.exists()
