"""Where a server that somebody names may lead us: out into the internet, no further than that server, not for long."""

import socket
import threading
import time
from typing import Any

import pytest

from backend.calendars.caldav import CaldavError, Server, server_address
from backend.lib import outward
from tests.backend.calendars.fake_caldav import FOUND, Fake, Said
from tests.backend.calendars.radicale import PASSWORD, USER

BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><multistatus xmlns="DAV:">&b;</multistatus>'


def asked_of(fake: Fake, *, seconds: float = 5.0) -> str:
    """Why its calendars can't be had."""
    with Server(fake.address, USER, PASSWORD, seconds=seconds) as server, pytest.raises(CaldavError) as trouble:
        server.calendars()
    return trouble.value.reason


# --- Where it may lead ----------------------------------------------------------------------------
CLOSED = """
    127.0.0.1 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.1 224.0.0.1 255.255.255.255 198.18.0.1
    240.0.0.1 ::1 :: fe80::1 fe80::1%eth0 fc00::1 fec0::1 ff02::1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::127.0.0.1
    64:ff9b::a00:1 2002:7f00:1:: 2001:db8::1
"""


@pytest.mark.parametrize("address", CLOSED.split())
def test_no_address_of_a_network_of_ours_is_open(address: str) -> None:
    assert not outward.is_open(address)


@pytest.mark.parametrize("address", ["9.9.9.9", "2620:fe::fe", "64:ff9b::909:909"])
def test_the_internet_is_open(address: str) -> None:
    assert outward.is_open(address)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("cloud.example.org", "https://cloud.example.org/"),
        (" http://Cloud.example.org/dav ", "https://cloud.example.org/dav"),
        ("https://agenda.écosolies.fr:8443/dav/", "https://agenda.xn--cosolies-90a.fr:8443/dav/"),
        ("caldav.icloud.com", "https://caldav.icloud.com/"),
        *(
            (bad, "address")
            for bad in ("", "localhost", "hawa@cloud.example.org", "ftp://a.org", "https://a b.org", "::1")
        ),
        ("https://me:secret@cloud.example.org/", "address"),
        ("cloud.example.org:22", "port"),
        ("https://www.google.com/calendar/dav/me/user", "elsewhere"),
        ("outlook.office365.com", "elsewhere"),
        ("cloud.example.org/".ljust(500, "a"), "address"),  # too long to be kept, once it has its scheme
    ],
)
def test_the_address_of_a_server_as_people_type_it(typed: str, found: str) -> None:
    try:
        said = server_address(typed)
    except CaldavError as error:
        said = error.reason
    assert said == found


@pytest.mark.parametrize(
    "addresses", [["10.0.0.7"], ["9.9.9.9", "127.0.0.1"], ["::ffff:10.0.0.1"], ["169.254.169.254"]]
)
def test_a_name_that_leads_into_a_private_network_is_not_followed(
    addresses: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def look_up(_host: str, port: int, **_how: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket, "create_connection", lambda *_args, **_how: pytest.fail("it was connected"))
    with (
        Server("https://rebind.example.org/", USER, PASSWORD, seconds=5) as server,
        pytest.raises(CaldavError) as found,
    ):
        server.calendars()
    assert found.value.reason == "private"


def test_a_name_is_looked_up_once_and_the_address_seen_is_the_one_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([["9.9.9.9"], ["127.0.0.1"]])  # as a name that is turned round after it was looked at
    asked: list[tuple[str, int]] = []

    def connect(address: tuple[str, int], **_how: Any) -> socket.socket:
        asked.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(
        socket, "getaddrinfo",
        lambda host, port, **_how: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in next(answers)],
    )  # fmt: skip
    monkeypatch.setattr(socket, "create_connection", connect)
    with Server("https://rebind.example.org/", USER, PASSWORD, seconds=5) as server, pytest.raises(CaldavError):
        server.look_at("https://rebind.example.org/one/")
    assert asked == [("9.9.9.9", 443)]


