"""Which answer stands, who hears of it, and what a page or a wish does."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from rest_framework.test import APIClient

from backend.accounts.models import Organisation, User
from backend.calendars import actions, queries
from backend.calendars.models import Invite
from backend.lib.refusal import Refused
from tests.backend.calendars.replies import AT, START, answer_of, hers, plain, said, stands, take
from tests.factories.accounts import make_user
from tests.factories.calendars import make_invite
from tests.factories.mail import letters_to, link_in, parsed

HOUR = timedelta(hours=1)
NOTHING = "NEEDS-ACTION"


# --- Which answer stands --------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_the_newest_of_several_letters_stands_in_whatever_order_they_come(
    invite: Invite, order: tuple[int, int, int]
) -> None:
    words = ("ACCEPTED", "DECLINED", "TENTATIVE")
    for number in order:
        stamp = f"DTSTAMP:20261124T1000{number:02}Z"
        take(invite, answer_of(hers(invite), words[number], stamp=stamp), received_at=AT + HOUR)
    assert hers(invite).partstat == "TENTATIVE"


def test_between_a_page_and_a_letter_the_last_to_come_stands(invite: Invite, holder: User, clock: Any) -> None:
    clock.move_to(AT)
    actions.answer_invite(hers(invite), "DECLINED", by=holder)
    early = take(invite, answer_of(hers(invite), id="<a@b>"), received_at=AT - HOUR)
    assert (early.treatment, hers(invite).partstat) == ("overtaken", "DECLINED")
    late = take(invite, answer_of(hers(invite), id="<c@d>"), received_at=AT + HOUR)
    assert (late.treatment, hers(invite).partstat, hers(invite).answered_at) == ("applied", "ACCEPTED", AT + HOUR)


def test_a_stamp_from_the_future_shuts_no_door(invite: Invite) -> None:
    take(invite, answer_of(hers(invite), "DECLINED", stamp="DTSTAMP:20990101T000000Z"))
    take(invite, answer_of(hers(invite), "ACCEPTED"), received_at=AT + HOUR)
    assert hers(invite).partstat == "DECLINED", "its stamp (10:00) is older than when the first came (10:01)"
    take(invite, answer_of(hers(invite), "TENTATIVE", stamp="DTSTAMP:20261124T110000Z"), received_at=AT + HOUR)
    assert hers(invite).partstat == "TENTATIVE"


def test_another_date_asks_anew_and_an_answer_to_the_former_one_asks_once(
    invite: Invite, organisation: Organisation, mentor: User, holder: User
) -> None:
    take(invite, answer_of(hers(invite)))
    old = [answer_of(hers(invite), "DECLINED", id=f"<{number}@b>") for number in range(2)]
    actions.move_invite(organisation, starts_at=START + HOUR, by=mentor)
    assert (hers(invite).partstat, hers(invite).answered_at) == (NOTHING, None)
    before = len(letters_to(holder))
    assert [take(invite, raw).treatment for raw in old] == ["former", "former"]
    again = letters_to(holder)[before:]
    assert [(one.template, one.method, one.sequence) for one in again] == [("calendars/letters/again", "REQUEST", 2)]
    assert len(letters_to(mentor)) == 3, "invited, moved, moved: nobody is told of an answer that does not count"


def test_somebody_taken_off_a_group_makes_no_answer_of_the_others_old(
    organisation: Organisation, mentor: User, holder: User
) -> None:
    other = make_user("b@example.org")
    people = [actions.Attendee(mentor, "CHAIR"), actions.Attendee(holder), actions.Attendee(other)]
    invite = make_invite(organisation, mentor, holder, attendees=people)
    raw = answer_of(hers(invite))
    gone = answer_of(invite.attendees.get(email="b@example.org"))
    actions.move_invite(organisation, attendees=people[:2], by=mentor)
    invite.refresh_from_db()
    assert (invite.sequence, take(invite, raw, token="", authenticated=True).treatment) == (1, "applied")
    row = take(invite, gone, token="", authenticated=True)
    assert (row.treatment, row.reason) == ("late", "removed")


def test_nothing_is_made_of_an_answer_after_the_cancellation(
    invite: Invite, organisation: Organisation, mentor: User
) -> None:
    raw = answer_of(hers(invite), "DECLINED")
    actions.cancel_invite(organisation, by=mentor)
    letters = len(letters_to(mentor))
    row = take(invite, raw)
    assert (row.treatment, row.reason, hers(invite).partstat) == ("late", "cancelled", NOTHING)
    assert len(letters_to(mentor)) == letters


def test_a_day_of_several_is_noted_and_told_and_the_rest_stands(
    organisation: Organisation, mentor: User, holder: User, lead: User
) -> None:
    days = [(day.date(), day, day + 6 * HOUR) for day in (START + timedelta(days=number) for number in range(3))]
    invite = make_invite(
        organisation, mentor, holder, starts_at=days[0][1], ends_at=days[-1][2], days=days,
        attendees=[actions.Attendee(holder)],
    )  # fmt: skip
    raw = answer_of(hers(invite), "DECLINED", more=["RECURRENCE-ID:20261204T133000Z"])
    row = take(invite, raw, token="", authenticated=True)
    assert (row.treatment, hers(invite).partstat) == ("one_day", NOTHING)
    assert [one.subject for one in letters_to(lead)] == ["Hawa Diallo ne viendra pas le vendredi 4 décembre"]


# --- Who hears ------------------------------------------------------------------------------------
def test_a_no_is_told_once_to_who_leads_and_a_change_of_mind_too(invite: Invite, mentor: User) -> None:
    before = len(letters_to(mentor))
    words = ("DECLINED", "DECLINED", "ACCEPTED", "TENTATIVE", "DECLINED")
    for number, word in enumerate(words):
        stamp = f"DTSTAMP:20261124T1000{number:02}Z"
        more = ["COMMENT:Je suis à Lyon\\, désolée <b>"]
        take(invite, answer_of(hers(invite), word, stamp=stamp, more=more, id=f"<{number}@b>"))
    told = letters_to(mentor)[before:]
    assert [one.subject.partition(" : ")[0].partition(":")[0].strip() for one in told] == [
        "Hawa Diallo ne viendra pas", "Hawa Diallo viendra finalement",
    ]  # fmt: skip
    assert "Je suis à Lyon, désolée <b>" in told[0].text and "désolée &lt;b&gt;" in told[0].html


def test_a_word_written_with_an_answer_reaches_who_leads_once(invite: Invite, mentor: User) -> None:
    before = len(letters_to(mentor))
    for mark, more in (("one", ["COMMENT:J’arrive à 10 h 30"]), ("two", ["COMMENT:J’arrive à 10 h 30"]), ("three", [])):
        take(invite, answer_of(hers(invite), "ACCEPTED", more=more, id=f"<{mark}@example.org>"))  # it repeats itself
    told = letters_to(mentor)[before:]
    assert len(told) == 1 and "J’arrive à 10 h 30" in told[0].text and "viendra, et ajoute un mot" in told[0].text


def test_of_two_the_other_hears_that_the_mentor_does_not_come(invite: Invite, mentor: User, holder: User) -> None:
    chair = invite.attendees.get(user=mentor)
    before = len(letters_to(holder))
    actions.answer_invite(chair, "DECLINED", by=mentor)
    assert len(letters_to(holder)) == before + 1


def test_a_stranger_is_told_of_once_a_day_and_never_added(invite: Invite, mentor: User) -> None:
    before = len(letters_to(mentor))
    for number in range(3):
        raw = plain(attendee=said("ACCEPTED", address=f"x{number}@y.example"), id=f"<{number}@x>")(invite)
        take(invite, raw, token="")
    assert invite.attendees.count() == 2
    assert len(letters_to(mentor)) == before + 1


def test_a_calendar_that_asks_for_the_date_gets_it_once_a_day(invite: Invite, holder: User) -> None:
    before = len(letters_to(holder))
    for number in range(3):
        take(invite, answer_of(hers(invite), method="REFRESH", id=f"<{number}@x>"))
    assert [(one.method, one.sequence) for one in letters_to(holder)[before:]] == [("REQUEST", 1)]


# --- Without proof --------------------------------------------------------------------------------
def test_an_answer_without_proof_waits_for_her_word(invite: Invite, holder: User, mentor: User) -> None:
    before = len(letters_to(mentor))
    rows = [take(invite, answer_of(hers(invite), "DECLINED", id=f"<{number}@x>"), token="") for number in range(2)]
    asked = [one for one in letters_to(holder) if one.template.endswith("answer_confirm")]
    assert (len(asked), len(letters_to(mentor))) == (1, before)
    actions.confirm_answer(rows[1], by=holder)
    assert (rows[1].treatment, hers(invite).partstat) == ("applied", "DECLINED")
    assert len(letters_to(mentor)) == before + 1
    actions.disown_answer(rows[0], by=holder)
    assert (rows[0].treatment, hers(invite).partstat) == ("disowned", "DECLINED")
    with pytest.raises(Refused):
        actions.confirm_answer(rows[0], by=holder)


def test_what_waits_is_settled_by_her_own_answer(invite: Invite, holder: User) -> None:
    row = take(invite, answer_of(hers(invite), "DECLINED"), token="")
    actions.answer_invite(hers(invite), "ACCEPTED", by=holder)
    row.refresh_from_db()
    assert (row.treatment, hers(invite).partstat) == ("overtaken", "ACCEPTED")


def test_a_word_that_comes_after_the_cancellation_is_refused(
    invite: Invite, organisation: Organisation, mentor: User, holder: User
) -> None:
    row = take(invite, answer_of(hers(invite)), token="")
    actions.cancel_invite(organisation, by=mentor)
    for act in (
        lambda: actions.confirm_answer(row, by=holder),
        lambda: actions.answer_invite(hers(invite), "ACCEPTED", by=holder),
    ):
        with pytest.raises(Refused, match="annulé"):
            act()


# --- Where calendars answer to --------------------------------------------------------------------
def test_each_person_has_an_address_of_her_own_which_invites_and_signs(invite: Invite, holder: User) -> None:
    person = hers(invite)
    assert person.answers_to == f"rdv-{person.token}@in.example.org" and len(person.token) == 32
    for email in letters_to(holder):
        message = parsed(email.message)
        assert message["From"].addresses[0].addr_spec == person.answers_to
        assert f"mailto:{person.answers_to}" in bytes(email.calendar).decode().replace("\r\n ", "")
        assert email.message_id == message["Message-ID"]
    assert len(set(invite.attendees.values_list("token", flat=True))) == 2


# --- Another time ---------------------------------------------------------------------------------
def wish(invite: Invite, start: str = "20261204T080000Z", **changes: Any) -> bytes:
    lines = {"method": "COUNTER", "start": f"DTSTART:{start}", **changes}
    return answer_of(hers(invite), "TENTATIVE", **lines)


def test_a_wish_is_told_and_the_date_stands_until_it_moves(
    invite: Invite, organisation: Organisation, mentor: User
) -> None:
    before, letters = stands(invite), len(letters_to(mentor))
    row = take(invite, wish(invite))
    assert (row.wish, row.wish_from, row.wish_to) == (
        "open", datetime(2026, 12, 4, 8, tzinfo=UTC), datetime(2026, 12, 4, 9, tzinfo=UTC),
    )  # fmt: skip
    assert (hers(invite).partstat, stands(invite)) == ("TENTATIVE", before)
    told = letters_to(mentor)[letters:]
    assert len(told) == 1 and "vendredi 4 décembre" in told[0].text
    actions.move_invite(organisation, starts_at=row.wish_from, by=mentor)
    row.refresh_from_db()
    assert row.wish == "accepted"


def test_a_wish_declined_tells_her_calendar_so(invite: Invite, mentor: User, holder: User) -> None:
    row = take(invite, wish(invite))
    actions.decline_wish(row, words="Je suis pris", by=mentor)
    email = letters_to(holder)[-1]
    text = bytes(email.calendar).decode()
    assert email.method == "DECLINECOUNTER" and "METHOD:DECLINECOUNTER" in text and "COMMENT:Je suis pris" in text
    assert "SEQUENCE:1\r\n" in text and f"UID:{invite.uid}" in text and "Je suis pris" in email.text
    with pytest.raises(Refused):
        actions.decline_wish(row, by=mentor)


def test_a_wish_overtaken_by_another_move_has_its_answer_but_for_whoever_moved(
    invite: Invite, organisation: Organisation, mentor: User, holder: User
) -> None:
    row = take(invite, wish(invite))
    assert row.wish_from is not None
    actions.move_invite(organisation, starts_at=row.wish_from + timedelta(days=2), by=mentor)
    row.refresh_from_db()
    email = next(one for one in reversed(letters_to(holder)) if one.method == "DECLINECOUNTER")
    assert (row.wish, email.template) == ("overtaken", "calendars/letters/wish_declined")
    assert "dimanche 6 décembre" in email.text and "n’a pas changé" not in email.text
    again = take(Invite.objects.get(pk=invite.pk), wish(Invite.objects.get(pk=invite.pk)))
    count = len(letters_to(holder))
    assert again.wish == "open"
    actions.move_invite(organisation, starts_at=again.wish_from + timedelta(days=3), by=holder)
    assert [one.method for one in letters_to(holder)[count:]] == ["REQUEST"]


# --- Pages ----------------------------------------------------------------------------------------
def link_of(person: User) -> str:
    return link_in(letters_to(person)[-1], "/answers/")


def test_a_scanner_that_follows_the_links_of_a_letter_answers_nothing(
    invite: Invite, holder: User, client: Client
) -> None:
    page = client.get(link_of(holder), {"say": "no"})
    assert (page.status_code, page.context["chosen"], hers(invite).partstat) == (200, "no", NOTHING)


def test_one_press_from_the_letter_answers_without_signing_in(
    invite: Invite, organisation: Organisation, holder: User, mentor: User, client: Client
) -> None:
    link = link_of(holder)
    assert client.get(link).content.count(b'name="say"') == 3, "nothing but the three presses says it"
    client.post(link, {"say": "no", "comment": "À Lyon ce jour-là"})
    assert hers(invite).partstat == "DECLINED"
    assert "À Lyon ce jour-là" in letters_to(mentor)[-1].text
    actions.cancel_invite(organisation, by=mentor)
    client.post(link, {"say": "yes"})
    assert hers(invite).partstat == "DECLINED"


def test_what_came_in_her_name_is_confirmed_in_one_press(invite: Invite, holder: User, client: Client) -> None:
    take(invite, answer_of(hers(invite)), token="")
    page = client.post(link_of(holder), {"act": "confirm"}, follow=True)
    assert hers(invite).partstat == "ACCEPTED"
    assert page.context["waiting"] is None


def test_the_letter_leads_to_other_calendars(invite: Invite, holder: User) -> None:
    html = letters_to(holder)[-1].html
    assert "calendar.google.com/calendar/render?action=TEMPLATE" in html
    assert "dates=20261203T133000Z%2F20261203T143000Z" in html
    assert "startdt=2026-12-03T13%3A30%3A00Z" in html


def test_on_its_page_she_answers_for_herself_alone(invite: Invite, holder: User, lead: User, client: Client) -> None:
    url = f"/invites/{invite.pk}/answer/"
    client.force_login(holder)
    answered = client.post(url, {"say": "maybe", "next": "/sessions/"})
    assert (answered["Location"], hers(invite).partstat) == ("/sessions/", "TENTATIVE")
    client.force_login(lead)
    assert (client.post(url, {"say": "no"}).status_code, hers(invite).partstat) == (403, "TENTATIVE")


def test_pages_read_who_is_invited_and_what_each_answered_in_two_queries(
    invite: Invite, organisation: Organisation, holder: User, django_assert_num_queries: Any
) -> None:
    actions.answer_invite(hers(invite), "DECLINED", by=holder)
    ContentType.objects.clear_cache()
    with django_assert_num_queries(2):
        found = queries.invited_to([organisation])[organisation.pk]
    assert [(one.email, one.partstat) for one in found] == [("mentor@example.org", NOTHING), (holder.email, "DECLINED")]
    assert queries.own_place(found, holder) == hers(invite)
    assert queries.invited_to([]) == {}


def test_over_the_api_one_of_a_group_reads_herself_and_who_leads(
    organisation: Organisation, mentor: User, holder: User, lead: User
) -> None:
    people = [actions.Attendee(mentor, "CHAIR"), actions.Attendee(holder), actions.Attendee(make_user("b@example.org"))]
    invite = make_invite(organisation, mentor, holder, attendees=people)
    seen = {reader: {one.email for one in queries.people_seen(invite, reader)} for reader in (holder, mentor, lead)}
    everybody = {"mentor@example.org", "holder@example.org", "b@example.org"}
    assert seen == {holder: everybody - {"b@example.org"}, mentor: everybody, lead: everybody}
    client = APIClient()
    client.force_login(holder)
    answered = client.post(f"/api/v1/invites/{invite.pk}/answer/", {"say": "no", "comment": "À Lyon"})
    assert (answered.status_code, hers(invite).partstat) == (200, "DECLINED")
    assert "À Lyon" in letters_to(mentor)[-1].text
    assert client.post(f"/api/v1/invites/{invite.pk}/answer/", {"say": "perhaps"}).status_code == 400
