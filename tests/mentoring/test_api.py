"""The same acts over the API."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from backend.accounts.models import Organisation, User
from backend.lib import clock
from journeys.models import Journey
from mentoring.models import Mentor, Mentorship, Session
from tests.factories.mentoring import make_held_session, make_mentor, make_pair, make_past_session, make_session


def api(user: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def post(user: User, name: str, pk: int | None = None, **body: Any) -> Any:
    return api(user).post(reverse(f"api:{name}", args=[pk] if pk else []), body, format="json")


def test_a_lead_welcomes_pairs_and_a_mentor_plans_moves_and_logs(
    organisation: Organisation, lead: User, journey: Journey, holder: User
) -> None:
    answer = post(lead, "mentors-list", organisation=organisation.pk, email="nour@example.org", capacity=1)
    assert (answer.status_code, answer.data["load"]) == (201, 0)
    mentor = Mentor.objects.get(pk=answer.data["id"])
    answer = post(lead, "mentorships-pair", journey=journey.pk, mentor=mentor.pk)
    assert (answer.status_code, answer.data["state"], answer.data["holder_name"]) == (201, "active", "Hawa Diallo")
    soon = clock.now() + timedelta(hours=1)
    answer = post(mentor.user, "sessions-plan", mentorship=answer.data["id"], starts_at=soon, agenda="Les prix")
    assert (answer.status_code, answer.data["minutes"], answer.data["state"]) == (201, 90, "planned")
    session = Session.objects.get()
    later = soon + timedelta(days=1)
    answer = post(mentor.user, "sessions-move", session.pk, starts_at=later, minutes=60)
    assert (answer.status_code, answer.data["minutes"], answer.data["agenda"]) == (200, 60, "Les prix")
    answer = post(mentor.user, "sessions-log", session.pk)
    assert answer.status_code == 403
    answer = post(holder, "sessions-cancel", session.pk, reason="Grippe", for_mentor=False)
    assert (answer.status_code, answer.data["state"]) == (200, "cancelled_by_holder")


def test_a_log_carries_words_themes_and_next_steps(pair: Mentorship, mentor: User) -> None:
    session = make_past_session(pair)
    step = {"text": "Appeler la banque", "due_on": "2026-12-01"}
    answer = post(mentor, "sessions-log", session.pk, minutes=60, themes=["legal"], summary="Ok.", next_steps=[step])
    assert (answer.status_code, answer.data["held_minutes"], answer.data["themes"]) == (200, 60, ["legal"])
    commitment = pair.journey.commitments.get()
    assert (commitment.text, commitment.owner) == ("Appeler la banque", pair.journey.holder.user)


def test_what_another_wrote_meanwhile_is_told_and_never_overwritten(pair: Mentorship, mentor: User, lead: User) -> None:
    session = make_held_session(pair)
    was = api(mentor).get(reverse("api:sessions-detail", args=[session.pk])).data["seen"]
    seen_by_lead = api(lead).get(reverse("api:sessions-detail", args=[session.pk])).data["seen"]
    assert set(was) - set(seen_by_lead) == {"private_note"}
    post(lead, "sessions-update-log", session.pk, summary="De Léa", minutes=60, seen=seen_by_lead)
    crossed = []
    for typed in ({"summary": "De Marc"}, {"minutes": 45}):
        answer = post(mentor, "sessions-update-log", session.pk, **typed, seen=was)
        assert answer.status_code == 409
        crossed.append(answer.data["crossed"])
        was = was | answer.data["seen"]
    session.refresh_from_db()
    assert crossed == [{"summary": "De Léa"}, {"held_at": session.held_at, "minutes": 60}]
    answer = post(mentor, "sessions-update-log", session.pk, summary="De Marc", minutes=45, seen=was)
    assert (answer.status_code, answer.data["summary"], answer.data["held_minutes"]) == (200, "De Marc", 45)


def test_a_refusal_is_a_409_with_its_sentence(organisation: Organisation, lead: User, journey: Journey) -> None:
    full = make_mentor(organisation, capacity=1)
    make_pair(organisation, full)
    answer = post(lead, "mentorships-pair", journey=journey.pk, mentor=full.pk)
    assert answer.status_code == 409
    assert answer.data == {"detail": f"{full} est au complet\xa0: 1 sur 1.", "field": "mentor"}


def test_wrong_input_is_a_400_beside_its_field(pair: Mentorship, mentor: User, outsider: User) -> None:
    answer = post(mentor, "sessions-plan", mentorship=pair.pk, starts_at="next tuesday", minutes=2)
    assert (answer.status_code, set(answer.data)) == (400, {"starts_at", "minutes"})
    answer = post(outsider, "sessions-plan", mentorship=pair.pk, starts_at=clock.now() + timedelta(days=1))
    assert (answer.status_code, set(answer.data)) == (400, {"mentorship"})


def test_no_show_over_the_api(pair: Mentorship, mentor: User) -> None:
    answer = post(mentor, "sessions-no-show", make_past_session(pair).pk)
    assert (answer.status_code, answer.data["state"]) == (200, "no_show")


def test_words_are_read_by_whom_they_were_written_for(
    pair: Mentorship, mentor: User, holder: User, lead: User, steward: User
) -> None:
    session = make_held_session(pair, summary="Le prix.")
    session.private_note = "Secret"
    session.save()
    url = reverse("api:sessions-detail", args=[session.pk])
    read = {person.email: api(person).get(url).data for person in (mentor, holder, lead, steward)}
    assert {email: (data["summary"], data["private_note"]) for email, data in read.items()} == {
        "mentor@example.org": ("Le prix.", "Secret"),
        "holder@example.org": ("Le prix.", None),
        "lead@example.org": ("Le prix.", None),
        "steward@example.org": (None, None),
    }


def test_a_lead_ends_a_pair(pair: Mentorship, lead: User) -> None:
    answer = post(lead, "mentorships-end", pair.pk, reason="not_a_fit")
    assert (answer.status_code, answer.data["state"], answer.data["end_reason"]) == (200, "ended", "not_a_fit")


def test_a_mentor_edits_only_what_she_sends(profile: Mentor, mentor: User) -> None:
    answer = api(mentor).patch(reverse("api:mentors-detail", args=[profile.pk]), {"capacity": 5}, format="json")
    assert (answer.status_code, answer.data["capacity"]) == (200, 5)
    profile.refresh_from_db()
    assert (profile.capacity, profile.headline) == (5, "Quinze ans d’épicerie bio")


@pytest.mark.parametrize("name", ["mentors-list", "mentorships-list", "sessions-list"])
def test_lists_ask_the_same_queries_for_one_and_for_three(
    organisation: Organisation, lead: User, pair: Mentorship, assert_num_queries_same: Any, name: str
) -> None:
    make_session(pair)
    client = api(lead)

    def add() -> None:
        for _each in range(2):
            make_session(make_pair(organisation))

    assert_num_queries_same(lambda: client.get(reverse(f"api:{name}")), add)
    assert client.get(reverse(f"api:{name}")).data["count"] == 3


def test_sessions_are_filtered_by_state_pair_and_time(pair: Mentorship, lead: User) -> None:
    make_session(pair)
    held = make_held_session(pair)
    rows = api(lead).get(reverse("api:sessions-list"), {"state": "held"}).data["results"]
    assert [row["id"] for row in rows] == [held.pk]
    rows = api(lead).get(reverse("api:sessions-list"), {"starts_at__lt": clock.now().isoformat()}).data["results"]
    assert [row["id"] for row in rows] == [held.pk]
