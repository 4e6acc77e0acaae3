"""calendar.md 1.3 to 1.6: what an invite says, from its first REQUEST to its CANCEL; and who reads it."""

import re
from datetime import timedelta

from tests.backend.calendars.readers import Libical, readers
from tests.backend.calendars.rules.scenes import Scene
from tests.backend.calendars.rules.table import after, counted, events_of, lines_of, rule


# --- 1.3 REQUEST ----------------------------------------------------------------------------------
@rule(
    "1.3 METHOD, VERSION and a constant PRODID; UID, DTSTAMP, DTSTART, ORGANIZER, SUMMARY, SEQUENCE, TRANSP once each"
)
def _(scene: Scene) -> None:
    for sent in scene.sent:
        for line in ("VERSION:2.0", "PRODID:-//Jalon//Jalon 1//EN", f"METHOD:{sent.read.method}"):
            assert sent.lines.count(line) == 1
        for event in events_of(sent):
            names = counted(event)
            once = ("UID", "DTSTAMP", "DTSTART", "ORGANIZER", "SUMMARY", "SEQUENCE", "TRANSP")
            assert {names[name] for name in once} == {1} and names["ATTENDEE"] >= 1
            assert not {"METHOD", "REQUEST-STATUS"} & set(names)


@rule("1.3 a REQUEST is CONFIRMED")
def _(scene: Scene) -> None:
    for sent in scene.with_method("REQUEST"):
        assert {line for line in sent.lines if line.startswith("STATUS")} == {"STATUS:CONFIRMED"}


@rule("1.3 the first is SEQUENCE 0, for whoever is there from the start")
def _(scene: Scene) -> None:
    firsts = [sent[0] for sent in scene.streams().values()]
    assert {one.sequence for one in firsts if one.why == "first"} == {0}
    assert {one.read.method for one in firsts} == {"REQUEST"}
    assert not [one for one in firsts if one.why != "first" and one.sequence == 0]


@rule("1.3 at most one alarm, DISPLAY, half an hour before")
def _(scene: Scene) -> None:
    for sent in scene.with_method("REQUEST"):
        assert sent.read.alarms == 1
        assert (set(lines_of(sent, "ACTION")), set(lines_of(sent, "TRIGGER"))) == (
            {"ACTION:DISPLAY"},
            {"TRIGGER:-PT30M"},
        )


# --- 1.4 Updates ----------------------------------------------------------------------------------
@rule("1.4 the same UID keeps its ORGANIZER")
def _(scene: Scene) -> None:
    assert scene.pairs()
    for before, now in scene.pairs():
        assert now.read.organiser == before.read.organiser


@rule("1.4 another time or place: SEQUENCE grows by one, and everybody is asked anew")
def _(scene: Scene) -> None:
    changes = after(scene, "time", "place")
    assert len({now.place for _before, now in changes}) >= 3
    for before, now in changes:
        assert now.sequence == before.sequence + 1
        assert {said for _role, said in now.read.attendees.values()} == {"NEEDS-ACTION"}
        assert not [line for line in lines_of(now, "ATTENDEE") if "RSVP=TRUE" not in line]


@rule("1.4 other words: SEQUENCE stays, and so does each answer")
def _(scene: Scene) -> None:
    changes = after(scene, "words")
    assert changes or scene.name in ("gathering", "module", "stay")
    for before, now in changes:
        assert now.sequence == before.sequence
        assert {said for _role, said in now.read.attendees.values()} == {"ACCEPTED"}


@rule("1.4 DTSTAMP is strictly greater, whatever changed; SEQUENCE never goes back")
def _(scene: Scene) -> None:
    for before, now in scene.pairs():
        assert now.dtstamp > before.dtstamp and now.sequence >= before.sequence
        assert now.sequence < 2**31


@rule("1.4 an update is the whole event, not what differs")
def _(scene: Scene) -> None:
    for before, now in after(scene, "time", "place", "words"):
        names = [counted(events_of(one)[0]) for one in (before, now)]
        assert {name for name in names[0] if name not in ("RRULE", "EXDATE")} <= set(names[1])


@rule("1.4 who is taken off gets a CANCEL without STATUS that names only her")
def _(scene: Scene) -> None:
    off = [sent for sent in scene.with_method("CANCEL") if sent.why == "people"]
    assert off or scene.name == "module"  # where each has an event of her own
    for sent in off:
        assert (list(sent.read.attendees), lines_of(sent, "STATUS")) == ([sent.to.lower()], [])


@rule("1.4 who is added gets a REQUEST, the answers of the others in it")
def _(scene: Scene) -> None:
    come = [sent[0] for sent in scene.streams().values() if sent[0].why == "people"]
    assert come or scene.name not in ("session", "stay")
    for sent in come:
        assert sent.read.attendees[sent.to.lower()][1] == "NEEDS-ACTION"
        assert {said for who, (_role, said) in sent.read.attendees.items() if who != sent.to.lower()} <= {"ACCEPTED"}


