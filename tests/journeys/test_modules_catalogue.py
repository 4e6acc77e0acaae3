"""The catalogue: written by leads, read by holders in the order their journey needs; the same through the API."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from backend.accounts.models import Organisation, User
from backend.lib.refusal import Refused
from backend.web.reading import hours
from journeys import actions
from journeys.models import Enrolment, Journey, Module, ModuleDate
from journeys.queries import modules as queries
from tests.factories.journeys import finish, make_journey, make_programme, step_of
from tests.factories.stays import enrol, make_module_date, module_of
from tests.journeys.test_waiting import states

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
TYPED = {"title_fr": "Coûts et prix", "title_en": "Costs and prices", "summary_fr": "Fixer un prix.", "summary_en": "",
         "minutes_0": "3", "minutes_1": "30"}  # fmt: skip


@pytest.fixture
def journey(organisation: Organisation, holder: User, lead: User) -> Journey:
    make_programme(organisation)
    return make_journey(organisation, holder, by=lead)


@pytest.fixture
def others(organisation: Organisation, journey: Journey, lead: User) -> list[Journey]:
    return [make_journey(organisation, by=lead) for _ in range(3)]


@pytest.fixture
def date(journey: Journey, lead: User) -> ModuleDate:
    return make_module_date(module_of(journey), seats=1, by=lead)


def text_of(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


# --- Written by leads -----------------------------------------------------------------------------
def test_a_code_is_made_once_from_the_title(organisation: Organisation, lead: User) -> None:
    made = [actions.create_module(organisation, title_fr="Coûts et prix", by=lead) for _ in range(3)]
    assert [module.code for module in made] == ["couts-et-prix", "couts-et-prix-2", "couts-et-prix-3"]
    long = actions.create_module(organisation, title_fr="À" * 60, by=lead)
    strange = actions.create_module(organisation, title_fr="…", by=lead)
    assert (len(long.code), strange.code) == (40, "module")
    actions.update_module(made[0], title_fr="Fixer ses prix", minutes=240, by=lead)
    made[0].refresh_from_db()
    assert (made[0].code, made[0].title_fr, made[0].minutes) == ("couts-et-prix", "Fixer ses prix", 240)


@pytest.mark.parametrize(
    ("facts", "field"), [({"title_fr": " "}, "title_fr"), ({"minutes": 14}, "minutes"), ({"minutes": 3601}, "minutes")]
)
def test_an_impossible_module_is_refused(
    organisation: Organisation, lead: User, facts: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        actions.create_module(organisation, **{"title_fr": "Prix", "minutes": 180, **facts}, by=lead)
    assert refusal.value.field == field


def test_a_lead_writes_a_module_on_the_page(organisation: Organisation, lead: User, client_of: Browser) -> None:
    client = client_of(lead)
    answer = client.post("/modules/add/", {**TYPED, "title_fr": ""})
    assert list(answer.context["form"].errors) == ["title_fr"]
    assert answer.context["form"]["summary_fr"].value() == "Fixer un prix."
    answer = client.post("/modules/add/", TYPED)
    module = Module.objects.get()
    assert answer.headers["Location"] == f"/modules/{module.pk}/"
    assert (module.code, module.minutes, module.organisation) == ("couts-et-prix", 210, organisation)
    client.post(f"/modules/{module.pk}/edit/", {**TYPED, "title_en": "Pricing"})
    module.refresh_from_db()
    assert (module.title_en, module.code) == ("Pricing", "couts-et-prix")


def test_a_retired_module_takes_no_date_and_leaves_the_holders_catalogue(
    organisation: Organisation, journey: Journey, holder: User, lead: User, date: ModuleDate, client_of: Browser
) -> None:
    other = actions.create_module(organisation, title_fr="Gouvernance partagée", by=lead)
    assert "Gouvernance partagée" in text_of(client_of(holder), "/modules/")
    for _ in range(2):
        actions.retire_module(other, by=lead)
        actions.retire_module(date.module, by=lead)
    with pytest.raises(Refused, match="n’est plus proposé"):
        make_module_date(other, by=lead)
    mine = text_of(client_of(holder), "/modules/")
    assert "Gouvernance partagée" not in mine
    assert "Posture entrepreneuriale" in mine  # her journey still needs it
    assert "Gouvernance partagée" in text_of(client_of(lead), "/modules/")
    actions.take_seat(date, by=holder)
    assert states(date, [journey]) == ["enrolled"]
    client_of(lead).post(f"/modules/{other.pk}/restore/")
    assert "Gouvernance partagée" in text_of(client_of(holder), "/modules/")
    make_module_date(other, by=lead)


# --- Read by holders ------------------------------------------------------------------------------
def test_a_holder_finds_first_what_her_journey_needs(
    organisation: Organisation, journey: Journey, holder: User, lead: User, client_of: Browser
) -> None:
    actions.create_module(organisation, title_fr="Assurances", by=lead)
    page = text_of(client_of(holder), "/modules/")
    assert page.index("Posture entrepreneuriale") < page.index("Assurances")
    assert "Aucune date n’est encore prévue" in page
    make_module_date(module_of(journey), by=lead)
    assert "Choisir une date" in text_of(client_of(holder), "/modules/")
    finish(journey)
    page = text_of(client_of(holder), "/modules/")
    assert page.index("Assurances") < page.index("Posture entrepreneuriale")


def test_the_page_of_a_date_offers_the_one_act_that_fits(
    journey: Journey, others: list[Journey], holder: User, lead: User, date: ModuleDate, client_of: Browser
) -> None:
    client, page = client_of(holder), f"/module-dates/{date.pk}/"
    assert "Prendre une place" in text_of(client, page)
    client.post(f"{page}seat/take/")
    assert "Rendre ma place" in text_of(client, page)
    other = make_module_date(date.module, starts_at=date.starts_at + timedelta(days=7), seats=1, by=lead)
    assert "Passer à cette date" in text_of(client, f"/module-dates/{other.pk}/")
    client.post(f"/module-dates/{other.pk}/seat/switch/")
    assert states(other, [journey]) == ["enrolled"]
    client.post(f"/module-dates/{other.pk}/seat/give-up/")
    enrol(date, others[0], by=lead)
    actions.join_waiting(date, by=others[1].holder.user)
    assert "1 personne attend avant vous" in text_of(client, page)
    client.post(f"{page}waiting/join/")
    assert "n°\u00a02 dans la file" in text_of(client, page)
    assert "n°\u00a02 dans la file" in text_of(client, "/modules/")
    actions.leave_waiting(date, by=others[1].holder.user)
    assert "en tête de la file" in text_of(client, page)
    client.post(f"{page}waiting/leave/")
    assert "inscrire en liste d’attente" in text_of(client, page)
    assert states(date, [journey]) == ["withdrawn"]


def test_a_refusal_is_a_sentence_on_the_page(
    organisation: Organisation, holder: User, lead: User, date: ModuleDate, client_of: Browser
) -> None:
    stranger = make_journey(organisation, programme=make_programme(organisation, steps=[]), by=lead).holder.user
    client = client_of(stranger)
    answer = client.post(f"/module-dates/{date.pk}/seat/take/", follow=True)
    assert "Votre parcours ne demande pas ce module" in answer.content.decode()
    assert not Enrolment.objects.exists()


def test_a_holder_never_sees_who_waits_nor_the_trainers_address(
    journey: Journey, others: list[Journey], holder: User, lead: User, client_of: Browser
) -> None:
    date = make_module_date(module_of(journey), seats=1, trainer_email="noe@example.net", by=lead)
    enrol(date, others[0], by=lead)
    actions.join_waiting(date, by=others[1].holder.user)
    page = text_of(client_of(holder), f"/module-dates/{date.pk}/")
    assert not any(str(one.holder) in page for one in others)
    assert "noe@example.net" not in page
    listed = client_of(holder).get(f"/api/v1/module-dates/{date.pk}/").json()
    assert (listed["trainer_email"], listed["seats_taken"], listed["waiting"]) == ("", 1, 1)
    assert client_of(lead).get(f"/api/v1/module-dates/{date.pk}/").json()["trainer_email"] == "noe@example.net"


# --- Demand ---------------------------------------------------------------------------------------
def test_demand_counts_who_needs_it_and_has_no_date(
    journey: Journey, others: list[Journey], holder: User, lead: User, date: ModuleDate, clock: time_machine.Traveller
) -> None:
    enrol(date, journey, by=lead)
    actions.join_waiting(date, by=others[0].holder.user)
    actions.pause_journey(others[1], reason="Congé", review_on=date.starts_at.date() + timedelta(days=1), by=lead)
    actions.leave_journey(others[2], reason="employment", by=lead)
    dates = list(queries.dates_of(date.module))
    found = queries.demand(date.module, lead, dates)
    assert (found.without_date, found.late, found.soon, found.in_line, found.seats_left) == (2, 0, 1, 1, 0)
    assert found.is_short
    make_module_date(date.module, seats=2, by=lead)
    clock.shift(timedelta(hours=1))
    assert not queries.demand(date.module, lead, list(queries.dates_of(date.module))).is_short
    clock.shift(timedelta(days=40))
    assert queries.demand(date.module, lead, list(queries.dates_of(date.module))).late == 2


@pytest.mark.parametrize("page", ["/modules/", "/modules/{module}/", "/module-dates/{date}/"])
def test_a_holders_pages_ask_the_same_for_three_rows_as_for_one(
    page: str,
    organisation: Organisation,
    journey: Journey,
    holder: User,
    lead: User,
    date: ModuleDate,
    client_of: Browser,
    assert_num_queries_same: Callable[..., int],
) -> None:
    client, url = client_of(holder), page.format(module=date.module_id, date=date.pk)
    enrol(date, make_journey(organisation, by=lead), by=lead)
    actions.join_waiting(date, by=holder)

    def add() -> None:
        for number in range(2):
            full = make_module_date(date.module, seats=1, by=lead)
            enrol(full, make_journey(organisation, by=lead), by=lead)
            actions.join_waiting(full, by=holder)
            actions.create_module(organisation, title_fr=f"Module {number}", by=lead)

    assert_num_queries_same(lambda: text_of(client, url), add)


def test_a_leads_page_of_a_date_asks_the_same_for_three_who_wait_as_for_one(
    organisation: Organisation,
    journey: Journey,
    others: list[Journey],
    lead: User,
    date: ModuleDate,
    client_of: Browser,
    assert_num_queries_same: Callable[..., int],
) -> None:
    client = client_of(lead)
    enrol(date, journey, by=lead)
    actions.join_waiting(date, by=others[0].holder.user)

    def add() -> None:
        for other in others[1:]:
            actions.join_waiting(date, by=other.holder.user)

    assert_num_queries_same(lambda: text_of(client, f"/module-dates/{date.pk}/"), add)


# --- Attendance -----------------------------------------------------------------------------------
def test_who_is_not_noted_yet_is_named_and_the_ledger_is_shown(
    journey: Journey, others: list[Journey], lead: User, client_of: Browser, clock: time_machine.Traveller
) -> None:
    date = make_module_date(module_of(journey), by=lead)
    first, second, *_rest = enrol(date, journey, *others, by=lead)
    clock.shift(timedelta(days=2))
    client, page = client_of(lead), f"/module-dates/{date.pk}/attendance/"
    typed = {f"state_{first.pk}": "late", f"late_{first.pk}": "30", f"state_{second.pk}": "absent"}
    answer = client.post(page, typed, follow=True)
    assert [url for url, _status in answer.redirect_chain] == [page]
    text = answer.content.decode()
    assert "Pas encore noté" in text and all(str(one.holder) in text for one in others[1:])
    assert f"Au registre\xa0: {hours(150)}" in text
    answer = client.post(page, {**typed, "rest": "present"})
    assert answer.headers["Location"] == f"/module-dates/{date.pk}/"
    assert sorted(date.enrolments.values_list("state", flat=True)) == ["absent", "late", "present", "present"]


# --- The API --------------------------------------------------------------------------------------
def test_the_same_acts_through_the_api(
    organisation: Organisation, journey: Journey, others: list[Journey], holder: User, lead: User, client_of: Browser
) -> None:
    api, mine = client_of(lead), client_of(holder)

    def post(client: Client, path: str, data: dict[str, Any] | None = None) -> Any:
        return client.post(f"/api/v1/{path}", data or {}, content_type="application/json")

    made = post(api, "modules/", {"organisation": organisation.pk, "title_fr": "Coûts et prix"})
    assert (made.status_code, made.json()["code"], made.json()["minutes"]) == (201, "couts-et-prix", 180)
    pk = made.json()["id"]
    changed = api.patch(f"/api/v1/modules/{pk}/", {"title_en": "Costs"}, content_type="application/json").json()
    assert (changed["title_fr"], changed["title_en"]) == ("Coûts et prix", "Costs")
    assert post(api, f"modules/{pk}/retire/").json()["is_retired"] is True
    assert post(api, f"modules/{pk}/restore/").json()["is_retired"] is False
    date = make_module_date(module_of(journey), seats=1, by=lead)
    path = f"module-dates/{date.pk}"
    assert post(mine, f"{path}/enrol-me/").json()["seats_taken"] == 1
    assert post(mine, f"{path}/withdraw/").json()["seats_taken"] == 0
    enrol(date, others[0], by=lead)
    refused = post(mine, f"{path}/enrol-me/")
    assert (refused.status_code, refused.json()["detail"]) == (
        409, "Toutes les places sont prises\xa0: inscrivez-vous en liste d’attente.",
    )  # fmt: skip
    assert post(mine, f"{path}/wait/").json()["waiting"] == 1
    assert mine.get("/api/v1/enrolments/").json()["results"][0]["state"] == "waiting"
    assert post(mine, f"{path}/leave-waiting/").json()["waiting"] == 0
    other = make_module_date(date.module, starts_at=date.starts_at + timedelta(days=7), by=lead)
    assert post(mine, f"module-dates/{other.pk}/enrol-me/").status_code == 200
    third = make_module_date(date.module, starts_at=date.starts_at + timedelta(days=9), by=lead)
    assert post(mine, f"module-dates/{third.pk}/switch/").json()["seats_taken"] == 1
    assert states(other, [journey]) == ["withdrawn"]
    assert step_of(journey, "module").state == "scheduled"
