"""Times put forward: taken in one tap, answered in words, replaced, past; and what already stands in the calendars."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.calendars import actions as calendars
from backend.calendars.models import Invite, InviteAttendee
from backend.history.models import Entry
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.mail.models import Email
from journeys.models import Journey
from mentoring import actions, queries, tasks
from mentoring.models import Mentor, Mentorship, Session, TimeProposal
from tests.factories.mentoring import make_opening, make_pair, make_session
from tests.factories.stays import enrol, make_immersion, make_module_date, module_of
from tests.factories.together import at_once

ClientOf = Callable[[User], Client]
TWO = datetime(2026, 12, 1, 13, 0, tzinfo=UTC)  # Tuesday, 14:00 in Paris
THREE_DAYS = [TWO, TWO + timedelta(days=1), TWO + timedelta(days=2)]


def propose(
    pair: Mentorship, *times: datetime, side: str = "mentor", by: User | None = None, **facts: Any
) -> TimeProposal:
    return actions.propose_times(pair, side=side, times=times or THREE_DAYS, by=by, **facts)


def address(proposal: TimeProposal) -> str:
    """What the letter leads to."""
    email = Email.objects.get(key=f"times:{proposal.pk}")
    found = re.search(r"https?://[^/]+(/\S*times/[\w-]+/)", email.text)
    assert found is not None
    return found.group(1)


def test_one_tap_in_the_letter_plans_the_session_and_reading_changes_nothing(
    pair: Mentorship, mentor: User, holder: User, client: Client
) -> None:
    proposal = propose(pair, by=mentor, minutes=45, place="Café du Bouffay", agenda="Les prix")
    url = address(proposal)
    assert Email.objects.get(key=f"times:{proposal.pk}").to_address == "holder@example.org"
    for _scan in range(10):
        assert client.get(url).status_code == client.head(url).status_code == 200
    proposal.refresh_from_db()
    assert (proposal.state, Session.objects.count()) == ("open", 0)
    second = proposal.times.all()[1]
    page = client.post(url, {"time": second.pk}, follow=True)
    session = Session.objects.get()
    assert (session.starts_at, session.minutes, session.place, session.agenda, session.planned_by) == (
        THREE_DAYS[1], 45, "Café du Bouffay", "Les prix", holder,
    )  # fmt: skip
    proposal.refresh_from_db()
    assert (proposal.state, proposal.session, proposal.answered_by) == ("taken", session, holder)
    invited = Invite.objects.about(session).get().attendees.values_list("email", flat=True)
    assert set(invited) == {"mentor@example.org", "holder@example.org"}
    assert page.context["session"] == session
    # The letter opened again, another time tapped: nothing is planned twice.
    client.post(url, {"time": proposal.times.all()[0].pk})
    assert Session.objects.count() == 1


def test_none_suits_is_told_and_other_times_replace_them(
    pair: Mentorship, mentor: User, holder: User, client: Client
) -> None:
    first = propose(pair, by=mentor)
    client.post(address(first), {"act": "none", "words": "Le matin plutôt"})
    first.refresh_from_db()
    letter = Email.objects.get(key=f"times_declined:{first.pk}")
    assert (first.state, first.answer, letter.to_address) == ("declined", "Le matin plutôt", "mentor@example.org")
    assert "Le matin plutôt" in letter.text
    second = propose(pair, TWO, by=mentor)
    third = propose(pair, TWO + timedelta(days=5), by=mentor)
    states = dict(TimeProposal.objects.values_list("pk", "state"))
    assert states == {first.pk: "declined", second.pk: "withdrawn", third.pk: "open"}
    with pytest.raises(Refused, match="ont été retirés entre-temps"):
        actions.take_time(second.times.get(), by=holder)


def test_the_holder_asks_in_words_and_the_mentors_times_are_the_answer(
    pair: Mentorship, mentor: User, holder: User, client_of: ClientOf
) -> None:
    with pytest.raises(Refused, match="au moins un horaire"):
        actions.propose_times(pair, side="holder", times=[], by=holder)
    url = reverse("mentoring:times_propose", args=[pair.pk])
    sent = {"minutes_0": "1", "minutes_1": "0", "medium": "phone", "agenda": "Un mardi matin"}
    client_of(holder).post(url, sent)
    ask = TimeProposal.objects.get()
    letter = Email.objects.get(key=f"times:{ask.pk}")
    assert (ask.side, ask.agenda, letter.to_address) == ("holder", "Un mardi matin", "mentor@example.org")
    day = {"first_0": "2026-12-01", "first_1": "14:00"}
    client_of(mentor).post(url, {**sent, **day, "agenda": ""})
    counter = TimeProposal.objects.get(side="mentor")
    ask.refresh_from_db()
    assert (ask.state, counter.state, counter.times.get().starts_at) == ("declined", "open", TWO)
    session = actions.take_time(counter.times.get(), by=holder)
    assert (session.medium, session.starts_at) == ("phone", TWO)


def test_an_ask_in_words_waits_for_a_month(pair: Mentorship, holder: User) -> None:
    actions.propose_times(pair, side="holder", times=[], agenda="Un mardi matin", by=holder)
    for days, passed in ((29, 0), (31, 1)):
        with clock.pretend(clock.now() + timedelta(days=days)):
            assert tasks.sweep_passed_times() == passed
    assert TimeProposal.objects.get().state == "expired"


def test_a_time_gone_meanwhile_is_shown_as_such_and_its_clash_is_named(
    organisation: Organisation, pair: Mentorship, profile: Mentor, mentor: User, holder: User
) -> None:
    proposal = propose(pair, by=mentor)
    make_session(make_pair(organisation, profile), TWO)
    theirs = [line.problem for line in queries.time_lines(proposal, holder)]
    assert theirs == ["Marc Tessier a déjà une séance le mardi 1er décembre, de 14\xa0h à 15\xa0h\xa030.", "", ""]
    with pytest.raises(Refused) as refusal:
        actions.take_time(proposal.times.all()[0], by=holder)
    assert refusal.value.sentence == theirs[0]
    proposal.refresh_from_db()
    assert proposal.state == "open"
    with clock.pretend(THREE_DAYS[1] + timedelta(hours=1)):
        assert [bool(line.problem) for line in queries.time_lines(proposal, holder)] == [True, True, False]
        assert tasks.sweep_passed_times() == 0
    with clock.pretend(THREE_DAYS[2] + timedelta(hours=1)):
        assert (tasks.sweep_passed_times(), tasks.sweep_passed_times()) == (1, 0)


def test_what_cannot_be_planned_is_refused_in_its_row(pair: Mentorship, mentor: User, client_of: ClientOf) -> None:
    make_session(pair, TWO)
    url = reverse("mentoring:times_propose", args=[pair.pk])
    sent = {"minutes_0": "1", "minutes_1": "0", "medium": "phone"}
    rows = {"first_0": "2026-12-03", "first_1": "14:00", "third_0": "2026-12-01", "third_1": "14:30"}
    form = client_of(mentor).post(url, {**sent, **rows}).context["form"]
    named = "Vous avez déjà une séance avec Hawa Diallo le mardi 1er décembre, de 14\xa0h à 15\xa0h\xa030."
    assert form.errors == {"third": [named]}
    with pytest.raises(Refused, match="Au plus 5 horaires"):
        propose(pair, *(TWO + timedelta(days=day) for day in range(1, 7)))
    assert not TimeProposal.objects.exists()


def test_whose_calendar_is_taken_is_named_to_its_own_person_alone(
    pair: Mentorship, journey: Journey, mentor: User, holder: User, organisation: Organisation
) -> None:
    enrol(make_module_date(module_of(journey), starts_at=TWO, minutes=60), journey)
    assert clash_for(pair, holder, TWO).startswith("Vous avez déjà «\xa0Posture entrepreneuriale\xa0» le mardi")
    assert (
        clash_for(pair, mentor, TWO) == "Hawa Diallo a déjà quelque chose le mardi 1er décembre, de 14\xa0h à 15\xa0h."
    )
    stay = TWO + timedelta(days=6)
    make_immersion(journey, state="validated", starts_on=stay.date())
    assert "quelque chose" in clash_for(pair, mentor, stay)
    assert clash_for(pair, mentor, stay.replace(hour=20)) == ""  # only the agreed hours
    other = TWO + timedelta(days=20)
    calendars.send_invite(
        about=organisation, organisation=organisation, starts_at=other, ends_at=other + timedelta(hours=1),
        titles={"fr": "Jury"}, attendees=[calendars.Attendee(mentor)], by=None,
    )  # fmt: skip
    assert "«\xa0Jury\xa0»" in clash_for(pair, mentor, other)
    assert "Jury" not in clash_for(pair, holder, other)
    for answered, state in (("DECLINED", "confirmed"), ("ACCEPTED", "cancelled")):
        InviteAttendee.objects.filter(invite__title_fr="Jury").update(partstat=answered)
        Invite.objects.filter(title_fr="Jury").update(state=state)
        assert clash_for(pair, mentor, other) == "", answered


def clash_for(pair: Mentorship, by: User, starts_at: datetime) -> str:
    try:
        actions.plan_session(pair, starts_at=starts_at, minutes=30, by=by)
    except Refused as refusal:
        return refusal.sentence
    Session.objects.all().delete()
    return ""


def test_both_clocks_are_shown_when_they_differ(pair: Mentorship, mentor: User, holder: User) -> None:
    User.objects.filter(pk=holder.pk).update(time_zone="America/Martinique")
    pair = Mentorship.objects.select_related("mentor__user", "journey__holder__user").get(pk=pair.pk)
    proposal = propose(pair, TWO, by=mentor)
    assert queries.time_lines(proposal, mentor)[0].theirs == "pour Hawa Diallo\xa0: 9\xa0h, fuseau Martinique"
    letter = Email.objects.get(key=f"times:{proposal.pk}").text
    assert "mardi 1er décembre à 9\xa0h (pour Marc Tessier\xa0: 14\xa0h, fuseau Paris)" in letter


def test_a_video_meets_in_her_room_else_in_a_new_one_of_the_organisation(
    organisation: Organisation, pair: Mentorship, profile: Mentor, mentor: User, lead: User
) -> None:
    for template in ("http://visio.example.org/{room}", "https://visio.example.org/", "https://{room}.example.org/"):
        with pytest.raises(Refused):
            actions.keep_terms(organisation, video_template=template, by=lead)
    with pytest.raises(Refused, match="Donnez le lien"):
        actions.plan_session(pair, starts_at=TWO, medium="video", by=mentor)
    actions.keep_terms(organisation, video_template="https://visio.example.org/{room}", by=lead)
    rooms = [actions.plan_session(pair, starts_at=one, medium="video", by=mentor).url for one in THREE_DAYS[:2]]
    assert all(re.fullmatch(r"https://visio\.example\.org/seance-[0-9a-f]{20}", room) for room in rooms)
    assert rooms[0] != rooms[1]
    session = Session.objects.get(starts_at=TWO)
    actions.move_session(session, starts_at=TWO + timedelta(hours=3), by=mentor)
    assert session.url == rooms[0]
    actions.update_mentor(profile, by=mentor, video_url="https://visio.example.org/marc")
    pair.mentor.refresh_from_db()
    assert actions.plan_session(pair, starts_at=THREE_DAYS[2], medium="video", by=mentor).url.endswith("/marc")


def test_a_late_cancellation_is_counted_by_the_hours_of_the_organisation(
    organisation: Organisation, pair: Mentorship, holder: User, lead: User
) -> None:
    session = make_session(pair, clock.now() + timedelta(hours=30))
    actions.cancel_session(session, reason="Grippe", for_mentor=False, by=holder)
    asked = queries.sessions_of(lead).get()
    assert asked.is_late_cancellation is False
    actions.keep_terms(organisation, late_hours=48, by=lead)
    assert queries.sessions_of(lead).get().is_late_cancellation is True
    found = queries.late_cancellations(queries.terms_of(organisation))
    assert (found.cancelled, found.late) == (1, 1)


def test_the_mentor_and_a_lead_book_for_the_holder_and_the_history_says_who(
    pair: Mentorship, lead: User, client_of: ClientOf
) -> None:
    make_opening(pair.mentor)
    offer = queries.offers_for(pair)[0]
    client_of(lead).post(reverse("mentoring:opening_book", args=[pair.pk]), {"starts_at": offer.value})
    session = Session.objects.get()
    assert (session.starts_at, session.planned_by) == (offer.starts_at, lead)
    assert Entry.objects.get(verb="plan_session").by == lead


@pytest.mark.django_db(transaction=True)
def test_of_two_taps_a_withdrawal_and_another_holder_at_once_one_wins(organisation: Organisation) -> None:
    pair = make_pair(organisation)
    other = make_pair(organisation, pair.mentor)
    first, second = propose(pair, *THREE_DAYS[:2]), propose(other, TWO)
    said = at_once(
        lambda: actions.take_time(first.times.all()[0], by=pair.journey.holder.user),
        lambda: actions.take_time(first.times.all()[1], by=pair.journey.holder.user),
        lambda: actions.withdraw_times(TimeProposal.objects.get(pk=first.pk), by=None),
        lambda: actions.take_time(second.times.get(), by=other.journey.holder.user),
    )
    assert all(isinstance(one, str) and one for one in said)
    first.refresh_from_db()
    second.refresh_from_db()
    planned = Session.objects.filter(mentorship=pair).count()
    assert (first.state, planned) in {("taken", 1), ("withdrawn", 0)}
    assert Session.objects.filter(mentorship=other).count() == (second.state == "taken")
    assert Session.objects.filter(starts_at=TWO).count() <= 1


def test_the_page_of_terms_keeps_them_and_counts_the_late(
    organisation: Organisation, pair: Mentorship, holder: User, lead: User, client_of: ClientOf
) -> None:
    session = make_session(pair, clock.now() + timedelta(hours=5))
    actions.cancel_session(session, reason="Grippe", for_mentor=False, by=holder)
    url = reverse("mentoring:terms_keep", args=[organisation.pk])
    page = client_of(lead).get(url)
    assert "1 séance annulée, dont 1 tardivement" in page.content.decode()
    typed = {"charter": "Se voir chaque mois.", "video_template": "https://visio.example.org/{room}"}
    client_of(lead).post(url, {**typed, "late_hours": "48", "confirm_days": "10"})
    terms = queries.terms_of(organisation)
    assert (terms.charter, terms.late_hours, terms.confirm_days) == ("Se voir chaque mois.", 48, 10)
    assert re.search(r"https://visio\.example\.org/seance-[0-9a-f]{20}", client_of(lead).get(url).content.decode())


def test_what_the_two_prefer_is_asked_until_said_and_comes_first(
    pair: Mentorship, holder: User, mentor: User, lead: User, client_of: ClientOf
) -> None:
    make_opening(pair.mentor)
    page, find = (reverse(f"mentoring:{name}", args=[pair.pk]) for name in ("mentorship", "times_find"))
    asks = "Comment trouvez-vous un horaire, à deux"
    assert all(asks in client_of(who).get(page).content.decode() for who in (holder, mentor))
    assert asks not in client_of(lead).get(page).content.decode()
    door = reverse("mentoring:way_prefer", args=[pair.pk])
    client_of(holder).post(door, {"way": "fax"})
    pair.refresh_from_db()
    assert pair.finds_time_by == ""
    client_of(holder).post(door, {"way": "ask"})
    for who in (holder, mentor):
        assert asks not in client_of(who).get(page).content.decode()
        assert client_of(who).get(find).context["ways"][0] == ("mentoring/parts/way_propose.html", True)
    api = reverse("api:mentorships-prefer-way", args=[pair.pk])
    said = client_of(mentor).post(api, {"way": "openings"}, content_type="application/json").json()
    assert said["finds_time_by"] == "openings"
    assert client_of(holder).get(find).context["ways"][0] == ("mentoring/parts/way_openings.html", True)
