"""Contact details leave Jalon to those on the journey; anybody else asks, and history remembers that she looked."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.history.models import Entry
from backend.lib import clock
from backend.mail.models import Email
from journeys import actions
from journeys.admin import HolderAdmin
from journeys.models import Holder, Journey
from journeys.queries.attention import needs_of
from journeys.queries.board import Filters, board
from mentoring import actions as mentoring
from tests.factories.accounts import make_member
from tests.factories.imports import make_import, simple
from tests.factories.journeys import make_companion, make_journey, make_programme
from tests.factories.mentoring import make_mentor
from tests.factories.stays import make_company, make_immersion

SignIn = Callable[[User], Client]
COHORT = simple("Awa;Diop;awa@example.org;Le Four", "Noé;Le Roux;noe@example.org;Vélos")
SECRETS = ("holder@example.org", "0612345678", "06 12 34 56 78")


@pytest.fixture
def journey(organisation: Organisation, holder: User) -> Journey:
    made = make_journey(organisation, holder)
    Holder.objects.filter(pk=made.holder_id).update(phone="0612345678")
    return made


def seen() -> list[tuple[Any, int]]:
    """(who looked, at which journey), as history remembers."""
    return list(Entry.objects.filter(verb="reveal_contacts").order_by("pk").values_list("by", "about_id"))


def tells(answer: Any) -> list[str]:
    said = answer.content.decode()
    return [secret for secret in SECRETS if secret in said]


# --- The API ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("door", ["holders", "people", "journeys", "companions", "board", "needs", "projects"])
def test_no_list_of_the_api_carries_the_contact_details_of_a_holder(
    door: str, journey: Journey, mentor: User, lead: User, client_of: SignIn
) -> None:
    make_companion(journey, mentor)
    for user in (lead, mentor):
        assert tells(client_of(user).get(f"/api/v1/{door}/")) == []


def test_one_reads_ones_own_address_over_the_api(journey: Journey, holder: User, client_of: SignIn) -> None:
    assert client_of(holder).get("/api/v1/people/").json()["results"][0]["email"] == "holder@example.org"


# --- The one who is silent ----------------------------------------------------------------------------------
def test_a_lead_out_of_the_group_is_led_to_the_contact_details_and_not_handed_them(
    organisation: Organisation, holder: User, lead: User, mentor: User, client_of: SignIn
) -> None:
    programme = make_programme(organisation, hole_days=400)
    journey = make_journey(organisation, holder, programme=programme, started_on=clock.today() - timedelta(days=60))
    Holder.objects.filter(pk=journey.holder_id).update(phone="0612345678")
    make_companion(journey, mentor)
    [need] = needs_of(lead)
    assert (need.sign.code, need.act_url) == ("silent", reverse("journeys:group", args=[journey.pk]))
    assert tells(client_of(lead).get(reverse("journeys:needs"))) == []
    actions.assign_referent(journey, lead, by=None)
    assert needs_of(lead)[0].act_url == "tel:0612345678"


# --- The board as a file ------------------------------------------------------------------------------------
def test_the_board_leaves_without_addresses_unless_they_are_asked_for_and_history_remembers(
    journey: Journey, organisation: Organisation, lead: User, client_of: SignIn
) -> None:
    own = make_journey(organisation)
    actions.assign_referent(own, lead, by=None)
    door = reverse("journeys:journey_export", args=["csv"])
    client = client_of(lead)
    assert tells(client.get(door)) == []
    assert seen() == []
    assert tells(client.post(door)) == ["holder@example.org"]
    assert seen() == [(lead.pk, journey.pk)]
    assert Entry.objects.get(verb="reveal_contacts").organisation == organisation


def test_addresses_of_many_are_remembered_in_as_many_queries_as_of_one(
    journey: Journey, organisation: Organisation, lead: User, client_of: SignIn, assert_num_queries_same: Any
) -> None:
    client = client_of(lead)
    door = reverse("journeys:journey_export", args=["csv"])

    def more() -> None:
        for _name in ("Noa", "Lou"):
            make_journey(organisation)

    assert_num_queries_same(lambda: client.post(door), more)


def test_a_steward_takes_no_address_away(journey: Journey, steward: User, client_of: SignIn) -> None:
    assert tells(client_of(steward).post(reverse("journeys:journey_export", args=["csv"]))) == []
    assert seen() == []


def test_an_address_is_found_on_the_board_by_whoever_knows_it_whole(journey: Journey, lead: User) -> None:
    assert list(board(lead, Filters(q="Holder@Example.org"))) == [journey]
    assert list(board(lead, Filters(q="holder@"))) == []


# --- Imports ------------------------------------------------------------------------------------------------
def test_another_lead_who_takes_the_outcome_of_an_import_is_remembered(
    organisation: Organisation, lead: User, client_of: SignIn
) -> None:
    batch = actions.confirm_import(make_import(make_programme(organisation), COHORT, by=lead), by=lead)
    batch.refresh_from_db()
    door = reverse("journeys:import_outcome", args=[batch.pk, "csv"])
    client_of(lead).get(door)
    assert seen() == []
    other = make_member(organisation, "lead", "other-lead@example.org")
    client_of(other).get(door)
    brought = [one["journey"] for one in batch.outcomes if one["journey"]]
    assert seen() == [(other.pk, pk) for pk in sorted(brought)]


# --- Those who only look on ---------------------------------------------------------------------------------
def test_a_steward_is_handed_the_address_of_no_mentor_host_or_tutor(
    journey: Journey, mentor: User, lead: User, steward: User, client_of: SignIn
) -> None:
    profile = make_mentor(journey.programme.organisation, mentor)
    host = make_company(journey.programme.organisation, contact_email="host@example.net", contact_phone="0240000000")
    stay = make_immersion(journey, company=host, tutor_email="tutor@example.net")
    doors = {
        reverse("mentoring:mentor", args=[profile.pk]): "mentor@example.org",
        f"/api/v1/mentors/{profile.pk}/": "mentor@example.org",
        reverse("journeys:company_detail", args=[host.pk]): "host@example.net",
        f"/api/v1/companies/{host.pk}/": "0240000000",
        reverse("journeys:immersion_detail", args=[stay.pk]): "tutor@example.net",
        f"/api/v1/immersions/{stay.pk}/": "tutor@example.net",
    }
    for who, shown in ((lead, True), (steward, False)):
        said = {door: secret in client_of(who).get(door).content.decode() for door, secret in doors.items()}
        assert said == dict.fromkeys(doors, shown)


# --- Letters ------------------------------------------------------------------------------------------------
def test_a_lead_reads_that_a_letter_left_and_no_address_in_it(
    journey: Journey, mentor: User, lead: User, client_of: SignIn, settings: LazySettings
) -> None:
    settings.DEMO = False
    mentoring.pair_mentor(journey, make_mentor(journey.programme.organisation, mentor), by=lead)
    client = client_of(lead)
    letters = Email.objects.filter(template__contains="pair_made")
    assert {one.to_address for one in letters} == {"mentor@example.org", "holder@example.org"}
    for letter in letters:
        for door in ("email_detail", "email_body"):
            said = client.get(reverse(f"mail:{door}", args=[letter.pk])).content.decode()
            assert "@example.org" not in said.replace("lead@example.org", "")
        answer = client.get(f"/api/v1/emails/{letter.pk}/").json()
        assert (answer["to_address"], "@example.org" in answer["text"]) == ("", False)
    own = client_of(mentor).get(f"/api/v1/emails/{letters.get(to_user=mentor).pk}/").json()
    assert (own["to_address"], "holder@example.org" in own["text"]) == ("mentor@example.org", True)


# --- Who runs the server ------------------------------------------------------------------------------------
def test_the_administration_shows_no_phone(journey: Journey, admin_client: Client) -> None:
    assert tells(admin_client.get(f"/admin/journeys/holder/{journey.holder_id}/change/")) == []
    assert "phone" in (HolderAdmin.exclude or ())
