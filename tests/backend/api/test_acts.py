"""Acts over HTTP: the same rules and sentences as the pages."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from rest_framework.test import APIClient

from backend.accounts.models import Membership, Organisation, User
from journeys.models import Company, Delivery, Immersion, Journey
from tests.backend.api.conftest import BASE
from tests.factories.journeys import make_delivery, make_holder, make_programme, make_project, step_of
from tests.factories.stays import SIRETS, WHOLE, enrol, make_company, make_immersion, make_module_date, module_of

pytestmark = pytest.mark.django_db
Program = Callable[[User], APIClient]
Story = dict[str, Any]


def test_an_immersion_from_the_draft_to_hours_confirmed(
    story: Story,
    organisation: Organisation,
    lead: User,
    holder: User,
    program_of: Program,
    clock: time_machine.Traveller,
) -> None:
    program = program_of(lead)
    facts = {"name": "Vélocité", "siret": "732 829 320 00074", "address": "1 rue de Strasbourg"}
    company = program.post(f"{BASE}/companies/", {"organisation": organisation.pk, **facts})
    assert (company.status_code, company.json()["siret"]) == (201, SIRETS[0])
    stay = program.post(
        f"{BASE}/immersions/",
        {
            "step": story["steps"]["immersion"].pk, "company": company.json()["id"], "tutor_name": "Paule",
            "starts_on": "2026-11-24", "ends_on": "2026-11-26", "minutes_planned": 1260,
        },
    )  # fmt: skip
    assert (stay.status_code, stay.json()["state"]) == (201, "draft")
    url = f"{BASE}/immersions/{stay.json()['id']}/"
    whole = WHOLE | {"born_on": "1990-05-04", "tutor_email": "p@exemple.fr", "signatory_email": "d@exemple.fr"}
    days = [{"on": f"2026-11-{day}", "slots": [["09:00", "12:30"], ["13:30", "17:00"]]} for day in (24, 25, 26)]
    whole |= {"validator_email": "c@exemple.fr", "schedule": days[:2], "revision": 0}
    assert program.patch(url, whole).json()["minutes_planned"] == 840
    conflict = program.patch(url, {"schedule": days, "revision": 0})
    assert (conflict.status_code, conflict.json()["revision"]) == (409, 1)
    assert conflict.json()["conflicts"] == {
        "schedule": {"yours": days, "now": days[:2]},
        "minutes_planned": {"yours": 1260, "now": 840},
    }
    assert program.patch(url, {"schedule": days, "revision": 1}).json()["minutes_planned"] == 1260
    assert program.get(f"{url}warnings/").json() == {"warnings": [], "missing": []}
    again = {"step": story["steps"]["immersion"].pk, "starts_on": "2026-12-08", "ends_on": "2026-12-09"}
    again = program.post(f"{url}duplicate/", again).json()
    assert (again["state"], again["minutes_planned"], again["signatures"]) == ("draft", 840, [])
    program.post(f"{BASE}/immersions/{again['id']}/cancel/", {"reason": "Doublon"})
    states = [program.post(f"{url}send-to-sign/").json()["state"]]
    for party in ("holder", "company", "organisation"):
        states.append(program.post(f"{url}sign/", {"party": party, "signed_on": "2026-11-23"}).json()["state"])
    states.append(program.post(f"{url}validate/").json()["state"])
    assert states == ["to_sign", "partly_signed", "partly_signed", "to_validate", "validated"]
    clock.shift(timedelta(days=4))
    done = program.post(f"{url}complete/", {"outcome": "completed", "minutes_done": 1200}).json()
    assert (done["state"], done["minutes_done"]) == ("completed", 1200)
    (line,) = program_of(holder).get(f"{BASE}/deliveries/").json()["results"]
    assert (line["minutes"], line["state"], line["source"]) == (1200, "declared", f"immersion:{done['id']}")
    assert program_of(lead).post(f"{BASE}/deliveries/{line['id']}/confirm/").status_code == 403
    confirmed = program_of(holder).post(f"{BASE}/deliveries/{line['id']}/confirm/").json()
    assert (confirmed["state"], confirmed["confirmed_by"]) == ("confirmed", holder.pk)


def test_a_rule_says_no_with_409_and_its_sentence(story: Story, lead: User, program_of: Program) -> None:
    stay = make_immersion(story["journey"])
    answer = program_of(lead).post(f"{BASE}/immersions/{stay.pk}/validate/")
    assert answer.status_code == 409
    assert answer.json() == {
        "detail": "Doivent encore signer\u00a0: porteur·se de projet, entreprise, structure.",
        "field": None,
    }


def test_the_sentence_follows_the_language_asked_for(story: Story, lead: User, program_of: Program) -> None:
    stay = make_immersion(story["journey"])
    url = f"{BASE}/immersions/{stay.pk}/validate/"
    english = program_of(lead).post(url, headers={"Accept-Language": "en"}).json()["detail"]
    assert english == "Still to sign: project holder, company, organisation."


def test_a_wrong_shape_is_told_by_field(story: Story, lead: User, program_of: Program) -> None:
    answer = program_of(lead).post(f"{BASE}/immersions/", {"step": story["steps"]["immersion"].pk, "starts_on": "soon"})
    assert answer.status_code == 400
    assert set(answer.json()) == {"company", "starts_on", "ends_on"}


def test_a_stranger_finds_nothing_and_a_member_has_no_right(
    story: Story, holder: User, outsider: User, program_of: Program
) -> None:
    url = f"{BASE}/journeys/{story['journey'].pk}/pause/"
    assert program_of(outsider).post(url, {"reason": "x"}).status_code == 404
    assert program_of(holder).post(url, {"reason": "x"}).status_code == 403


def test_attendance_sent_twice_is_written_once(
    story: Story, lead: User, program_of: Program, clock: time_machine.Traveller
) -> None:
    date = make_module_date(module_of(story["journey"]), by=lead)
    (enrolment,) = enrol(date, story["journey"], by=lead)
    clock.shift(timedelta(days=2))
    program, body = program_of(lead), {"marks": [{"enrolment": enrolment.pk, "state": "late", "late_minutes": 30}]}
    for _ in range(2):
        assert program.post(f"{BASE}/module-dates/{date.pk}/attendance/", body).json()["state"] == "held"
    assert list(Delivery.objects.values_list("minutes", "state")) == [(150, "declared")]


def test_people_are_enrolled_as_long_as_there_are_seats(story: Story, lead: User, program_of: Program) -> None:
    date = make_module_date(module_of(story["journey"]), seats=1, by=lead)
    url, step = f"{BASE}/module-dates/{date.pk}/enrol/", story["steps"]["module"].pk
    assert program_of(lead).post(url, {"steps": [step]}).json()["seats_taken"] == 1
    assert program_of(lead).post(url, {"steps": [999_999]}).status_code == 400


def test_a_journey_is_opened_paused_and_left(organisation: Organisation, lead: User, program_of: Program) -> None:
    programme, holder = make_programme(organisation), make_holder(organisation)
    project = make_project(organisation, holder)
    program = program_of(lead)
    body = {"programme": programme.pk, "project": project.pk, "holder": holder.pk, "started_on": "2026-11-23"}
    opened = program.post(f"{BASE}/journeys/", body)
    assert (opened.status_code, opened.json()["progress"]["total_weight"]) == (201, 10)
    assert program.post(f"{BASE}/journeys/", body).status_code == 409
    url = f"{BASE}/journeys/{opened.json()['id']}/"
    states = [
        program.post(f"{url}pause/", {"reason": "Congé", "review_on": "2026-12-23"}).json()["state"],
        program.post(f"{url}resume/").json()["state"],
        program.post(f"{url}leave/", {"reason": "employment"}).json()["state"],
    ]
    assert states == ["paused", "active", "left"]
    assert Journey.objects.get().leave_reason == "employment"


def test_a_milestone_is_reached_and_undone(story: Story, lead: User, program_of: Program) -> None:
    program, step = program_of(lead), story["steps"]["milestone"]
    body = {"step": step.pk, "reached_on": "2026-11-20", "evidence": "Plan relu"}
    reached = program.post(f"{BASE}/milestones/", body)
    assert reached.status_code == 201
    undone = program.post(f"{BASE}/milestones/{reached.json()['id']}/undo/", {"reason": "Erreur"})
    assert undone.json()["state"] == "planned"


def test_a_line_of_hours_is_replaced_never_edited(story: Story, lead: User, program_of: Program) -> None:
    line = make_delivery(story["journey"], minutes=90, by=lead)
    url = f"{BASE}/deliveries/{line.pk}/"
    assert program_of(lead).patch(url, {"minutes": 60}).status_code == 405
    new = program_of(lead).post(f"{url}replace/", {"minutes": 60, "reason": "Une heure"}).json()
    assert (new["minutes"], new["replaces"], new["state"]) == (60, line.pk, "declared")


def test_a_commitment_belongs_to_somebody_of_the_journey(
    story: Story, lead: User, holder: User, mentor: User, program_of: Program
) -> None:
    body = {"journey": story["journey"].pk, "text": "Appeler", "owner": holder.pk, "due_on": "2026-12-01"}
    made = program_of(holder).post(f"{BASE}/commitments/", body)
    assert made.status_code == 201
    assert program_of(holder).post(f"{BASE}/commitments/", {**body, "owner": mentor.pk}).status_code == 400
    assert program_of(holder).post(f"{BASE}/commitments/{made.json()['id']}/complete/").json()["done_at"]


def test_an_edit_wipes_signatures_and_keeps_the_rest(story: Story, lead: User, program_of: Program) -> None:
    stay = make_immersion(story["journey"], state="partly_signed")
    changed = program_of(lead).patch(f"{BASE}/immersions/{stay.pk}/", {"tutor_job": "Gérante"}).json()
    assert (changed["state"], changed["signatures"], changed["tutor_job"]) == ("draft", [], "Gérante")
    assert changed["tutor_name"] == stay.tutor_name
    assert Immersion.objects.count() == 1


def test_a_company_changes_by_what_is_given(organisation: Organisation, lead: User, program_of: Program) -> None:
    company = make_company(organisation, "Vélocité", activity="Vélos")
    answer = program_of(lead).patch(f"{BASE}/companies/{company.pk}/", {"sectors": ["Mobilité", "mobilité"]})
    assert (answer.json()["sectors"], answer.json()["activity"]) == (["Mobilité"], "Vélos")
    aside = program_of(lead).post(f"{BASE}/companies/{company.pk}/set-aside/", {"reason": "Sans réponse"}).json()
    assert (aside["is_set_aside"], aside["set_aside_reason"]) == (True, "Sans réponse")
    assert Company.objects.get().name == "Vélocité"


def test_waiving_needs_words(story: Story, lead: User, program_of: Program) -> None:
    step = step_of(story["journey"], "milestone")
    url = f"{BASE}/steps/{step.pk}/waive/"
    assert program_of(lead).post(url, {}).json() == {"reason": ["Ce champ est obligatoire."]}
    assert program_of(lead).post(url, {"reason": "Déjà fait ailleurs"}).json()["state"] == "waived"


def test_a_day_out_of_reach_is_told_not_stumbled_over(story: Story, lead: User, program_of: Program) -> None:
    asked = program_of(lead).get(f"{BASE}/sessions/", {"starts_at__gte": "0001-01-01T00:00"})
    if connection.vendor == "postgresql":  # it reckons with such days; SQLite cannot
        assert asked.status_code == 200
    else:
        assert (asked.status_code, asked.json()) == (400, ["Une date y est hors de portée\xa0: vérifiez l’année."])


def test_a_lead_does_not_ask_what_her_people_are_elsewhere(
    outsider: User, organisation: Organisation, lead: User, program_of: Program
) -> None:
    Membership.objects.create(user=outsider, organisation=organisation, role="mentor")
    people = [f"{BASE}/people/?memberships__role={role}" for role in ("lead", "observer")]
    assert len({program_of(lead).get(url).json()["count"] for url in people}) == 1
