"""A meeting of several: one event, a session for each, logged together, the mentor's time counted once."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.calendars.models import Invite
from backend.calendars.queries import feed_of
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.mail.models import Email
from journeys import actions as journeys
from journeys.models import Delivery
from mentoring import actions, queries, tasks
from mentoring.actions import Handing
from mentoring.models import Gathering, Mentor, Mentorship, Session
from mentoring.queries.attestation import hours_of
from tests.factories.mail import link_in
from tests.factories.mentoring import make_pair, make_session
from tests.factories.together import at_once

ClientOf = Callable[[User], Client]
TWO = datetime(2026, 12, 1, 13, 0, tzinfo=UTC)


@pytest.fixture
def pairs(organisation: Organisation, pair: Mentorship, profile: Mentor) -> list[Mentorship]:
    """Hawa and two more, all of Marc's."""
    return [pair, make_pair(organisation, profile), make_pair(organisation, profile)]


def gather(pairs: list[Mentorship], starts_at: datetime = TWO, **facts: object) -> Gathering:
    return actions.plan_gathering(
        pairs[0].mentor, pairs=pairs, starts_at=starts_at, minutes=120, title="Fixer ses prix", by=pairs[0].mentor.user
    )


def gathered_before(pairs: list[Mentorship]) -> Gathering:
    """It ended an hour ago."""
    starts_at = clock.now() - timedelta(hours=3)
    with time_machine.travel(starts_at - timedelta(days=1), tick=False):
        return gather(pairs, starts_at)


def addresses(invite: Invite) -> set[str]:
    return set(invite.attendees.filter(removed_at=None).values_list("email", flat=True))


def test_one_event_stands_in_all_calendars_and_each_reads_no_other_name(
    pairs: list[Mentorship], holder: User, mentor: User, client_of: ClientOf
) -> None:
    gathering = gather(pairs)
    invite = Invite.objects.get()
    people = [pair.journey.holder.user for pair in pairs]
    assert invite.about == gathering
    assert addresses(invite) == {"mentor@example.org", *(person.email for person in people)}
    assert invite.title_fr == "Fixer ses prix\xa0: en groupe, avec Marc Tessier"
    assert [row.state for row in Session.objects.filter(gathering=gathering)] == ["planned"] * 3
    assert feed_of(mentor).count(b"BEGIN:VEVENT") == feed_of(holder, ["milestones"]).count(b"BEGIN:VEVENT") == 1
    session = Session.objects.get(mentorship=pairs[0])
    for url in (reverse("mentoring:gathering", args=[gathering.pk]), reverse("mentoring:session", args=[session.pk])):
        page = client_of(holder).get(url).content.decode()
        assert "Marc Tessier" in page
        assert not [person for person in people[1:] if person.last_name in page or person.email in page]
    letter = Email.objects.get(to_address=holder.email, method="REQUEST")
    assert not [person for person in people[1:] if person.email in letter.text + letter.html]


def test_all_move_together_one_leaves_alone_and_the_mentor_cancels_all(
    pairs: list[Mentorship], holder: User, mentor: User
) -> None:
    gathering = gather(pairs)
    Email.objects.filter(method="REQUEST").update(state="sent", sent_at=clock.now(), attempts=1)
    hers = Session.objects.get(mentorship=pairs[0])
    with pytest.raises(Refused, match="séance de groupe"):
        actions.move_session(hers, starts_at=TWO + timedelta(days=1), by=mentor)
    letters = ("log_asked_at", "log_reminded_at", "question_asked_at", "briefed_at")
    Session.objects.update(**dict.fromkeys(letters, clock.now()))
    actions.move_gathering(gathering, starts_at=TWO + timedelta(minutes=30), by=mentor)
    assert set(Session.objects.values_list(*letters)) == {(None, None, None, None)}  # each is written anew
    assert set(Session.objects.values_list("starts_at", flat=True)) == {TWO + timedelta(minutes=30)}
    assert Invite.objects.get().starts_at == TWO + timedelta(minutes=30)
    hers.refresh_from_db()
    actions.cancel_session(hers, reason="Une grippe", for_mentor=False, by=holder)
    invite = Invite.objects.get()
    assert (invite.state, holder.email in addresses(invite), len(addresses(invite))) == ("confirmed", False, 3)
    told = Email.objects.get(key=f"gathering_left:{hers.pk}")
    assert told.to_address == "mentor@example.org"
    assert "Une grippe" in told.text
    actions.cancel_gathering(gathering, reason="Salle fermée", by=mentor)
    states = sorted(Session.objects.values_list("state", flat=True))
    assert states == ["cancelled_by_holder", "cancelled_by_mentor", "cancelled_by_mentor"]
    assert Invite.objects.get().state == "cancelled"
    assert not Email.objects.filter(to_address=holder.email, text__contains="Salle fermée").exists()


def test_somebody_taken_then_is_named_as_far_as_one_may_know(pairs: list[Mentorship], mentor: User) -> None:
    make_session(pairs[1], TWO)
    with pytest.raises(Refused) as refusal:
        gather(pairs)
    assert refusal.value.field == "time"
    assert f"Vous avez déjà une séance avec {pairs[1].journey.holder}" in refusal.value.sentence
    assert not Gathering.objects.exists()
    with pytest.raises(Refused, match="Cochez de 2 à 30"):
        gather(pairs[:1], TWO + timedelta(days=1))


