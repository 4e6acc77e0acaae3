"""Modules as pages: the catalogue, a date, enrolment, attendance on one screen."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from backend.accounts.models import Organisation, User
from journeys.models import Delivery, Enrolment, Journey, ModuleDate
from tests.factories.journeys import make_journey, make_programme, step_of
from tests.factories.stays import enrol, make_module_date, module_of

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]


@pytest.fixture
def journeys(organisation: Organisation, lead: User) -> list[Journey]:
    make_programme(organisation)
    return [make_journey(organisation, by=lead) for _ in range(3)]


@pytest.fixture
def date(journeys: list[Journey], lead: User) -> ModuleDate:
    return make_module_date(module_of(journeys[0]), by=lead)


def text_of(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize(
    "page", ["/modules/", "/modules/{module}/", "/module-dates/{date}/", "/module-dates/{date}/enrol/"]
)
def test_pages_ask_the_same_for_three_rows_as_for_one(
    page: str,
    organisation: Organisation,
    lead: User,
    date: ModuleDate,
    journeys: list[Journey],
    client_of: Browser,
    assert_num_queries_same: Callable[..., int],
) -> None:
    client, url = client_of(lead), page.format(module=date.module_id, date=date.pk)
    enrol(date, journeys[0], by=lead)

    def add() -> None:
        for _ in range(2):
            other = make_journey(organisation, by=lead)
            enrol(date, other, by=lead)
            make_module_date(date.module, by=lead)
            make_journey(organisation, by=lead)

    assert_num_queries_same(lambda: text_of(client, url), add)


def test_attendance_asks_the_same_for_three_people_as_for_one(
    lead: User,
    date: ModuleDate,
    journeys: list[Journey],
    client_of: Browser,
    clock: time_machine.Traveller,
    assert_num_queries_same: Callable[..., int],
) -> None:
    enrol(date, journeys[0], by=lead)
    url = f"/module-dates/{date.pk}/attendance/"
    clock.shift(timedelta(days=2))
    client = client_of(lead)
    assert_num_queries_same(lambda: text_of(client, url), lambda: enrol(date, *journeys[1:], by=lead))


def test_a_lead_adds_a_date_in_her_own_time_zone(lead: User, journeys: list[Journey], client_of: Browser) -> None:
    module = module_of(journeys[0])
    answer = client_of(lead).post(
        f"/modules/{module.pk}/dates/add/",
        {"day": "2026-12-01", "starts": "09:00", "ends": "12:30", "place": "Solilab", "seats": "8"},
    )
    made = ModuleDate.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/module-dates/{made.pk}/enrol/")
    assert (made.starts_at.isoformat(), made.minutes, made.seats) == ("2026-12-01T08:00:00+00:00", 210, 8)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"ends": "08:00"}, "ends"),
        ({"place": ""}, "place"),
        ({"day": "2027-03-28", "starts": "02:30", "ends": "05:00"}, "starts"),
        ({"seats": "0"}, "seats"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field(
    lead: User, journeys: list[Journey], client_of: Browser, typed: dict[str, str], field: str
) -> None:
    given = {"day": "2026-12-01", "starts": "09:00", "ends": "12:30", "place": "Solilab", "seats": "8", **typed}
    answer = client_of(lead).post(f"/modules/{module_of(journeys[0]).pk}/dates/add/", given)
    assert list(answer.context["form"].errors) == [field]
    assert not ModuleDate.objects.exists()


def test_the_rest_is_present_in_one_tap(
    lead: User, date: ModuleDate, journeys: list[Journey], client_of: Browser, clock: time_machine.Traveller
) -> None:
    first, second, third = enrol(date, *journeys, by=lead)
    clock.shift(timedelta(days=2))
    chosen = {f"state_{first.pk}": "late", f"late_{first.pk}": "15", f"state_{second.pk}": "absent", "rest": "present"}
    answer = client_of(lead).post(f"/module-dates/{date.pk}/attendance/", chosen)
    assert answer.headers["Location"] == f"/module-dates/{date.pk}/"
    found = dict(Enrolment.objects.values_list("pk", "state"))
    assert found == {first.pk: "late", second.pk: "absent", third.pk: "present"}
    assert sorted(Delivery.objects.values_list("minutes", flat=True)) == [165, 180]


def test_what_was_chosen_is_kept_when_minutes_are_missing(
    lead: User, date: ModuleDate, journeys: list[Journey], client_of: Browser, clock: time_machine.Traveller
) -> None:
    first, second, _third = enrol(date, *journeys, by=lead)
    clock.shift(timedelta(days=2))
    chosen = {f"state_{first.pk}": "late", f"state_{second.pk}": "excused"}
    answer = client_of(lead).post(f"/module-dates/{date.pk}/attendance/", chosen)
    form = answer.context["form"]
    assert list(form.errors) == [f"late_{first.pk}"]
    assert form[f"state_{second.pk}"].value() == "excused"
    assert set(Enrolment.objects.values_list("state", flat=True)) == {"enrolled"}


def test_attendance_is_closed_before_the_date_begins(
    lead: User, date: ModuleDate, journeys: list[Journey], client_of: Browser
) -> None:
    enrol(date, *journeys, by=lead)
    client = client_of(lead)
    assert "roll-person" not in text_of(client, f"/module-dates/{date.pk}/attendance/")
    client.post(f"/module-dates/{date.pk}/attendance/", {"rest": "present"})
    assert not Delivery.objects.exists()


def test_people_are_enrolled_from_the_list(
    lead: User, date: ModuleDate, journeys: list[Journey], client_of: Browser
) -> None:
    steps = [step_of(journey, "module").pk for journey in journeys[:2]]
    client_of(lead).post(f"/module-dates/{date.pk}/enrol/", {"steps": steps})
    assert sorted(date.enrolments.values_list("step", flat=True)) == sorted(steps)


def test_a_holder_sees_seats_and_only_herself(
    lead: User, organisation: Organisation, holder: User, date: ModuleDate, journeys: list[Journey], client_of: Browser
) -> None:
    enrol(date, make_journey(organisation, holder, by=lead), *journeys, by=lead)
    page = text_of(client_of(holder), f"/module-dates/{date.pk}/")
    assert str(holder) in page
    assert not any(str(journey.holder) in page for journey in journeys)


def test_a_cancelled_date_needs_its_reason(lead: User, date: ModuleDate, client_of: Browser) -> None:
    client = client_of(lead)
    client.post(f"/module-dates/{date.pk}/cancel/", {"reason": " "})
    date.refresh_from_db()
    assert date.state == ModuleDate.State.PLANNED
    client.post(f"/module-dates/{date.pk}/cancel/", {"reason": "Formatrice malade"})
    date.refresh_from_db()
    assert date.state == ModuleDate.State.CANCELLED


def test_an_observer_reads_no_count_of_people(
    lead: User, observer: User, date: ModuleDate, journeys: list[Journey], client_of: Browser
) -> None:
    enrol(date, *journeys, by=lead)
    left, taken = f"{date.seats - 3} places libres", f"3 places prises sur {date.seats}"
    pages = ("/modules/", f"/modules/{date.module_id}/", f"/module-dates/{date.pk}/")
    seen = {user: [text_of(client_of(user), page) for page in pages] for user in (lead, observer)}
    assert [left in seen[lead][0], left in seen[lead][1], taken in seen[lead][2]] == [True] * 3
    assert not any(left in page or taken in page for page in seen[observer])
    row = client_of(observer).get(f"/api/v1/module-dates/{date.pk}/").json()
    assert (row["seats"], row["seats_taken"], row["waiting"]) == (date.seats, None, None)
