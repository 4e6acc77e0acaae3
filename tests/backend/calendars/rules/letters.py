"""calendar.md 1.1 and 1.2: the bytes of an invite, and the letter that carries it."""

import re
from datetime import datetime
from html import unescape
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from tests.backend.calendars.rules.scenes import Scene
from tests.backend.calendars.rules.table import CONTROLS, events_of, lines_of, rule


# --- 1.1 Bytes ------------------------------------------------------------------------------------
@rule("1.1 every line ends with CRLF, and no other line end is in it")
def _(scene: Scene) -> None:
    for sent in scene.sent:
        assert sent.calendar.endswith(b"\r\n") and not {b"\r", b"\n"} & set(sent.calendar.split(b"\r\n"))
        assert b"\n" not in sent.calendar.replace(b"\r\n", b"") and b"\r" not in sent.calendar.replace(b"\r\n", b"")


@rule("1.1 a line is at most 75 octets, never cut inside a character; UTF-8 without BOM")
def _(scene: Scene) -> None:
    for sent in scene.sent:
        assert not sent.calendar.startswith(b"\xef\xbb\xbf")
        pieces = sent.calendar.split(b"\r\n")
        assert [len(piece) for piece in pieces if len(piece) > 75] == []
        assert all(piece.decode() is not None for piece in pieces)
    assert any(b"\r\n " in sent.calendar for sent in scene.sent)


@rule("1.1 text is escaped: readers have it as it was written")
def _(scene: Scene) -> None:
    for sent in (one for one in scene.sent if one.place == 1):
        assert sent.read.fields["LOCATION"].startswith(
            '"Chez Zoé"; l’été, \\n 8, rue Saint-Domingue; Nantes \U0001f469'
        )
        assert lines_of(sent, "LOCATION")[0].startswith(
            r'LOCATION:"Chez Zoé"\; l’été\, \\n 8\, rue Saint-Domingue\; Nantes'
        )


@rule("1.1 no control character is left")
def _(scene: Scene) -> None:
    for sent in scene.sent:
        assert CONTROLS.findall(sent.calendar.decode().replace("\r\n", "")) == []


@rule("1.1 a name has no quotes, and no encoding of them")
def _(scene: Scene) -> None:
    names = [name for sent in scene.sent for name in sent.read.names.values()]
    assert names and not [name for name in names if re.search(r'["\r\n]|\^', name)]
    assert {"Zoé la Douce d’Été", "Siân O’Neill; Jr, BA", "Paule Tutrice, cheffe"} & set(names)
    assert not [line for sent in scene.sent for line in lines_of(sent, "ATTENDEE", "ORGANIZER") if "^" in line]


@rule("1.1 DTSTAMP is in UTC and there is one")
def _(scene: Scene) -> None:
    for sent in scene.sent:
        for event in events_of(sent):
            (stamp,) = (line for line in event if line.startswith("DTSTAMP"))
            assert re.fullmatch(r"DTSTAMP:\d{8}T\d{6}Z", stamp)


@rule("1.1 a UID is random, lower case ASCII of at most 255 octets, tells nothing, and is none of Exchange’s")
def _(scene: Scene) -> None:
    for uid, _to in scene.streams():
        assert re.fullmatch(r"[0-9a-f]{32}@[a-z0-9.-]+", uid) and len(uid) <= 255
        assert not uid.startswith("040000008200e00074c5b7101a82e008")


@rule("1.1 times are in UTC: no zone has to be described, and the hour that comes twice is told apart")
def _(scene: Scene) -> None:
    for sent in scene.sent:
        times = lines_of(sent, "DTSTART", "DTEND", "RECURRENCE-ID", "EXDATE")
        assert [line for line in times if not re.fullmatch(r"[A-Z-]+:(\d{8}T\d{6}Z,?)+", line)] == []
        assert not [line for line in sent.lines if "TZID" in line or "VTIMEZONE" in line]


@rule("1.1 DTEND and no DURATION, after DTSTART")
def _(scene: Scene) -> None:
    for sent in scene.sent:
        for event in events_of(sent):
            found = {line.partition(":")[0]: line.partition(":")[2] for line in event}
            assert "DURATION" not in found and found["DTEND"] > found["DTSTART"]


@rule("1.1 a description is plain text of at most 8 KB")
def _(scene: Scene) -> None:
    told = [sent.read.fields["DESCRIPTION"] for sent in scene.sent]
    assert told and not [text for text in told if len(text.encode()) > 8192 or "<" in text]


@rule("1.1 a link is in the description, for who shows no URL")
def _(scene: Scene) -> None:
    for sent in scene.sent:
        (url,) = {line.partition(":")[2] for line in lines_of(sent, "URL")}
        assert url.startswith("http://testserver/") and url in sent.read.fields["DESCRIPTION"]


# --- 1.2 Mail -------------------------------------------------------------------------------------
@rule("1.2 one recipient a message, with a Message-ID of its own")
def _(scene: Scene) -> None:
    for sent in scene.sent:
        assert [one.addr_spec.lower() for one in sent.message["To"].addresses] == [sent.to.lower()]
        assert not sent.message["Cc"] and not sent.message["Bcc"]
    ids = [sent.message["Message-ID"] for sent in scene.sent]
    assert len(set(ids)) == len(ids)


@rule("1.2 mixed > alternative (text, page, calendar last), and invite.ics beside it")
def _(scene: Scene) -> None:
    for sent in scene.sent:
        alternative, attached = sent.message.iter_parts()
        assert sent.message.get_content_type() == "multipart/mixed"
        assert alternative.get_content_type() == "multipart/alternative"
        assert [part.get_content_type() for part in sent.parts] == ["text/plain", "text/html", "text/calendar"]
        assert (attached.get_content_type(), attached.get_filename()) == ("application/ics", "invite.ics")
        assert dict(attached["Content-Type"].params)["name"] == "invite.ics"


