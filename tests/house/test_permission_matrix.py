"""Every door, tried by everyone: see `tests/house/doors/__init__.py` for how to add a row."""

import inspect
from collections.abc import Iterator
from copy import deepcopy
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import translation
from django.views.generic import View
from django.views.generic.edit import ProcessFormView

from tests.conftest import NOON
from tests.factories.accounts import make_staff
from tests.house import doors as doors_of_each_app
from tests.house.doors import FORBIDDEN, HIDDEN, OK, PERSONAS, SIGN_IN, Row, World
from tests.house.doors.house import LIBRARIES
from tests.house.source import nothing

FILES = sorted(path.stem for path in Path(doors_of_each_app.__file__).parent.glob("[a-z]*.py"))
ROWS: list[Row] = [row for name in FILES for row in import_module(f"tests.house.doors.{name}").ROWS]
SAMPLES = [row.sample for row in ROWS]
ROWS.sort(key=lambda row: SAMPLES.index(row.sample))
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


REFUSALS: dict[int, Any] = {
    code: lambda request, exception=None, code=code: HttpResponse(status=code) for code in (400, 403, 404, 500)
}


def patterns(found: list[Any], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """(full url name, pattern) for the whole URL map."""
    for each in found:
        if isinstance(each, URLResolver):
            yield from patterns(each.url_patterns, f"{prefix}{each.namespace}:" if each.namespace else prefix)
        else:
            yield f"{prefix}{each.name or each.pattern}", each


def methods_of(view: Any) -> set[str]:
    """The methods a view declares: a viewset's actions, a class's handlers, a function's `require_…` decorator."""
    if hasattr(view, "actions") and view.actions:
        return {method.upper() for method in view.actions} & set(METHODS)
    cls = getattr(view, "view_class", None) or getattr(view, "cls", None)
    if cls is not None and issubclass(cls, View):
        handled = {method for method in METHODS if hasattr(cls, method.lower())}
        return handled - {"PUT"} if issubclass(cls, ProcessFormView) else handled  # Django's PUT is its POST
    while view is not None:
        declared = (
            inspect.getclosurevars(view).nonlocals.get("request_method_list") if inspect.isfunction(view) else None
        )
        if declared:
            return set(declared) & set(METHODS)
        view = getattr(view, "__wrapped__", None)
    return set()


def doors() -> dict[str, set[str]]:
    """{url name: methods}; libraries' whole namespaces left out."""
    found: dict[str, set[str]] = {}
    for name, pattern in patterns(get_resolver().url_patterns):
        if not name.startswith(tuple(LIBRARIES)):
            found.setdefault(name, set()).update(methods_of(pattern.callback))
    return found


def arguments(row: Row, persona: str, world: World) -> dict[str, Any]:
    """The url arguments this persona comes with."""
    make = row.link if persona == "link_bearer" and row.link else row.sample
    made = world.of(make) if make else {}
    return made if isinstance(made, dict) else {"pk": made.pk}


def outcome(response: HttpResponseBase) -> str:
    """The answer in the words of the matrix."""
    status, location = response.status_code, response.headers.get("Location", "")
    if status == 401 or (status == 302 and location.startswith(reverse(settings.LOGIN_URL))):
        return SIGN_IN
    if status in (403, 404):
        return FORBIDDEN if status == 403 else HIDDEN
    return OK if status < 400 or status in (400, 409, 422) else f"status {status}"


def sessions_of(world: World) -> dict[str, str]:
    """{persona: her session's key}; those without an account have none."""
    keys = {}
    for persona, person in world.people.items():
        if person is not None:
            client = Client()
            client.force_login(person)
            keys[persona] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return keys


@pytest.fixture(scope="module")
def first_world(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[World, dict[str, str]]]:
    """One world and its sessions, made once: what a row does to them is rolled back, and the next finds them as new."""
    with django_db_blocker.unblock(), transaction.atomic():
        with time_machine.travel(NOON, tick=False), translation.override("fr"):
            world = World()
            keys = sessions_of(world)
        yield world, keys
        transaction.set_rollback(True)


@pytest.fixture(scope="module", autouse=True)
def plain_refusals() -> Iterator[None]:
    """What a refusal looks like is tried elsewhere, once each; here two in three answers are one, and only said."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(URLResolver, "resolve_error_handler", lambda _self, code: REFUSALS[code])
        yield


@pytest.fixture(scope="module")
def staged(
    request: pytest.FixtureRequest, first_world: tuple[World, dict[str, str]], django_db_blocker: Any
) -> Iterator[tuple[World, dict[str, str]]]:
    """The first world with what one sample makes, for all the rows of that sample: they stand side by side in ROWS."""
    world, keys = deepcopy(first_world)
    with django_db_blocker.unblock(), transaction.atomic():
        with time_machine.travel(NOON, tick=False), translation.override("fr"):
            if request.param:
                world.of(request.param)
        yield world, keys
        transaction.set_rollback(True)


def browser_of(persona: str, keys: dict[str, str]) -> Client:
    client = Client()
    if persona in keys:
        client.cookies[settings.SESSION_COOKIE_NAME] = keys[persona]
    return client


def knock(row: Row, method: str, persona: str, world: World, keys: dict[str, str]) -> str:
    """What this persona finds behind this door; nothing of it lasts."""
    with transaction.atomic():
        url = reverse(row.name, kwargs=arguments(row, persona, world))
        body = row.data(world) if callable(row.data) else row.data
        point = transaction.savepoint()
        client = browser_of(persona, keys)
        how: dict[str, Any] = {}
        if row.name.startswith("api:"):
            how["headers"] = {"accept": "application/json, */*;q=0.5"}
            if method != "GET":
                how["content_type"] = "application/json"
        found = outcome(getattr(client, method.lower())(url, {} if method == "GET" else body, **how))
        transaction.savepoint_rollback(point)
    return found


def test_every_door_has_its_row_and_every_row_its_door() -> None:
    there, written = doors(), {}
    for row in ROWS:
        assert not written.get(row.name, set()) & set(row.methods), f"{row.name} has two rows for one method"
        written.setdefault(row.name, set()).update(row.methods)
    silent = sorted(name for name, methods in there.items() if not methods)
    assert not silent, f"these views do not say which methods they accept: {silent}"
    missing = sorted(
        f"{name} {' '.join(sorted(there[name] - written.get(name, set())))}"
        for name in there
        if there[name] - written.get(name, set())
    )
    gone = sorted(
        f"{name} {' '.join(sorted(written[name] - there.get(name, set())))}"
        for name in written
        if written[name] - there.get(name, set())
    )
    assert not missing, "add a row to tests/house/doors/<app>.py for:\n" + "\n".join(missing)
    assert not gone, "these rows have no door:\n" + "\n".join(gone)


@pytest.mark.parametrize(
    ("staged", "row"),
    [pytest.param(row.sample if SAMPLES.count(row.sample) > 1 else None, row, id=row.name) for row in ROWS],
    indirect=["staged"],
    scope="module",
)
def test_each_persona_finds_what_the_matrix_says(staged: tuple[World, dict[str, str]], row: Row, db: None) -> None:
    world, keys = deepcopy(staged)
    wrong = []
    for method in row.methods:
        for persona in PERSONAS:
            found = knock(row, method, persona, world, keys)
            if found != row.pattern[persona]:
                wrong.append(f"{method} {row.name} as {persona}: expected {row.pattern[persona]}, found {found}")
    nothing(wrong)


def test_admin_is_for_staff(first_world: tuple[World, dict[str, str]], db: None) -> None:
    url = reverse("admin:index")
    for persona in PERSONAS:
        assert browser_of(persona, first_world[1]).get(url).status_code == 302, persona
    client = Client()
    client.force_login(make_staff())
    assert client.get(url).status_code == 200
