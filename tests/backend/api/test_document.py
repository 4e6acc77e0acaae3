"""The API describes itself without a gap, and its page runs under the strict policy."""

import re
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

WRITES = {"post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return dict(SchemaGenerator().get_schema(request=None, public=True))


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if "/schema" not in path
    ]


def test_the_document_is_valid_without_a_warning() -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=StringIO())


def test_every_noun_has_its_doors(document: dict[str, Any]) -> None:
    nouns = {path.split("/")[3] for path in document["paths"]}
    assert nouns >= {
        "organisations", "memberships", "people", "programmes", "projects", "holders", "journeys", "steps",
        "commitments",
        "modules", "module-dates", "enrolments", "companies", "immersions", "milestones", "deliveries", "communes",
        "neighbourhoods", "imports", "mentors", "mentorships", "sessions", "questionnaires", "waves", "requests",
        "responses", "indicators", "emails", "invites", "history",
    }  # fmt: skip


def test_every_door_says_how_it_refuses(document: dict[str, Any]) -> None:
    silent = []
    for path, method, operation in operations(document):
        wanted = {"401"} | ({"404"} if "{" in path else set()) | ({"400", "403", "409"} if method in WRITES else set())
        missing = wanted - set(operation["responses"])
        silent += [f"{method} {path}: {' '.join(sorted(missing))}"] if missing else []
    assert silent == []


def test_every_door_says_what_it_does(document: dict[str, Any]) -> None:
    assert [f"{method} {path}" for path, method, one in operations(document) if not one.get("description")] == []


@pytest.mark.django_db
def test_the_page_holds_no_inline_code_and_asks_no_outside_host() -> None:
    response = Client().get("/api/v1/docs/")
    page = response.content.decode()
    assert response.headers["Content-Security-Policy"] == settings.SECURE_CSP
    assert not re.search(r"<style|<script(?![^>]*\ssrc=)|\sstyle=", page)
    assert set(re.findall(r'(?:src|href)="((?:https?:)?//[^/"]+)', page)) <= {"http://testserver"}
    script = Client().get("/api/v1/docs/?script=")
    assert script.headers["Content-Type"].startswith("application/javascript")
    assert "validatorUrl" in script.content.decode()
