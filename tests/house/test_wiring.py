"""What is declared exists, what exists is declared: schedules, migrations, variables, texts, open doors."""

import re
from importlib import import_module
from io import StringIO

import pytest
from croniter import croniter
from django.core.management import call_command
from django.urls import get_resolver
from django.utils.module_loading import import_string
from rest_framework.permissions import AllowAny

from backend.lib import catalogues
from backend.schedule import DUTIES
from tests.house.source import ROOT, nothing
from tests.house.test_permission_matrix import FILES, LIBRARIES, patterns

OPEN_DOORS: dict[str, str] = {}
for _file in FILES:
    OPEN_DOORS |= getattr(import_module(f"tests.house.doors.{_file}"), "OPEN_DOORS", {})


def test_every_door_is_shut_unless_it_says_why() -> None:
    found = set()
    for name, pattern in patterns(get_resolver().url_patterns):
        view = pattern.callback
        cls = getattr(view, "cls", None)
        is_open = AllowAny in cls.permission_classes if cls else not getattr(view, "login_required", True)
        if is_open and not name.startswith(tuple(LIBRARIES)):
            found.add(name)
    nothing(found - set(OPEN_DOORS), "say why in OPEN_DOORS of tests/house/doors/<app>.py")
    nothing(set(OPEN_DOORS) - found, "these doors are not open any more")


@pytest.mark.parametrize("name", DUTIES)
def test_every_duty_on_the_clock_can_ring(name: str) -> None:
    path, cron = DUTIES[name]
    assert callable(import_string(path))
    assert croniter.is_valid(cron)


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    said = StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=said)
    assert said.getvalue() == "No changes detected\n"


@pytest.mark.django_db
def test_setup_twice_changes_nothing_the_second_time() -> None:
    for expected in (rf"{len(DUTIES)} changed", "0 changed"):
        said = StringIO()
        call_command("setup", stdout=said)
        assert re.search(expected, said.getvalue())


def test_django_finds_nothing_to_say() -> None:
    call_command("check", fail_level="WARNING")


def test_every_variable_of_the_settings_is_explained() -> None:
    settings = (ROOT / "backend" / "settings.py").read_text()
    read = set(re.findall(r'env(?:\.\w+)?\(\s*"([A-Z_]+)"', settings))
    example = (ROOT / ".env.example").read_text()
    explained = set(re.findall(r"^#?\s?([A-Z_]+)=", example, re.MULTILINE))
    nothing(read - explained, "explain them in .env.example")
    nothing(explained - read, "nothing reads them any more")


@pytest.mark.parametrize("app", catalogues.APPS)
def test_every_text_speaks_french(app: str) -> None:
    nothing(catalogues.problems(app), "`make messages`, then write the French")


def test_one_text_has_one_french_in_the_whole_house() -> None:
    """Django merges every catalogue: of two translations one shows in the wrong place. A context keeps them apart."""
    known: dict[tuple[str | None, object], dict[str, str]] = {}
    for app in catalogues.APPS:
        for message in catalogues.written(app):
            if message.id:
                known.setdefault((message.context, message.id), {})[str(message.string)] = app
    nothing(f"{text}: {sorted(french.items())}" for (_context, text), french in known.items() if len(french) > 1)
