"""Mentors: welcomed, listed, their profiles."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.lib.refusal import Refused
from backend.mail.models import Email
from mentoring import actions, queries
from mentoring.models import Mentor, Mentorship
from tests.factories.accounts import make_member
from tests.factories.mentoring import make_mentor, make_pair

ClientOf = Callable[[User], Client]
LIST = "mentoring:mentor_list"


def test_a_mentor_is_welcomed_with_a_role_and_one_letter(organisation: Organisation, lead: User) -> None:
    made = actions.create_mentor(
        organisation,
        email="Nour@Example.org",
        first_name="Nour",
        last_name="Haddad",
        language="fr",
        capacity=2,
        by=lead,
    )
    assert made.user.email == "nour@example.org"
    assert made.user.organisation_ids("mentor") == {organisation.pk}
    letters = Email.objects.filter(to_user=made.user)
    assert [letter.subject for letter in letters] == ["Les Écossolies vous accueille comme mentor"]


def test_nobody_is_welcomed_twice_as_mentor_of_one_organisation(organisation: Organisation, lead: User) -> None:
    actions.create_mentor(organisation, email="nour@example.org", by=lead)
    with pytest.raises(Refused) as refusal:
        actions.create_mentor(organisation, email="NOUR@example.org", by=lead)
    assert (refusal.value.field, refusal.value.sentence) == ("email", "Cette personne est déjà mentor ici.")
    assert Mentor.objects.count() == 1


@pytest.mark.parametrize("capacity", [0, 51])
def test_a_capacity_outside_one_to_fifty_is_refused(organisation: Organisation, capacity: int) -> None:
    with pytest.raises(Refused) as refusal:
        actions.create_mentor(organisation, email="nour@example.org", capacity=capacity, by=None)
    assert refusal.value.field == "capacity"


def test_a_lead_welcomes_a_mentor_from_the_page(organisation: Organisation, lead: User, client_of: ClientOf) -> None:
    answer = client_of(lead).post(
        reverse("mentoring:mentor_create"),
        {"email": "nour@example.org", "first_name": "Nour", "last_name": "Haddad", "language": "en", "capacity": 4,
         "expertise": ["funding", "legal"], "languages": ["fr", "ar"], "headline": "Avocate", "commune": ""},
    )  # fmt: skip
    mentor = Mentor.objects.get()
    assert answer.headers["Location"] == reverse("mentoring:mentor", args=[mentor.pk])
    assert (mentor.capacity, mentor.expertise, mentor.languages) == (4, ["funding", "legal"], ["fr", "ar"])
    assert mentor.user.get_full_name() == "Nour Haddad"
    assert Email.objects.get(to_user=mentor.user).language == "en"


def test_a_refused_welcome_keeps_what_was_typed(lead: User, organisation: Organisation, client_of: ClientOf) -> None:
    make_mentor(organisation, make_member(organisation, "holder", "nour@example.org"))
    body = {"email": "nour@example.org", "first_name": "Nour", "last_name": "Haddad", "language": "fr", "capacity": 4}
    answer = client_of(lead).post(reverse("mentoring:mentor_create"), body)
    form = answer.context["form"]
    assert form.errors == {"email": ["Cette personne est déjà mentor ici."]}
    assert form["last_name"].value() == "Haddad"


def test_a_mentor_edits_her_own_profile_and_nobody_elses(
    organisation: Organisation, profile: Mentor, mentor: User, holder: User, pair: Mentorship, client_of: ClientOf
) -> None:
    url = reverse("mentoring:mentor_update", args=[profile.pk])
    body = {
        "headline": "Retraité",
        "capacity": 2,
        "expertise": ["legal"],
        "languages": ["fr"],
        "paused_until": "31/12/2026",
    }
    assert client_of(mentor).post(url, body).status_code == 302
    profile.refresh_from_db()
    assert (profile.headline, profile.capacity, profile.paused_until) == ("Retraité", 2, date(2026, 12, 31))
    assert client_of(holder).post(url, body).status_code == 403
    colleague = make_mentor(organisation)
    assert client_of(colleague.user).post(url, body).status_code == 403


def test_a_capacity_under_the_load_ends_no_pair(pair: Mentorship, profile: Mentor, organisation: Organisation) -> None:
    make_pair(organisation, profile)
    actions.update_mentor(profile, capacity=1, by=None)
    assert profile.mentorships.live().count() == 2
    assert [one.pk for one in queries.full_mentors([organisation.pk])] == [profile.pk]


def test_the_list_shows_load_capacity_and_who_is_full_or_away(
    organisation: Organisation, lead: User, pair: Mentorship, profile: Mentor, client_of: ClientOf
) -> None:
    actions.update_mentor(profile, capacity=1, by=None)
    away = make_mentor(organisation, paused_until=date(2026, 12, 1))
    free = make_mentor(organisation)
    found = {only: [one.pk for one in queries.list_mentors(lead, only=only)] for only in ("free", "full", "paused")}
    assert found == {"free": [free.pk], "full": [profile.pk], "paused": [away.pk]}
    page = client_of(lead).get(reverse(LIST)).content.decode()
    assert page.count("complet") == 2  # the badge, and the filter's choice
    assert "1 sur 1" in page and "0 sur 3" in page


@pytest.mark.parametrize(("words", "count"), [("tess", 1), ("épicerie", 1), ("marc tessier", 1), ("nobody", 0)])
def test_mentors_are_found_by_name_and_words(profile: Mentor, lead: User, words: str, count: int) -> None:
    assert queries.list_mentors(lead, search=words).count() == count


def test_the_list_asks_the_same_queries_for_one_and_for_three(
    organisation: Organisation, lead: User, profile: Mentor, client_of: ClientOf, assert_num_queries_same: Any
) -> None:
    client = client_of(lead)
    assert_num_queries_same(
        lambda: client.get(reverse(LIST)), lambda: [make_mentor(organisation) for _number in range(2)]
    )


def test_a_stranger_sees_no_mentor(profile: Mentor, outsider: User, client_of: ClientOf) -> None:
    assert client_of(outsider).get(reverse("mentoring:mentor", args=[profile.pk])).status_code == 404
    assert client_of(outsider).get(reverse(LIST)).context["page"].object_list.count() == 0
