"""A pair is proposed to both, and begins when both have accepted; what comes to nothing counts nowhere."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.history.models import Entry
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.mail.models import Email
from journeys import actions as journeys
from journeys.models import Journey
from mentoring import actions, queries, tasks
from mentoring.models import Mentor, Mentorship, Terms
from mentoring.queries.matching import ranked_for
from tests.factories.journeys import make_journey
from tests.factories.mentoring import make_held_session, make_mentor, make_pair
from tests.factories.together import at_once

ClientOf = Callable[[User], Client]


@pytest.fixture
def proposal(journey: Journey, profile: Mentor, lead: User) -> Mentorship:
    return actions.propose_mentor(journey, profile, pitch="Deux passions du bois", by=lead)


def link_to(person: User) -> str:
    """The page that her latest letter leads to."""
    email = Email.objects.filter(to_user=person, key__startswith="pair_proposed").latest("pk")
    found = re.search(rb"/pair/[\w-]+/", bytes(email.message).replace(b"=\n", b"").replace(b"=\r\n", b""))
    assert found
    return found[0].decode()


def test_a_pair_begins_when_both_have_signed_and_not_before(proposal: Mentorship, mentor: User, holder: User) -> None:
    assert (proposal.state, proposal.started_on, proposal.is_primary) == ("proposed", None, True)
    once = actions.accept_proposal(proposal, side="mentor", by=mentor)
    assert (once.state, once.mentor_accepted_at, once.holder_accepted_at) == ("proposed", clock.now(), None)
    assert actions.accept_proposal(proposal, side="mentor", by=mentor).state == "proposed"
    assert not Journey.objects.visible_to(mentor).exists()
    both = actions.accept_proposal(proposal, side="holder", by=holder)
    assert (both.state, both.started_on) == ("active", clock.today())
    assert list(Journey.objects.visible_to(mentor)) == [proposal.journey]
    keys = sorted(Email.objects.filter(about_id=proposal.pk, key__startswith="pair_").values_list("key", flat=True))
    assert keys == [
        f"pair_{verb}:{proposal.pk}:{side}" for verb in ("made", "proposed") for side in ("holder", "mentor")
    ]
    verbs = list(Entry.objects.about(proposal).order_by("pk").values_list("verb", flat=True))
    assert verbs == ["propose_mentor", "accept_proposal", "accept_proposal", "start_mentorship"]


def test_each_accepts_from_her_letter_and_reading_changes_nothing(
    journey: Journey, profile: Mentor, lead: User, mentor: User, holder: User, client: Client
) -> None:
    Terms.objects.create(organisation=journey.programme.organisation, charter="Notre charte maison")
    pair = actions.propose_mentor(journey, profile, pitch="Deux passions du bois", by=lead)
    Terms.objects.update(charter="Une autre")
    mine, hers = link_to(mentor), link_to(holder)
    before = list(Mentorship.objects.values())
    for _scan in range(3):
        for page in (client.get(mine), client.head(mine), client.get(hers)):
            assert page.status_code == 200
    assert list(Mentorship.objects.values()) == before
    page = client.get(mine).content.decode()
    for words in ("L’Atelier du réemploi", "Deux passions du bois", "Notre charte maison", "0 sur 3"):
        assert words in page, words
    assert holder.email not in page
    presented = client.get(hers).content.decode()
    assert "Quinze ans d’épicerie bio" in presented
    assert mentor.email not in presented
    client.post(mine, {"act": "accept"})
    client.post(hers, {"act": "accept"})
    pair.refresh_from_db()
    assert (pair.state, bool(pair.mentor_accepted_at), bool(pair.holder_accepted_at)) == ("active", True, True)


def test_a_decline_is_read_by_the_lead_alone_and_leaves_no_pair(
    proposal: Mentorship, mentor: User, holder: User, lead: User, client: Client, client_of: ClientOf
) -> None:
    mine, hers = link_to(mentor), link_to(holder)
    actions.say_need(proposal.journey, words="Quelqu’un qui ose me contredire.", by=holder)
    assert "ose me contredire" in client.get(mine).content.decode()
    assert client.post(mine, {"act": "decline", "reason": ""}).context["form"].errors.keys() == {"reason"}
    client.post(mine, {"act": "decline", "reason": "Nos métiers se concurrencent"})
    proposal.refresh_from_db()
    assert (proposal.state, proposal.end_reason, proposal.declined_by) == ("ended", "declined", mentor)
    other = Email.objects.get(key=f"pair_not_made:{proposal.pk}:holder")
    told = Email.objects.get(key=f"pair_declined:{proposal.pk}")
    assert told.to_user == lead
    assert "Nos métiers se concurrencent" in told.text
    seen = other.text + client.get(hers).content.decode()
    assert "concurrencent" not in seen
    assert "refusé" not in seen
    assert "ose me contredire" not in client.get(mine).content.decode()  # no longer hers to read
    assert not Email.objects.filter(key=f"pair_not_made:{proposal.pk}:mentor").exists()
    url = reverse("mentoring:mentorship", args=[proposal.pk])
    assert [client_of(who).get(url).status_code for who in (lead, holder, mentor)] == [200, 404, 404]
    # It was never a pair: nobody accompanied anybody, and the mentor has her place back.
    assert not Mentorship.objects.begun().exists()
    assert list(queries.journeys_without_mentor([proposal.mentor.organisation_id])) == [proposal.journey]
    assert not Mentor.objects.visible_to(holder).exists()
    choice = ranked_for(proposal.journey)[0]
    assert "Déjà proposés l’un à l’autre, et refusé" in choice.reasons.cons
    assert choice.is_free


def test_the_mentor_who_stands_stays_until_both_accept_the_next(
    organisation: Organisation, pair: Mentorship, holder: User, lead: User
) -> None:
    held = make_held_session(pair)
    successor = make_mentor(organisation)
    with pytest.raises(Refused) as refusal:
        actions.propose_mentor(pair.journey, successor, by=lead)
    assert refusal.value.field == "end_reason"
    new = actions.propose_mentor(pair.journey, successor, end_reason="not_a_fit", end_note="Deux mondes", by=lead)
    assert (new.is_primary, new.follows, new.to_be_primary) == (False, pair, True)
    with pytest.raises(Refused):
        actions.propose_mentor(pair.journey, make_mentor(organisation), end_reason="other", by=lead)
    actions.accept_proposal(new, side="holder", by=holder)
    pair.refresh_from_db()
    assert pair.state == "active"
    actions.accept_proposal(new, side="mentor", by=successor.user)
    pair.refresh_from_db()
    new.refresh_from_db()
    assert (pair.state, pair.end_reason, pair.end_note) == ("ended", "not_a_fit", "Deux mondes")
    assert (new.state, new.is_primary, new.follows, new.end_reason) == ("active", True, pair, "")
    assert held.mentorship_id == pair.pk


def test_a_day_ahead_is_waited_for_and_begun_once_by_the_sweep(journey: Journey, profile: Mentor, lead: User) -> None:
    pair = actions.propose_mentor(journey, profile, started_on=clock.today() + timedelta(days=3), by=lead)
    actions.accept_proposal(pair, side="holder", by=None)
    assert actions.accept_proposal(pair, side="mentor", by=None).state == "accepted"
    assert tasks.sweep_pairs() == 0
    with clock.pretend(clock.now() + timedelta(days=3)):
        assert (tasks.sweep_pairs(), tasks.sweep_pairs()) == (1, 0)
    pair.refresh_from_db()
    assert (pair.state, pair.started_on) == ("active", date(2026, 11, 26))


def test_what_has_changed_since_the_proposal_is_looked_at_when_she_accepts(
    organisation: Organisation, journey: Journey, profile: Mentor, mentor: User, lead: User
) -> None:
    proposal = actions.propose_mentor(journey, profile, by=lead)
    make_pair(organisation, profile)
    actions.update_mentor(profile, capacity=1, by=mentor)
    with pytest.raises(Refused, match="est au complet\xa0: 1 sur 1"):
        actions.accept_proposal(proposal, side="mentor", by=mentor)
    actions.update_mentor(profile, capacity=2, by=mentor)
    conflict = actions.declare_conflict(profile, journey.holder, reason="Associés", by=lead)
    with pytest.raises(Refused, match="conflit d’intérêts"):
        actions.accept_proposal(proposal, side="mentor", by=mentor)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.mentor_accepted_at) == ("proposed", None)
    actions.lift_conflict(conflict, by=lead)
    assert actions.accept_proposal(proposal, side="mentor", by=mentor).mentor_accepted_at == clock.now()


def test_after_a_week_whoever_is_silent_is_asked_once_more(proposal: Mentorship, lead: User) -> None:
    actions.accept_proposal(proposal, side="mentor", by=None)
    again = Email.objects.filter(key__startswith="pair_proposed_again:")
    for days, letters in ((6, 0), (8, 1), (30, 1)):
        with clock.pretend(clock.now() + timedelta(days=days)):
            tasks.sweep_pairs()
        assert again.count() == letters
    assert again.get().to_user == proposal.journey.holder.user


def test_a_proposal_is_withdrawn_by_a_lead_by_the_end_of_the_journey_and_by_a_pair_made_at_once(
    organisation: Organisation, proposal: Mentorship, lead: User
) -> None:
    made = actions.pair_mentor(proposal.journey, make_mentor(organisation), by=lead)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.end_reason, made.follows) == ("ended", "withdrawn", None)
    with pytest.raises(Refused):
        actions.accept_proposal(proposal, side="mentor", by=None)
    over = actions.propose_mentor(make_journey(organisation), make_mentor(organisation), by=lead)
    journeys.leave_journey(over.journey, reason="moved", by=None)
    over.refresh_from_db()
    assert (over.state, over.end_reason) == ("ended", "withdrawn")


def test_with_a_proposal_only_a_mentor_reads_nothing_of_the_journey(
    organisation: Organisation, pair: Mentorship, lead: User, holder: User, client_of: ClientOf
) -> None:
    session = make_held_session(pair, summary="Le prix de vente est fixé.")
    hopeful = make_mentor(organisation)
    new = actions.propose_mentor(pair.journey, hopeful, end_reason="other", by=lead)
    client = client_of(hopeful.user)
    page = client.get(reverse("mentoring:mentorship", args=[new.pk])).content.decode()
    assert "L’Atelier du réemploi" in page
    for words in ("Le prix de vente", holder.email, "En deux minutes"):
        assert words not in page, words
    for name, pk in (
        ("mentoring:session", session.pk),
        ("mentoring:mentorship", pair.pk),
        ("journeys:journey_detail", pair.journey_id),
        ("api:sessions-detail", session.pk),
    ):
        assert client.get(reverse(name, args=[pk])).status_code == 404, name
    assert client.post(reverse("mentoring:session_plan", args=[new.pk])).status_code == 403


def test_a_second_mentor_comes_beside_and_may_become_the_primary_one(
    organisation: Organisation, pair: Mentorship, lead: User
) -> None:
    second = actions.pair_mentor(pair.journey, make_mentor(organisation), is_primary=False, by=lead)
    assert (second.is_primary, second.state, pair.journey.mentorships.live().count()) == (False, "active", 2)
    actions.change_primary(second, by=lead)
    rows = Mentorship.objects.order_by("pk").values_list("pk", "is_primary", "state")
    assert list(rows) == [(pair.pk, False, "active"), (second.pk, True, "active")]


@pytest.mark.django_db(transaction=True)
def test_two_accepts_at_once_begin_one_pair_once_and_a_withdrawal_lets_nobody_half_in(
    organisation: Organisation,
) -> None:
    pair = actions.propose_mentor(make_journey(organisation), make_mentor(organisation), by=None)
    copies = [Mentorship.objects.select_related("mentor", "journey").get(pk=pair.pk) for _each in range(2)]
    said = at_once(
        lambda: actions.accept_proposal(copies[0], side="mentor", by=None),
        lambda: actions.accept_proposal(copies[1], side="holder", by=None),
    )
    pair.refresh_from_db()
    assert (said, pair.state) == (["done", "done"], "active")
    assert Email.objects.filter(key__startswith=f"pair_made:{pair.pk}:").count() == 2
    other = actions.propose_mentor(make_journey(organisation), make_mentor(organisation), by=None)
    actions.accept_proposal(other, side="mentor", by=None)
    copies = [Mentorship.objects.select_related("mentor", "journey").get(pk=other.pk) for _each in range(2)]
    said = at_once(
        lambda: actions.accept_proposal(copies[0], side="holder", by=None),
        lambda: actions.withdraw_proposal(copies[1], by=None),
    )
    other.refresh_from_db()
    assert said.count("done") == 1
    assert (other.state, other.journey.companions.filter(role="mentor", ended_at=None).count()) in (
        ("active", 1),
        ("ended", 0),
    )


def test_many_are_proposed_at_once_over_the_page(
    organisation: Organisation, profile: Mentor, lead: User, client_of: ClientOf
) -> None:
    chosen = make_journey(organisation)
    client_of(lead).post(reverse("mentoring:mentor_match"), {"pick": [f"{chosen.pk}:{profile.pk}"]})
    assert Mentorship.objects.get().state == "proposed"
