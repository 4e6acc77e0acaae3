"""A calendar on somebody's own server, over CalDAV (RFC 4791): how it is found, and single dates in it. No database."""

import base64
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from backend.lib import clock
from backend.lib.outward import Answer, OutwardError, Visitor, checked, is_beside, is_own, port_of

DAV, CAL = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}"
WELL_KNOWN = "/.well-known/caldav"
ASKED = (
    b'<?xml version="1.0" encoding="utf-8"?><d:propfind xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:prop>'
    b"<d:resourcetype/><d:displayname/><d:current-user-principal/><d:current-user-privilege-set/><c:calendar-home-set/>"
    b"<c:supported-calendar-component-set/></d:prop></d:propfind>"
)
WRITES = {"all", "write", "write-content", "bind"}
# What stands in the answer of a server beside conditions, or says that it is the whole calendar that can't be written.
NO_CONDITIONS = {"need-privileges", "exception", "message", "sabredav-version"}
LONGEST_ADDRESS, LONGEST_URL, LONGEST_NAME, MOST_CALENDARS = 500, 1000, 200, 100
LONGEST_ETAG = 255
LONGEST_WAIT = 24 * 3600  # seconds that a server may ask us to wait
# These take no password of an app, or speak no CalDAV at all.
NEVER = ("google.com", "googleapis.com", "googleusercontent.com", "gmail.com", "outlook.com", "office365.com",
         "office.com", "live.com", "hotmail.com", "microsoft.com")  # fmt: skip


class CaldavError(Exception):
    """The server was not, or may not be, asked for this. `reason` is one of OwnCalendar.Reason, or one of: taken,
    item (this date only), elsewhere (a service that cannot do it), no_caldav, no_calendar, unknown (its name), tls,
    address, scheme, port, private, redirect, large. `wait`: seconds for which it asks to be left alone."""

    def __init__(self, reason: str, wait: int = 0) -> None:
        super().__init__(reason)
        self.reason, self.wait = reason, wait


@dataclass(frozen=True)
class Found:
    """A calendar in which she may write."""

    url: str
    name: str


@dataclass(frozen=True)
class Item:
    """A date as it stands there; `etag` is "" where the server gives none."""

    etag: str
    body: bytes


@dataclass(frozen=True)
class _Place:
    """One response of a PROPFIND."""

    url: str
    props: Mapping[str, Any]

    def names_in(self, prop: str) -> set[str]:
        """Names of the elements anywhere under a property, without their namespace."""
        found = self.props.get(prop)
        return {one.tag.rpartition("}")[2] for one in found.iter() if one is not found} if found is not None else set()

    def hrefs(self, prop: str) -> list[str]:
        found = self.props.get(prop)
        texts = [one.text or "" for one in found.iter(f"{DAV}href")] if found is not None else []
        return [_joined(self.url, text) for text in texts if text.strip()]

    @property
    def is_calendar(self) -> bool:
        kinds = self.props.get(f"{DAV}resourcetype")
        return kinds is not None and kinds.find(f"{CAL}calendar") is not None

    @property
    def takes_dates(self) -> bool:
        """A calendar for events in which this user may write, as far as the server says."""
        parts = self.props.get(f"{CAL}supported-calendar-component-set")
        names = {str(one.get("name", "")).upper() for one in parts} if parts is not None else set()
        rights = self.names_in(f"{DAV}current-user-privilege-set")
        return self.is_calendar and (not names or "VEVENT" in names) and (not rights or bool(rights & WRITES))

    @property
    def found(self) -> Found:
        called = self.props.get(f"{DAV}displayname")
        name = " ".join((called.text or "").split()) if called is not None else ""
        return Found(self.url, (name or self.url.rstrip("/").rpartition("/")[2])[:LONGEST_NAME])


def server_address(typed: str) -> str:
    """What she typed as the address of a server: with its scheme, https unless the settings name the host. Raises
    CaldavError."""
    text = typed.strip()
    if "://" not in text:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        host, port = (parts.hostname or "").encode("idna").decode(), port_of(parts)
    except (ValueError, UnicodeError):
        raise CaldavError("address") from None
    own = is_own(host, port)
    if host.endswith(NEVER) and f".{host}".endswith(tuple(f".{one}" for one in NEVER)):
        raise CaldavError("elsewhere")
    is_http = parts.scheme == "http"
    if parts.scheme not in ("http", "https") or parts.username is not None or ("." not in host and not own):
        raise CaldavError("address")
    named = f"{host}:{parts.port}" if parts.port and not (is_http and parts.port == 80) else host
    address = f"{'http' if is_http and own else 'https'}://{named}{parts.path or '/'}"
    try:
        checked(address)
    except OutwardError as error:
        raise CaldavError(error.reason) from None
    if len(address) > LONGEST_ADDRESS:  # with the scheme, and its name in plain letters
        raise CaldavError("address")
    return address


