"""What a stay teaches: questions, observations kept once, a check-in that alarms, two views, lessons as evidence."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from backend.accounts.models import Organisation, User
from backend.lib.refusal import Refused
from backend.mail.models import Email
from journeys import actions, tasks
from journeys.models import Delivery, Immersion, Journey, MilestoneProposal
from tests.factories.journeys import make_companion, make_journey, step_of
from tests.factories.mail import letters_to, link_in
from tests.factories.stays import make_immersion

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
TUTOR = "paule@exemple.fr"
WENT_WELL: dict[str, Any] = {
    "outcome": "completed",
    "minutes_0": "35",
    "minutes_1": "0",
    "reached": "3",
    "followed": "cooperation",
}


@pytest.fixture
def journey(organisation: Organisation, holder: User, lead: User, mentor: User) -> Journey:
    journey = make_journey(organisation, holder, by=lead)
    make_companion(journey, mentor)
    return journey


@pytest.fixture
def stay(journey: Journey) -> Immersion:
    """The third of five days: Saturday 21 to Wednesday 25 November."""
    today = timezone.localdate()
    return make_immersion(journey, state="in_progress", starts_on=today - timedelta(days=2), tutor_email=TUTOR)


def page(name: str, row: Any) -> str:
    return reverse(f"journeys:{name}", args=[row.pk])


def titles(email: str) -> list[str]:
    return [one.template.removeprefix("journeys/letters/") for one in letters_to(email)]


def behind(part: str) -> str:
    """Where the tutor's newest letter leads."""
    asked = [one for one in letters_to(TUTOR) if part in one.text]
    return link_in(asked[-1], part).removeprefix("http://testserver")


def test_three_questions_at_most_are_taken_along_and_answered(
    stay: Immersion, holder: User, mentor: User, client_of: Browser
) -> None:
    url = page("stay_questions", stay)
    client_of(holder).post(url, {"question_1": "Quels prix ?", "question_2": "Qui décide ?", "question_3": ""})
    assert [one.text for one in stay.questions.all()] == ["Quels prix ?", "Qui décide ?"]
    client_of(holder).post(url, {"question_1": "Quels prix ?", "question_2": "", "answer_1": "Au poids"})
    assert [(one.position, one.text, one.answer) for one in stay.questions.all()] == [(1, "Quels prix ?", "Au poids")]
    seen = client_of(mentor).get(page("immersion_detail", stay)).content.decode()
    assert "Quels prix ?" in seen and "Au poids" in seen
    with pytest.raises(Refused):
        actions.write_questions(stay, ["a", "b", "c", "d"], by=holder)


def test_an_observation_sent_twice_is_kept_once_and_nobody_else_reads_it(
    stay: Immersion, holder: User, lead: User, client_of: Browser
) -> None:
    url, key = page("stay_notes", stay), str(uuid4())
    sent = {"key": key, "text": "Ils pèsent tout", "noted_at": "2026-11-22T10:00:00.000Z"}
    for _twice in range(2):
        answer = client_of(holder).post(url, sent, headers={"X-Requested-With": "note"})
        assert answer.json() == {"kept": key, "text": "Ils pèsent tout", "when": answer.json()["when"]}
    row = stay.observations.get()
    assert (row.text, row.noted_at.isoformat()) == ("Ils pèsent tout", "2026-11-22T10:00:00+00:00")
    empty = client_of(holder).post(url, {"key": str(uuid4()), "text": " "}, headers={"X-Requested-With": "note"})
    assert empty.status_code == 422
    assert client_of(holder).post(url, {"key": str(uuid4()), "text": "Sans script"}).status_code == 302
    assert "Ils pèsent tout" in client_of(holder).get(url).content.decode()
    for door in (page("immersion_detail", stay), reverse("api:immersions-learning", args=[stay.pk])):
        assert "pèsent" not in client_of(lead).get(door).content.decode()