@pytest.mark.parametrize(
    ("to", "reason"),
    [
        ("http://127.0.0.1:1/one/", "redirect"),
        ("https://elsewhere.example.org/one/", "redirect"),
        ("//169.254.169.254/latest/", "redirect"),
        ("/one/", "redirect"),  # round and round
        ("/a b", "address"),
        ("//[x/one/", "redirect"),  # which no library takes for an address
    ],
)
def test_a_redirect_leads_nowhere_else(fake: Fake, to: str, reason: str) -> None:
    fake.says["PROPFIND"] = lambda: (301, {"Location": to}, b"")
    assert asked_of(fake) == reason
    assert len(fake.asked) <= 3 * outward.HOPS


def test_the_password_goes_to_hosts_of_the_same_service_only() -> None:
    home = "https://caldav.icloud.com/"
    assert outward.is_beside("https://p42-caldav.icloud.com:443/1/principal/", home)
    for other in ("https://icloud.com.evil.org/", "http://p42-caldav.icloud.com/", "https://evil.org/"):
        assert not outward.is_beside(other, home)
    assert not outward.is_beside("https://10.0.0.1/", "https://9.9.0.1/")


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ((207, {}, BOMB), "no_caldav"),
        ((207, {}, b"\x00\xff not xml"), "no_caldav"),
        ((207, {}, b"<html/>"), "no_caldav"),
        ((200, {}, b"<html>a web page</html>"), "no_caldav"),
        ((207, {}, b"x" * (outward.LARGEST + 1)), "large"),
        ((207, {}, FOUND.replace(b"<c:calendar/>", b"")), "no_caldav"),
        ((207, {}, FOUND.replace(b"/one/", b"//[x/one/")), "no_caldav"),
        ((207, {}, FOUND.replace(b"/one/", b"https://elsewhere.example.org/one/")), "no_calendar"),
        ((207, {}, FOUND.replace(b"/one/", b"/" + b"a" * 1000)), "no_calendar"),
        ((503, {"Retry-After": "Mon, 01 Jan 99999999999999 00:00:00 GMT"}, b""), "busy"),
        ((401, {"WWW-Authenticate": 'Digest realm="x"'}, b""), "sign_in"),
        ((401, {"WWW-Authenticate": 'Basic realm="x"'}, b""), "password"),
        ((403, {}, b""), "password"),
    ],
)
def test_what_is_no_calendar_is_said_so(fake: Fake, said: Said, reason: str) -> None:
    fake.says["PROPFIND"] = lambda: said
    assert asked_of(fake) == reason


def test_an_answer_of_ten_thousand_parts_in_each_other_takes_no_time(fake: Fake) -> None:
    deep = b"<response>" * 20_000 + b"</response>" * 20_000
    fake.says["PROPFIND"] = lambda: (207, {}, b'<multistatus xmlns="DAV:">' + deep + b"</multistatus>")
    started = time.process_time()
    assert asked_of(fake) == "no_caldav"
    assert time.process_time() - started < 2


def test_an_answer_that_drips_is_cut(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outward, "SECONDS", 0.4)
    with socket.create_server(("127.0.0.1", 0)) as dripping:

        def drip() -> None:
            line, _whence = dripping.accept()
            with line:
                line.sendall(b"HTTP/1.1 207 x\r\n")
                for _time in range(100):
                    try:
                        line.sendall(b"X")
                    except OSError:
                        return
                    time.sleep(0.05)

        threading.Thread(target=drip, daemon=True).start()
        monkeypatch.setattr(outward, "is_own", lambda host, port: True)
        address, began = f"http://127.0.0.1:{dripping.getsockname()[1]}/one/", time.perf_counter()
        with Server(address, USER, PASSWORD, seconds=5) as server, pytest.raises(CaldavError) as trouble:
            server.look_at(address)
    assert trouble.value.reason == "slow" and time.perf_counter() - began < 2
