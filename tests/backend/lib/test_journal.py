"""The journal of the server opens no door: of what is secret in an address it keeps four signs."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from backend.lib.journal import Line, without_secrets

SECRET = "Zq3_secretsecretsecret-0123456789ab"


def addresses(patterns: list[Any], before: str = "/") -> Iterator[str]:
    """Each address that has a secret in it, with one of nobody."""
    for one in patterns:
        here = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from addresses(one.url_patterns, here)
        elif isinstance(one, URLPattern) and "<str:token>" in here:
            filled = here.replace("<str:token>", SECRET).replace("<int:number>", "1").replace("<slug:kind>", "invite")
            if "<" not in filled:
                yield filled


def written(caplog: pytest.LogCaptureFixture) -> str:
    """What the handler of the settings makes of everything that was logged."""
    lines = [handler.formatter for handler in logging.getLogger().handlers if isinstance(handler.formatter, Line)]
    assert len(lines) == 1
    return "\n".join(lines[0].format(record) for record in caplog.records)


@pytest.mark.django_db
def test_no_link_that_is_not_found_or_fails_is_written_in_full(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level("DEBUG")
    client = Client(raise_request_exception=False)
    tried = list(addresses(get_resolver().url_patterns))
    assert len(tried) > 25
    for address in tried:
        assert client.get(address).status_code in (404, 302, 405), address
        assert client.post(address).status_code in (404, 302, 405), address

    def fail(*_given: Any, **_named: Any) -> None:
        raise RuntimeError(f"no row for /feeds/{SECRET}/")

    monkeypatch.setattr("backend.mail.queries.reader_by", fail)
    assert client.get(f"/letters/mine/{SECRET}/").status_code == 500
    text = written(caplog)
    assert SECRET not in text and SECRET[:12] not in text
    assert "Not Found: /feeds/Zq3_…/jalon.ics" in text and "RuntimeError: no row for /feeds/Zq3_…/" in text


def test_no_logger_writes_past_the_line_of_the_house() -> None:
    for name in ("django", "django.request", "django.server", "django-q", "jalon.mail", "_granian"):
        assert [one for one in logging.getLogger(name).handlers if not isinstance(one.formatter, Line)] == []


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"GET /feeds/{SECRET}/jalon.ics", "GET /feeds/Zq3_…/jalon.ics"),
        (f"next=%2Fl%2F{SECRET}%2F", "next=%2Fl%2FZq3_…%2F"),
        ("550 <rdv-0123456789abcdef0123@answers.example.org>", "550 <rdv-0123…@answers.example.org>"),
        ("/journeys/12/a-name-of-a-page/ stays", "/journeys/12/a-name-of-a-page/ stays"),
    ],
)
def test_of_a_secret_four_signs_are_kept(text: str, kept: str) -> None:
    assert without_secrets(text) == kept