def test_something_wrong_reaches_the_referent_at_once(
    stay: Immersion, holder: User, lead: User, anonymous: Client, client_of: Browser
) -> None:
    tasks.sweep_stays()
    tasks.sweep_stays()
    assert (titles(TUTOR).count("check_in_ask"), titles(holder.email).count("check_in_ask")) == (1, 1)
    path = behind("/check-ins/")
    assert anonymous.get(path).status_code == 200
    assert not stay.check_ins.exclude(mood="").exists()  # reading changed nothing
    anonymous.post(path, {"mood": "wrong"})
    assert titles(lead.email)[-1] == "check_in_wrong"
    kept = re.findall(r'<input type="hidden" name="mood"([^>]*)>', anonymous.get(path).content.decode())
    assert [one.split()[0] for one in kept] == ['value="wrong"']  # words are added to that answer
    assert anonymous.post(path, {"mood": "wrong", "words": "Elle n’est pas venue"}).status_code == 200
    assert "Elle n’est pas venue" in letters_to(lead)[-1].text
    assert titles(lead.email).count("check_in_wrong") == 2
    assert anonymous.get(path).status_code == anonymous.get("/check-ins/forged/").status_code == 404
    assert "Elle n’est pas venue" in client_of(lead).get(page("immersion_detail", stay)).content.decode()
    assert "Elle n’est pas venue" not in client_of(holder).get(page("immersion_detail", stay)).content.decode()
    own = link_in(letters_to(holder)[-1], "/check-ins/").removeprefix("http://testserver")
    assert client_of(holder).get(own).url == page("stay_check_in", stay)  # signed in: her own page
    anonymous.post(own, {"mood": "good"})
    assert (stay.check_ins.get(side="holder").mood, titles(lead.email).count("check_in_wrong")) == ("good", 2)
    anonymous.post(own, {"mood": "good", "words": "Merci"})
    assert anonymous.get(own).status_code == 404


def test_each_side_reads_the_other_only_after_its_own_and_the_lead_closes_with_what_was_said(
    stay: Immersion, holder: User, lead: User, anonymous: Client, client_of: Browser, clock: time_machine.Traveller
) -> None:
    clock.shift(timedelta(days=1))  # the day before the end
    tasks.sweep_stays()
    path = behind("/assessments/")
    assert anonymous.get(path).status_code == 200
    client_of(holder).post(page("stay_assess", stay), {**WENT_WELL, "learned": "Les marges"})
    detail = page("immersion_detail", stay)
    assert "Les marges" in client_of(holder).get(detail).content.decode()
    thanks = anonymous.post(path, {**WENT_WELL, "learned": "Une vraie curiosité", "reached": "4"}).content.decode()
    assert "Les marges" in thanks
    assert anonymous.get(path).status_code == anonymous.post(path, WENT_WELL).status_code == 404
    assert "Une vraie curiosité" in client_of(holder).get(detail).content.decode()
    assert titles(holder.email)[-1] == "assessment_other"
    assert titles(lead.email).count("assessment_in") == 1
    with pytest.raises(Refused):
        actions.answer_assessment(stay, side="holder", outcome="completed", minutes=60, reached=4, by=holder)
    clock.shift(timedelta(days=1))
    form = client_of(lead).get(page("immersion_complete", stay)).context["form"]
    assert {name: form[name].initial for name in ("outcome", "minutes_done")} == {
        "outcome": "completed", "minutes_done": 35 * 60,
    }  # fmt: skip
    client_of(lead).post(
        page("immersion_complete", stay), {"outcome": "completed", "minutes_done_0": "35", "minutes_done_1": "0"}
    )
    stay.refresh_from_db()
    assert (stay.state, Delivery.objects.get().minutes) == ("assessed", 35 * 60)


