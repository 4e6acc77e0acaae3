"""What a lead may choose when a mentor leaves: ask first, pass a group session on, look before; what its holder may."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts import actions as accounts
from backend.accounts.models import Membership, Organisation, User
from backend.calendars.models import Invite
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.mail.models import Email
from journeys import actions as journeys
from mentoring import actions
from mentoring.actions import Handing
from mentoring.models import Gathering, Mentor, Mentorship, Session
from mentoring.queries.briefing import briefing
from mentoring.queries.leaving import gone_with_pairs, has_left
from mentoring.queries.past import past_of
from tests.factories.journeys import make_journey
from tests.factories.mentoring import make_held_session, make_mentor, make_pair, make_session

ClientOf = Callable[[User], Client]


@pytest.fixture
def nadia(organisation: Organisation) -> Mentor:
    return make_mentor(organisation, capacity=5)


def all_sent() -> set[int]:
    """What waits in the outbox has left; the letters so far."""
    Email.objects.filter(state="pending").update(state="sent", sent_at=clock.now(), attempts=1)
    return set(Email.objects.values_list("pk", flat=True))


def words_since(seen: set[int]) -> Counter[tuple[str, str]]:
    """{(address, kind of letter): number}, calendars apart."""
    rows = Email.objects.exclude(pk__in=seen).filter(method="").order_by("pk")
    return Counter((one.to_address, one.template.rpartition("/")[2]) for one in rows)


def token_of(address: str, template: str, path: str) -> str:
    letter = Email.objects.get(to_address=address, template=f"mentoring/letters/{template}")
    return bytes(letter.message).replace(b"=\r\n", b"").decode().split(f"/{path}/")[1].split("/")[0]


# --- Ask first ------------------------------------------------------------------------------------
def test_both_are_asked_by_the_one_letter_each_and_the_pair_begins_once_both_accept(
    profile: Mentor, pair: Mentorship, nadia: Mentor, lead: User, holder: User, mentor: User, client: Client
) -> None:
    session = make_session(pair)
    task = journeys.add_commitment(pair.journey, text="Relire le budget", owner=mentor, due_on=None, by=lead)
    seen = all_sent()
    (handed,) = actions.leave_mentor(profile, handings=[Handing(pair.pk, nadia, asks=True)], by=lead).handed
    new = Mentorship.objects.get(follows=pair)
    assert (new.state, new.is_primary, handed.asked, handed.new) == ("proposed", True, new, None)
    session.refresh_from_db()
    task.refresh_from_db()
    assert (session.state, task.dropped_at is not None) == ("cancelled_by_mentor", True)
    assert words_since(seen) == Counter(
        {
            (holder.email, "mentor_left_holder"): 1,
            (nadia.user.email, "mentor_left_next"): 1,
            (mentor.email, "mentor_left"): 1,
        }
    )
    assert holder.email not in bytes(Email.objects.get(template__endswith="mentor_left_next").message).decode()
    for address, template in ((holder.email, "mentor_left_holder"), (nadia.user.email, "mentor_left_next")):
        client.post(reverse("mentoring:proposal_link", args=[token_of(address, template, "pair")]), {"act": "accept"})
    new.refresh_from_db()
    assert (new.state, new.is_primary) == ("active", True)


def test_whoever_is_asked_to_follow_a_second_mentor_comes_as_a_second_one(
    organisation: Organisation, profile: Mentor, journey: object, nadia: Mentor, lead: User, pair: Mentorship
) -> None:
    second = actions.pair_mentor(pair.journey, make_mentor(organisation), by=lead, is_primary=False)
    actions.leave_mentor(second.mentor, handings=[Handing(second.pk, nadia, asks=True)], by=lead)
    new = Mentorship.objects.get(follows=second)
    for side in ("mentor", "holder"):
        actions.accept_proposal(new, side=side, by=None)
    new.refresh_from_db()
    pair.refresh_from_db()
    assert (new.state, new.is_primary, pair.state, pair.is_primary) == ("active", False, "active", True)


def test_what_was_only_proposed_with_her_adds_no_second_letter(
    organisation: Organisation, profile: Mentor, pair: Mentorship, nadia: Mentor, lead: User, holder: User, mentor: User
) -> None:
    actions.propose_mentor(make_journey(organisation, holder), profile, by=lead)
    alone = actions.propose_mentor(make_journey(organisation), profile, by=lead)
    seen = all_sent()
    left = actions.leave_mentor(profile, handings=[Handing(pair.pk, nadia)], by=lead)
    assert len(left.withdrawn) == 2
    assert words_since(seen) == Counter(
        {
            (mentor.email, "mentor_left"): 1,
            (holder.email, "mentor_left_holder"): 1,
            (alone.journey.holder.user.email, "pair_not_made"): 1,
            (nadia.user.email, "mentor_left_next"): 1,
        }
    )


# --- Group sessions -------------------------------------------------------------------------------
@pytest.fixture
def gathered(organisation: Organisation, profile: Mentor, pair: Mentorship) -> tuple[Gathering, list[Mentorship]]:
    """Three people whom she meets together in four days."""
    pairs = [pair, make_pair(organisation, profile), make_pair(organisation, profile)]
    starts_at = clock.now() + timedelta(days=4)
    return actions.plan_gathering(profile, pairs=pairs, starts_at=starts_at, minutes=120, by=None), pairs


def test_a_group_session_passes_on_with_those_who_go_on_with_her_by_one_message_each(
    gathered: tuple[Gathering, list[Mentorship]], profile: Mentor, nadia: Mentor, lead: User, mentor: User
) -> None:
    gathering, (first, second, third) = gathered
    seen = all_sent()
    handings = [Handing(first.pk, nadia), Handing(second.pk, nadia), Handing(third.pk)]
    left = actions.leave_mentor(profile, handings=handings, gatherings={gathering.pk: nadia}, by=lead)
    gathering.refresh_from_db()
    fates = {one.mentorship.mentor: one.state for one in gathering.sessions.order_by("pk")}
    assert (gathering.mentor, fates) == (nadia, {nadia: "planned", profile: "cancelled_by_mentor"})
    assert [(len(one.moved), len(one.cancelled)) for one in left.handed] == [(1, 0), (1, 0), (0, 1)]
    told = Email.objects.exclude(pk__in=seen).exclude(method="")
    assert Counter((one.to_address, one.method) for one in told) == Counter(
        {
            (nadia.user.email, "REQUEST"): 1,
            **{(one.journey.holder.user.email, "REQUEST"): 1 for one in (first, second)},
            (third.journey.holder.user.email, "CANCEL"): 1,
            (mentor.email, "CANCEL"): 1,
        }
    )
    assert Invite.objects.get().state == "confirmed"


def test_a_group_session_goes_to_nobody_who_is_taken_or_accompanies_none_of_them(
    gathered: tuple[Gathering, list[Mentorship]], organisation: Organisation, profile: Mentor, nadia: Mentor, lead: User
) -> None:
    gathering, pairs = gathered
    everybody = [Handing(one.pk, nadia) for one in pairs]
    make_session(make_pair(organisation, nadia), gathering.sessions.all()[0].starts_at)
    for to, handings in ((nadia, everybody), (make_mentor(organisation), everybody)):
        with pytest.raises(Refused) as refusal:
            actions.leave_mentor(profile, handings=handings, gatherings={gathering.pk: to}, by=lead)
        assert refusal.value.field == f"gathering_{gathering.pk}"
    assert not has_left(profile)


# --- Look before ----------------------------------------------------------------------------------
def test_the_look_says_what_the_act_then_does_and_leaves_nothing_behind(
    gathered: tuple[Gathering, list[Mentorship]], profile: Mentor, nadia: Mentor, lead: User, client_of: ClientOf
) -> None:
    gathering, pairs = gathered
    kept = make_session(pairs[0])
    seen = all_sent()
    handings = [
        {"mentorship": pairs[0].pk, "mentor": nadia.pk},
        {"mentorship": pairs[1].pk, "mentor": nadia.pk, "asks": True},
        {"mentorship": pairs[2].pk, "ends": True},
    ]
    sent = {"handings": handings, "gatherings": [{"gathering": gathering.pk, "mentor": nadia.pk}]}
    door, url = client_of(lead), f"/api/v1/mentors/{profile.pk}/"
    look = door.post(f"{url}look-at-leaving/", sent, content_type="application/json").json()
    assert not has_left(profile) and all_sent() == seen
    assert Session.objects.get(pk=kept.pk).mentorship == pairs[0]
    done = door.post(f"{url}leave/", sent, content_type="application/json").json()
    assert look["handed"] == [{name: one[name] for name in one if name != "followed_by"} for one in done["handed"]]
    assert look["handed"][0]["moved"] == [kept.pk, gathering.sessions.order_by("pk")[0].pk]
    told = Email.objects.exclude(pk__in=seen)
    letters = {str(one.to_user) for one in told}
    assert {one["name"] for one in look["letters"]} == letters
    assert [one["words"] for one in look["letters"]] == [1] * len(letters)
    assert sum(one["dates"] for one in look["letters"]) == told.exclude(method="").count()
    again = door.post(f"{url}look-at-leaving/", sent, content_type="application/json")
    assert again.status_code == 400  # these pairs are hers no more


# --- What passes on -------------------------------------------------------------------------------
def test_what_its_holder_keeps_is_read_by_no_mentor_who_follows_until_she_says_otherwise(
    profile: Mentor, pair: Mentorship, nadia: Mentor, lead: User, holder: User, client: Client, client_of: ClientOf
) -> None:
    held = make_held_session(pair, summary="Le prix du panier est fixé.")
    Session.objects.filter(pk=held.pk).update(themes=["finance"])
    new = actions.leave_mentor(profile, handings=[Handing(pair.pk, nadia)], by=lead).handed[0].new
    assert new is not None

    def read(user: User) -> list[str]:
        return [one.summary for past in past_of(user, new) for one in past.sessions]

    assert (read(nadia.user), briefing(new, nadia.user).summary) == (
        ["Le prix du panier est fixé."],
        "Le prix du panier est fixé.",
    )
    url = reverse("mentoring:past_link", args=[token_of(holder.email, "mentor_left_holder", "pair-past")])
    client.get(url)
    assert read(nadia.user) != []
    client.post(url, {"act": "withhold"})
    said = client_of(nadia.user).get(f"/api/v1/sessions/{make_session(new).pk}/briefing/").json()
    assert (said["last_session"]["summary"], said["is_withheld"]) == ("", True)
    kept = briefing(new, nadia.user)
    assert (read(nadia.user), kept.summary, kept.last_session and kept.last_session.themes) == ([], "", [])
    assert briefing(new, lead).summary == briefing(new, holder).summary == "Le prix du panier est fixé."
    assert (past_of(nadia.user, new)[0].is_withheld, read(lead)) == (True, ["Le prix du panier est fixé."])
    client.post(url, {"act": "pass"})
    assert read(nadia.user) == ["Le prix du panier est fixé."]


def test_said_beforehand_it_holds_for_all_that_came_before(
    organisation: Organisation, pair: Mentorship, nadia: Mentor, lead: User, holder: User
) -> None:
    make_held_session(pair, summary="Avec la première.")
    second = actions.pair_mentor(pair.journey, nadia, end_reason="other", by=lead)
    actions.withhold_past(second, by=holder)
    third = actions.pair_mentor(pair.journey, make_mentor(organisation), end_reason="other", by=lead)
    assert [(one.is_withheld, one.sessions) for one in past_of(third.mentor.user, third)] == [(True, [])] * 2


def test_passing_on_undoes_its_own_act_and_no_earlier_one(
    organisation: Organisation, pair: Mentorship, nadia: Mentor, lead: User, holder: User
) -> None:
    second = actions.pair_mentor(pair.journey, nadia, end_reason="other", by=lead)
    pair.refresh_from_db()
    actions.withhold_past(pair, by=holder)
    Mentorship.objects.filter(pk=pair.pk).update(withheld_at=clock.now() - timedelta(days=1))
    actions.withhold_past(second, by=holder)
    actions.pass_past_on(second, by=holder)
    pair.refresh_from_db()
    assert (pair.withheld_at is not None, second.withheld_at) == (True, None)


# --- Access lost elsewhere ------------------------------------------------------------------------
def test_no_role_ends_elsewhere_while_somebody_is_entrusted_to_her(
    organisation: Organisation, profile: Mentor, pair: Mentorship, mentor: User, lead: User
) -> None:
    membership = Membership.objects.get(user=mentor, role="mentor")
    with pytest.raises(Refused) as refusal:
        accounts.end_role(membership, by=lead)
    assert reverse("mentoring:mentor_leave", args=[profile.pk]) in refusal.value.sentence
    pair.refresh_from_db()
    assert (pair.state, has_left(profile)) == ("active", False)
    actions.end_mentorship(pair, reason="other", by=lead)
    accounts.end_role(membership, by=lead)
    assert has_left(profile)


def test_an_account_that_is_closed_shows_on_the_leads_home_until_it_is_decided_who_follows(
    organisation: Organisation, profile: Mentor, pair: Mentorship, nadia: Mentor, lead: User, client_of: ClientOf
) -> None:
    User.objects.filter(pk=profile.user_id).update(is_active=False)
    assert gone_with_pairs([organisation.pk]) == [profile]
    with pytest.raises(Refused):
        actions.pair_mentor(make_journey(organisation), profile, by=lead)
    url = reverse("mentoring:mentor_leave", args=[profile.pk])
    assert url in client_of(lead).get(reverse("home")).content.decode()
    assert client_of(lead).get(url).context["is_gone"] is True
    actions.leave_mentor(profile, handings=[Handing(pair.pk, nadia)], by=lead)
    assert gone_with_pairs([organisation.pk]) == []
