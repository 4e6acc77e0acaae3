"""Another time for a session, wished from a calendar: the other one moves it there in one tap, or not."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from backend.accounts.models import Organisation, User
from backend.calendars import actions as calendars
from backend.calendars.models import Invite, InviteAnswer
from backend.lib import clock
from mentoring import actions
from mentoring.models import Mentorship, Session, TimeProposal
from tests.backend.calendars.replies import answer_of
from tests.factories.mail import letters_to
from tests.factories.mentoring import make_pair, make_session
from tests.factories.together import at_once

pytestmark = pytest.mark.django_db
WISHED = datetime(2026, 12, 4, 8, 0, tzinfo=UTC)


@pytest.fixture
def session(pair: Mentorship) -> Session:
    return make_session(pair)


def wish(person: User, *, start: datetime = WISHED, minutes: int = 60, **changes: Any) -> InviteAnswer:
    """A COUNTER from her calendar, proved to be hers."""
    invite = Invite.objects.live().get(attendees__user=person)
    lines = {
        "method": "COUNTER",
        "start": f"DTSTART:{start:%Y%m%dT%H%M%SZ}\r\nDTEND:{start + timedelta(minutes=minutes):%Y%m%dT%H%M%SZ}",
        **changes,
    }
    raw = answer_of(invite.attendees.get(user=person), "TENTATIVE", **lines)
    return calendars.take_answer(raw, received_at=clock.now(), authenticated=True)[0]


def link_to(person: User) -> str:
    found = re.search(r"(/\S*times/[\w-]+/)", letters_to(person)[-1].text)
    assert found is not None
    return found.group(1)


def test_the_other_moves_the_session_there_in_one_tap(
    session: Session, holder: User, mentor: User, client: Client
) -> None:
    was = session.starts_at
    row = wish(holder, more=["COMMENT:Après le marché"])
    session.refresh_from_db()
    assert (session.starts_at, row.wish) == (was, "open")
    assert "Après le marché" in letters_to(mentor)[-1].text
    url = link_to(mentor)
    assert client.get(url).status_code == 200
    session.refresh_from_db()
    assert session.starts_at == was, "reading moves nothing"
    client.post(url, {"time": TimeProposal.objects.get().times.get().pk})
    session.refresh_from_db()
    row.refresh_from_db()
    proposal = TimeProposal.objects.get()
    assert (session.starts_at, session.minutes, session.state) == (WISHED, 60, "planned")
    assert (row.wish, proposal.state, proposal.became) == ("accepted", "taken", session)
    assert [(one.method, one.sequence) for one in letters_to(holder)[-1:]] == [("REQUEST", 1)]
    assert Session.objects.count() == 1


def test_a_no_stands_in_her_calendar_too_and_the_session_where_it_was(
    session: Session, holder: User, mentor: User, client: Client
) -> None:
    was = session.starts_at
    row = wish(mentor)
    client.post(link_to(holder), {"act": "none", "words": "Je garde les enfants"})
    row.refresh_from_db()
    session.refresh_from_db()
    email = letters_to(mentor)[-1]
    assert (row.wish, session.starts_at, email.method) == ("declined", was, "DECLINECOUNTER")
    assert b"COMMENT:Je garde les enfants" in bytes(email.calendar)
    assert TimeProposal.objects.get().state == "declined"


def test_a_time_that_cannot_be_is_declined_at_once(session: Session, pair: Mentorship, holder: User) -> None:
    make_session(pair, starts_at=WISHED + timedelta(minutes=30))
    invite = Invite.objects.live().about(session).get()
    person = invite.attendees.get(user=holder)
    raw = answer_of(person, "TENTATIVE", method="COUNTER", start=f"DTSTART:{WISHED:%Y%m%dT%H%M%SZ}")
    row = calendars.take_answer(raw, received_at=clock.now(), authenticated=True)[0]
    assert (row.wish, TimeProposal.objects.count()) == ("declined", 0)
    assert letters_to(holder)[-1].method == "DECLINECOUNTER"


def test_what_was_wished_falls_with_a_move_or_a_cancellation(session: Session, holder: User, mentor: User) -> None:
    first = wish(holder)
    second = wish(holder, start=WISHED + timedelta(days=1), id="<second@b>")
    states = list(TimeProposal.objects.order_by("pk").values_list("state", flat=True))
    first.refresh_from_db()
    assert (first.wish, second.wish, states) == ("overtaken", "open", ["withdrawn", "open"])
    actions.move_session(session, starts_at=WISHED + timedelta(days=3), by=mentor)
    second.refresh_from_db()
    assert (second.wish, TimeProposal.objects.latest("pk").state) == ("overtaken", "withdrawn")


def test_times_for_a_new_session_and_a_wish_for_this_one_stand_side_by_side(
    session: Session, pair: Mentorship, holder: User, mentor: User
) -> None:
    actions.propose_times(pair, side="mentor", times=[WISHED + timedelta(days=9)], by=mentor)
    wish(holder)
    assert set(TimeProposal.objects.values_list("side", "state")) == {("mentor", "open"), ("holder", "open")}


@pytest.mark.django_db(transaction=True)
def test_a_wish_delivered_twice_an_answer_and_a_move_at_once_leave_one_truth(organisation: Organisation) -> None:
    session = make_session(make_pair(organisation))
    invite = Invite.objects.live().about(session).get()
    holder = invite.attendees.select_related("invite").get(role="REQ-PARTICIPANT")
    start = f"DTSTART:{WISHED:%Y%m%dT%H%M%SZ}"
    counter = answer_of(holder, "TENTATIVE", method="COUNTER", start=start, id="<counter@b>")
    yes = answer_of(holder, "ACCEPTED", id="<yes@b>")

    def take(raw: bytes) -> None:
        calendars.take_answer(raw, received_at=clock.now(), authenticated=True)

    said = at_once(
        lambda: take(counter),
        lambda: take(counter),
        lambda: take(yes),
        lambda: actions.move_session(session, starts_at=WISHED + timedelta(days=3), by=None),
    )
    assert said == ["done"] * 4
    invite.refresh_from_db()
    assert (invite.starts_at, invite.sequence) == (WISHED + timedelta(days=3), 1)
    rows = {row.kind: row for row in InviteAnswer.objects.all()}
    assert (set(rows), InviteAnswer.objects.count()) == ({"COUNTER", "REPLY"}, 2)
    open_ones = TimeProposal.objects.open().count()
    assert (rows["COUNTER"].wish == "open") == (open_ones == 1) and rows["COUNTER"].wish in ("open", "overtaken", "")
    holder.refresh_from_db()
    assert holder.partstat == "NEEDS-ACTION", "asked anew by the move, whatever came before or after"
