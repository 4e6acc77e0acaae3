"""The pair: within capacity, told to both, ended with its history kept."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.calendars.models import Invite
from backend.history.models import Entry
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.mail.models import Email
from journeys import actions as journeys
from journeys.models import Journey
from mentoring import actions, queries
from mentoring.models import Mentor, Mentorship, Session
from mentoring.queries.matching import ranked_for
from tests.factories.journeys import make_journey
from tests.factories.mentoring import make_held_session, make_mentor, make_pair, make_past_session, make_session

ClientOf = Callable[[User], Client]


def test_a_pair_gives_access_and_tells_both_once_each_in_her_language(
    journey: Journey, profile: Mentor, mentor: User, holder: User, lead: User
) -> None:
    mentor.language = "en"
    mentor.save()
    assert not Journey.objects.visible_to(mentor).exists()
    pair = actions.pair_mentor(journey, profile, by=lead)
    assert (pair.state, pair.started_on) == ("active", date(2026, 11, 23))
    assert list(Journey.objects.visible_to(mentor)) == [journey]
    letters = Email.objects.filter(key__startswith="pair_made:").order_by("to_address")
    assert [(one.to_address, one.language, one.subject) for one in letters] == [
        ("holder@example.org", "fr", "Marc Tessier est votre mentor"),
        ("mentor@example.org", "en", "You accompany Hawa Diallo: L’Atelier du réemploi"),
    ]
    assert f"http://testserver/mentorships/{pair.pk}/" in letters[1].text
    assert "Quinze ans d’épicerie bio" in letters[0].text
    assert Entry.objects.about(pair).get().verb == "pair_mentor"


def test_a_full_mentor_is_refused_in_a_sentence(organisation: Organisation, journey: Journey) -> None:
    full = make_mentor(organisation, capacity=1)
    make_pair(organisation, full)
    with pytest.raises(Refused) as refusal:
        actions.pair_mentor(journey, full, by=None)
    assert refusal.value.field == "mentor"
    assert refusal.value.sentence == f"{full} est au complet\xa0: 1 sur 1."
    assert not journey.mentorships.exists()


def test_whoever_has_given_her_hours_of_the_month_is_refused_until_the_next(
    organisation: Organisation, journey: Journey, lead: User
) -> None:
    mentor = make_mentor(organisation, capacity=9, hours_a_month=2)
    pair = make_pair(organisation, mentor)
    make_session(pair, minutes=60)
    make_held_session(pair, hours_ago=24 * 30)  # of October
    actions.propose_mentor(make_journey(organisation), mentor, by=lead)  # an hour is left
    make_session(pair, clock.now() + timedelta(days=2), minutes=60)
    for act in (actions.pair_mentor, actions.propose_mentor):
        with pytest.raises(Refused, match="a déjà donné ses 2 heures du mois") as refusal:
            act(journey, mentor, by=lead)
        assert refusal.value.field == "mentor"
    with clock.pretend(clock.now() + timedelta(days=8)):
        assert actions.pair_mentor(journey, mentor, by=lead).state == "active"


def test_a_mentor_on_a_break_of_elsewhere_or_oneself_is_refused(
    organisation: Organisation, other_organisation: Organisation, journey: Journey, holder: User
) -> None:
    away = make_mentor(organisation, paused_until=date(2026, 11, 23))
    elsewhere = make_mentor(other_organisation)
    herself = make_mentor(organisation, holder)
    for mentor in (away, elsewhere, herself):
        with pytest.raises(Refused) as refusal:
            actions.pair_mentor(journey, mentor, by=None)
        assert refusal.value.field == "mentor"
    assert not Mentorship.objects.exists()


def test_a_journey_that_is_over_gets_no_mentor(journey: Journey, profile: Mentor) -> None:
    journeys.leave_journey(journey, reason="moved", by=None)
    with pytest.raises(Refused):
        actions.pair_mentor(journey, profile, by=None)


def test_a_second_mentor_is_refused_without_a_reason(organisation: Organisation, pair: Mentorship) -> None:
    with pytest.raises(Refused) as refusal:
        actions.pair_mentor(pair.journey, make_mentor(organisation), by=None)
    assert refusal.value.field == "end_reason"
    pair.refresh_from_db()
    assert pair.state == "active"


def test_pairing_again_keeps_history(organisation: Organisation, pair: Mentorship, lead: User, mentor: User) -> None:
    held = make_held_session(pair, summary="Le prix de vente est fixé.")
    successor = make_mentor(organisation)
    new = actions.pair_mentor(pair.journey, successor, end_reason="not_a_fit", end_note="Deux mondes", by=lead)
    pair.refresh_from_db()
    assert (pair.state, pair.end_reason, pair.end_note) == ("ended", "not_a_fit", "Deux mondes")
    assert (new.state, new.mentor_id) == ("active", successor.pk)
    assert held.mentorship_id == pair.pk
    assert queries.briefing(new, mentor).last_session == held
    assert not Journey.objects.visible_to(mentor).exists()
    assert list(Journey.objects.visible_to(successor.user)) == [pair.journey]


def test_ending_a_pair_cancels_what_is_ahead_and_leaves_what_has_begun(pair: Mentorship, lead: User) -> None:
    ahead, begun = make_session(pair), make_past_session(pair)
    actions.end_mentorship(pair, reason="mentor_left", by=lead)
    ahead.refresh_from_db()
    begun.refresh_from_db()
    assert (ahead.state, ahead.cancel_reason) == ("cancelled_by_mentor", "Le mentorat a pris fin.")
    assert begun.state == "planned"
    assert Invite.objects.about(ahead).get().state == "cancelled"
    assert {one.to_user_id for one in Email.objects.filter(key__startswith="pair_ended:")} == {
        pair.mentor.user_id,
        pair.journey.holder.user_id,
    }


def test_a_pair_ends_only_once_and_only_for_a_known_reason(pair: Mentorship) -> None:
    with pytest.raises(Refused):
        actions.end_mentorship(pair, reason="boredom", by=None)
    actions.end_mentorship(pair, reason="other", by=None)
    with pytest.raises(Refused):
        actions.end_mentorship(pair, reason="other", by=None)
    assert Email.objects.filter(key__startswith="pair_ended:").count() == 2


@pytest.mark.parametrize(
    ("leave_reason", "end_reason"),
    [("mentor_left", "mentor_left"), ("employment", "holder_left"), ("project_created", "holder_left")],
)
def test_a_journey_left_ends_its_pair_for_the_reason_it_gives(
    pair: Mentorship, leave_reason: str, end_reason: str
) -> None:
    session = make_session(pair)
    Journey.objects.filter(pk=pair.journey_id).update(started_on=date(2026, 9, 1))
    journeys.leave_journey(pair.journey, reason=leave_reason, on=date(2026, 11, 20), by=None)
    pair.refresh_from_db()
    session.refresh_from_db()
    assert (pair.state, pair.end_reason, pair.ended_on) == ("ended", end_reason, date(2026, 11, 20))
    assert session.state in Session.MISSED
    assert not Journey.objects.visible_to(pair.mentor.user).exists()


def test_a_journey_completed_ends_its_pair_as_completed(pair: Mentorship) -> None:
    for step in pair.journey.steps.all():
        journeys.advance_step(step, "done", by=None)
    journeys.complete_journey(pair.journey, by=None)
    pair.refresh_from_db()
    assert (pair.state, pair.end_reason) == ("ended", "completed")


def test_the_page_of_choice_shows_who_can_and_why_others_cannot(
    organisation: Organisation, journey: Journey, lead: User, client_of: ClientOf
) -> None:
    near = make_mentor(organisation, commune=journey.project.commune)
    far = make_mentor(organisation)
    full = make_mentor(organisation, capacity=1)
    make_pair(organisation, full)
    away = make_mentor(organisation, paused_until=clock.today() + timedelta(days=8))
    choices = {one.mentor.pk: one for one in ranked_for(journey)}
    assert list(choices)[:2] == [near.pk, far.pk]
    assert {pk: choice.reasons.forbids for pk, choice in choices.items()} == {
        near.pk: "",
        far.pk: "",
        full.pk: "Au complet\xa0: 1 sur 1.",
        away.pk: "En pause jusqu’au mardi 1er décembre.",
    }
    page = client_of(lead).get(reverse("mentoring:mentor_pair", args=[journey.pk])).content.decode()
    assert page.count('type="radio"') == 2
    assert '<details class="details"><summary>2 mentors ne peuvent pas être choisis' in page
    assert page.count("Au complet\xa0: 1 sur 1.") == 1


def test_a_lead_pairs_from_the_page(journey: Journey, profile: Mentor, lead: User, client_of: ClientOf) -> None:
    answer = client_of(lead).post(reverse("mentoring:mentor_pair", args=[journey.pk]), {"mentor": profile.pk})
    pair = Mentorship.objects.get()
    assert answer.headers["Location"] == reverse("mentoring:mentorship", args=[pair.pk])
    assert (pair.mentor, pair.journey) == (profile, journey)


def test_choosing_a_full_mentor_comes_back_with_the_sentence(
    organisation: Organisation, journey: Journey, lead: User, client_of: ClientOf
) -> None:
    full = make_mentor(organisation, capacity=1)
    make_pair(organisation, full)
    answer = client_of(lead).post(reverse("mentoring:mentor_pair", args=[journey.pk]), {"mentor": full.pk})
    assert answer.context["form"].errors == {"mentor": [f"{full} est au complet\xa0: 1 sur 1."]}


def test_the_page_of_choice_asks_the_same_queries_for_one_and_for_three(
    organisation: Organisation, journey: Journey, profile: Mentor, lead: User, client_of: ClientOf,
    assert_num_queries_same: Any,
) -> None:  # fmt: skip
    client, url = client_of(lead), reverse("mentoring:mentor_pair", args=[journey.pk])
    assert_num_queries_same(lambda: client.get(url), lambda: [make_mentor(organisation) for _number in range(2)])


def test_the_page_of_a_pair_tells_the_two_minute_briefing(pair: Mentorship, mentor: User, client_of: ClientOf) -> None:
    session = make_past_session(pair)
    step = actions.NextStep("Appeler la banque", due_on=date(2026, 11, 20))
    actions.log_session(session, by=mentor, summary="Le prix est fixé.", next_steps=[step])
    page = client_of(mentor).get(reverse("mentoring:mentorship", args=[pair.pk])).content.decode()
    for words in ("Le prix est fixé.", "Appeler la banque", "en retard", "Plan d’affaires validé", "1 sur 6"):
        assert words in page, words


def test_an_ended_mentor_finds_the_pair_closed(pair: Mentorship, mentor: User, client_of: ClientOf) -> None:
    url = reverse("mentoring:mentorship", args=[pair.pk])
    assert client_of(mentor).get(url).status_code == 200
    actions.end_mentorship(pair, reason="other", by=None)
    assert client_of(mentor).get(url).status_code == 404


def test_what_the_lead_must_see(organisation: Organisation, pair: Mentorship, profile: Mentor) -> None:
    alone = make_journey(organisation)
    over = make_past_session(pair)
    actions.update_mentor(profile, capacity=1, by=None)
    ids = [organisation.pk]
    assert list(queries.journeys_without_mentor(ids)) == [alone]
    assert list(queries.unlogged_sessions(ids, clock.now())) == [over]
    assert list(queries.full_mentors(ids)) == [profile]
