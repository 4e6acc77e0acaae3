"""What mentoring tells of in a lead's list of needs: proposals without an answer, pairs in doubt, pairs unmet."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Membership, Organisation, User
from backend.lib import clock as house
from backend.lib.refusal import Refused
from backend.mail.models import Email
from journeys import actions as journeys
from journeys.models import Journey, Snooze
from journeys.queries.attention import Need, attention, needs_of
from journeys.queries.board import Filters, board
from journeys.queries.signs import flagged
from mentoring import actions, tasks
from mentoring.models import Mentor, Mentorship
from tests.factories.accounts import make_member
from tests.factories.journeys import make_journey
from tests.factories.mentoring import make_held_session, make_mentor, make_pair, make_session

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


def needs(lead: User) -> dict[str, Need]:
    """{sign: the need in which it comes first}."""
    return {one.sign.code: one for one in needs_of(lead)}


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_a_proposal_that_waits_says_since_when_and_for_whom_then_that_the_reminder_is_spent(
    journey: Journey, profile: Mentor, lead: User, clock: Any
) -> None:
    assert list(needs(lead)) == ["no_mentor"]
    pair = actions.propose_mentor(journey, profile, by=lead)
    clock.shift(timedelta(days=3))
    actions.accept_proposal(pair, side="mentor", by=profile.user)
    found = needs(lead)
    assert list(found) == ["pair_waits"]
    assert plain(found["pair_waits"].sign.reason) == (
        "Proposé avec Marc Tessier il y a 3 jours ; réponse attendue : Hawa Diallo."
    )
    url = reverse("mentoring:mentorship", args=[pair.pk])
    assert (found["pair_waits"].act, found["pair_waits"].act_url) == ("Relancer ou retirer", url)
    clock.shift(timedelta(days=5))
    assert (tasks.sweep_pairs(), tasks.sweep_pairs()) == (1, 0)
    spent = needs(lead)["pair_unanswered"]
    assert plain(spent.sign.reason).endswith("Hawa Diallo. Relance envoyée le 1er décembre.")
    assert (spent.act, spent.act_url) == ("Appeler, ou retirer la proposition", url)
    actions.withdraw_proposal(pair, by=lead)
    assert list(needs(lead)) == ["no_mentor"]


def test_a_lead_asks_once_more_before_the_clock_does_and_nobody_a_third_time(
    journey: Journey, profile: Mentor, lead: User, client_of: ClientOf, clock: Any
) -> None:
    pair = actions.propose_mentor(journey, profile, by=lead)
    url = reverse("mentoring:proposal_ask_again", args=[pair.pk])
    assert url in client_of(lead).get(reverse("mentoring:mentorship", args=[pair.pk])).content.decode()
    client_of(lead).post(url)
    client_of(lead).post(url)
    again = Email.objects.filter(key__startswith="pair_proposed_again:")
    assert sorted(again.values_list("to_user__email", flat=True)) == ["holder@example.org", "mentor@example.org"]
    api = reverse("api:mentorships-ask-again", args=[pair.pk])
    assert client_of(lead).post(api, content_type="application/json").status_code == 409
    clock.shift(timedelta(days=9))
    assert (tasks.sweep_pairs(), again.count()) == (0, 2)
    actions.accept_proposal(pair, side="mentor", by=None)
    with pytest.raises(Refused):
        actions.ask_again(actions.accept_proposal(pair, side="holder", by=None), by=lead)


def test_who_is_to_be_replaced_reads_nothing_of_the_proposal(
    pair: Mentorship, organisation: Organisation, mentor: User, lead: User, client_of: ClientOf
) -> None:
    new = actions.propose_mentor(pair.journey, make_mentor(organisation), end_reason="other", by=lead)
    assert needs(lead) == {}
    actions.ask_again(new, by=lead)
    assert list(needs(lead)) == ["pair_unanswered"]
    page = client_of(mentor).get(reverse("journeys:journey_detail", args=[pair.journey_id])).content.decode()
    assert "proposition sans réponse" not in page.lower()
    assert not flagged(Journey.objects.all()).exists()


def test_a_pair_in_doubt_is_a_need_with_the_words_that_were_said_and_is_set_aside_like_any(
    pair: Mentorship, holder: User, lead: User, client_of: ClientOf
) -> None:
    make_held_session(pair)
    actions.say_fit(pair, side="holder", answer="not_a_fit", words="Je cherche quelqu’un d’autre", by=holder)
    need = needs(lead)["pair_doubt"]
    assert plain(need.sign.reason) == "Hawa Diallo : pas le bon binôme. « Je cherche quelqu’un d’autre »"
    assert need.act_url == reverse("mentoring:mentorship", args=[pair.pk])
    page = client_of(lead).get(need.snooze_url).content.decode()
    assert "Je cherche quelqu’un d’autre" in page
    later = house.today() + timedelta(days=7)
    journeys.snooze_sign(pair.journey, code="pair_doubt", until_on=later, reason="On se parle jeudi", by=lead)
    assert "pair_doubt" not in needs(lead)
    actions.end_mentorship(pair, reason="not_a_fit", by=lead)
    assert not flagged(Journey.objects.all(), "pair_doubt").exists()


def test_a_doubt_is_told_to_nobody_but_the_leads_who_are_not_of_the_pair(
    pair: Mentorship, holder: User, mentor: User, lead: User, steward: User, client_of: ClientOf
) -> None:
    make_held_session(pair)
    actions.say_fit(pair, side="holder", answer="not_a_fit", by=holder)
    journeys.snooze_sign(
        pair.journey, code="pair_doubt", until_on=house.today() + timedelta(days=7), reason="Jeudi", by=lead
    )
    make_member(pair.mentor.organisation, Membership.Role.LEAD, mentor.email)
    assert [attention(who).counts for who in (lead, mentor)] == [[], []]
    assert (Snooze.objects.visible_to(lead).count(), Snooze.objects.visible_to(mentor).count()) == (1, 0)
    Snooze.objects.all().delete()
    assert [list(attention(who).signs) for who in (lead, mentor)] == [["pair_doubt"], []]
    detail = reverse("journeys:journey_detail", args=[pair.journey_id])
    for who in (mentor, steward):
        assert "binôme incertain" not in client_of(who).get(detail).content.decode().lower()
        assert list(board(who, Filters(sign="any"))) == []
    door = reverse("journeys:sign_snooze", args=[pair.journey_id, "pair_doubt"])
    assert [client_of(who).get(door).status_code for who in (lead, mentor)] == [200, 403]
    asked = {"journey": pair.journey_id, "code": "pair_doubt", "until_on": "2026-12-01", "reason": "x"}
    assert client_of(mentor).post("/api/v1/snoozes/", asked, content_type="application/json").status_code == 403


def test_a_pair_that_has_not_met_for_the_weeks_of_its_programme_is_told_as_its_mentor_reads_it(
    pair: Mentorship, lead: User, clock: Any
) -> None:
    pair.journey.programme.silence_weeks = 3
    pair.journey.programme.save()
    make_held_session(pair)
    clock.shift(timedelta(weeks=3))
    assert not flagged(Journey.objects.all(), "pair_unmet").exists()
    clock.shift(timedelta(days=1))
    [need] = needs_of(lead)
    signs = {sign.code: sign for sign in (need.sign, *need.also)}
    assert plain(signs["pair_unmet"].reason) == (
        "Marc Tessier – Hawa Diallo. Dernière séance : il y a 3 semaines ; aucune prévue."
    )
    make_session(pair)
    assert not flagged(Journey.objects.all(), "pair_unmet").exists()


def test_the_list_asks_as_much_for_three_of_each_as_for_one(
    organisation: Organisation, lead: User, assert_num_queries_same: Callable[..., int]
) -> None:
    def add(number: int = 1) -> None:
        for _each in range(number):
            for is_spent in (False, True):
                asked = actions.propose_mentor(make_journey(organisation), make_mentor(organisation), by=lead)
                if is_spent:
                    actions.ask_again(asked, by=lead)
            doubt = make_pair(organisation)
            make_held_session(doubt)
            actions.say_fit(doubt, side="mentor", answer="not_a_fit", by=None)
            quiet = make_pair(organisation)
            Mentorship.objects.filter(pk=quiet.pk).update(started_on=house.today() - timedelta(weeks=30))

    add()
    assert_num_queries_same(lambda: needs_of(lead), lambda: add(2))
    assert attention(lead).signs == {"pair_doubt": 3, "pair_unanswered": 3, "pair_unmet": 3, "pair_waits": 3}
