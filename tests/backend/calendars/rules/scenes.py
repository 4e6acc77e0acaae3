"""What happens to one event of each kind, from its first invite to its cancellation, as the people's servers got it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from functools import cached_property
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import time_machine
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.test import override_settings
from django.utils import translation

from backend.accounts.models import Membership, Organisation, User
from backend.calendars import actions as calendars
from backend.calendars.actions import Attendee
from backend.calendars.models import Invite, InviteAttendee
from backend.mail import tasks
from journeys import actions as journeys
from journeys.actions.immersions.facts import facts_of
from mentoring import actions as mentoring
from mentoring.actions.leaving_meetings import pass_session
from tests.backend.calendars.readers import Read, Span, read_with_icalendar
from tests.factories.accounts import make_member, make_organisation
from tests.factories.journeys import make_journey
from tests.factories.mail import Mailbox, parsed, smtp_server
from tests.factories.mentoring import make_mentor, make_pair
from tests.factories.stays import enrol, make_immersion, make_module_date, module_of

PARIS = ZoneInfo("Europe/Paris")
NOON = datetime(2026, 11, 23, 9, 0, tzinfo=PARIS)
HOUR = timedelta(hours=1)
# The days around which clocks change, and the hour that comes twice: 2:30 on 31 October 2027.
FRIDAY, MONDAY = datetime(2027, 3, 26, 14, 30, tzinfo=PARIS), datetime(2027, 3, 29, 14, 30, tzinfo=PARIS)
TWICE, AGAIN = (datetime(2027, 10, 31, 2, 30, tzinfo=PARIS, fold=fold) for fold in (0, 1))
LONG = "Œuvre d’été, « à façon » ; l’âme\\du projet : \N{SEEDLING}été\r\n" * 200
NASTY = '"Chez\x01 Zoé"\x0b; l’é\x07té, \\n'
PLACE = f"{NASTY} 8, rue Saint-Domingue; Nantes \N{WOMAN}\N{ZERO WIDTH JOINER}\N{PERSONAL COMPUTER} " + "é" * 80


@dataclass(frozen=True)
class Sent:
    """One letter with an event in it. `why`: first, time, place, words, people, cancel; `place` counts the acts."""

    place: int
    why: str
    to: str
    raw: bytes
    planned: tuple[Span, ...]
    """When the event takes place, as the act left it; empty in what was cancelled."""

    @cached_property
    def message(self) -> EmailMessage:
        return parsed(self.raw)

    @cached_property
    def parts(self) -> list[EmailMessage]:
        """The alternatives, in order."""
        alternative = next(iter(self.message.iter_parts()))
        return [part for part in alternative.iter_parts() if isinstance(part, EmailMessage)]

    @cached_property
    def calendar(self) -> bytes:
        return bytes(self.parts[-1].get_payload(decode=True))

    @cached_property
    def lines(self) -> list[str]:
        return self.calendar.replace(b"\r\n ", b"").decode().split("\r\n")[:-1]

    @cached_property
    def text(self) -> str:
        return str(self.parts[0].get_content())

    @cached_property
    def read(self) -> Read:
        return read_with_icalendar(self.calendar)

    @property
    def sequence(self) -> int:
        return int(self.read.fields["SEQUENCE"])

    @property
    def dtstamp(self) -> datetime:
        stamp = self.read.fields["DTSTAMP"]
        assert isinstance(stamp, datetime)
        return stamp


@dataclass
class Scene:
    """Every letter with an event that left, in order."""

    name: str
    sent: list[Sent] = field(default_factory=list)

    def __str__(self) -> str:
        return self.name

    def streams(self) -> dict[tuple[str, str], list[Sent]]:
        """What each calendar got about each event, in order."""
        found: dict[tuple[str, str], list[Sent]] = {}
        for one in self.sent:
            found.setdefault((one.read.fields["UID"], one.to), []).append(one)
        return found

    def with_method(self, method: str) -> list[Sent]:
        return [one for one in self.sent if one.read.method == method]

    def pairs(self) -> list[tuple[Sent, Sent]]:
        """Each letter with the one that the same calendar got before, about the same event."""
        return [pair for sent in self.streams().values() for pair in pairwise(sent)]


@dataclass
class Cast:
    """Who is in it; names with quotes, several languages."""

    organisation: Organisation
    mentor: User
    holders: list[User]


Step = tuple[str, tuple[Span, ...]]


def _cast() -> Cast:
    organisation = make_organisation('Les "Écossolies", Nantes; l’été', slug="ecossolies")
    role = Membership.Role
    names = [("Zoé", '"la Douce" d’Été', "fr"), ("Siân", "O’Neill; Jr, BA", "en"), ("Nguyễn", "Thị Ánh", "fr")]
    holders = [
        make_member(organisation, role.HOLDER, f"holder{n}@example.org", first_name=first, last_name=last, language=to)
        for n, (first, last, to) in enumerate(names)
    ]
    mentor = make_member(
        organisation, role.MENTOR, "Marc.Mentor@Example.org", first_name='Marc "Zed"', last_name="Łukasz", language="en"
    )
    return Cast(organisation, mentor, holders)


def _span(start: datetime, minutes: int = 90) -> tuple[Span, ...]:
    """In UTC: the difference of two times of one zone is that of the clock on the wall."""
    return ((start.astimezone(UTC), start.astimezone(UTC) + timedelta(minutes=minutes)),)


# --- The scenes -----------------------------------------------------------------------------------
def session(cast: Cast) -> Iterator[Step]:
    """A mentoring session; another mentor takes it over in between."""
    journey = make_journey(cast.organisation, cast.holders[0], name=f"Projet {NASTY}{'é' * 60}"[:120])
    pair = make_pair(cast.organisation, cast.mentor, journey=journey)
    by = cast.mentor
    made = mentoring.plan_session(pair, starts_at=FRIDAY, minutes=90, place=PLACE, agenda=LONG, by=by)
    yield "first", _span(FRIDAY)
    mentoring.move_session(made, starts_at=MONDAY, by=by)
    yield "time", _span(MONDAY)
    mentoring.move_session(made, starts_at=TWICE, minutes=60, by=by)
    yield "time", _span(TWICE, 60)
    mentoring.move_session(made, starts_at=AGAIN.astimezone(UTC), by=by)
    yield "time", _span(AGAIN, 60)
    mentoring.move_session(made, starts_at=made.starts_at, place="Café du Bouffay", by=by)
    yield "place", _span(AGAIN, 60)
    mentoring.move_session(made, starts_at=made.starts_at, agenda="Le budget", by=by)
    yield "words", _span(AGAIN, 60)
    other = make_pair(cast.organisation, make_mentor(cast.organisation), journey=journey, is_primary=False)
    pass_session(made, other, by=by)
    yield "people", _span(AGAIN, 60)
    mentoring.cancel_session(made, reason=f"Malade {NASTY}", for_mentor=True, by=by)
    yield "cancel", ()


def gathering(cast: Cast) -> Iterator[Step]:
    """A session of several: one leaves it."""
    mentor, by = make_mentor(cast.organisation, cast.mentor, capacity=5), cast.mentor
    pairs = [make_pair(cast.organisation, mentor, one) for one in cast.holders]
    made = mentoring.plan_gathering(
        mentor, pairs=pairs, starts_at=FRIDAY, minutes=90, place=PLACE[:200], title=f"Atelier {NASTY}", by=by
    )
    yield "first", _span(FRIDAY)
    mentoring.move_gathering(made, starts_at=MONDAY, by=by)
    yield "time", _span(MONDAY)
    mentoring.move_gathering(made, starts_at=TWICE, by=by)
    yield "time", _span(TWICE)
    mentoring.move_gathering(made, starts_at=TWICE, place="Solilab", by=by)
    yield "place", _span(TWICE)
    first = made.sessions.order_by("pk")[0]
    mentoring.cancel_session(first, reason="Malade", for_mentor=False, by=by)
    yield "people", _span(TWICE)
    mentoring.cancel_gathering(made, reason="Malade", by=by)
    yield "cancel", ()


def module(cast: Cast) -> Iterator[Step]:
    """A date of a module: each has an event of her own."""
    ones = [make_journey(cast.organisation, one) for one in cast.holders]
    row = make_module_date(module_of(ones[0]), starts_at=FRIDAY, minutes=90, place=PLACE[:200], trainer=NASTY)
    enrolled = enrol(row, *ones[:2])
    yield "first", _span(FRIDAY)
    facts = {"seats": 12, "place": row.place, "trainer": row.trainer, "by": None}

    def move(start: datetime, **more: Any) -> None:
        end = (start.astimezone(UTC) + timedelta(minutes=90)).astimezone(PARIS)
        journeys.move_module_date(row, starts_at=start, ends_at=end, **{**facts, **more})

    move(MONDAY)
    yield "time", _span(MONDAY)
    move(AGAIN.astimezone(UTC))
    yield "time", _span(AGAIN)
    facts["place"] = "Solilab"
    move(AGAIN.astimezone(UTC))
    yield "place", _span(AGAIN)
    journeys.withdraw_enrolment(enrolled[0], by=None)
    yield "cancel", ()
    enrol(row, ones[2])
    yield "first", _span(AGAIN)
    journeys.cancel_module_date(row, reason=f"Grève {NASTY}", by=None)
    yield "cancel", ()


def stay(cast: Cast) -> Iterator[Step]:
    """The days of a stay around the night when clocks change, amended twice."""
    journey = make_journey(cast.organisation, cast.holders[1])
    whole, night = [["09:00", "12:30"], ["13:30", "17:00"]], [["01:00", "04:00"]]
    slots = {"25": whole, "26": [["14:00", "18:00"]], "28": night, "29": whole, "30": whole}
    days = [{"on": f"2027-03-{day}", "slots": found} for day, found in slots.items()]
    row = make_immersion(
        journey, state="validated", starts_on=date(2027, 3, 25), ends_on=date(2027, 3, 30), schedule=days,
        place=PLACE[:200], tutor_name='Paule "Tutrice", cheffe', tutor_email="Paule@Exemple.fr",
    )  # fmt: skip
    yield "first", _days(days)
    for why, changes in (
        ("time", {"schedule": [{**one, "slots": whole} for one in days]}),
        ("time", {"schedule": [{**one, "slots": whole if one["on"] != "2027-03-29" else []} for one in days]}),
        ("place", {"place": "Quai des Antilles"}),
        ("people", {"tutor_name": "Alix", "tutor_email": "alix@exemple.fr"}),
    ):
        row.refresh_from_db()
        amended = journeys.draft_amendment(row, replace(facts_of(row), **changes), reason="Travaux", by=None)
        amended = journeys.send_amendment_to_sign(amended, by=None)
        for party in amended.concerned:
            journeys.record_amendment_signature(amended, party=party, signed_on=date(2026, 11, 23), by=None)
        journeys.validate_amendment(amended, by=None)
        row.refresh_from_db()
        yield why, _days(row.schedule)
    journeys.cancel_immersion(row, reason="Travaux", by=None)
    yield "cancel", ()


def _days(schedule: list[dict[str, Any]]) -> tuple[Span, ...]:
    """From its first slot to its last, on the clock of the place."""

    def at(day: str, text: str) -> datetime:
        return datetime.fromisoformat(f"{day}T{text}").replace(tzinfo=PARIS).astimezone(UTC)

    slots = [(one["on"], one["slots"]) for one in schedule if one["slots"]]
    return tuple((at(on, found[0][0]), at(on, found[-1][1])) for on, found in slots)


def meeting(cast: Cast) -> Iterator[Step]:
    """Whatever an app may do: people without an account come, go and come back; it is off, and on again."""
    about, by = cast.organisation, cast.mentor
    one, guest = Attendee(cast.holders[0]), Attendee(email="Guest@Example.org", name='Alex\r\n "le Grand"\x00')
    chair = Attendee(cast.mentor, "CHAIR")
    facts: dict[str, Any] = {
        "about": about, "organisation": about, "titles": {"fr": f"Réunion {NASTY}", "en": f"Meeting {NASTY}"},
        "descriptions": {"fr": LONG, "en": LONG}, "place": PLACE, "url": "http://testserver/sessions/1/?a=é&b=1",
        "attendees": [chair, one, guest], "by": by,
    }  # fmt: skip
    calendars.send_invite(starts_at=FRIDAY, ends_at=FRIDAY + HOUR, **facts)
    yield "first", _span(FRIDAY, 60)
    calendars.move_invite(about, starts_at=TWICE.astimezone(UTC), by=by)
    yield "time", _span(TWICE, 60)
    calendars.move_invite(about, starts_at=AGAIN.astimezone(UTC), by=by)
    yield "time", _span(AGAIN, 60)
    calendars.move_invite(about, place=f"Ailleurs {NASTY}", by=by)
    yield "place", _span(AGAIN, 60)
    calendars.move_invite(about, titles={"fr": "Réunion", "en": "Meeting"}, by=by)
    yield "words", _span(AGAIN, 60)
    calendars.move_invite(about, attendees=[chair, one], by=by)
    yield "people", _span(AGAIN, 60)
    calendars.move_invite(about, attendees=[chair, one, guest], by=by)
    yield "people", _span(AGAIN, 60)
    calendars.cancel_invite(about, by=by)
    yield "cancel", ()
    calendars.send_invite(starts_at=MONDAY, ends_at=MONDAY + HOUR, **facts)
    yield "first", _span(MONDAY, 60)


SCENES: dict[str, Callable[[Cast], Iterator[Step]]] = {
    "session": session, "gathering": gathering, "module": module, "stay": stay, "meeting": meeting,
}  # fmt: skip


# --- Played ---------------------------------------------------------------------------------------
def play(name: str) -> Scene:
    """The scene, once, in a transaction that is taken back: what is left is what the server got."""
    scene, place = Scene(name), 0
    with smtp_server() as box, _stage(box) as clock:
        for why, planned in SCENES[name](_cast()):
            place += 1
            sent = len(box.messages)
            clock.shift(timedelta(minutes=7 if place % 3 else 0))  # also twice within the same second
            tasks.sweep_outbox()
            found = zip(box.messages[sent:], box.recipients[sent:], strict=True)
            letters = [Sent(place, why, to, raw, planned) for raw, to in found if b"text/calendar" in raw]
            assert letters, f"{name}: nobody was told of act {place} ({why})"
            scene.sent += letters
            for person in InviteAttendee.objects.filter(invite__state=Invite.State.CONFIRMED, removed_at=None):
                calendars.answer_invite(person, "ACCEPTED", by=person.user)
    return scene


@contextmanager
def _stage(box: Mailbox) -> Iterator[time_machine.Traveller]:
    server = {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": box.port,
        "EMAIL_HOST_USER": "",
        "EMAIL_HOST_PASSWORD": "",
        "EMAIL_USE_TLS": False,
        "EMAIL_USE_SSL": False,
        "ANSWERS_DOMAIN": "In.Example.org",
        "TAKES_REPLIES": settings.TAKES_REPLIES,
    }
    cache.clear()
    now = time_machine.travel(NOON, tick=False)
    with now as clock, override_settings(**server), translation.override("fr"), transaction.atomic():
        yield clock
        transaction.set_rollback(True)
