"""What no test may do: read an undefined variable, count on an order nobody asked for, leave this machine."""

import ipaddress
import random
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from django.conf import settings
from django.db.models import QuerySet
from django.template.base import Node

ROOT = Path(__file__).resolve().parent.parent
OUR_FOLDERS = tuple(f"{ROOT / name}/" for name in ("backend", "journeys", "mentoring", "evaluation"))


class UndefinedVariableError(AssertionError):
    """A template of ours shows a variable that its view never gave."""


class UndefinedVariable(str):
    """Django's `string_if_invalid`: raises in our templates, stays silent in those of the libraries.

    An optional variable is asked with `{% if name %}` or `{% firstof name %}`; `|default` comes too late.
    """

    __slots__ = ()

    def __bool__(self) -> bool:
        return True

    def __contains__(self, what: object) -> bool:
        return what == "%s"

    def __mod__(self, variable: object) -> str:
        template = _template_being_rendered()
        if template.startswith(OUR_FOLDERS):
            raise UndefinedVariableError(f"{{{{ {variable} }}}} is undefined in {template.removeprefix(f'{ROOT}/')}")
        return ""


def _template_being_rendered() -> str:
    """The file of the innermost template node on the stack."""
    frame: FrameType | None = sys._getframe(1)
    while frame:
        node = frame.f_locals.get("self")
        if isinstance(node, Node) and getattr(node, "origin", None):
            return str(node.origin.name)
        frame = frame.f_back
    return ""


@pytest.fixture(autouse=True)
def shuffle_what_has_no_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """A QuerySet of ours without an order comes back in any order, as a database is free to do."""
    fetch = QuerySet._fetch_all
    dice = random.Random(20261123)
    ours = {name.rpartition(".")[2] for name in settings.FIRST_PARTY_APPS}

    def fetch_all(rows: QuerySet[Any]) -> None:
        is_new = rows._result_cache is None
        fetch(rows)
        if is_new and rows.model._meta.app_label in ours and not rows.ordered:
            dice.shuffle(rows._result_cache or [])

    monkeypatch.setattr(QuerySet, "_fetch_all", fetch_all)


def _is_here(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True  # a socket file
    host = str(address[0])
    if host in {"", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True, scope="session")
def stay_on_this_machine() -> Iterator[None]:
    """No connection leaves for another host."""
    patch = pytest.MonkeyPatch()
    for name in ("connect", "connect_ex"):
        original = getattr(socket.socket, name)

        def guarded(self: socket.socket, address: Any, *, _original: Any = original) -> Any:
            assert _is_here(address), f"a test tried to reach {address!r}"
            return _original(self, address)

        patch.setattr(socket.socket, name, guarded)
    yield
    patch.undo()
