"""On the last Sunday of October 2:00 to 3:00 comes twice: what is not moved on a page stays in the pass it is in."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from journeys.models import Delivery
from mentoring import actions as mentoring
from tests.factories.journeys import make_confirmed_delivery, make_journey
from tests.factories.mentoring import make_pair, make_session
from tests.factories.stays import make_module_date, module_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
FIRST, SECOND = datetime(2027, 10, 31, 0, 30, tzinfo=UTC), datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
Browser = Callable[[User], Client]
Passes = pytest.mark.parametrize("at", [FIRST, SECOND], ids=["first", "second"])


@Passes
def test_a_session_given_another_place_keeps_its_hour(
    organisation: Organisation, mentor: User, client_of: Browser, at: datetime
) -> None:
    session = make_session(make_pair(organisation, mentor), at, minutes=90, place="Solilab")
    typed = {
        "day": "2027-10-31", "time": "02:30", "minutes_0": "1", "minutes_1": "30", "medium": "in_person",
        "place": "Café", "url": "", "agenda": "",
    }  # fmt: skip
    page = client_of(mentor).post(reverse("mentoring:session_move", args=[session.pk]), typed, follow=True)
    session.refresh_from_db()
    assert (session.place, session.starts_at) == ("Café", at)
    assert "la première a été retenue" not in page.content.decode()
    client_of(mentor).post(reverse("mentoring:session_move", args=[session.pk]), {**typed, "time": "02:45"})
    session.refresh_from_db()
    assert session.starts_at == FIRST + timedelta(minutes=15)  # moved: the first, as said on the page


@Passes
def test_a_session_logged_with_another_length_was_held_in_its_hour(
    organisation: Organisation, mentor: User, client_of: Browser, clock: time_machine.Traveller, at: datetime
) -> None:
    session = make_session(make_pair(organisation, mentor), at, minutes=90, place="Solilab")
    clock.move_to(at + timedelta(hours=3))
    mentoring.log_session(session, by=mentor, held_at=at, minutes=90)
    typed = {
        "act": "times", "times-day": "2027-10-31", "times-time": "02:30", "times-minutes_0": "1",
        "times-minutes_1": "0", "times-medium": "in_person",
    }  # fmt: skip
    url = reverse("mentoring:session_log", args=[session.pk])
    seen = client_of(mentor).get(url).context
    client_of(mentor).post(url, {**typed, **{name: seen[name] for name in ("seen",) if name in seen}})
    session.refresh_from_db()
    assert (session.held_minutes, session.held_at) == (60, at)


@Passes
def test_a_date_of_a_module_given_more_seats_keeps_its_hours(
    organisation: Organisation, lead: User, client_of: Browser, at: datetime
) -> None:
    row = make_module_date(module_of(make_journey(organisation)), starts_at=at, minutes=120, place="Solilab")
    typed = {
        "day": "2027-10-31", "starts": "02:30", "ends": f"{(at.hour + 3) % 24:02}:30", "place": "Solilab", "url": "",
        "trainer": "", "trainer_email": "", "seats": "20",
    }  # fmt: skip
    client_of(lead).post(reverse("journeys:module_date_move", args=[row.pk]), typed)
    row.refresh_from_db()
    assert (row.seats, row.starts_at, row.ends_at) == (20, at, at + timedelta(hours=2))


@Passes
def test_a_line_of_hours_with_another_length_keeps_its_hour(
    organisation: Organisation, lead: User, client_of: Browser, clock: time_machine.Traveller, at: datetime
) -> None:
    clock.move_to(at + timedelta(days=1))
    line = make_confirmed_delivery(make_journey(organisation), minutes=90)
    Delivery.objects.filter(pk=line.pk).update(happened_at=at)
    typed = {"happened_at_0": "2027-10-31", "happened_at_1": "02:30", "minutes_0": "1", "minutes_1": "0"}
    client_of(lead).post(reverse("journeys:delivery_replace", args=[line.pk]), {**typed, "reason": "Une heure"})
    line.refresh_from_db()
    assert line.replaced_by is not None
    assert (line.replaced_by.minutes, line.replaced_by.happened_at) == (60, at)
