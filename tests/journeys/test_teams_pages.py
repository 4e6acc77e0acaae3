"""The pages of a project and of a follow-up group, and the same acts over HTTP: what each person is shown and told."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Membership, Organisation, User
from backend.history.models import Entry
from backend.mail.models import Email
from journeys import actions
from journeys.models import Carrier, Companion, Holder, Journey
from tests.factories.accounts import make_member
from tests.factories.journeys import make_companion, make_holder, make_journey, make_project

SignIn = Callable[[User], Client]
PAULE = actions.Guest("paule@adie.example.org", "Paule", "Adam", "Adie")


@pytest.fixture
def journey(organisation: Organisation, holder: User) -> Journey:
    made = make_journey(organisation, holder)
    Holder.objects.filter(pk=made.holder_id).update(phone="0612345678", status="job_seeker")
    return made


@pytest.fixture
def adviser(journey: Journey, lead: User) -> User:
    return actions.invite_companion(journey, PAULE, "adviser", by=lead).user


def noa(journey: Journey) -> Journey:
    person = actions.Newcomer("noa@example.org", "Noa", "Petit")
    day = date(2026, 11, 23)
    carrier = actions.join_project(
        journey.project, person, part="partner", joined_on=day, programme=journey.programme, by=None
    )
    return Journey.objects.get(holder=carrier.holder)


def url(door: str, row: Any) -> str:
    return reverse(f"journeys:{door}", args=[row.pk])


def read(client: Client, address: str) -> str:
    return client.get(address).content.decode()


# --- Projects ----------------------------------------------------------------------------------------------
def test_the_journey_leads_to_its_project_and_its_group(journey: Journey, lead: User, client_of: SignIn) -> None:
    page = read(client_of(lead), url("journey_detail", journey))
    assert f'href="{url("project_detail", journey.project)}"' in page
    assert f'href="{url("group", journey)}"' in page


def test_a_team_mate_reads_names_and_progress_a_lead_status_and_acts(
    journey: Journey, lead: User, holder: User, client_of: SignIn
) -> None:
    noa(journey)
    hers, theirs = (read(client_of(user), url("project_detail", journey.project)) for user in (holder, lead))
    for words in ("Noa Petit", "Chemin parcouru par l’équipe", "comptent pour chaque membre"):
        assert words in hers
        assert words in theirs
    for secret in ("noa@example.org", "demandeur", "Noter son départ", "Ajouter un membre"):
        assert secret not in hers
    assert "Statut à l’entrée" in theirs
    assert "Noter son départ" in theirs


def test_who_has_left_sees_the_team_no_more_but_her_own_journey(journey: Journey, client_of: SignIn) -> None:
    her = noa(journey)
    client = client_of(her.holder.user)
    assert client.get(url("project_detail", journey.project)).status_code == 200
    actions.leave_project(Carrier.objects.get(holder=her.holder), left_on=date(2026, 11, 23), reason="Emploi", by=None)
    assert client.get(url("project_detail", journey.project)).status_code == 403
    assert client.get(reverse("api:projects-team", args=[journey.project_id])).status_code == 403
    assert client.get(url("journey_detail", her)).status_code == 200
    assert url("project_detail", journey.project) not in read(client, url("journey_detail", her))


def test_a_lead_adds_somebody_new_and_nothing_typed_is_lost_when_something_misses(
    journey: Journey, lead: User, client_of: SignIn
) -> None:
    client, door = client_of(lead), url("project_join", journey.project)
    sent = {"first_name": "Noa", "last_name": "Petit", "part": "partner", "joined_on": "2026-11-23",
            "programme": journey.programme_id}  # fmt: skip
    page = client.post(door, sent)
    assert page.context["form"].errors == {"email": ["Remplissez ce champ, ou choisissez une personne connue."]}
    assert 'value="Petit"' in page.content.decode()
    answer = client.post(door, sent | {"email": "noa@example.org"})
    assert answer.headers["Location"] == url("project_detail", journey.project)
    assert [str(one.holder) for one in Carrier.objects.order_by("pk")] == ["Hawa Diallo", "Noa Petit"]
    assert Journey.objects.filter(holder__user__email="noa@example.org").count() == 1


def test_a_lead_adds_a_holder_she_knows(
    journey: Journey, lead: User, organisation: Organisation, client_of: SignIn
) -> None:
    known = make_holder(organisation)
    sent = {"holder": known.pk, "part": "member", "joined_on": "2026-11-01", "programme": ""}
    client_of(lead).post(url("project_join", journey.project), sent)
    row = Carrier.objects.get(holder=known)
    assert (row.part, row.joined_on, Journey.objects.filter(holder=known).count()) == ("member", date(2026, 11, 1), 0)


def test_the_last_one_leaves_only_after_a_box_is_ticked(journey: Journey, lead: User, client_of: SignIn) -> None:
    client, row = client_of(lead), Carrier.objects.get()
    sent = {"left_on": "2026-11-23", "reason": "Emploi", "end_journeys": ""}
    page = client.post(url("project_leave", row), sent)
    assert list(page.context["form"].errors) == ["without_anybody"]
    client.post(url("project_leave", row), sent | {"without_anybody": "on"})
    row.refresh_from_db()
    assert (row.left_on, row.leave_reason) == (date(2026, 11, 23), "Emploi")


def test_a_step_is_shared_in_one_tap_from_the_project(journey: Journey, lead: User, client_of: SignIn) -> None:
    other, client = noa(journey), client_of(lead)
    step = journey.steps.get(code="posture")
    assert "Partager une autre étape" in read(client, url("project_detail", journey.project))
    client.post(url("step_share", step), {"shared": "1"})
    assert [one.steps.get(code="posture").is_shared for one in (journey, other)] == [True, True]
    client.post(url("step_share", step), {})
    assert [one.steps.get(code="posture").is_shared for one in (journey, other)] == [False, False]


def test_a_shared_step_says_on_the_other_journey_who_did_it(journey: Journey, lead: User, client_of: SignIn) -> None:
    other = noa(journey)
    step = journey.steps.select_related("journey__programme__organisation").get(code="posture")
    actions.share_step(step, shared=True, by=lead)
    actions.advance_step(step, "done", by=lead)
    assert "fait pour toute l’équipe par Hawa Diallo" in read(client_of(lead), url("journey_detail", other))


def test_the_project_page_asks_as_much_of_the_database_for_three_as_for_one(
    journey: Journey, lead: User, client_of: SignIn, assert_num_queries_same: Any
) -> None:
    client = client_of(lead)

    def more() -> None:
        for name in ("Noa", "Lou"):
            person = actions.Newcomer(f"{name}@example.org", name, "Petit")
            day = date(2026, 11, 23)
            actions.join_project(
                journey.project, person, part="partner", joined_on=day, programme=journey.programme, by=None
            )

    assert_num_queries_same(lambda: client.get(url("project_detail", journey.project)), more)


# --- The follow-up group -------------------------------------------------------------------------------------
def test_members_and_the_holder_read_contact_details_at_once(
    journey: Journey, adviser: User, holder: User, client_of: SignIn
) -> None:
    assert "holder@example.org" in read(client_of(adviser), url("group", journey))
    hers = read(client_of(holder), url("group", journey))
    assert "paule@adie.example.org" in hers
    assert "adressez-vous à Les Écossolies" in hers
    assert Entry.objects.filter(verb="reveal_contacts").count() == 0


@pytest.mark.parametrize("who", ["lead", "steward"])
def test_others_ask_to_see_them_and_history_remembers(
    journey: Journey, adviser: User, who: str, request: pytest.FixtureRequest, client_of: SignIn
) -> None:
    user = request.getfixturevalue(who)
    client = client_of(user)
    for door in ("group", "journey_detail"):
        page = read(client, url(door, journey))
        assert "holder@example.org" not in page
        assert "06 12 34 56 78" not in page
    assert Entry.objects.filter(verb="reveal_contacts").count() == 0
    shown = client.post(url("contacts_reveal", journey))
    assert "holder@example.org" in shown.content.decode()
    assert "no-store" in shown.headers["Cache-Control"]
    line = Entry.objects.get(verb="reveal_contacts")
    assert (line.by, line.about_id, line.organisation) == (user, journey.pk, journey.programme.organisation)
    client_of(adviser).post(url("contacts_reveal", journey))
    assert Entry.objects.filter(verb="reveal_contacts").count() == 1


def test_an_invitation_asks_for_what_its_role_needs(journey: Journey, lead: User, client_of: SignIn) -> None:
    client, door = client_of(lead), url("companion_invite", journey)
    page = client.post(door, {"role": "adviser", "first_name": "Paule", "email": "pas une adresse"})
    assert sorted(page.context["form"].errors) == ["email", "home", "last_name"]
    assert list(client.post(door, {"role": "referent"}).context["form"].errors) == ["lead"]
    client.post(door, {"role": "referent", "lead": lead.pk})
    sent = {"role": "adviser", "first_name": "Paule", "last_name": "Adam", "email": PAULE.email, "home": "Adie"}
    assert client.post(door, sent).headers["Location"] == url("group", journey)
    journey.refresh_from_db()
    assert journey.referent == lead
    assert [(str(one.user), one.role) for one in journey.companions.order_by("pk")] == [
        ("Léa Riou", "referent"), ("Paule Adam", "adviser")
    ]  # fmt: skip


def test_an_adviser_without_any_role_lands_on_the_journeys_she_accompanies(
    journey: Journey, adviser: User, client_of: SignIn
) -> None:
    client = client_of(adviser)
    home = read(client, reverse("home"))
    for words in ("Les parcours que vous accompagnez", "Hawa Diallo", f'href="{url("journey_detail", journey)}"'):
        assert words in home
    assert client.get(url("commitment_add", journey)).status_code == 200
    assert client.get(reverse("journeys:step_waive", args=[journey.steps.all()[0].pk])).status_code == 403
    assert client.get(reverse("journeys:journey_list")).status_code == 403


def test_a_holder_who_advises_elsewhere_has_both_homes(
    journey: Journey, other_organisation: Organisation, client_of: SignIn
) -> None:
    her = journey.holder.user
    make_companion(make_journey(other_organisation), her, Companion.Role.ADVISER)
    page = client_of(her).get(reverse("home"))
    assert [label for label, _url, _current in page.context["views"]] == ["Mon parcours", "Parcours que j’accompagne"]


def doors_of(journey: Journey) -> list[str]:
    """Every address that names this journey, for somebody who accompanies it."""
    pages = [url(door, journey) for door in ("journey_detail", "journey_ledger", "group", "commitment_add")]
    api = [reverse(f"api:{name}-detail", args=[row.pk]) for name, row in (
        ("journeys", journey), ("steps", journey.steps.order_by("pk")[0]), ("holders", journey.holder),
        ("projects", journey.project), ("companions", journey.companions.order_by("pk")[0]),
    )]  # fmt: skip
    return [*pages, url("project_detail", journey.project), *api]


def test_access_ends_with_membership_on_every_door_at_once(
    journey: Journey, adviser: User, lead: User, client_of: SignIn
) -> None:
    client = client_of(adviser)
    assert {client.get(door).status_code for door in doors_of(journey)} == {200}
    letter = Email.objects.get(to_user=adviser)
    assert url("journey_detail", journey) in letter.text  # the one link of the letter, closed below with the others
    actions.leave_group(journey.companions.get(user=adviser), reason="Mission finie", by=lead)
    assert {client.get(door).status_code for door in doors_of(journey)} == {404}
    for name in ("journeys", "steps", "commitments", "deliveries", "companions", "holders", "projects"):
        assert client.get(reverse(f"api:{name}-list")).json()["count"] == 0
    assert "Hawa Diallo" not in read(client, reverse("home"))
    assert client.post(url("contacts_reveal", journey)).status_code == 404


def test_a_mentor_whose_role_ends_finds_no_door_no_row_in_exports_no_date_ahead(
    organisation: Organisation, mentor: User, holder: User, client_of: SignIn
) -> None:
    from backend.calendars.queries import feed_of
    from mentoring.actions import Handing, leave_mentor
    from tests.factories.mentoring import make_pair, make_session

    pair = make_pair(organisation, mentor, holder)
    make_session(pair)
    client = client_of(mentor)
    assert {client.get(door).status_code for door in doors_of(pair.journey)} == {200}
    assert b"CONFIRMED" in feed_of(mentor)
    leave_mentor(pair.mentor, handings=[Handing(pair.pk)], by=None)
    assert {client.get(door).status_code for door in doors_of(pair.journey)} == {404}
    assert b"STATUS:CONFIRMED" not in feed_of(mentor)
    lead_elsewhere = make_member(make_project(organisation).organisation, Membership.Role.MENTOR)
    assert client_of(lead_elsewhere).get(url("journey_detail", pair.journey)).status_code == 404


def test_who_was_in_the_group_is_folded_below_and_told_in_the_history(
    journey: Journey, adviser: User, lead: User, holder: User, client_of: SignIn
) -> None:
    actions.leave_group(journey.companions.get(user=adviser), reason="Mission finie", by=lead)
    theirs, hers = (client_of(user).get(url("group", journey)) for user in (lead, holder))
    assert [str(one.user) for one in theirs.context["past"]] == ["Paule Adam"]
    assert ("Mission finie" in theirs.content.decode(), "Mission finie" in hers.content.decode()) == (True, False)
    page = client_of(lead).get(url("journey_detail", journey))
    assert [deed.text for deed in page.context["trail"]][:2] == ["Paule Adam · Mission finie", "Paule Adam"]


def test_an_adviser_takes_her_own_leave_and_goes_home(journey: Journey, adviser: User, client_of: SignIn) -> None:
    client, row = client_of(adviser), journey.companions.get(user=adviser)
    answer = client.post(url("group_leave", row), {"reason": "Retraite"})
    assert answer.headers["Location"] == reverse("home")
    row.refresh_from_db()
    assert row.end_reason == "Retraite"


def test_the_group_asks_as_much_of_the_database_for_three_as_for_one(
    journey: Journey, adviser: User, lead: User, client_of: SignIn, assert_num_queries_same: Any
) -> None:
    client = client_of(lead)

    def more() -> None:
        for name in ("Zoé", "Ali"):
            person = actions.Guest(f"{name}@example.org", name, "Roy", "BGE")
            actions.invite_companion(journey, person, "adviser", by=lead)

    assert_num_queries_same(lambda: client.get(url("group", journey)), more)


# --- The same acts over HTTP -----------------------------------------------------------------------------------
def post(client: Client, door: str, *args: int, **body: Any) -> Any:
    return client.post(reverse(f"api:{door}", args=args), body, content_type="application/json")


def test_a_team_is_read_joined_and_left_over_http(journey: Journey, lead: User, client_of: SignIn) -> None:
    client, pk = client_of(lead), journey.project_id
    missing = post(client, "projects-join", pk, joined_on="2026-11-23", first_name="Noa")
    assert (missing.status_code, sorted(missing.json())) == (400, ["email", "last_name"])
    sent = {"email": "noa@example.org", "first_name": "Noa", "last_name": "Petit", "programme": journey.programme_id}
    answer = post(client, "projects-join", pk, joined_on="2026-11-23", **sent)
    assert (answer.status_code, [one["name"] for one in answer.json()["members"]]) == (
        201,
        ["Hawa Diallo", "Noa Petit"],
    )
    row = answer.json()["members"][1]
    assert [one["programme"] for one in row["journeys"]] == [journey.programme_id]
    assert "email" not in row
    changed = post(client, "projects-part", pk, carrier=row["id"], part="member").json()
    assert changed["members"][1]["part"] == "member"
    left = post(client, "projects-leave", pk, carrier=row["id"], left_on="2026-11-23", reason="Emploi").json()
    assert [one["name"] for one in left["former"]] == ["Noa Petit"]
    assert client.get(reverse("api:projects-detail", args=[pk])).json()["holders"] == [journey.holder_id]
    last = post(client, "projects-leave", pk, carrier=left["members"][0]["id"], left_on="2026-11-23", reason="Emploi")
    assert (last.status_code, last.json()["field"]) == (409, "without_anybody")


def test_a_group_is_read_invited_and_ended_over_http(journey: Journey, lead: User, client_of: SignIn) -> None:
    client = client_of(lead)
    sent = {"journey": journey.pk, "email": PAULE.email, "first_name": "Paule", "last_name": "Adam", "home": "Adie"}
    made = post(client, "companions-list", role="adviser", **sent)
    assert (made.status_code, made.json()["name"], made.json()["home"]) == (201, "Paule Adam", "Adie")
    refused = post(client, "companions-list", role="adviser", **sent)
    assert (refused.status_code, refused.json()["field"]) == (409, "email")
    contacts = post(client, "companions-contacts", journey=journey.pk).json()
    assert [one["email"] for one in contacts] == ["holder@example.org", PAULE.email]
    assert Entry.objects.filter(verb="reveal_contacts", by=lead).count() == 1
    ended = post(client, "companions-end", made.json()["id"], reason="Mission finie").json()
    assert ended["ended_at"] is not None
    assert post(client, "companions-list", journey=journey.pk, role="referent", user=lead.pk).status_code == 201
    journey.refresh_from_db()
    assert journey.referent == lead


def test_a_step_is_shared_over_http(journey: Journey, lead: User, client_of: SignIn) -> None:
    client, step = client_of(lead), journey.steps.get(code="posture")
    assert post(client, "steps-share", step.pk, shared=True).status_code == 409
    noa(journey)
    answer = post(client, "steps-share", step.pk, shared=True).json()
    assert (answer["is_shared"], answer["shared_from"]) == (True, None)