class Server:
    """A visit to somebody's server, of `seconds` at most; use it as a context."""

    def __init__(self, address: str, username: str, password: str, *, seconds: float) -> None:
        token = base64.b64encode(f"{username}:{password}".encode()).decode()
        headers = {"Authorization": f"Basic {token}", "User-Agent": "Jalon (CalDAV)", "Accept-Encoding": "identity"}
        self.address, self.until = address, time.monotonic() + seconds
        self._visitor = Visitor(headers, self.until)

    def __enter__(self) -> "Server":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._visitor.__exit__()

    @property
    def seconds_left(self) -> float:
        return self.until - time.monotonic()

    def calendars(self) -> list[Found]:
        """Those in which she may write. Raises CaldavError."""
        start = self._entrance()
        if start.takes_dates and self._is_ours(start.url):
            return [start.found]
        homes = start.hrefs(f"{CAL}calendar-home-set")
        if not homes:
            principals = start.hrefs(f"{DAV}current-user-principal")
            places = self._places(principals[0], depth=0) if principals else []
            homes = places[0].hrefs(f"{CAL}calendar-home-set") if places else []
        found: dict[str, Found] = {}
        for home in homes[:3]:
            for place in self._places(home, depth=1):
                if place.takes_dates and self._is_ours(place.url):
                    found.setdefault(place.url, place.found)
        if not found:
            raise CaldavError("no_calendar")
        return list(found.values())[:MOST_CALENDARS]

    def look_at(self, calendar: str) -> None:
        """Raises CaldavError unless this calendar is there."""
        answer = self._ask("PROPFIND", calendar, ASKED, depth=0)
        if answer.status in (404, 410):
            raise CaldavError("lost")
        if answer.status == 403:
            raise CaldavError("read_only")
        places = _parsed(answer) if answer.status == 207 else []
        if not places:
            raise _trouble(answer)
        if not places[0].is_calendar:
            raise CaldavError("lost")

    def put(self, url: str, body: bytes, *, etag: str = "", is_new: bool = False) -> str | None:
        """Write a date; its new ETag. None when something else stands there (or, not new, nothing). Raises
        CaldavError."""
        headers = {"Content-Type": "text/calendar; charset=utf-8"}
        if is_new:
            headers["If-None-Match"] = "*"
        elif etag:
            headers["If-Match"] = etag
        answer = self._ask("PUT", url, body, headers=headers)
        if answer.status == 412 and not _names(answer, "no-uid-conflict"):
            return None
        if answer.status in (200, 201, 204):
            return _etag(answer) or self._etag_now(url)
        raise self._refusal(answer, url)

    def read(self, url: str) -> Item | None:
        """The date that stands there; None when there is none. Raises CaldavError."""
        answer = self._ask("GET", url, headers={"Accept": "text/calendar"})
        if answer.status in (404, 410):
            return None
        if answer.status != 200:
            raise _trouble(answer)
        return Item(_etag(answer), answer.body)

    def remove(self, url: str, *, etag: str = "") -> bool:
        """Take a date away; one that is gone is away. False when it changed since `etag`. Raises CaldavError."""
        answer = self._ask("DELETE", url, headers={"If-Match": etag} if etag else {})
        if answer.status == 412:
            return False
        if answer.status in (200, 202, 204, 404, 410):
            return True
        raise self._refusal(answer, url)

    def _etag_now(self, url: str) -> str:
        """Where a PUT tells none: the server may have rewritten the date."""
        item = self.read(url)
        return item.etag if item else ""

    def _entrance(self) -> _Place:
        """Where she is known, from the address she gave: itself, then where the standard says. Raises CaldavError."""
        typed = [self.address] if urlsplit(self.address).path.strip("/") else []
        trouble = CaldavError("no_caldav")
        for url in (*typed, urljoin(self.address, WELL_KNOWN), urljoin(self.address, "/")):
            try:
                places = self._places(url, depth=0)
            except CaldavError as error:
                if error.reason not in ("no_caldav", "forbidden", "redirect", "broken"):
                    raise
                trouble = trouble if error.reason in ("no_caldav", "broken") else error
                continue
            place = places[0] if places else None
            if place and (place.takes_dates or place.hrefs(f"{DAV}current-user-principal")
                          or place.hrefs(f"{CAL}calendar-home-set")):  # fmt: skip
                return place
        raise CaldavError("password") if trouble.reason == "forbidden" else trouble

    def _places(self, url: str, *, depth: int) -> list[_Place]:
        if not self._is_ours(url):
            raise CaldavError("redirect")
        answer = self._ask("PROPFIND", url, ASKED, depth=depth)
        if answer.status == 207:
            return _parsed(answer)
        if answer.status in (400, 404, 405, 410, 501) or answer.status < 400:
            raise CaldavError("no_caldav")
        raise CaldavError("forbidden") if answer.status == 403 else _trouble(answer)

    def _is_ours(self, url: str) -> bool:
        """May her password go there?"""
        return len(url) <= LONGEST_URL and is_beside(url, self.address)

    def _refusal(self, answer: Answer, url: str) -> CaldavError:
        """Why a date was not written or removed: for a reason of its own, or for one of the whole calendar."""
        status = answer.status
        if _names(answer, "no-uid-conflict") or b"already exists" in answer.body:
            return CaldavError("taken")
        if _names(answer, "quota-not-exceeded"):
            return CaldavError("full")
        if status in (403, 405) and not _names(answer):
            return CaldavError("read_only")
        if status in (404, 409, 410):
            self.look_at(urljoin(url, "."))
        return CaldavError("item") if status in (400, 403, 404, 409, 410, 412, 413, 415, 422) else _trouble(answer)

    def _ask(
        self, method: str, url: str, body: bytes = b"", *, depth: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:  # fmt: skip
        more = {} if depth is None else {"Depth": str(depth), "Content-Type": "application/xml; charset=utf-8"}
        if self.seconds_left <= 0:
            raise CaldavError("slow")
        try:
            answer = self._visitor.ask(method, url, body=body, headers={**more, **(headers or {})})
        except OutwardError as error:
            raise CaldavError(error.reason) from None
        if answer.status == 401:
            schemes = answer.headers.get("www-authenticate", "basic").lower()
            raise CaldavError("password" if "basic" in schemes else "sign_in")
        return answer


def _parsed(answer: Answer) -> list[_Place]:
    """The responses of a 207, each with the properties that it has. Raises CaldavError."""
    try:
        root = fromstring(answer.body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise CaldavError("broken") from None
    return list(_responses(root, answer.url)) if root.tag == f"{DAV}multistatus" else []


def _responses(root: Any, base: str) -> Iterator[_Place]:
    """Only what stands where the standard puts it: one in another in another would be gone through again and again."""
    for response in root.findall(f"{DAV}response"):
        href = (response.findtext(f"{DAV}href") or "").strip()
        props: dict[str, Any] = {}
        for part in response.findall(f"{DAV}propstat"):
            if " 200" in (part.findtext(f"{DAV}status") or " 200"):
                props |= {one.tag: one for inside in part.findall(f"{DAV}prop") for one in inside}
        if href:
            yield _Place(_joined(base, href), props)


def _joined(base: str, href: str) -> str:
    """The address that a server names; some write letters and spaces in it that have to be encoded. Raises
    CaldavError for what is none."""
    try:
        return urljoin(base, quote(href.strip(), safe="%/:=&?~+!$,;'@()*[]"))
    except ValueError:
        raise CaldavError("broken") from None


def _names(answer: Answer, condition: str = "") -> bool:
    """Does the answer name this condition that was not met (or any)? A missing right is none."""
    try:
        root = fromstring(answer.body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return False
    found = {str(one.tag).rpartition("}")[2] for one in root} - NO_CONDITIONS
    return root.tag == f"{DAV}error" and (condition in found if condition else bool(found))


def _etag(answer: Answer) -> str:
    """Without the mark of a weak one, which proxies add and servers then don't recognise; "" for what can't be kept."""
    etag = answer.headers.get("etag", "").strip().removeprefix("W/")
    return etag if len(etag) <= LONGEST_ETAG and etag.isprintable() else ""


def _trouble(answer: Answer) -> CaldavError:
    """What an answer that says no means for the whole calendar."""
    status = answer.status
    if status == 507:
        return CaldavError("full", _wait(answer))
    if status in (423, 429, 503):
        return CaldavError("busy", _wait(answer))
    if status == 403:
        return CaldavError("read_only")
    return CaldavError("server", _wait(answer)) if status >= 500 else CaldavError("broken")


def _wait(answer: Answer) -> int:
    """Seconds of Retry-After (a number, or a moment); a day at most, 0 without one."""
    said = answer.headers.get("retry-after", "").strip()
    if said.isascii() and said.isdecimal() and len(said) < 10:
        return min(int(said), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(said)
    except (ValueError, IndexError, TypeError, OverflowError):
        return 0
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(0, int((moment - clock.now()).total_seconds())), LONGEST_WAIT)
