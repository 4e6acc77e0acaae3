"""calendar.md 1.9 as a table: what a calendar to subscribe to says, and how it is fetched."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.calendars.actions import open_feed
from backend.calendars.models import Invite
from backend.mail import tasks
from backend.mail.models import Email
from journeys import actions as journeys
from mentoring import actions as mentoring
from tests.backend.calendars.readers import Libical, Read, feed_readers, feed_with_icalendar, read_with_icalendar
from tests.backend.calendars.rules.scenes import AGAIN, FRIDAY, LONG, NASTY, PLACE
from tests.factories.journeys import make_journey, step_of
from tests.factories.mail import Mailbox
from tests.factories.mentoring import make_pair, make_session
from tests.factories.stays import enrol, make_immersion, make_module_date, module_of

RULES: dict[str, Callable[["Feed"], None]] = {}
ELSEWHERE = {
    "secret, hashed, rotated, revoked": "test_each_address_is_renewed_and_closed_without_the_others",
    "404 for the unknown, the closed, and who may sign in no more": (
        "test_the_address_of_somebody_who_may_no_longer_sign_in_gives_nothing"
    ),
    "kept as a hash, the last use shown": "test_the_secret_is_not_kept_and_the_program_that_came_is_named",
    "never logged": "test_no_link_that_is_not_found_or_fails_is_written_in_full",
    "no cookie, no-referrer, noindex, private; HEAD": "test_a_feed_is_private_and_sets_no_cookie",
    "the same bytes twice, 304 for a list, * and weak tags": (
        "test_the_same_dates_are_the_same_bytes_and_are_not_sent_twice"
    ),
    "every field of a change invalidates": "test_every_field_that_is_shown_changes_the_etag",
    "gzip with an ETag of its own": "test_a_packed_calendar_is_the_same_with_an_etag_of_its_own",
    "from 90 days ago to 400 ahead": "test_only_one_s_own_dates_within_the_window",
    "a hard cap, and said so": "test_of_too_many_dates_the_latest_stay_and_the_calendar_says_so",
    "rate limit": "test_an_address_asked_without_end_is_told_when_to_come_again",
    "503 and never an empty 200": "test_what_goes_wrong_is_never_an_empty_calendar",
    "cancelled for thirty days, then dropped": "test_a_cancelled_date_stays_marked_for_a_month_then_goes",
}
"""{rule of 1.9: the test of test_feeds.py that holds it}."""


@dataclass
class Feed:
    """What was fetched, and what it is about."""

    raw: bytes
    headers: dict[str, str]
    events: dict[str, Read]
    invites: dict[str, Invite]
    letters: list[Read]

    @property
    def lines(self) -> list[str]:
        return self.raw.replace(b"\r\n ", b"").decode().split("\r\n")[:-1]

    @property
    def days(self) -> list[Read]:
        return [one for one in self.events.values() if not isinstance(one.fields["DTSTART"], datetime)]


def rule(name: str) -> Callable[[Callable[[Feed], None]], Callable[[Feed], None]]:
    def enter(check: Callable[[Feed], None]) -> Callable[[Feed], None]:
        RULES[f"1.9 {name}"] = check
        return check

    return enter


@rule("PUBLISH: nobody is invited, asked or woken")
def _(feed: Feed) -> None:
    assert feed.lines.count("METHOD:PUBLISH") == 1 and len(feed.events) >= 6
    for word in ("ATTENDEE", "ORGANIZER", "RSVP", "VALARM", "mailto:", "REQUEST-STATUS"):
        assert word not in feed.raw.decode()


@rule("little about people: first names, no address")
def _(feed: Feed) -> None:
    text = "\n".join(feed.lines)
    assert "Hawa" in text and not [word for word in ("Diallo", "Tessier", "@example.org", "Budget") if word in text]


@rule("CRLF, at most 75 octets a line, no control character, UTF-8")
def _(feed: Feed) -> None:
    pieces = feed.raw.split(b"\r\n")
    assert max(map(len, pieces)) <= 75 and not [one for one in pieces if b"\n" in one or b"\r" in one]
    assert not re.findall(r"[\x00-\x08\x0b-\x1f\x7f]", "".join(feed.lines)) and all(one.decode() for one in pieces[:-1])


@rule("it asks to be fetched again each hour, with VALUE=DURATION; it has a name, a zone and no UID")
def _(feed: Feed) -> None:
    head = feed.lines[: feed.lines.index("BEGIN:VEVENT")]
    for line in (
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H", "X-WR-TIMEZONE:Europe/Paris",
        "NAME:Jalon · mes dates", "X-WR-CALNAME:Jalon · mes dates",
    ):  # fmt: skip
        assert line in head
    assert not [line for line in head if line.startswith("UID")]


@rule("sorted by start, then UID")
def _(feed: Feed) -> None:
    starts = [(one.instants[0][0], uid) for uid, one in feed.events.items()]
    assert starts == sorted(starts) and len(starts) > 3


@rule("UID, SEQUENCE and DTSTAMP are those of the row and of its last letter, not of now")
def _(feed: Feed) -> None:
    assert len(feed.invites) >= 4 and set(feed.invites) <= set(feed.events)
    for uid, invite in feed.invites.items():
        fields = feed.events[uid].fields
        assert (fields["SEQUENCE"], fields["DTSTAMP"]) == (str(invite.sequence), invite.dtstamp)
    last = {one.fields["UID"]: one.fields for one in feed.letters}
    for uid in feed.invites:
        assert feed.events[uid].fields["SEQUENCE"] == last[uid]["SEQUENCE"]


@rule("what is cancelled stays: STATUS, TRANSPARENT, a word in its title, SEQUENCE grown")
def _(feed: Feed) -> None:
    off = [one for one in feed.events.values() if one.fields["STATUS"] == "CANCELLED"]
    assert len(off) == 2 and all(one.fields["SUMMARY"].startswith("[Annulé] ") for one in off)
    assert all(int(one.fields["SEQUENCE"]) > 0 for one in off)
    assert feed.lines.count("TRANSP:TRANSPARENT") == len(feed.days) + 1


@rule("a day is VALUE=DATE until the day after, and nobody is busy for it")
def _(feed: Feed) -> None:
    assert len(feed.days) >= 2
    for one in feed.days:
        assert one.fields["DTEND"] == one.fields["DTSTART"] + timedelta(days=1)
    starts = [line for line in feed.lines if line.startswith("DTSTART;")]
    assert starts and all(re.fullmatch(r"DTSTART;VALUE=DATE:\d{8}", line) for line in starts)


@rule("a milestone reached stays, ticked, on its day")
def _(feed: Feed) -> None:
    (done,) = (one for one in feed.days if one.fields["SUMMARY"].startswith("✓"))
    assert done.fields["DTSTART"] == date(2026, 11, 23) and done.fields["STATUS"] == "CONFIRMED"


@rule("ETag and no Last-Modified: what leaves the window has no such moment")
def _(feed: Feed) -> None:
    assert re.fullmatch(r'"[0-9a-f]{64}"', feed.headers["ETag"]) and "Last-Modified" not in feed.headers
    assert feed.headers["Content-Type"] == "text/calendar; charset=utf-8"


@rule("every calendar program reads the same, at the same instants")
def _(feed: Feed) -> None:
    for program, reader in feed_readers().items():
        if reader:
            found = reader(feed.raw)
            assert {one.fields["UID"]: one for one in found} == feed.events, program
    spans = [one.instants for one in feed.events.values()]
    assert [(AGAIN.astimezone(UTC), AGAIN.astimezone(UTC) + timedelta(minutes=90))] in spans
    assert 5 in map(len, spans)  # the days of a stay


@rule("libical finds nothing but that PUBLISH wants an ORGANIZER, which would turn it into a question")
def _(feed: Feed) -> None:
    libical = Libical()
    if libical.library:
        assert {re.sub(r"\W+", " ", one) for one in libical.verdicts(feed.raw)} <= {WANTS_ORGANIZER}


WANTS_ORGANIZER = "Failed iTIP restrictions for ORGANIZER property Expected 1 instances of the property and got 0"


@pytest.fixture
def feed(organisation: Organisation, mentor: User, holder: User, mailbox: Mailbox) -> Feed:
    """The calendar of somebody with a date of each kind, some moved, one off; a milestone reached, one waived."""
    journey = make_journey(organisation, holder)
    pair = make_pair(organisation, mentor, journey=journey)
    session = make_session(pair, FRIDAY, minutes=90, place=PLACE, agenda=LONG)
    off = make_session(pair, FRIDAY + timedelta(days=1), place=NASTY, agenda="Budget")
    row = make_module_date(module_of(journey), starts_at=FRIDAY - timedelta(days=3), place=PLACE[:200])
    enrol(row, journey)
    make_immersion(journey, state="validated")
    tasks.sweep_outbox()
    mentoring.move_session(session, starts_at=AGAIN.astimezone(UTC), by=mentor)
    mentoring.cancel_session(off, reason="Malade", for_mentor=True, by=mentor)
    tasks.sweep_outbox()
    step = step_of(journey, "milestone")
    journeys.reach_milestone(step, reached_on=date(2026, 11, 23), evidence="Plan relu", by=None)
    more = journeys.add_step(
        journey, kind="milestone", title_fr="Première cliente", due_on=date(2026, 12, 20), by=None
    )  # fmt: skip
    journeys.waive_step(more, reason="Déjà fait", by=None)
    found = Client().get(reverse("calendars:feed", args=[open_feed(holder, name="Bureau", by=holder)[1]]))
    events = {one.fields["UID"]: one for one in feed_with_icalendar(found.content)}
    invites = {one.uid: one for one in Invite.objects.order_by("pk")}
    sent = Email.objects.filter(to_user=holder).exclude(method="").order_by("pk")
    letters = [read_with_icalendar(bytes(one.calendar)) for one in sent]
    return Feed(found.content, dict(found.headers), events, invites, letters)


@pytest.mark.django_db
@pytest.mark.any_database
def test_every_rule_of_1_9_holds_in_what_is_fetched(feed: Feed) -> None:
    found = []
    for name, check in RULES.items():
        try:
            check(feed)
        except Exception as error:
            found.append(f"{name}\n    {type(error).__name__}: {error}")
    assert not found, "\n".join(found)


def test_what_else_1_9_asks_has_a_test_of_its_own() -> None:
    here = Path(__file__).parents[1]
    files = (here / "test_feeds.py", here.parent / "lib" / "test_journal.py")
    tests = "".join(file.read_text(encoding="utf-8") for file in files)
    assert len(RULES) >= 12
    for name in ELSEWHERE.values():
        assert f"def {name}(" in tests


@pytest.mark.django_db
@pytest.mark.any_database
def test_whoever_runs_the_server_sees_addresses_and_no_secret(client: Client, holder: User) -> None:
    feed, secret = open_feed(holder, name="Bureau", by=holder)
    staff: Any = get_user_model().objects.create_superuser("staff@example.org", "a password for the tests")
    client.force_login(staff)
    page = client.get(reverse("admin:calendars_feed_change", args=[feed.pk])).content.decode()
    listed = client.get(reverse("admin:calendars_feed_changelist")).content.decode()
    assert "Bureau" in page and "Bureau" in listed
    assert not [word for word in (secret, feed.token_hash) if word in page + listed] and "_save" not in page