def test_the_letter_asks_once_and_logs_all_and_the_mentors_hours_count_once(
    pairs: list[Mentorship], mentor: User, client: Client, client_of: ClientOf
) -> None:
    gathering = gathered_before(pairs)
    assert (tasks.sweep_sessions_to_log(), tasks.sweep_sessions_to_log()) == (1, 0)
    letter = Email.objects.get(key__startswith="gathering_log:")
    found = re.search(r"https?://[^/]+(/\S*gatherings/log/[\w-]+/)", letter.text)
    assert found is not None
    url = found.group(1)
    for _scan in range(5):
        assert client.get(url).status_code == 200
    rows = list(Session.objects.filter(gathering=gathering).order_by("pk"))
    assert [row.state for row in rows] == ["planned"] * 3
    form = client.get(url).context["form"]
    sent = {"day": form.initial["day"], "time": form.initial["time"].strftime("%H:%M"), "medium": "in_person"}
    sent |= {"minutes_0": "2", "minutes_1": "0", "summary": "Trois méthodes de prix"}
    client.post(url, {**sent, "came": [rows[0].pk, rows[1].pk]})
    for row in rows:
        row.refresh_from_db()
    assert [row.state for row in rows] == ["held", "held", "no_show"]
    assert [row.summary for row in rows] == ["Trois méthodes de prix"] * 2 + [""]
    assert [sum(pair.journey.deliveries.values_list("minutes", flat=True)) for pair in pairs] == [120, 120, 0]
    assert queries.hours_of_year(mentor, clock.now()).minutes == 120
    assert Email.objects.filter(key__startswith="confirm_hours:").count() == 2
    year = (clock.today().replace(month=1, day=1), clock.today())
    assert sum(hours_of(pairs[0].mentor, *year).values_list("minutes", flat=True)) == 120
    assert hours_of(pairs[0].mentor, *year, once=False).values("journey").distinct().count() == 2
    client.post(url, {**sent, "came": [rows[2].pk]})
    assert queries.hours_of_year(mentor, clock.now()).minutes == 120


def test_of_two_lines_the_surer_stands_for_the_mentors_time(pairs: list[Mentorship], mentor: User) -> None:
    gathering = gathered_before(pairs)
    rows = list(Session.objects.filter(gathering=gathering).order_by("pk"))
    actions.log_gathering(gathering, came=[rows[0].pk, rows[1].pk], by=mentor)
    actions.update_log(rows[1], minutes=150, by=mentor)
    assert queries.hours_of_year(mentor, clock.now()).minutes == 150
    journeys.confirm_delivery(pairs[0].journey.deliveries.get(), by=pairs[0].journey.holder.user)
    found = queries.hours_of_year(mentor, clock.now())
    assert (found.minutes, found.sure) == (120, 120)


@pytest.mark.django_db(transaction=True)
def test_a_gathering_and_a_session_at_once_do_not_both_take_a_person(organisation: Organisation) -> None:
    first = make_pair(organisation)
    second = make_pair(organisation, first.mentor)
    elsewhere = make_pair(organisation, None, second.journey.holder.user)
    said = at_once(
        lambda: actions.plan_gathering(first.mentor, pairs=[first, second], starts_at=TWO, by=None),
        lambda: actions.plan_session(elsewhere, starts_at=TWO, by=None),
    )
    assert said.count("done") == 1
    assert Session.objects.filter(starts_at=TWO).count() in (1, 2)
    assert Session.objects.filter(mentorship__journey__holder__user=second.journey.holder.user).count() == 1


def test_whoever_leaves_is_asked_once_about_a_group_session_and_logs_it_by_her_letter(
    pairs: list[Mentorship], mentor: User, lead: User, client: Client
) -> None:
    gathering = gathered_before(pairs)
    actions.leave_mentor(pairs[0].mentor, handings=[Handing(pair.pk) for pair in pairs], by=lead)
    letter = Email.objects.get(template="mentoring/letters/mentor_left")
    assert letter.text.count("Séance de groupe, lundi 23 novembre à 6\xa0h") == 1
    link = link_in(letter, "/gatherings/log/")
    assert "session_log" not in letter.text
    came = list(gathering.sessions.order_by("pk").values_list("pk", flat=True))[:2]
    form = client.get(link).context["form"]
    sent = {"day": form.initial["day"], "time": form.initial["time"].strftime("%H:%M"), "medium": "in_person"}
    for _time in range(2):  # sent twice, logged once
        client.post(link, {**sent, "minutes_0": "2", "minutes_1": "0", "came": came}, follow=True)
    assert sorted(gathering.sessions.values_list("state", flat=True)) == ["held", "held", "no_show"]
    assert Delivery.objects.filter(journey__in=[pair.journey_id for pair in pairs]).count() == 2
    other = actions.create_mentor(pairs[0].mentor.organisation, email="other@example.org", by=None)
    Gathering.objects.filter(pk=gathering.pk).update(mentor=other)
    assert client.get(link).status_code == 404
