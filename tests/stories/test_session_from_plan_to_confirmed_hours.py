"""Beats 4 and 5: planned, moved, held, logged from the letter, confirmed from the letter; one line in the ledger."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import time_machine
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from backend.accounts.models import Organisation, User
from backend.lib import clock as house_clock
from backend.mail.models import Email
from journeys.models import Delivery
from mentoring import tasks
from mentoring.models import Session
from tests.factories.journeys import make_journey, step_of
from tests.factories.mail import last_letter_to, link_in
from tests.factories.mentoring import make_pair

Browser = Callable[[User], Client]
PARIS = ZoneInfo("Europe/Paris")


def event_for(person: User) -> tuple[str, str, int, datetime]:
    """(method, uid, sequence, start) of the newest calendar part in her letters."""
    letter = Email.objects.filter(to_user=person).exclude(uid="").latest("pk")
    event = Calendar.from_ical(bytes(letter.calendar)).walk("VEVENT")[0]
    return letter.method, str(event["UID"]), int(event["SEQUENCE"]), event.start


def test_a_session_ends_as_one_confirmed_line(
    organisation: Organisation, mentor: User, holder: User, lead: User, client_of: Browser,
    clock: time_machine.Traveller,
) -> None:  # fmt: skip
    journey = make_journey(organisation, holder, referent=lead)
    pair = make_pair(organisation, mentor, journey=journey)

    # Planned: the same event in both calendars.
    body = {
        "day": "2026-11-25",
        "time": "14:00",
        "minutes_0": "1",
        "minutes_1": "30",
        "medium": "in_person",
        "place": "Solilab",
    }
    client_of(mentor).post(reverse("mentoring:session_plan", args=[pair.pk]), body)
    session = Session.objects.get()
    method, uid, sequence, start = event_for(holder)
    assert (method, sequence, start) == ("REQUEST", 0, datetime(2026, 11, 25, 14, 0, tzinfo=PARIS))
    assert event_for(mentor)[1] == uid
    assert step_of(journey, "mentoring").state == "scheduled"

    # Moved: the same event, its next revision.
    Email.objects.exclude(uid="").update(state="sent", sent_at=house_clock.now(), attempts=1)
    client_of(mentor).post(reverse("mentoring:session_move", args=[session.pk]), {**body, "time": "16:00"})
    assert event_for(holder) == ("REQUEST", uid, 1, datetime(2026, 11, 25, 16, 0, tzinfo=PARIS))

    # Over: the clock asks once; the mentor taps on her phone, then writes a line on her laptop.
    clock.move_to(datetime(2026, 11, 25, 17, 35, tzinfo=PARIS))
    assert (tasks.sweep_sessions_to_log(), tasks.sweep_sessions_to_log()) == (1, 0)
    link = link_in(last_letter_to(mentor), "/log/")
    phone, laptop = Client(), Client()
    phone.get(link)
    assert not Delivery.objects.exists()
    phone.post(link, {"act": "held"})
    laptop.post(link, {"act": "held"})
    step = {"next_text": "Appeler la banque", "next_owner": "holder", "next_due_on": "2026-12-02"}
    laptop.post(link, {"act": "details", "summary": "Prix fixé.", "themes": ["funding"], **step})
    assert list(Delivery.objects.values_list("state", "minutes")) == [("declared", 90)]

    # The holder confirms from her letter; both taps are one.
    asked = Email.objects.get(template="mentoring/letters/confirm_hours")
    assert asked.to_user == holder
    confirm = link_in(asked, "/confirm/")
    reader = Client()
    assert reader.get(confirm).status_code == 200
    assert Delivery.objects.get().state == "declared"
    for _tap in range(2):
        reader.post(confirm, {"act": "confirm"})
    line = Delivery.objects.get()
    assert (line.state, line.minutes, line.confirmed_by, line.source) == ("confirmed", 90, holder, session.source)

    # What stands now: the step moves, the next step is hers, the words are shared.
    assert step_of(journey, "mentoring").state == "in_progress"
    assert [one.text for one in journey.commitments.open()] == ["Appeler la banque"]
    page = client_of(holder).get(reverse("mentoring:session", args=[session.pk])).content.decode()
    assert "Prix fixé." in page and "financement" in page
    clock.shift(timedelta(days=1))
    assert tasks.sweep_sessions_to_log() == 0
