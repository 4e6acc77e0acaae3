"""Requests to a server that somebody named: only out into the open internet, within limits, and nowhere by surprise.

Whoever gives an address could give one of our own network (SSRF). So every address of the host is looked at, the
connection goes to an address that was looked at, not to what the name says a moment later, and each hop of a redirect
is looked at again. CALDAV_PRIVATE_HOSTS names the hosts of a network of one's own that may be reached all the same.
"""

import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from http.client import HTTPConnection, HTTPException, HTTPResponse
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from django.conf import settings

SECONDS = 10.0  # for one request, from looking its host up to the last byte of the answer
LARGEST = 4 * 1024 * 1024
HOPS = 4
REDIRECTS = frozenset({301, 302, 303, 307, 308})
FAMILIAR_PORT, OTHER_PORTS = 443, 1024  # below, other things than web servers answer
NAT64, UNICAST = ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("2000::/3")
UNSAFE = re.compile(r"[\x00-\x20\x7f\\]")


class OutwardError(Exception):
    """No answer. `reason`: address, private, scheme, port, unknown, unreachable, tls, slow, large, redirect, broken."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Answer:
    """What a server said, and where it was said in the end. Names of `headers` are in lower case."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Visitor:
    """Asks the same server several things over one connection; it is closed at the end of the block.

    `headers` go with each request, also after a redirect: to the same host, or to one beside it (`is_beside`), nowhere
    else. `until`: by `time.monotonic()`, when the whole visit ends.
    """

    headers: Mapping[str, str]
    until: float
    _open: dict[tuple[str, str, int], HTTPConnection] = field(default_factory=dict)

    def __enter__(self) -> "Visitor":
        return self

    def __exit__(self, *_error: object) -> None:
        for connection in self._open.values():
            connection.close()
        self._open.clear()

    def ask(self, method: str, url: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
        """The answer, redirects followed. Raises OutwardError."""
        home = url
        for _hop in range(HOPS):
            answer = self._asked(method, checked(url), body, {**self.headers, **(headers or {})})
            if answer.status not in REDIRECTS or "location" not in answer.headers:
                return answer
            try:
                url = urljoin(url, answer.headers["location"])
            except ValueError:
                raise OutwardError("redirect") from None
            if not is_beside(url, home):
                raise OutwardError("redirect")
        raise OutwardError("redirect")

    def _asked(self, method: str, parts: SplitResult, body: bytes, headers: Mapping[str, str]) -> Answer:
        """One request; once more on a new connection when the server had closed the kept one meanwhile."""
        place = (parts.scheme, parts.hostname or "", port_of(parts))
        kept = self._open.pop(place, None)
        if kept is not None:
            try:
                return self._exchanged(kept, place, method, parts, body, headers)
            except OutwardError as error:
                if error.reason != "unreachable":
                    raise
        return self._exchanged(None, place, method, parts, body, headers)

    def _exchanged(
        self, connection: HTTPConnection | None, place: tuple[str, str, int], method: str, parts: SplitResult,
        body: bytes, headers: Mapping[str, str],
    ) -> Answer:  # fmt: skip
        until, is_kept = min(time.monotonic() + SECONDS, self.until), False
        try:
            connection = connection or _connected(*place, until)
            with _cut_at(connection.sock, until):
                target = urlunsplit(("", "", parts.path or "/", parts.query, ""))
                connection.request(method, target, body=body or None, headers=dict(headers))
                response = connection.getresponse()
                said = _read(response)
            if time.monotonic() >= until:  # cut short, which an answer without a length does not show
                raise TimeoutError
            is_kept = response.isclosed() and connection.sock is not None
        except ssl.SSLError:
            raise OutwardError("tls") from None
        except (OSError, HTTPException, ValueError):
            raise OutwardError("slow" if time.monotonic() >= until else "unreachable") from None
        finally:
            if connection is not None and not is_kept:
                connection.close()
        if is_kept:
            self._open[place] = connection
        found = {name.lower(): value for name, value in response.getheaders()}
        return Answer(urlunsplit(parts), response.status, found, said)


def checked(url: str) -> SplitResult:
    """The parts of an address that may be asked for. Raises OutwardError: https only (http for a private host that the
    settings name), no password in it, no port where other things than web servers answer."""
    try:
        parts = urlsplit(url)
        port = port_of(parts)
    except ValueError:
        raise OutwardError("address") from None
    if UNSAFE.search(url) or not parts.hostname or "@" in parts.netloc or not url.isascii():
        raise OutwardError("address")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_own(parts.hostname, port)):
        raise OutwardError("scheme")
    if port != FAMILIAR_PORT and port < OTHER_PORTS and not is_own(parts.hostname, port):
        raise OutwardError("port")
    return parts