@rule("1.2 the attachment is the same bytes; both are base64")
def _(scene: Scene) -> None:
    for sent in scene.sent:
        _alternative, attached = sent.message.iter_parts()
        assert attached.get_payload(decode=True) == sent.calendar
        assert [part["Content-Transfer-Encoding"] for part in (sent.parts[-1], attached)] == ["base64"] * 2


@rule("1.2 the part names the METHOD and UTF-8; one object, one UID")
def _(scene: Scene) -> None:
    for sent in scene.sent:
        assert dict(sent.parts[-1]["Content-Type"].params) == {"method": sent.read.method, "charset": "UTF-8"}
        assert sent.lines.count("BEGIN:VCALENDAR") == sent.lines.count("END:VCALENDAR") == 1
        assert len(set(lines_of(sent, "UID"))) == 1


@rule("1.2 the text says the same: what, when, where, who organises")
def _(scene: Scene) -> None:
    for sent in scene.sent:
        text = " ".join(f"{sent.message['Subject']} {sent.text}".split()).casefold()
        told = re.findall(r"[^\W_]{4,}", sent.read.fields["SUMMARY"].casefold())
        assert told and [word for word in told if word not in text and word != "chez"] == []
        assert "écossolies" in text
        if sent.read.method == "CANCEL":
            continue
        assert sent.read.fields["LOCATION"].casefold() in text
        for start, _end in sent.planned:
            at = start.astimezone(ZoneInfo("Europe/Paris"))
            assert f"{at:%H:%M}".lstrip("0") in text or f"{at.hour} h" in text


@rule("1.2 no control character in the letter either, and no line cut by one")
def _(scene: Scene) -> None:
    for sent in scene.sent:
        for part in sent.parts[:2]:
            assert CONTROLS.findall(str(part.get_content())) == []


@rule("1.2 ORGANIZER is From, an address of the house for this person alone, lower case and without +")
def _(scene: Scene) -> None:
    answers: dict[str, set[str]] = {}
    for sent in scene.sent:
        assert [one.addr_spec for one in sent.message["From"].addresses] == [sent.read.organiser]
        assert re.fullmatch(r"rdv-[0-9a-f]{32}@in\.example\.org", sent.read.organiser)
        answers.setdefault(sent.read.organiser, set()).add(sent.to)
    assert {len(people) for people in answers.values()} == {1}


@rule("1.2 nobody is told that she organises it: no attendee is the organiser")
def _(scene: Scene) -> None:
    for sent in scene.sent:
        assert sent.read.organiser not in sent.read.attendees
        assert not [address for address in sent.read.attendees if "rdv-" in address]


@rule("1.2 Auto-Submitted, and not bulk")
def _(scene: Scene) -> None:
    for sent in scene.sent:
        assert (sent.message["Auto-Submitted"], sent.message["Precedence"]) == ("auto-generated", None)


@rule("1.2 exactly one ATTENDEE is the reader, in lower case, asked for an answer")
def _(scene: Scene) -> None:
    for sent in scene.sent:
        assert sent.to == sent.to.lower() or sent.to.lower() in sent.read.attendees
        matching = [line for line in lines_of(sent, "ATTENDEE") if line.endswith(f":mailto:{sent.to.lower()}")]
        for line in matching[:1]:
            assert "CUTYPE=INDIVIDUAL" in line and re.search("ROLE=(REQ-PARTICIPANT|CHAIR)", line) and "CN=" in line
            assert ("RSVP=TRUE" in line) == (sent.read.method == "REQUEST") and "PARTSTAT=" in line
        assert len(matching) == len(events_of(sent))


@rule("1.2 of the others she sees whom she may: the other of two, or who chairs")
def _(scene: Scene) -> None:
    for sent in scene.sent:
        others = {who: role for who, (role, _said) in sent.read.attendees.items() if who != sent.to.lower()}
        assert len(others) <= 1
        if scene.name in ("gathering", "meeting") and sent.why in ("first", "time", "place", "words"):
            assert set(others.values()) <= {"CHAIR"}


@rule("1.2 a letter that asks carries a link to answer on a page, for calendars that show no buttons")
def _(scene: Scene) -> None:
    for sent in scene.with_method("REQUEST"):
        links = re.findall(r"http://testserver/answers/[\w-]+/", sent.text)
        assert links and links[0] in str(sent.parts[1].get_content())


@rule("1.2 it can be added to Google, Outlook.com and Microsoft 365, at the same times; a series as a file")
def _(scene: Scene) -> None:
    for sent in scene.with_method("REQUEST"):
        links = [unescape(link) for link in re.findall(r'href="([^"]+)"', str(sent.parts[1].get_content()))]
        assert [link for link in links if link.endswith("/invite.ics")]
        added = [urlsplit(link) for link in links if "calendar.google" in link or "deeplink" in link]
        hosts = ["calendar.google.com", "outlook.live.com", "outlook.office.com"]
        assert [link.hostname for link in added] == ([] if scene.name == "stay" else hosts)
        for link in added:
            facts = {name: values[0] for name, values in parse_qs(link.query, strict_parsing=True).items()}
            dates = facts["dates"].split("/") if "dates" in facts else [facts["startdt"], facts["enddt"]]
            assert tuple(datetime.fromisoformat(date) for date in dates) == sent.planned[0]
            assert facts.get("text", facts.get("subject")) == sent.read.fields["SUMMARY"]
            assert facts["location"] == sent.read.fields["LOCATION"] and "+" not in link.query
            has_lines = "\n" in sent.read.fields["DESCRIPTION"]
            assert has_lines == ("\n" in facts["details"] if "details" in facts else "<br>" in facts["body"])
