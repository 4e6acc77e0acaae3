"""A personal calendar to subscribe to: hers alone, the same bytes for the same dates, closed at will."""

import gzip
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
import time_machine
import vobject
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from backend.accounts.models import Organisation, User
from backend.calendars import actions, ics, published, queries
from backend.calendars.models import Feed, Invite
from backend.calendars.programs import program_of
from backend.calendars.views.feeds import takes_gzip
from backend.lib import clock as house_clock
from backend.lib.refusal import Refused
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
    return actions.open_feed(holder, name="Bureau", by=holder)[1]


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
    assert response["Vary"] == "Accept-Encoding" and "Content-Language" not in response
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


def test_each_address_is_renewed_and_closed_without_the_others(holder: User) -> None:
    (phone, old), (_office, other) = (
        actions.open_feed(holder, name=name, by=holder) for name in ("Téléphone", "Bureau")
    )
    new = actions.renew_feed(phone, by=holder)
    assert [fetch(token).status_code for token in (old, new, other)] == [404, 200, 200]
    actions.close_feed(phone, by=holder)
    actions.close_feed(phone, by=holder)
    assert [fetch(token).status_code for token in (new, other)] == [404, 200]
    assert list(queries.feeds_of(holder).values_list("name", flat=True)) == ["Bureau"]
    with pytest.raises(Refused, match="fermée"):
        actions.renew_feed(phone, by=holder)
    actions.open_feed(holder, name="téléphone", by=holder)