def port_of(parts: SplitResult) -> int:
    """The port that an address means. Raises ValueError."""
    return parts.port or (80 if parts.scheme == "http" else 443)


def is_own(host: str, port: int) -> bool:
    """Do the settings name this host (or this port of it) as one of a network of one's own?"""
    return bool({host, f"{host}:{port}"} & {one.strip().lower() for one in settings.CALDAV_PRIVATE_HOSTS})


def is_beside(url: str, home: str) -> bool:
    """May what is told to `home` be told to `url`? The same place; or over https a host under the same two last names,
    as large services have several."""
    try:
        there, here = urlsplit(url), urlsplit(home)
        same = (there.scheme, there.hostname, port_of(there)) == (here.scheme, here.hostname, port_of(here))
    except ValueError:
        return False
    if same:
        return True
    names = [(parts.hostname or "").split(".")[-2:] for parts in (there, here)]
    return there.scheme == "https" and len(names[0]) == 2 and not names[0][1].isdecimal() and names[0] == names[1]


def is_open(address: str) -> bool:
    """Is this IP address out in the internet, whatever it hides behind? Nothing of this machine, of a network of ours,
    of a link, of a cloud's own services, reserved, or of many at once."""
    one = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(one, ipaddress.IPv4Address):
        return one.is_global and not one.is_multicast
    if one in NAT64:
        return is_open(str(ipaddress.IPv4Address(int(one) & 0xFFFFFFFF)))
    hidden = [each for each in (one.sixtofour, *(one.teredo or ())) if each is not None]
    return one in UNICAST and one.is_global and all(is_open(str(each)) for each in hidden)


def _looked_up(host: str, port: int, until: float) -> list[str]:
    """Its addresses; each of them must be open. The system's own search has no limit of time: it gets one here."""
    found: Future[list[str]] = Future()

    def look() -> None:
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.set_result(list(dict.fromkeys(str(row[4][0]) for row in rows)))
        except Exception as error:
            found.set_exception(error)

    threading.Thread(target=look, daemon=True).start()
    try:
        addresses = found.result(max(0.1, until - time.monotonic()))
    except TimeoutError:
        raise OutwardError("slow") from None
    except (OSError, UnicodeError):
        raise OutwardError("unknown") from None
    if not addresses:
        raise OutwardError("unknown")
    if not is_own(host, port) and not all(map(is_open, addresses)):
        raise OutwardError("private")
    return addresses


def _connected(scheme: str, host: str, port: int, until: float) -> HTTPConnection:
    """Connected to an address that was looked at; the certificate is checked for the name."""
    last: OSError = OSError("no address")
    for address in _looked_up(host, port, until)[:3]:
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        try:
            plain = socket.create_connection((address, port), timeout=min(5.0, left))
        except OSError as error:
            last = error
            continue
        connection = HTTPConnection(host, port, timeout=SECONDS)
        connection.auto_open = 0  # never by its name behind our back
        connection.sock = plain
        if scheme == "https":
            connection.default_port = 443  # not told in Host
            connection.sock = _encrypted(plain, host, until)
        return connection
    raise last


def _encrypted(plain: socket.socket, host: str, until: float) -> ssl.SSLSocket:
    plain.settimeout(SECONDS)
    line = _trusted().wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)
    try:
        with _cut_at(line, until):
            line.do_handshake()
    except BaseException:
        line.close()
        raise
    return line


@lru_cache(maxsize=1)
def _trusted() -> ssl.SSLContext:
    return ssl.create_default_context()


@contextmanager
def _cut_at(line: socket.socket, until: float) -> Iterator[None]:
    """At `until` the line is cut, however slowly the other side drips: a socket's timeout starts anew at each byte."""

    def cut() -> None:
        with suppress(OSError):
            socket.socket.shutdown(line, socket.SHUT_RDWR)

    timer = threading.Timer(max(0.05, until - time.monotonic()), cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _read(response: HTTPResponse) -> bytes:
    said = response.read(LARGEST + 1)
    if len(said) > LARGEST:
        raise OutwardError("large")
    return said
