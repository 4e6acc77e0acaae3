"""Each date of mine can be put into any calendar, from the page about it."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from mentoring.actions import plan_gathering
from tests.backend.calendars.readers import read_with_icalendar
from tests.factories.journeys import make_journey
from tests.factories.mentoring import make_mentor, make_pair, make_session
from tests.factories.stays import enrol, make_immersion, make_module_date, module_of

# In the hour that comes twice, the second time.
START = datetime(2027, 10, 31, 2, 30, tzinfo=ZoneInfo("Europe/Paris"), fold=1)


@pytest.mark.django_db
@pytest.mark.any_database
@pytest.mark.parametrize("what", ["session", "gathering", "module", "stay"])
def test_a_page_opens_its_date_in_google_outlook_and_as_a_file(
    what: str, organisation: Organisation, mentor: User, holder: User, client_of: Callable[[User], Client]
) -> None:
    journey = make_journey(organisation, holder)
    if what == "session":
        made = make_session(make_pair(organisation, mentor, journey=journey), START, place="Café\nBouffay")
        page = reverse("mentoring:session", args=[made.pk])
    elif what == "gathering":
        leader = make_mentor(organisation, mentor, capacity=5)
        pairs = [make_pair(organisation, leader, journey=one) for one in (journey, make_journey(organisation))]
        meeting = plan_gathering(leader, pairs=pairs, starts_at=START, place="Café Bouffay", by=mentor)
        page = reverse("mentoring:gathering", args=[meeting.pk])
    elif what == "module":
        date = make_module_date(module_of(journey), starts_at=START, place="Café Bouffay")
        enrol(date, journey)
        page = reverse("journeys:module_date_detail", args=[date.pk])
    else:
        page = reverse("journeys:immersion_detail", args=[make_immersion(journey, state="validated").pk])
    client = client_of(holder)
    shown = client.get(page).content.decode()
    links = [link.replace("&amp;", "&") for link in shown.split('"') if link.startswith("https://")]
    facts = [parse_qs(urlsplit(link).query) for link in links if "calendar.google" in link or "deeplink" in link]
    if what != "stay":
        google, outlook, office = facts
        assert google["dates"][0].startswith("20271031T013000Z/") and google["location"] == ["Café Bouffay"]
        assert outlook == office and outlook["startdt"] == ["2027-10-31T01:30:00Z"]
    (file,) = {link for link in shown.split('"') if link.endswith("/invite.ics")}
    answer = client.get(file)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    read = read_with_icalendar(answer.content)
    assert (read.method, read.attendees) == ("PUBLISH", {})
    assert len(read.instants) == (5 if what == "stay" else 1)
