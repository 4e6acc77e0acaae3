"""A personal calendar to subscribe to: hers alone, the same bytes for the same dates, closed at will."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
import vobject
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Link, Organisation, User
from backend.calendars import actions, queries
from backend.calendars.models import Invite
from backend.lib import clock as house_clock
from backend.mail import tasks
from tests.factories.accounts import make_organisation
from tests.factories.calendars import make_invite
from tests.factories.mail import Mailbox

pytestmark = pytest.mark.django_db


def fetch(token: str, **headers: str) -> HttpResponse:
    """As a calendar program does: no session, no cookie."""
    return Client().get(reverse("calendars:feed", args=[token]), headers=headers)


def events(response: HttpResponse) -> list[Any]:
    return list(vobject.readOne(response.content.decode()).contents.get("vevent", []))


@pytest.fixture
def invite(organisation: Organisation, mentor: User, holder: User) -> Invite:
    return make_invite(organisation, mentor, holder)


@pytest.fixture
def token(holder: User) -> str:
    return actions.open_feed(holder, by=holder)


def test_a_feed_publishes_one_s_dates_and_names_nobody(invite: Invite, token: str) -> None:
    response = fetch(token)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    (event,) = events(response)
    assert (event.uid.value, event.summary.value) == (invite.uid, "Séance de mentorat")
    text = response.content.decode().replace("\r\n ", "")
    assert not [word for word in ("ATTENDEE", "ORGANIZER", "mailto:", "VALARM", "Tessier", "@example") if word in text]
    for line in ("METHOD:PUBLISH", "REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H"):
        assert line in text.split("\r\n")


def test_the_same_dates_are_the_same_bytes_and_are_not_sent_twice(
    invite: Invite, token: str, organisation: Organisation, clock: time_machine.Traveller
) -> None:
    first = fetch(token)
    clock.shift(timedelta(hours=5))
    second = fetch(token)
    assert (first.content, first["ETag"]) == (second.content, second["ETag"])
    for known in (first["ETag"], "*", f'"other", W/{first["ETag"]}'):
        again = fetch(token, **{"If-None-Match": known})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    actions.move_invite(organisation, place="Ailleurs", by=None)
    changed = fetch(token, **{"If-None-Match": first["ETag"]})
    assert changed.status_code == 200 and changed["ETag"] != first["ETag"]


def test_a_feed_is_private_and_sets_no_cookie(invite: Invite, token: str) -> None:
    response = fetch(token)
    assert (response["Cache-Control"], response["X-Robots-Tag"]) == ("private, max-age=300", "noindex")
    assert response["Referrer-Policy"] == "no-referrer" and not response.cookies
    head = Client().head(reverse("calendars:feed", args=[token]))
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", response["ETag"])


def test_only_one_s_own_dates_within_the_window(
    token: str, holder: User, mentor: User, lead: User, clock: time_machine.Traveller
) -> None:
    now = house_clock.now()
    for days in (-91, -89, 399, 401):
        make_invite(make_organisation(), mentor, holder, starts_at=now + timedelta(days=days))
    make_invite(make_organisation(), mentor, lead)
    found = [event.dtstart.value - now for event in events(fetch(token))]
    assert found == [timedelta(days=-89), timedelta(days=399)]


def test_a_cancelled_date_stays_marked_for_a_month_then_goes(
    invite: Invite, token: str, organisation: Organisation, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    tasks.sweep_outbox()
    actions.cancel_invite(organisation, by=None)
    (event,) = events(fetch(token))
    assert (event.summary.value, event.status.value, event.transp.value, event.sequence.value) == (
        "[Annulé] Séance de mentorat", "CANCELLED", "TRANSPARENT", "1",
    )  # fmt: skip
    clock.shift(timedelta(days=29))
    assert len(events(fetch(token))) == 1
    clock.shift(timedelta(days=2))
    assert events(fetch(token)) == []


def test_somebody_taken_off_sees_it_no_more(
    invite: Invite, token: str, organisation: Organisation, mentor: User
) -> None:
    actions.move_invite(organisation, attendees=[actions.Attendee(mentor, "CHAIR")], by=None)
    assert events(fetch(token)) == []


def test_a_new_address_kills_the_former_and_closing_kills_both(token: str, holder: User) -> None:
    new = actions.open_feed(holder, by=holder)
    assert (fetch(token).status_code, fetch(new).status_code) == (404, 200)
    actions.close_feed(holder, by=holder)
    actions.close_feed(holder, by=holder)
    assert (fetch(new).status_code, queries.feed_link(holder)) == (404, None)


def test_the_address_of_somebody_who_may_no_longer_sign_in_gives_nothing(token: str, holder: User) -> None:
    holder.is_active = False
    holder.save()
    assert fetch(token).status_code == fetch("unknown").status_code == 404


def test_the_secret_is_not_kept_and_the_last_visit_is_to_the_hour(token: str, clock: time_machine.Traveller) -> None:
    assert not Link.objects.filter(token_hash__contains=token).exists()
    fetch(token)
    seen = Link.objects.get().last_used_at
    clock.shift(timedelta(minutes=59))
    fetch(token)
    assert Link.objects.get().last_used_at == seen == house_clock.now() - timedelta(minutes=59)
    clock.shift(timedelta(minutes=1))
    fetch(token)
    assert Link.objects.get().last_used_at == house_clock.now()


def test_one_makes_reads_and_closes_one_s_address_on_one_page(
    client_of: Callable[[User], Client], holder: User
) -> None:
    client = client_of(holder)
    assert client.get(reverse("calendars:feed_page")).context["link"] is None
    made = client.post(reverse("calendars:feed_open"))
    address = made.context["address"]
    assert address in made.content.decode() and made.context["webcal"].startswith("webcal://testserver/feeds/")
    assert Client().get(address.removeprefix("http://testserver")).status_code == 200
    assert address not in client.get(reverse("calendars:feed_page")).content.decode()
    assert client.post(reverse("calendars:feed_close")).status_code == 302
    assert client.get(reverse("calendars:feed_page")).context["link"] is None


def test_a_feed_costs_the_same_for_one_date_and_for_three(
    invite: Invite, token: str, mentor: User, holder: User, assert_num_queries_same: Callable[..., int]
) -> None:
    def more() -> None:
        for _ in range(2):
            make_invite(make_organisation(), mentor, holder)

    assert_num_queries_same(lambda: fetch(token), more)
