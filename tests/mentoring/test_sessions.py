"""Sessions: planned, moved and cancelled in both calendars, on the right clock."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from backend.accounts.models import Organisation, User
from backend.calendars.models import Invite
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.mail.models import Email
from journeys.models import Step
from mentoring import actions
from mentoring.models import Mentor, Mentorship, Session
from tests.factories.journeys import step_of
from tests.factories.mentoring import make_held_session, make_pair, make_past_session, make_session

ClientOf = Callable[[User], Client]
PARIS = ZoneInfo("Europe/Paris")
TWO = datetime(2026, 12, 1, 14, 0, tzinfo=PARIS)


def form(**changed: Any) -> dict[str, Any]:
    """What the page of planning sends."""
    return {
        "day": "2026-12-01", "time": "14:00", "minutes_0": "1", "minutes_1": "30", "medium": "in_person",
        "place": "Café du Bouffay", "url": "", "agenda": "Le plan de financement", **changed,
    }  # fmt: skip


def mentoring_step(pair: Mentorship) -> Step:
    return step_of(pair.journey, "mentoring")


def test_a_planned_session_stands_in_both_calendars_and_schedules_the_step(pair: Mentorship, mentor: User) -> None:
    session = actions.plan_session(pair, starts_at=TWO, place="Café du Bouffay", agenda="Les prix", by=mentor)
    assert (session.state, session.minutes, session.step) == ("planned", 90, mentoring_step(pair))
    assert mentoring_step(pair).state == "scheduled"
    invite = Invite.objects.about(session).get()
    assert (invite.starts_at, invite.ends_at, invite.place) == (TWO, TWO + timedelta(minutes=90), "Café du Bouffay")
    assert invite.title_fr == "Mentorat\xa0: Hawa Diallo et Marc Tessier"
    assert invite.title_en == "Mentoring: Hawa Diallo and Marc Tessier"
    assert invite.url == f"http://testserver/sessions/{session.pk}/"
    assert [(one.email, one.role) for one in invite.attendees.all()] == [
        ("mentor@example.org", "CHAIR"),
        ("holder@example.org", "REQ-PARTICIPANT"),
    ]
    letters = Email.objects.filter(uid=invite.uid)
    assert {(one.to_address, one.method, one.sequence) for one in letters} == {
        ("mentor@example.org", "REQUEST", 0),
        ("holder@example.org", "REQUEST", 0),
    }
    assert all("Les prix" in one.text and "mardi 1er décembre, de 14" in one.text for one in letters)


@pytest.mark.parametrize(
    ("starts_at", "minutes", "field"),
    [
        (datetime(2026, 11, 23, 8, 59, tzinfo=PARIS), 90, "day"),
        (datetime(2026, 11, 23, 9, 0, tzinfo=PARIS), 90, "day"),
        (datetime(2029, 11, 23, 9, 0, tzinfo=PARIS), 90, "day"),
        (TWO, 4, "minutes"),
        (TWO, 601, "minutes"),
    ],
)
def test_a_start_that_is_past_or_an_odd_length_is_refused(
    pair: Mentorship, starts_at: datetime, minutes: int, field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        actions.plan_session(pair, starts_at=starts_at, minutes=minutes, by=None)
    assert refusal.value.field == field
    assert not Session.objects.exists()
    assert not Invite.objects.exists()


@pytest.mark.parametrize("minutes", [5, 600])
def test_the_shortest_and_the_longest_session_are_allowed(pair: Mentorship, minutes: int) -> None:
    assert actions.plan_session(pair, starts_at=TWO, minutes=minutes, by=None).minutes == minutes


def test_an_ended_pair_plans_nothing(pair: Mentorship) -> None:
    actions.end_mentorship(pair, reason="other", by=None)
    with pytest.raises(Refused):
        actions.plan_session(pair, starts_at=TWO, by=None)


def test_nobody_is_in_two_sessions_at_once_and_the_other_is_named(
    organisation: Organisation, pair: Mentorship, profile: Mentor, mentor: User, holder: User
) -> None:
    make_session(pair, TWO)
    second = make_pair(organisation, profile)
    sentence = "Vous avez déjà une séance avec Hawa Diallo le mardi 1er décembre, de 14\xa0h à 15\xa0h\xa030."
    for minutes in (-60, 0, 60):
        with pytest.raises(Refused) as refusal:
            actions.plan_session(second, starts_at=TWO + timedelta(minutes=minutes), by=mentor)
        assert (refusal.value.field, refusal.value.sentence) == ("time", sentence)
    # One after the other is fine.
    actions.plan_session(second, starts_at=TWO + timedelta(minutes=90), by=mentor)
    actions.plan_session(second, starts_at=TWO - timedelta(minutes=90), by=mentor)


def test_whoever_may_not_see_the_other_session_reads_only_its_time(
    organisation: Organisation, other_organisation: Organisation, pair: Mentorship, holder: User, lead: User
) -> None:
    elsewhere = make_pair(other_organisation, None, holder)
    make_session(elsewhere, TWO)
    with pytest.raises(Refused) as refusal:
        actions.plan_session(pair, starts_at=TWO, by=lead)
    expected = "Hawa Diallo a déjà une séance le mardi 1er décembre, de 14\xa0h à 15\xa0h\xa030."
    assert refusal.value.sentence == expected


def test_a_cancelled_session_takes_no_time(pair: Mentorship, mentor: User) -> None:
    session = make_session(pair, TWO)
    actions.cancel_session(session, reason="Grippe", for_mentor=True, by=mentor)
    assert actions.plan_session(pair, starts_at=TWO, by=mentor).state == "planned"


def test_a_moved_session_is_the_same_event_updated(pair: Mentorship, mentor: User) -> None:
    session = make_session(pair, TWO)
    Email.objects.filter(method="REQUEST").update(state="sent", sent_at=clock.now(), attempts=1)
    was = Invite.objects.about(session).get()
    actions.move_session(session, starts_at=TWO + timedelta(days=1), by=mentor)
    invite = Invite.objects.about(session).get()
    assert (invite.uid, invite.sequence) == (was.uid, was.sequence + 1)
    assert invite.dtstamp > was.dtstamp
    assert invite.ends_at - invite.starts_at == timedelta(minutes=90)
    letter = Email.objects.get(uid=invite.uid, sequence=1, to_address="holder@example.org")
    assert letter.method == "REQUEST"
    assert "mercredi 2 décembre, de 14" in letter.text
    assert "mardi 1er décembre, de 14" in letter.text


def test_moving_to_where_it_stands_sends_nothing(pair: Mentorship, mentor: User) -> None:
    session = make_session(pair, TWO)
    before = Email.objects.count()
    actions.move_session(session, starts_at=TWO, place=session.place, by=mentor)
    assert Email.objects.count() == before
    assert Invite.objects.about(session).get().sequence == 0


def test_another_place_is_told_without_asking_whether_the_time_is_free(pair: Mentorship, mentor: User) -> None:
    session = make_session(pair, TWO)
    actions.move_session(session, starts_at=TWO, place="La Cantine", by=mentor)
    assert Invite.objects.about(session).get().place == "La Cantine"


def test_a_session_may_move_into_its_own_time(pair: Mentorship, mentor: User) -> None:
    session = make_session(pair, TWO)
    actions.move_session(session, starts_at=TWO + timedelta(minutes=30), by=mentor)
    session.refresh_from_db()
    assert session.starts_at == TWO + timedelta(minutes=30)


def test_what_is_cancelled_or_held_is_not_moved(pair: Mentorship, mentor: User) -> None:
    held = make_held_session(pair)
    with pytest.raises(Refused) as refusal:
        actions.move_session(held, starts_at=TWO, by=mentor)
    expected = "Cette séance ne peut plus être déplacée\xa0: elle est maintenant «\xa0tenue\xa0»."
    assert refusal.value.sentence == expected


@pytest.mark.parametrize(("for_mentor", "state"), [(True, "cancelled_by_mentor"), (False, "cancelled_by_holder")])
def test_a_cancelled_session_leaves_both_calendars_with_its_reason(
    pair: Mentorship, mentor: User, for_mentor: bool, state: str
) -> None:
    session = make_session(pair, TWO)
    Email.objects.filter(method="REQUEST").update(state="sent", sent_at=clock.now(), attempts=1)
    actions.cancel_session(session, reason="Une grippe", for_mentor=for_mentor, by=mentor)
    session.refresh_from_db()
    assert (session.state, session.cancel_reason) == (state, "Une grippe")
    assert mentoring_step(pair).state == "planned"
    cancels = Email.objects.filter(method="CANCEL")
    assert {(one.to_address, one.sequence) for one in cancels} == {("mentor@example.org", 1), ("holder@example.org", 1)}
    assert all("Une grippe" in one.text and "Une grippe" in one.html for one in cancels)


def test_a_cancellation_needs_a_reason_and_a_session_still_ahead(pair: Mentorship) -> None:
    with pytest.raises(Refused):
        actions.cancel_session(make_session(pair, TWO), reason=" ", for_mentor=True, by=None)
    with pytest.raises(Refused):
        actions.cancel_session(make_past_session(pair), reason="Grippe", for_mentor=True, by=None)


def test_a_session_cancelled_twice_tells_once(pair: Mentorship, mentor: User) -> None:
    session = make_session(pair, TWO)
    same = Session.objects.get(pk=session.pk)
    Email.objects.filter(method="REQUEST").update(state="sent", sent_at=clock.now(), attempts=1)
    actions.cancel_session(session, reason="Grippe", for_mentor=True, by=mentor)
    with pytest.raises(Refused):
        actions.cancel_session(same, reason="Grippe", for_mentor=True, by=mentor)
    assert Email.objects.filter(method="CANCEL").count() == 2


# --- The pages ------------------------------------------------------------------------------------
def test_a_mentor_plans_from_the_page_on_her_own_clock(pair: Mentorship, mentor: User, client_of: ClientOf) -> None:
    mentor.time_zone = "America/Cayenne"
    mentor.save()
    answer = client_of(mentor).post(reverse("mentoring:session_plan", args=[pair.pk]), form())
    session = Session.objects.get()
    assert answer.headers["Location"] == reverse("mentoring:session", args=[session.pk])
    assert session.starts_at == datetime(2026, 12, 1, 17, 0, tzinfo=UTC)
    page = client_of(mentor).get(answer.headers["Location"]).content.decode()
    assert "mardi 1er décembre, de 14\xa0h à " in page and "America/Cayenne" in page


def test_the_page_proposes_the_length_of_the_step_and_the_last_place(
    pair: Mentorship, mentor: User, client_of: ClientOf
) -> None:
    make_session(pair, TWO, place="La Cantine")
    initial = client_of(mentor).get(reverse("mentoring:session_plan", args=[pair.pk])).context["form"].initial
    assert (initial["minutes"], initial["place"]) == (90, "La Cantine")


@pytest.mark.parametrize(
    ("day", "time", "starts_at", "errors"),
    [
        ("2027-03-28", "02:30", None,
         {"time": ["On avance les horloges cette nuit-là\xa0: cette heure n’existe pas. Choisissez-en une autre."]}),
        ("2027-03-28", "03:00", datetime(2027, 3, 28, 1, 0, tzinfo=UTC), {}),
        ("2027-10-31", "02:30", datetime(2027, 10, 31, 0, 30, tzinfo=UTC), {}),
        ("2027-10-31", "03:30", datetime(2027, 10, 31, 2, 30, tzinfo=UTC), {}),
    ],
)  # fmt: skip
def test_the_nights_when_the_clocks_change(
    pair: Mentorship, mentor: User, client_of: ClientOf, day: str, time: str, starts_at: datetime | None, errors: Any
) -> None:
    answer = client_of(mentor).post(
        reverse("mentoring:session_plan", args=[pair.pk]), form(day=day, time=time), follow=True
    )
    if starts_at is None:
        assert answer.context["form"].errors == errors
        assert not Session.objects.exists()
        return
    session = Session.objects.get()
    assert session.starts_at == starts_at
    assert session.minutes == 90
    is_twice = "la première a été retenue" in answer.content.decode()
    assert is_twice == (time == "02:30")


def test_a_video_session_needs_its_link(pair: Mentorship, mentor: User, client_of: ClientOf) -> None:
    url = reverse("mentoring:session_plan", args=[pair.pk])
    answer = client_of(mentor).post(url, form(medium="video", place=""))
    assert answer.context["form"].errors == {"url": ["Donnez le lien où vous vous retrouvez."]}
    client_of(mentor).post(url, form(medium="video", place="", url="https://visio.example.org/marc"))
    assert Invite.objects.get().place == "https://visio.example.org/marc"


def test_a_refused_plan_keeps_what_was_typed(pair: Mentorship, mentor: User, client_of: ClientOf) -> None:
    answer = client_of(mentor).post(reverse("mentoring:session_plan", args=[pair.pk]), form(day="2026-11-02"))
    found = answer.context["form"]
    assert found.errors == {"day": ["Ce moment est passé\xa0: choisissez-en un à venir."]}
    assert found["agenda"].value() == "Le plan de financement"


def test_a_mentor_moves_from_the_page(pair: Mentorship, mentor: User, client_of: ClientOf) -> None:
    session = make_session(pair, TWO)
    url = reverse("mentoring:session_move", args=[session.pk])
    initial = client_of(mentor).get(url).context["form"].initial
    assert (initial["day"].isoformat(), initial["time"].isoformat(), initial["minutes"]) == (
        "2026-12-01",
        "14:00:00",
        90,
    )
    assert client_of(mentor).post(url, form(day="2026-12-03")).status_code == 302
    session.refresh_from_db()
    assert session.starts_at == TWO + timedelta(days=2)


def test_a_holder_cancels_for_herself_and_a_lead_says_for_whom(
    pair: Mentorship, holder: User, lead: User, client_of: ClientOf
) -> None:
    first, second = make_session(pair, TWO), make_session(pair, TWO + timedelta(days=7))
    client_of(holder).post(reverse("mentoring:session_cancel", args=[first.pk]), {"reason": "Une garde d’enfant"})
    url = reverse("mentoring:session_cancel", args=[second.pk])
    assert client_of(lead).post(url, {"reason": "Salle fermée"}).context["form"].errors.keys() == {"side"}
    client_of(lead).post(url, {"reason": "Salle fermée", "side": "mentor"})
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("cancelled_by_holder", "cancelled_by_mentor")


def test_a_holder_neither_plans_nor_moves_nor_logs(pair: Mentorship, holder: User, client_of: ClientOf) -> None:
    session = make_past_session(pair)
    client = client_of(holder)
    assert client.get(reverse("mentoring:session", args=[session.pk])).status_code == 200
    for name in ("session_move", "session_log"):
        assert client.post(reverse(f"mentoring:{name}", args=[session.pk])).status_code == 403, name
    assert client.post(reverse("mentoring:session_plan", args=[pair.pk])).status_code == 403


def test_the_session_as_a_file_is_the_event_of_the_letter(pair: Mentorship, holder: User, client_of: ClientOf) -> None:
    session = make_session(pair, TWO)
    url = reverse("mentoring:session_ics", args=[session.pk])
    answer = client_of(holder).get(url)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    event = Calendar.from_ical(answer.content).walk("VEVENT")[0]
    invite = Invite.objects.get()
    assert (event["UID"], event["SEQUENCE"], event.start, event.end) == (
        invite.uid,
        0,
        TWO,
        TWO + timedelta(minutes=90),
    )
    actions.cancel_session(session, reason="Grippe", for_mentor=False, by=holder)
    assert client_of(holder).get(url).status_code == 404


def test_the_session_page_shows_who_answered(pair: Mentorship, mentor: User, client_of: ClientOf) -> None:
    session = make_session(pair, TWO)
    Invite.objects.get().attendees.filter(email="holder@example.org").update(partstat="ACCEPTED")
    page = client_of(mentor).get(reverse("mentoring:session", args=[session.pk]))
    assert {(one.email, one.partstat) for one in page.context["attendees"]} == {
        ("mentor@example.org", "NEEDS-ACTION"),
        ("holder@example.org", "ACCEPTED"),
    }


@pytest.mark.parametrize("show", ["to_log", "ahead", "past"])
def test_the_list_asks_the_same_queries_for_one_and_for_three(
    pair: Mentorship, mentor: User, client_of: ClientOf, assert_num_queries_same: Any, show: str
) -> None:
    def add(number: int = 1) -> None:
        for _each in range(number):
            make_session(pair, TWO + timedelta(days=Session.objects.count()))
            make_past_session(pair, hours_ago=3 + 2 * Session.objects.count())
            make_held_session(pair, hours_ago=3 + 2 * Session.objects.count())

    add()
    client = client_of(mentor)
    url = f"{reverse('mentoring:session_list')}?show={show}"
    assert_num_queries_same(lambda: client.get(url), lambda: add(2))
    assert len(client.get(url).context["page"].object_list) == 3
