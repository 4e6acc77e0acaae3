"""The bytes of an invite: valid for any text, the same each time, read alike by programs we did not write."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from backend.calendars import ics
from tests.backend.calendars.readers import Libical, Read, read_with_vobject, readers
from tests.conftest import missing

START = datetime(2026, 12, 3, 14, 30, tzinfo=ZoneInfo("Europe/Paris"))
MOMENT = ics.Moment(
    uid="0123456789abcdef@jalon.localhost",
    sequence=3,
    dtstamp=datetime(2026, 11, 23, 8, 0, 0, 999, tzinfo=UTC),
    starts_at=START,
    ends_at=START + timedelta(minutes=90),
    summary="Séance 3 : le modèle, la suite ; et après",
    organiser="rdv@jalon.localhost",
    organiser_name='Les "Écossolies", Nantes',
    description="Première ligne\r\nSeconde; ligne, avec \\ et é",
    place="8, rue Saint-Domingue; Nantes",
    url="https://jalon.localhost/sessions/3/",
    people=(
        ics.Person("Mentor@Example.org", "Marc Tessier", "CHAIR", "ACCEPTED"),
        ics.Person("holder@example.org", "Hawa\r\nDiallo"),
    ),
)
CANCEL = replace(MOMENT, method="CANCEL", status="CANCELLED", sequence=4)
REMOVED = replace(CANCEL, status="", people=MOMENT.people[1:])
texts = st.text(max_size=300)


def unfolded(raw: bytes) -> list[str]:
    return raw.replace(b"\r\n ", b"").decode().split("\r\n")[:-1]


@settings(deadline=None)
@given(summary=texts, description=texts, place=texts, name=texts)
def test_any_text_gives_lines_that_every_reader_can_read(summary: str, description: str, place: str, name: str) -> None:
    people = (ics.Person("a@example.org", name),)
    raw = ics.build(
        replace(MOMENT, summary=summary, description=description, place=place, organiser_name=name, people=people)
    )
    assert b"\n" not in raw.replace(b"\r\n", b"") and b"\r" not in raw.replace(b"\r\n", b"")
    for line in raw.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()  # never cut inside a character
    assert not [c for c in raw.replace(b"\r\n", b"").decode() if (c < " " and c != "\t") or c == "\x7f"]
    lines = unfolded(raw)
    assert [line for line in lines if line.startswith(("BEGIN:", "END:"))] == [
        "BEGIN:VCALENDAR", "BEGIN:VEVENT", "BEGIN:VALARM", "END:VALARM", "END:VEVENT", "END:VCALENDAR",
    ]  # fmt: skip
    assert sum(line.startswith("ATTENDEE") for line in lines) == 1
    assert not [line for line in lines if line.startswith(("ATTENDEE", "ORGANIZER")) and "^'" in line]


@settings(deadline=None)
@given(summary=texts, description=texts)
def test_text_comes_back_as_it_was_but_for_control_characters(summary: str, description: str) -> None:
    assume("\\N" not in summary + description)  # icalendar writes it as a line end, as RFC 5545 lets readers take it
    read = read_with_vobject(ics.build(replace(MOMENT, summary=f"x{summary}", description=f"x{description}")))
    assert read.fields["SUMMARY"] == ics.single_line(f"x{summary}")
    assert read.fields["DESCRIPTION"] == ics.plain(f"x{description}")


def test_a_request_has_what_rfc_5546_asks_and_nothing_twice() -> None:
    lines = unfolded(ics.build(MOMENT))
    assert lines == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Jalon//Jalon 1//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:REQUEST",
        "BEGIN:VEVENT",
        "SUMMARY:Séance 3 : le modèle\\, la suite \\; et après",
        "DTSTART:20261203T133000Z",
        "DTEND:20261203T150000Z",
        "DTSTAMP:20261123T080000Z",
        "UID:0123456789abcdef@jalon.localhost",
        "SEQUENCE:3",
        'ATTENDEE;CN="Marc Tessier";CUTYPE=INDIVIDUAL;PARTSTAT=ACCEPTED;ROLE=CHAIR;RSVP=TRUE:mailto:mentor@example.org',
        'ATTENDEE;CN="Hawa Diallo";CUTYPE=INDIVIDUAL;PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP=TRUE:'
        "mailto:holder@example.org",
        "DESCRIPTION:Première ligne\\nSeconde\\; ligne\\, avec \\\\ et é",
        "LOCATION:8\\, rue Saint-Domingue\\; Nantes",
        'ORGANIZER;CN="Les Écossolies, Nantes":mailto:rdv@jalon.localhost',
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
        "URL:https://jalon.localhost/sessions/3/",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:Séance 3 : le modèle\\, la suite \\; et après",
        "TRIGGER:-PT30M",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


def test_a_cancel_has_no_alarm_and_asks_nothing() -> None:
    lines = unfolded(ics.build(CANCEL))
    assert "METHOD:CANCEL" in lines and "STATUS:CANCELLED" in lines and "SEQUENCE:4" in lines
    assert not [line for line in lines if "VALARM" in line or "RSVP" in line]


def test_the_cancel_of_somebody_taken_off_names_only_her_and_has_no_status() -> None:
    lines = unfolded(ics.build(REMOVED))
    assert [line.rpartition(":")[2] for line in lines if line.startswith("ATTENDEE")] == ["holder@example.org"]
    assert not [line for line in lines if line.startswith("STATUS")]


def expected(moment: ics.Moment) -> Read:
    """What any reader should understand of `moment`."""
    read = Read(method=moment.method, organiser=moment.organiser, alarms=int(moment.method == "REQUEST"))
    read.fields = {
        "UID": moment.uid,
        "SEQUENCE": str(moment.sequence),
        "DTSTAMP": moment.dtstamp.replace(microsecond=0),
        "DTSTART": moment.starts_at.astimezone(UTC),
        "DTEND": moment.ends_at.astimezone(UTC),
        "SUMMARY": moment.summary,
        "LOCATION": moment.place,
        "DESCRIPTION": moment.description.replace("\r\n", "\n"),
        "STATUS": moment.status,
    }
    if not moment.status:
        del read.fields["STATUS"]
    read.attendees = {person.email.lower(): (person.role, person.partstat) for person in moment.people}
    read.names = {person.email.lower(): ics.label(person.name) for person in moment.people}
    read.instants = [(read.fields["DTSTART"], read.fields["DTEND"])]
    return read


@pytest.mark.parametrize("name", readers())
def test_programs_we_did_not_write_read_the_same_fields(name: str) -> None:
    reader = readers()[name]
    if reader is None:
        missing(name)
    else:
        moments = [MOMENT, CANCEL, REMOVED]
        assert reader([ics.build(moment) for moment in moments]) == [expected(moment) for moment in moments]


@pytest.mark.parametrize("moment", [MOMENT, CANCEL, REMOVED], ids=["request", "cancel", "removed"])
def test_libical_finds_nothing_against_rfc_5546(moment: ics.Moment) -> None:
    libical = Libical()
    if libical.library is None:
        missing("libical (Debian package libical3)")
    assert libical.verdicts(ics.build(moment)) == []


def test_libical_would_have_said_so() -> None:
    libical = Libical()
    if libical.library is None:
        missing("libical (Debian package libical3)")
    assert libical.verdicts(ics.build(MOMENT).replace(b"UID:0123456789abcdef@jalon.localhost\r\n", b""))


def test_the_same_moment_is_the_same_bytes_in_any_zone() -> None:
    elsewhere = replace(MOMENT, starts_at=START.astimezone(timezone(timedelta(hours=-5))))
    assert ics.build(elsewhere) == ics.build(MOMENT) == ics.build(MOMENT)


def test_the_hour_that_comes_twice_in_autumn_is_told_apart() -> None:
    paris = ZoneInfo("Europe/Paris")
    first, second = (datetime(2026, 10, 25, 2, 30, tzinfo=paris, fold=fold) for fold in (0, 1))
    ends = START + timedelta(hours=1)
    raws = [ics.build(replace(MOMENT, starts_at=start, ends_at=ends)) for start in (first, second)]
    assert [read_with_vobject(raw).fields["DTSTART"].hour for raw in raws] == [0, 1]


def test_the_hash_sees_what_a_reader_sees_and_not_the_numbering() -> None:
    same = replace(MOMENT, sequence=9, dtstamp=MOMENT.dtstamp + timedelta(days=1))
    answered = replace(MOMENT, people=(replace(MOMENT.people[0], partstat="DECLINED"), MOMENT.people[1]))
    assert ics.content_hash(MOMENT) == ics.content_hash(same) == ics.content_hash(answered)
    others = [replace(MOMENT, place="x"), replace(MOMENT, summary="x"), replace(MOMENT, people=MOMENT.people[:1])]
    assert len({ics.content_hash(one) for one in [MOMENT, *others]}) == 4


@pytest.mark.parametrize(
    "wrong",
    [
        {"ends_at": START},
        {"starts_at": START.replace(tzinfo=None)},
        {"uid": "ABC@jalon"},
        {"uid": "é@jalon"},
        {"uid": ""},
        {"uid": "x" * 256},
        {"uid": "040000008200e00074c5b7101a82e008aa"},
        {"uid": "a\nb"},
        {"people": ()},
        {"people": (ics.Person("RDV@jalon.localhost"),)},
        {"status": "CANCELLED"},
        {"method": "CANCEL"},
    ],
)
def test_an_invite_no_calendar_would_take_is_not_built(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        ics.build(replace(MOMENT, **wrong))  # type: ignore[arg-type]  # wrong on purpose
