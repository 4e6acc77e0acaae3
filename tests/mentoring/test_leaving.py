"""A mentor leaves: everything handed over in one act, everybody told once, nothing of hers left open."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import icalendar
import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.calendars import actions as calendars
from backend.calendars.models import Invite
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.mail.models import Email
from journeys import actions as journeys
from mentoring import actions
from mentoring.actions import Handing
from mentoring.models import Mentor, Mentorship, Session
from mentoring.queries.leaving import has_left, leaving_of, wish_of
from mentoring.queries.matching import mentors_to_match
from mentoring.queries.mentors import list_mentors
from tests.factories.journeys import make_journey
from tests.factories.mentoring import (
    make_held_session,
    make_mentor,
    make_opening,
    make_pair,
    make_past_session,
    make_session,
)

ClientOf = Callable[[User], Client]


@pytest.fixture
def nadia(organisation: Organisation) -> Mentor:
    """She can take three people."""
    return make_mentor(organisation, capacity=3)


def leave(mentor: Mentor, pair: Mentorship, to: Mentor | None, by: User, **more: Any) -> actions.Left:
    return actions.leave_mentor(mentor, handings=[Handing(pair.pk, to, words="Elle avance vite.")], by=by, **more)


def all_sent() -> None:
    """What waits in the outbox has left."""
    Email.objects.filter(state="pending").update(state="sent", sent_at=clock.now(), attempts=1)


def sent_since(seen: set[int]) -> Counter[tuple[str, str, str]]:
    """{(address, kind of letter, calendar method): number}."""
    rows = Email.objects.exclude(pk__in=seen).order_by("pk")
    return Counter((one.to_address, one.template.rpartition("/")[2], one.method) for one in rows)


def test_one_act_hands_over_everything_and_tells_each_person_once(
    organisation: Organisation, profile: Mentor, pair: Mentorship, nadia: Mentor, lead: User, holder: User, mentor: User
) -> None:
    other = make_pair(organisation, profile)
    kept = make_session(pair)
    dropped = make_session(pair, clock.now() + timedelta(days=2))
    begun = make_past_session(pair, hours_ago=0.25)
    opening = make_opening(profile)
    task = journeys.add_commitment(pair.journey, text="Relire le budget", owner=mentor, due_on=None, by=lead)
    hers = journeys.add_commitment(pair.journey, text="Appeler la mairie", owner=holder, due_on=None, by=lead)
    closed = journeys.add_commitment(other.journey, text="Écrire au notaire", owner=mentor, due_on=None, by=lead)
    all_sent()
    seen = set(Email.objects.values_list("pk", flat=True))
    handings = [Handing(pair.pk, nadia, words="Elle avance vite."), Handing(other.pk)]
    left = actions.leave_mentor(profile, handings=handings, cancelled=[dropped.pk], by=lead)

    pair.refresh_from_db()
    assert (pair.state, pair.end_reason, pair.handover) == ("ended", "mentor_left", "Elle avance vite.")
    new = Mentorship.objects.get(follows=pair)
    assert (new.mentor, new.state, new.journey) == (nadia, "active", pair.journey)
    for session in (kept, dropped, begun):
        session.refresh_from_db()
    assert (kept.mentorship, kept.state) == (new, "planned")
    assert (dropped.mentorship, dropped.state) == (pair, "cancelled_by_mentor")
    assert (begun.mentorship, begun.state) == (pair, "planned")
    for commitment in (task, hers, closed):
        commitment.refresh_from_db()
    assert (task.owner, task.dropped_at) == (nadia.user, None)
    assert hers.owner == holder
    assert closed.owner == mentor and closed.dropped_at is not None
    opening.refresh_from_db()
    assert opening.ended_at is not None
    assert not mentor.memberships.filter(role="mentor", ended_at=None).exists()
    assert left.to_log == [begun]
    stranger = other.journey.holder.user.email
    assert sent_since(seen) == Counter(
        {
            (mentor.email, "mentor_left", ""): 1,
            (mentor.email, "removed", "CANCEL"): 1,
            (mentor.email, "session_cancelled", "CANCEL"): 1,
            (holder.email, "mentor_left_holder", ""): 1,
            (holder.email, "session_handed_over", "REQUEST"): 1,
            (holder.email, "session_cancelled", "CANCEL"): 1,
            (stranger, "mentor_left_holder", ""): 1,
            (nadia.user.email, "mentor_left_next", ""): 1,
            (nadia.user.email, "invite", "REQUEST"): 1,
        }
    )


def test_the_date_that_is_kept_has_one_uid_another_mentor_and_a_higher_sequence(
    profile: Mentor, pair: Mentorship, nadia: Mentor, lead: User, holder: User, mentor: User
) -> None:
    session = make_session(pair)
    first = Email.objects.get(to_user=holder, method="REQUEST")
    all_sent()
    leave(profile, pair, nadia, lead)
    told = {
        one.to_address: icalendar.Calendar.from_ical(bytes(one.calendar))
        for one in Email.objects.filter(uid=first.uid, sequence=1)
    }
    assert {address: str(one["METHOD"]) for address, one in told.items()} == {
        holder.email: "REQUEST", nadia.user.email: "REQUEST", mentor.email: "CANCEL",
    }  # fmt: skip
    event = told[holder.email].events[0]
    chair = [one for one in event.attendees if one.params["ROLE"] == "CHAIR"]
    assert [str(one).removeprefix("mailto:") for one in chair] == [nadia.user.email]
    assert (event.start, str(event["UID"])) == (session.starts_at, first.uid)
    assert "STATUS" not in told[mentor.email].events[0]


def test_after_leaving_every_door_is_shut_but_the_letter_that_asks_for_a_log(
    profile: Mentor, pair: Mentorship, nadia: Mentor, lead: User, mentor: User, client_of: ClientOf, client: Client
) -> None:
    begun, ahead = make_past_session(pair), make_session(pair)
    _feed, token = calendars.open_feed(mentor, name="Bureau", by=mentor)
    leave(profile, pair, nadia, lead)
    gone = client_of(mentor)
    for name, row in (("mentorship", pair), ("session", begun), ("session", ahead)):
        assert gone.get(reverse(f"mentoring:{name}", args=[row.pk])).status_code == 404
        assert gone.get(f"/api/v1/{name}s/{row.pk}/").status_code == 404
    assert gone.get(reverse("journeys:journey_detail", args=[pair.journey_id])).status_code == 404
    feed = client.get(reverse("calendars:feed", args=[token]))
    events = {str(one["UID"]): str(one["STATUS"]) for one in icalendar.Calendar.from_ical(feed.content).events}
    uid = {row: Invite.objects.about(row).get().uid for row in (begun, ahead)}
    assert events.get(uid[ahead], "CANCELLED") == "CANCELLED"
    assert uid[begun] in events
    letter = Email.objects.get(to_user=mentor, template="mentoring/letters/mentor_left")
    body = message_from_bytes(bytes(letter.message), policy=default).get_body(("plain",))
    assert body is not None
    secret = re.findall(r"/log/([\w-]+)/", body.get_content())
    paper = re.findall(r"/attestation/([\w-]+)/", body.get_content())
    assert (len(secret), len(paper)) == (1, 1)
    assert client.get(reverse("mentoring:attestation_link", args=paper)).content.startswith(b"%PDF")
    client.post(reverse("mentoring:session_log_link", args=secret), {"act": "held"})
    begun.refresh_from_db()
    assert (begun.state, begun.logged_by) == ("held", mentor)
    assert has_left(profile)
    assert profile not in mentors_to_match(profile.organisation_id)
    with pytest.raises(Refused):
        actions.pair_mentor(make_journey(profile.organisation), profile, by=lead)


def test_what_waited_for_her_or_was_proposed_to_her_stands_no_more(
    organisation: Organisation, profile: Mentor, pair: Mentorship, nadia: Mentor, lead: User, mentor: User
) -> None:
    day = clock.today() + timedelta(days=10)
    actions.declare_absence(profile, starts_on=day, ends_on=day, by=mentor)
    times = actions.propose_times(
        pair, side="mentor", times=[clock.now() + timedelta(days=5)], medium="phone", by=mentor
    )
    hoped = actions.propose_mentor(make_journey(organisation), profile, by=lead)
    leave(profile, pair, nadia, lead)
    times.refresh_from_db()
    hoped.refresh_from_db()
    assert (times.state, hoped.state, hoped.end_reason) == ("withdrawn", "ended", "withdrawn")
    assert not profile.absences.exists()


def test_nothing_is_done_by_halves_when_whoever_follows_is_full_or_taken(
    organisation: Organisation, profile: Mentor, pair: Mentorship, lead: User
) -> None:
    full = make_mentor(organisation, capacity=1)
    make_pair(organisation, full)
    session = make_session(pair)
    with pytest.raises(Refused) as refusal:
        leave(profile, pair, full, lead)
    assert refusal.value.field == f"to_{pair.pk}"
    taken = make_mentor(organisation, capacity=2)
    make_session(make_pair(organisation, taken), session.starts_at + timedelta(minutes=30))
    with pytest.raises(Refused) as refusal:
        leave(profile, pair, taken, lead)
    assert refusal.value.field == f"session_{session.pk}"
    pair.refresh_from_db()
    assert (pair.state, pair.handover, has_left(profile)) == ("active", "", False)
    assert not Email.objects.filter(template__contains="mentor_left").exists()
    leave(profile, pair, taken, lead, cancelled=[session.pk])
    assert has_left(profile)


def test_whoever_follows_reads_what_was_shared_and_never_a_private_note(
    profile: Mentor, pair: Mentorship, nadia: Mentor, lead: User, mentor: User, client_of: ClientOf
) -> None:
    session = make_past_session(pair)
    actions.log_session(session, by=mentor, summary="Le prix du panier est fixé.", private_note="Elle doute beaucoup.")
    new = leave(profile, pair, nadia, lead).handed[0].new
    assert new is not None
    page = client_of(nadia.user).get(reverse("mentoring:mentorship", args=[new.pk])).content.decode()
    assert "Le prix du panier est fixé." in page and "Elle avance vite." in page
    assert "Elle doute beaucoup." not in page
    own = client_of(pair.journey.holder.user).get(reverse("mentoring:mentorship", args=[new.pk])).content.decode()
    assert "Elle avance vite." not in own


def test_done_twice_or_with_somebody_entrusted_meanwhile_is_said_in_a_sentence(
    organisation: Organisation, profile: Mentor, pair: Mentorship, nadia: Mentor, lead: User
) -> None:
    late = make_pair(organisation, profile)
    with pytest.raises(Refused) as refusal:
        leave(profile, pair, nadia, lead)
    assert refusal.value.field == f"to_{late.pk}"
    actions.leave_mentor(profile, handings=[Handing(pair.pk, nadia), Handing(late.pk)], by=lead)
    letters = Email.objects.count()
    with pytest.raises(Refused):
        actions.leave_mentor(profile, handings=[Handing(pair.pk, nadia), Handing(late.pk)], by=lead)
    assert Email.objects.count() == letters


def test_the_screen_proposes_for_all_at_once_and_keeps_what_was_typed_when_refused(
    organisation: Organisation, profile: Mentor, pair: Mentorship, nadia: Mentor, lead: User, client_of: ClientOf
) -> None:
    other = make_pair(organisation, profile)
    nadia.capacity = 1
    nadia.save()
    session = make_session(pair)
    leaving = leaving_of(profile, clock.now())
    assert sorted(str(line.to) for line in leaving.lines) == sorted(["None", str(nadia)])
    url, door = reverse("mentoring:mentor_leave", args=[profile.pk]), client_of(lead)
    sent = {
        "last_day": "2026-11-23", f"to_{pair.pk}": nadia.pk, f"to_{other.pk}": nadia.pk,
        f"words_{pair.pk}": "Parle-lui du marché.", f"session_{session.pk}": "move",
        f"how_{pair.pk}": "now", f"how_{other.pk}": "now",
    }  # fmt: skip
    refused = door.post(url, sent)
    assert "Parle-lui du marché." in refused.content.decode()
    assert refused.context["form"].errors[f"to_{other.pk}"] == [f"{nadia} est au complet\xa0: 1 sur 1."]
    assert Session.objects.get(pk=session.pk).mentorship == pair
    looked = door.post(url, {**sent, f"to_{other.pk}": "nobody", "act": "look"})
    assert [one.words for one in looked.context["look"].left.handed] == [
        f"{nadia} prend la suite · 1 date gardée", "attend un mentor",
    ]  # fmt: skip
    assert not has_left(profile)
    done = door.post(url, {**sent, f"to_{other.pk}": "nobody"})
    assert [(one.pair, one.new.mentor if one.new else None) for one in done.context["left"].handed] == [
        (pair, nadia), (other, None),
    ]  # fmt: skip
    assert door.get(url).templates[0].name == "mentoring/mentor_gone.html"


def test_a_mentor_without_holders_leaves_in_two_taps(profile: Mentor, lead: User, client_of: ClientOf) -> None:
    door, url = client_of(lead), reverse("mentoring:mentor_leave", args=[profile.pk])
    page = door.get(url)
    done = door.post(url, {"last_day": page.context["form"]["last_day"].value().isoformat()})
    assert done.context["left"].handed == []
    assert has_left(profile)
    assert Email.objects.filter(template="mentoring/letters/mentor_left").count() == 1


def test_who_has_left_stands_last_in_the_list_and_is_never_free(
    organisation: Organisation, profile: Mentor, nadia: Mentor, lead: User, client_of: ClientOf
) -> None:
    others = [make_mentor(organisation) for _number in range(2)]
    actions.leave_mentor(profile, handings=[], by=lead)
    found = list(list_mentors(lead))
    assert [one for one in found if not one.is_here] == [profile] == found[-1:]
    assert set(list_mentors(lead, only="free")) == {nadia, *others}
    assert list(list_mentors(lead, only="left")) == [profile]
    page = client_of(lead).get(reverse("mentoring:mentor", args=[profile.pk])).content.decode()
    assert "accompagne plus ici" in page


def test_her_wish_reaches_each_lead_once_and_is_taken_back(profile: Mentor, mentor: User, lead: User) -> None:
    actions.wish_to_leave(profile, leaves_on=date(2026, 12, 18), words="Je déménage.", by=mentor)
    wish = wish_of(profile)
    assert wish is not None
    assert (wish.leaves_on, wish.words) == (date(2026, 12, 18), "Je déménage.")
    assert [one.to_address for one in Email.objects.filter(template="mentoring/letters/wish_to_leave")] == [lead.email]
    with time_machine.travel(clock.now() + timedelta(minutes=1), tick=False):
        actions.stay(profile, by=mentor)
        assert wish_of(profile) is None
    with pytest.raises(Refused):
        actions.wish_to_leave(profile, leaves_on=date(2026, 11, 1), by=mentor)


@pytest.mark.parametrize("number", [1, 3])
def test_the_screen_asks_the_database_as_often_for_one_as_for_three(
    organisation: Organisation,
    number: int,
    lead: User,
    client_of: ClientOf,
    django_assert_num_queries: Callable[..., object],
) -> None:
    leaver = make_mentor(organisation, capacity=3)
    make_mentor(organisation, capacity=3)
    for nth in range(number):
        made = make_pair(organisation, leaver)
        make_held_session(made, hours_ago=3 + 24 * nth)
        make_session(made, clock.now() + timedelta(days=1 + nth))
    with django_assert_num_queries(QUERIES):
        leaving_of(leaver, clock.now())


QUERIES = 15