def test_a_name_is_asked_once_each_and_ten_addresses_are_enough(holder: User) -> None:
    feed, _secret = actions.open_feed(holder, name="  Mon   bureau ", by=holder)
    assert feed.name == "Mon bureau"
    for name, left_out, field in (
        (" ", [], "name"), ("MON BUREAU", [], "name"), ("Ailleurs", [kind.code for kind in queries.kinds()], "kinds"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            actions.open_feed(holder, name=name, left_out=left_out, by=holder)
        assert refused.value.field == field
    assert actions.update_feed(feed, name="MON BUREAU", by=holder).name == "MON BUREAU"
    for number in range(9):
        actions.open_feed(holder, name=str(number), by=holder)
    with pytest.raises(Refused, match="dix adresses"):
        actions.open_feed(holder, name="11", by=holder)


def test_the_address_of_somebody_who_may_no_longer_sign_in_gives_nothing(token: str, holder: User) -> None:
    holder.is_active = False
    holder.save()
    assert fetch(token).status_code == fetch("unknown").status_code == 404


def test_the_secret_is_not_kept_and_the_program_that_came_is_named(token: str) -> None:
    assert not Feed.objects.filter(token_hash__contains=token).exists()
    fetch(token, **{"User-Agent": "Google-Calendar-Importer"})
    feed = Feed.objects.get()
    assert (feed.last_used_at, feed.last_used_by) == (house_clock.now(), "google")


@pytest.mark.parametrize(
    ("agent", "code"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.4.0", "thunderbird"),
        ("iOS/18.1 (22B83) dataaccessd/1.0", "apple"),
        ("macOS/15.1 (24B83) CalendarAgent/1045", "apple"),
        ("Microsoft.Exchange/15.20 (Microsoft.Exchange.Calendar)", "outlook"),
        ("Nextcloud Server Crawler", "nextcloud"),
        ("ICSx5/2.2 (ical4android; Android/14)", "android"),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15",
            "browser",
        ),
        ("", "other"),
    ],
)
def test_programs_are_known_by_their_name(agent: str, code: str) -> None:
    assert program_of(agent) == code


def test_an_address_asked_without_end_is_told_when_to_come_again(token: str, clock: time_machine.Traveller) -> None:
    assert [fetch(token).status_code for _time in range(30)] == [200] * 30
    clock.shift(timedelta(minutes=1))
    refused = fetch(token)
    assert (refused.status_code, refused["Retry-After"], refused["Cache-Control"]) == (429, "240", "no-store")
    clock.shift(timedelta(minutes=4))
    assert fetch(token).status_code == 200


def test_what_goes_wrong_is_never_an_empty_calendar(
    token: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_args: object) -> bytes:
        raise RuntimeError("no room left")

    monkeypatch.setattr(queries, "feed_of", fail)
    failed = fetch(token)
    assert (failed.status_code, failed.content, failed["Retry-After"], failed["Vary"]) == (
        503,
        b"",
        "600",
        "Accept-Encoding",
    )
    assert "no room left" in caplog.text


def test_a_packed_calendar_is_the_same_with_an_etag_of_its_own(invite: Invite, token: str) -> None:
    plain, packed = fetch(token), fetch(token, **{"Accept-Encoding": "br, gzip;q=0.8"})
    assert (packed["Content-Encoding"], gzip.decompress(packed.content)) == ("gzip", plain.content)
    assert packed["ETag"] == f'{plain["ETag"][:-1]}-gzip"' and packed["Vary"] == plain["Vary"] == "Accept-Encoding"
    known = {"If-None-Match": packed["ETag"]}
    assert fetch(token, **known, **{"Accept-Encoding": "gzip"}).status_code == 304
    assert [takes_gzip(said) for said in ("gzip", "x-gzip", "gzip;q=0", "gzip; q=0.00", "br", "")] == [True] * 2 + [
        False
    ] * 4


CHANGES: dict[str, Any] = {
    "sequence": 7,
    "dtstamp": timedelta(minutes=1),
    "starts_at": timedelta(minutes=-5),
    "ends_at": timedelta(minutes=5),
    "title_fr": "Autre",
    "place": "Ailleurs",
    "url": "http://testserver/sessions/2/",
    "state": "cancelled",
}


@pytest.mark.parametrize("name", CHANGES)
def test_every_field_that_is_shown_changes_the_etag(invite: Invite, holder: User, token: str, name: str) -> None:
    before, change = fetch(token)["ETag"], CHANGES[name]
    new = getattr(invite, name) + change if isinstance(change, timedelta) else change
    Invite.objects.filter(pk=invite.pk).update(**{name: new})
    assert fetch(token, **{"If-None-Match": before}).status_code == 200


def test_a_feed_carries_the_kinds_chosen(
    invite: Invite, holder: User, organisation: Organisation, mentor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = ics.Day("a@jalon", house_clock.now(), house_clock.today() + timedelta(days=3), "Échéance")
    kinds = [
        queries.Kind("meetings", "Réunions", about=("accounts.organisation",)),
        queries.Kind("days", "Jours", days=lambda user, start, end: [day]),
    ]
    monkeypatch.setattr(queries, "kinds", lambda: kinds)
    both = list(icalendar.Calendar.from_ical(queries.feed_of(holder)).events)
    assert [(str(one["SUMMARY"]), str(one["TRANSP"])) for one in both] == [
        ("Échéance", "TRANSPARENT"), ("Séance de mentorat", "OPAQUE"),
    ]  # fmt: skip
    assert (both[0].start, both[0].end) == (day.on, day.on + timedelta(days=1))
    assert queries.feed_of(holder, ["meetings"]).count(b"BEGIN:VEVENT") == 1
    assert b"mentorat" not in queries.feed_of(holder, ["meetings"])
    assert b"ance" not in queries.feed_of(holder, ["meetings", "days"])


def test_of_too_many_dates_the_latest_stay_and_the_calendar_says_so(
    token: str, holder: User, mentor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST", 2)
    now = house_clock.now()
    for days in (1, 3, 2):
        make_invite(make_organisation(), mentor, holder, starts_at=now + timedelta(days=days))
    body = fetch(token)
    assert [event.dtstart.value - now for event in events(body)] == [timedelta(days=2), timedelta(days=3)]
    assert "X-WR-CALDESC:Seules vos 2 dates les plus tardives" in body.content.decode() and queries.is_cut(holder)


def test_no_surname_leaves_in_a_title(organisation: Organisation, mentor: User, holder: User) -> None:
    titles = {"fr": f"Mentorat : {holder} et {mentor}", "en": "Mentoring"}
    make_invite(organisation, mentor, holder, titles=titles)
    event = next(iter(icalendar.Calendar.from_ical(queries.feed_of(holder)).events))
    assert str(event["SUMMARY"]) == f"Mentorat : {holder.first_name} et {mentor.first_name}"


def test_one_makes_renews_and_closes_one_s_addresses_on_the_page(
    client_of: Callable[[User], Client], holder: User
) -> None:
    client, facts = client_of(holder), {"name": "Bureau", "kinds": ["sessions", "modules"]}
    page = reverse("calendars:feed_page")
    made = client.post(page, facts)
    address = made.context["address"]
    assert address in made.content.decode() and made.context["webcal"].startswith("webcal://testserver/feeds/")
    assert fetch(address.split("/")[-2]).status_code == 200
    assert address not in client.get(page).content.decode()
    assert "a déjà ce nom" in client.post(page, facts).content.decode()
    feed = Feed.objects.get()
    assert sorted(feed.left_out) == ["immersions", "milestones", "surveys"]
    renewed = client.post(reverse("calendars:feed_renew", args=[feed.pk])).context["address"]
    assert renewed != address and fetch(address.split("/")[-2]).status_code == 404
    assert client.get(reverse("calendars:feed_renew", args=[feed.pk])).headers["Location"] == page
    assert fetch(renewed.split("/")[-2]).status_code == 200
    assert client.post(reverse("calendars:feed_close", args=[feed.pk])).status_code == 302
    assert not Feed.objects.open().exists()


def test_programs_make_rename_renew_and_close_addresses(holder: User) -> None:
    client = APIClient()
    client.force_login(holder)
    made = client.post("/api/v1/feeds/", {"name": "Bureau", "kinds": ["sessions"]}, format="json")
    assert made.status_code == 201 and made["Cache-Control"] == "no-store"
    one = f"/api/v1/feeds/{made.json()['id']}/"
    changed = client.patch(one, {"kinds": ["surveys"]}, format="json").json()
    assert (changed["name"], changed["kinds"], "address" in changed) == ("Bureau", ["surveys"], False)
    renewed = client.post(f"{one}renew/").json()["address"]
    assert [fetch(url.split("/")[-2]).status_code for url in (made.json()["address"], renewed)] == [404, 200]
    assert client.post("/api/v1/feeds/", {"name": "bureau"}, format="json").status_code == 409
    assert client.post("/api/v1/feeds/", {"name": "X", "kinds": ["nope"]}, format="json").status_code == 400
    assert (client.post(f"{one}close/").status_code, client.get(one).status_code) == (204, 404)


def test_the_quick_writer_says_what_the_library_says() -> None:
    start = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    nasty = "é" * 40 + " ; , \\ \x07 «€»😀 " + "long " * 30
    moments = [
        ics.Moment(
            uid=f"{number}@jalon", sequence=number, dtstamp=start, starts_at=start.astimezone(ZoneInfo("Europe/Paris")),
            ends_at=start + timedelta(hours=1), summary=nasty[number:], organiser="", description=f"{nasty}\n{nasty}",
            place=nasty if number else "", url="https://jalon.example/" + "a" * 90, method="PUBLISH",
            status="CANCELLED" if number % 2 else "CONFIRMED",
        )
        for number in range(8)
    ]  # fmt: skip
    written = published.build_feed(moments, "Jalon", "Europe/Paris")
    said = b"".join(event.to_ical() for moment in moments for event in ics.events(moment))
    assert said.replace(b"\r\n ", b"") in written.replace(b"\r\n ", b"")  # each cuts long lines where it may
    lines = written.split(b"\r\n")
    assert max(map(len, lines)) == 75 and "".join(line.decode() for line in lines)


def test_a_feed_costs_the_same_for_one_date_and_for_three(
    invite: Invite, token: str, mentor: User, holder: User, assert_num_queries_same: Callable[..., int]
) -> None:
    def more() -> None:
        for _ in range(2):
            make_invite(make_organisation(), mentor, holder)

    assert_num_queries_same(lambda: fetch(token), more)
