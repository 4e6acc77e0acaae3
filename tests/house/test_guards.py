"""The guards really bite."""

import socket
from datetime import timedelta

import pytest
import time_machine
from django.template import Context, Engine, Template
from django.template.loader import get_template

from backend.accounts.models import User
from backend.lib import clock as house_clock
from tests.factories.accounts import make_user
from tests.guards import ROOT, UndefinedVariable, UndefinedVariableError


def render(text: str, name: str) -> str:
    """`text` rendered as if it were the file `name`."""
    from django.template.base import Origin

    engine = Engine(string_if_invalid=UndefinedVariable())
    return Template(text, origin=Origin(name), engine=engine).render(Context({"known": "yes"}))


def test_an_undefined_variable_fails_in_our_templates_only() -> None:
    ours = str(ROOT / "journeys/templates/journeys/page.html")
    assert render("{{ known }}{% if unknown %}no{% endif %}", ours) == "yes"
    with pytest.raises(
        UndefinedVariableError, match=r"unknown.* is undefined in journeys/templates/journeys/page.html"
    ):
        render("{{ unknown }}", ours)
    assert render("{{ unknown }}.", "/elsewhere/admin/page.html") == "."


def test_no_connection_leaves_this_machine() -> None:
    with socket.socket() as door, pytest.raises(AssertionError, match="tried to reach"):
        door.connect(("192.0.2.1", 80))


@pytest.mark.django_db
def test_rows_without_an_order_come_back_shuffled() -> None:
    people = [make_user() for _ in range(12)]
    unordered = [user.pk for user in User.objects.order_by()]
    assert sorted(unordered) == [user.pk for user in people]
    assert unordered != sorted(unordered)
    assert [user.pk for user in User.objects.order_by("pk")] == sorted(unordered)


def test_the_clock_stands_still_until_moved(clock: time_machine.Traveller) -> None:
    assert house_clock.now().isoformat() == "2026-11-23T08:00:00+00:00"
    clock.shift(timedelta(days=1))
    assert house_clock.today().isoformat() == "2026-11-24"


def test_library_templates_still_render() -> None:
    assert get_template("admin/login.html")