@rule("1.4 who comes back is invited above her cancellation")
def _(scene: Scene) -> None:
    back = [
        (before, now) for before, now in scene.pairs() if (before.read.method, now.read.method) == ("CANCEL", "REQUEST")
    ]
    assert back or scene.name != "meeting"
    for before, now in back:
        assert now.sequence > before.sequence and before.why == now.why == "people"


# --- 1.5 CANCEL -----------------------------------------------------------------------------------
@rule("1.5 CANCEL: a SEQUENCE that grew, ORGANIZER and the person as before, no alarm, nothing asked")
def _(scene: Scene) -> None:
    off = [(before, now) for before, now in scene.pairs() if now.read.method == "CANCEL"]
    assert off
    for before, now in off:
        assert now.sequence > before.sequence and now.read.organiser == before.read.organiser
        assert list(now.read.attendees) == [now.to.lower()] and now.read.alarms == 0
        assert "RSVP" not in now.calendar.decode()


@rule("1.5 STATUS:CANCELLED when all of it is off")
def _(scene: Scene) -> None:
    off = [sent for sent in scene.sent if sent.why == "cancel"]
    assert off and {tuple(lines_of(sent, "STATUS")) for sent in off} == {("STATUS:CANCELLED",)}
    assert {sent.read.method for sent in off} == {"CANCEL"}


@rule("1.5 it keeps DTSTART and SUMMARY, by which calendars show it")
def _(scene: Scene) -> None:
    for before, now in scene.pairs():
        if now.read.method == "CANCEL":
            assert [now.read.fields[name] for name in ("DTSTART", "SUMMARY")] == [
                before.read.fields[name] for name in ("DTSTART", "SUMMARY")
            ]  # fmt: skip


@rule("1.5 it goes to everybody who ever got a REQUEST and was not taken off since")
def _(scene: Scene) -> None:
    last = max(sent.place for sent in scene.sent if sent.why == "cancel")
    for (_uid, _to), sent in scene.streams().items():
        if sent[0].place <= last:
            assert sent[-1].read.method == "CANCEL"


@rule("1.5 a UID is never used again once all of it is off")
def _(scene: Scene) -> None:
    for sent in scene.streams().values():
        ends = [place for place, one in enumerate(sent) if one.read.fields.get("STATUS") == "CANCELLED"]
        assert ends in ([], [len(sent) - 1])
    if scene.name == "meeting":
        assert len({uid for uid, _to in scene.streams()}) == 2


# --- 1.6 Series -----------------------------------------------------------------------------------
@rule("1.6 one UID an event and no RRULE; the days of a stay are one whole series in each message")
def _(scene: Scene) -> None:
    for sent in scene.sent:
        events = events_of(sent)
        rules = lines_of(sent, "RRULE")
        if scene.name != "stay":
            assert (len(events), rules) == (1, [])
            continue
        assert len(rules) == 1 and rules[0] in events[0] and not counted(events[0])["RECURRENCE-ID"]
        assert len({tuple(line for line in event if re.match("UID|SEQUENCE|DTSTAMP", line)) for event in events}) == 1


@rule("1.6 a day that differs is told by its original start, among those of the rule")
def _(scene: Scene) -> None:
    moved = [line.partition(":")[2] for sent in scene.sent for line in lines_of(sent, "RECURRENCE-ID")]
    assert moved or scene.name != "stay"
    for sent in scene.with_method("REQUEST"):
        start = sent.read.fields["DTSTART"]
        slots = {f"{start + timedelta(days=shift):%Y%m%dT%H%M%SZ}" for shift in range(40)}
        for event in events_of(sent)[1:]:
            (slot,) = (line.partition(":")[2] for line in event if line.startswith("RECURRENCE-ID"))
            assert slot in slots


@rule("1.6 a day that is off is in EXDATE of the whole series; a CANCEL is of the whole, without RECURRENCE-ID")
def _(scene: Scene) -> None:
    if scene.name == "stay":
        fewer = [now for before, now in scene.pairs() if 0 < len(now.planned) < len(before.planned)]
        assert fewer and all(any(line.startswith("EXDATE") for line in now.lines) for now in fewer)
    for sent in scene.with_method("CANCEL"):
        assert len(events_of(sent)) == 1 and not lines_of(sent, "RECURRENCE-ID")


# --- Other programs -------------------------------------------------------------------------------
@rule("1.6 every calendar program reads the same fields, people and instants, and those that are planned")
def _(scene: Scene) -> None:
    raws = [sent.calendar for sent in scene.sent]
    for program, reader in readers().items():
        for sent, found in zip(scene.sent, reader(raws) if reader else [], strict=bool(reader)):
            assert found == sent.read, program
            if sent.read.method == "REQUEST":
                assert found.instants == sorted(sent.planned), program


@rule("1.3 libical finds nothing against the tables of RFC 5546")
def _(scene: Scene) -> None:
    libical = Libical()
    if libical.library:
        assert {sent.read.method: libical.verdicts(sent.calendar) for sent in scene.sent} == {
            "REQUEST": [],
            "CANCEL": [],
        }
