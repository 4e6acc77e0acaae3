"""A person connects a calendar of hers on a real server: kept in step, put right when its password changes, lost, let
go."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from backend.calendars.models import OwnCalendar
from mentoring import actions
from mentoring.models import Session
from tests.backend.calendars.radicale import PASSWORD, USER, Radicale, radicale
from tests.browser.walk import Walk, tab_to
from tests.factories.story import Cast, PostOffice, make_small_cast, work

pytestmark = pytest.mark.django_db(transaction=True)

OTHER_PASSWORD = "another app password"


@pytest.fixture
def server(tmp_path: Path, settings: Any) -> Iterator[Radicale]:
    """A real CalDAV server with one empty calendar, which the settings let us reach."""
    with radicale(tmp_path) as found:
        settings.CALDAV_PRIVATE_HOSTS = [f"127.0.0.1:{found.port}"]
        found.empty()
        yield found


@pytest.fixture
def walk(new_phone: Callable[[Cast], Walk]) -> Walk:
    """The phone of a mentor who has one session to come."""
    phone = new_phone(make_small_cast())
    phone.become(phone.cast.mentor)
    return phone


def starts_in(server: Radicale, name: str = "agenda") -> list[str]:
    """When the dates of this calendar begin, as its server has them."""
    return [start for text in server.items(name).values() for start in re.findall(r"DTSTART:(\w+)", text)]


def move(days: int) -> str:
    """The session is moved, and a worker does its round; its new start, as calendars write it."""
    session = Session.objects.get()
    session = actions.move_session(session, starts_at=session.starts_at + timedelta(days=days), by=None)
    work()
    return f"{session.starts_at:%Y%m%dT%H%M%SZ}"


def test_a_calendar_is_connected_kept_in_step_put_right_lost_and_let_go(
    walk: Walk, server: Radicale, post: PostOffice
) -> None:
    she_connects_it_and_her_session_stands_there(walk, server)
    its_password_changes_and_the_letter_leads_to_where_it_is_put_right(walk, server, post)
    it_is_lost_and_she_takes_another(walk, server)
    she_lets_it_go_with_the_keyboard_alone(walk, server)


def she_connects_it_and_her_session_stands_there(walk: Walk, server: Radicale) -> None:
    walk.open("/")
    walk.page.get_by_role("button", name="Menu").click()
    walk.page.get_by_role("link", name="Mon agenda").click()
    walk.follow("/calendar/own/")
    walk.type(server=server.address, username=USER, password="not this one")
    walk.press()
    walk.says("Le serveur refuse cet identifiant ou ce mot de passe.")
    kept = [walk.page.locator(f"main [name={name}]").input_value() for name in ("server", "username", "password")]
    assert kept == [server.address, USER, ""]
    walk.type(password=PASSWORD)
    walk.press()
    walk.says("Agenda", "les premières dates sont en route")
    work()
    walk.page.reload()
    walk.says("Dates inscrites 1")
    assert starts_in(server) == [f"{Session.objects.get().starts_at:%Y%m%dT%H%M%SZ}"]
    moved = move(2)
    assert starts_in(server) == [moved]


def its_password_changes_and_the_letter_leads_to_where_it_is_put_right(
    walk: Walk, server: Radicale, post: PostOffice
) -> None:
    before = starts_in(server)
    server.set_password(OTHER_PASSWORD)
    moved = move(1)
    assert starts_in(server) == before
    walk.open(post.link_for(walk.cast.mentor.email, "/calendar/own/"))
    walk.says("Le serveur refuse cet identifiant ou ce mot de passe.", "Rien n’y est écrit tant que")
    walk.type(password="still not this one")
    walk.press("form[action$='/password/'] button")
    assert OwnCalendar.objects.get().state == "stopped"
    assert walk.words().count("Le serveur refuse cet identifiant ou ce mot de passe.") == 1  # said once, by the field
    walk.look("password-refused")
    walk.open(walk.path)  # asked for again, as a phone does that wakes up: the page, and nothing is tried
    walk.type(password=OTHER_PASSWORD)
    walk.press("form[action$='/password/'] button")
    walk.says("Le serveur accepte ce mot de passe.")
    work()
    assert (starts_in(server), OwnCalendar.objects.get().state) == ([moved], "kept")


def it_is_lost_and_she_takes_another(walk: Walk, server: Radicale) -> None:
    server.ask("DELETE", f"/{USER}/agenda/")
    moved = move(1)
    walk.page.reload()
    walk.says("Cet agenda n’est plus sur le serveur.")
    walk.look("lost")
    walk.press("form[action$='/search/'] button")
    walk.says("n’a aucun agenda où vous puissiez écrire")
    server.make("projets")
    walk.press("form[action$='/search/'] button")
    walk.says("Dans quel agenda ?", "Projets")
    assert walk.page.get_by_label("Projets").is_checked()  # the only one
    walk.look("choose")
    walk.press("form[action$='/choose/'] button")
    work()
    walk.page.reload()
    walk.says("Dates inscrites 1")
    assert starts_in(server, "projets") == [moved]


def she_lets_it_go_with_the_keyboard_alone(walk: Walk, server: Radicale) -> None:
    page = walk.page
    fold = page.locator("summary", has_text="Ne plus relier cet agenda")
    fold.focus()
    page.keyboard.press("Enter")
    tab_to(page, "id_remove")
    assert page.locator("#id_remove").is_checked()
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    walk.says("Jalon retire ses dates de l’agenda « Projets », puis oublie le mot de passe.")
    work()
    closed = OwnCalendar.objects.get()
    assert (server.items("projets"), closed.state, closed.secret, closed.username) == ({}, "closed", "", "")
    page.reload()
    assert page.locator("main a[href*='/calendar/own/']").count() == 1  # only where another one is connected