def test_before_her_own_view_the_holder_reads_nothing_of_the_tutors_and_where_they_differ_nothing_is_chosen(
    stay: Immersion, holder: User, lead: User, client_of: Browser
) -> None:
    actions.answer_assessment(
        stay, side="tutor", outcome="partial", minutes=420, last_day_on=stay.starts_on, reason="Trop tôt partie",
        whose="holder", reached=1, by=None,
    )  # fmt: skip
    for door in (page("immersion_detail", stay), reverse("api:immersions-learning", args=[stay.pk])):
        assert "Trop tôt" not in client_of(holder).get(door).content.decode()
        assert "Trop tôt" in client_of(lead).get(door).content.decode()
    actions.answer_assessment(stay, side="holder", outcome="not_happened", reason="Fermé", whose="company", by=holder)
    said = client_of(lead).get(page("immersion_complete", stay))
    assert said.context["said"]["differ"] is True
    assert {said.context["form"][name].initial for name in ("outcome", "minutes_done", "side")} == {None}
    assert "Trop tôt" in said.content.decode() and "Fermé" in said.content.decode()
    actions.complete_immersion(stay, outcome="not_happened", reason="Fermé", side="company", by=lead)
    assert (stay.closing_side, Immersion.objects.get().state) == ("company", "assessed")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"outcome": "partial", "minutes": 60, "reached": 2, "reason": "x", "whose": "nobody"}, "last_day_on"),
        ({"outcome": "not_happened", "whose": "company"}, "reason"),
        ({"outcome": "not_happened", "reason": "Fermé"}, "whose"),
        ({"outcome": "completed", "minutes": 5 * 600 + 1, "reached": 2}, "minutes"),
        ({"outcome": "completed", "minutes": 60}, "reached"),
    ],
)
def test_a_view_with_a_gap_is_refused_beside_its_field(stay: Immersion, said: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refusal:
        actions.answer_assessment(stay, side="tutor", by=None, **said)
    assert refusal.value.field == field


def test_the_tutor_is_written_to_again_by_hand_once_a_day(
    stay: Immersion, lead: User, client_of: Browser, clock: time_machine.Traveller
) -> None:
    again = page("check_in_resend", stay)
    with pytest.raises(Refused):  # nobody was asked yet
        actions.resend_check_in(stay, by=lead)
    tasks.sweep_stays()
    first = behind("/check-ins/")
    client = client_of(lead)
    assert again in client.get(page("immersion_detail", stay)).content.decode()
    client.post(again)
    assert titles(TUTOR).count("check_in_ask") == 1  # within 24 hours
    clock.shift(timedelta(hours=25))
    for _twice in range(2):  # the same page sent twice
        client.post(again, {"once": "a" * 32})
    assert titles(TUTOR).count("check_in_ask") == 2
    assert Client().get(first).status_code == 404
    assert titles("holder@example.org").count("check_in_ask") == 1
    actions.answer_check_in(stay, side="tutor", mood="good", by=None)
    clock.shift(timedelta(hours=25))
    with pytest.raises(Refused, match="répondu"):
        actions.resend_check_in(stay, by=lead)


def test_a_reminder_by_hand_takes_the_place_of_the_one_then_due(
    stay: Immersion, lead: User, clock: time_machine.Traveller
) -> None:
    with pytest.raises(Refused):  # its end is not near
        actions.resend_assessment(stay, by=lead)
    clock.move_to(datetime(2026, 11, 24, 9, tzinfo=timezone.get_current_timezone()))
    tasks.sweep_stays()
    clock.move_to(datetime(2026, 11, 28, 9, tzinfo=timezone.get_current_timezone()))
    actions.resend_assessment(stay, by=lead)
    for day in (28, 29, 30):
        clock.move_to(datetime(2026, 11, day, 10, tzinfo=timezone.get_current_timezone()))
        tasks.sweep_stays()
    counts = {email: titles(email).count("assessment_ask") for email in (TUTOR, "holder@example.org")}
    assert counts == {TUTOR: 2, "holder@example.org": 2}
    actions.answer_assessment(stay, side="tutor", outcome="completed", minutes=600, reached=3, by=None)
    with pytest.raises(Refused, match="répondu"):
        actions.resend_assessment(stay, by=lead)


def test_a_view_after_an_early_end_knows_its_last_day(stay: Immersion) -> None:
    today = timezone.localdate()
    actions.end_early(stay, last_day_on=today, reason="Panne", side="company", by=None)
    said: dict[str, Any] = {"side": "tutor", "outcome": "partial", "reason": "Panne", "whose": "company", "reached": 2}
    for wrong, field in (({"minutes": 60, "last_day_on": today + timedelta(days=1)}, "last_day_on"),
                         ({"minutes": 31 * 60, "last_day_on": today}, "minutes")):  # fmt: skip
        with pytest.raises(Refused) as refusal:
            actions.answer_assessment(stay, **said, **wrong, by=None)
        assert refusal.value.field == field
    with pytest.raises(Refused) as refusal:  # completed, with the hours of five days in three
        actions.answer_assessment(stay, side="tutor", outcome="completed", minutes=35 * 60, reached=3, by=None)
    assert refusal.value.field == "minutes"
    assert actions.answer_assessment(stay, **said, minutes=21 * 60, last_day_on=today, by=None).minutes == 21 * 60


def test_the_lead_closes_without_waiting_and_the_links_tell_nothing(
    stay: Immersion, lead: User, anonymous: Client, client_of: Browser, clock: time_machine.Traveller
) -> None:
    clock.shift(timedelta(days=2))
    tasks.sweep_stays()
    path = behind("/assessments/")
    with pytest.raises(Refused):
        actions.close_assessment(stay, by=lead)
    actions.complete_immersion(Immersion.objects.get(), outcome="completed", minutes_done=600, by=lead)
    client_of(lead).post(page("assessment_close", stay))
    assert Immersion.objects.get().state == "assessed"
    assert anonymous.get(path).status_code == 404
    assert "Pas de réponse" in client_of(lead).get(page("immersion_detail", stay)).content.decode()


def test_a_lesson_becomes_a_commitment_and_the_evidence_of_a_milestone(
    stay: Immersion, journey: Journey, holder: User, client_of: Browser
) -> None:
    due = (timezone.localdate() + timedelta(days=7)).isoformat()
    client_of(holder).post(
        page("lesson_note", stay),
        {"text": "Peser évite les pertes", "decision": "Acheter une balance", "owner": holder.pk, "due_on": due},
    )
    lesson = stay.lessons.get()
    assert (lesson.commitment.text, lesson.commitment.owner, lesson.commitment.due_on.isoformat()) == (
        "Acheter une balance", holder, due,
    )  # fmt: skip
    milestone = step_of(journey, "milestone")
    today = timezone.localdate().isoformat()
    client_of(holder).post(page("lesson_show", lesson), {"milestone": milestone.pk, "reached_on": today})
    proposal = MilestoneProposal.objects.get()
    assert proposal.step == milestone and "Peser évite les pertes" in proposal.evidence
    assert client_of(holder).get(page("lesson_show", lesson)).context["has_some"] is False
    later = actions.note_lesson(stay, text="Autre chose", by=holder)
    client_of(holder).post(page("lesson_decide", later), {"decision": "Rappeler le tuteur"})
    later.refresh_from_db()
    assert (later.decision, later.commitment) == ("Rappeler le tuteur", None)
    assert client_of(holder).get(page("immersion_detail", stay)).status_code == 200


def test_an_expired_or_revoked_link_tells_nothing(
    stay: Immersion, anonymous: Client, clock: time_machine.Traveller
) -> None:
    clock.shift(timedelta(days=1))
    tasks.sweep_stays()
    first = behind("/assessments/")
    clock.move_to(datetime(2026, 11, 28, 9, 0, tzinfo=timezone.get_current_timezone()))
    tasks.sweep_stays()  # the reminder brings a fresh link
    second = behind("/assessments/")
    assert (anonymous.get(first).status_code, anonymous.get(second).status_code) == (404, 200)
    clock.shift(timedelta(days=31))
    bodies = {anonymous.get(path).content.decode().split("<main")[1].split("</main")[0] for path in (first, second)}
    assert len(bodies) == 1 and anonymous.get(second).status_code == 404
    assert Email.objects.filter(to_address=TUTOR, template__endswith="assessment_ask").count() == 2
