"""A person connects a calendar of her own on a page, or by a program: nothing typed is lost but the password."""

import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from backend.accounts.models import Organisation, User
from backend.calendars import actions
from backend.calendars.models import OwnCalendar
from backend.history.models import Entry
from tests.backend.calendars.radicale import PASSWORD, USER, Radicale
from tests.factories.calendars import make_invite
from tests.factories.own_calendars import make_own_calendar, visit

pytestmark = pytest.mark.django_db


def test_one_connects_chooses_and_disconnects_on_the_page(
    client_of: Callable[[User], Client], server: Radicale, organisation: Organisation, mentor: User, holder: User,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    client, connect = client_of(holder), reverse("calendars:calendar_connect")
    server.make("projet")
    access = {"server": server.address, "username": USER, "password": "not this one"}
    wrong = client.post(connect, access).content.decode()
    assert "refuse cet identifiant" in wrong and server.address in wrong and f'value="{USER}"' in wrong
    assert "not this one" not in wrong
    page = client.post(connect, {**access, "password": PASSWORD}).headers["Location"]
    asked = client.get(page).content.decode()
    assert "Dans quel agenda" in asked and "Agenda" in asked and "Projet" in asked
    calendar = OwnCalendar.objects.get()
    make_invite(organisation, mentor, holder)
    choose = reverse("calendars:calendar_choose", args=[calendar.pk])
    assert "Choisissez l’un" in client.post(choose, {"url": "https://elsewhere.example.org/"}).content.decode()
    client.post(choose, {"url": f"{server.address}/{USER}/projet/"})
    assert (visit(calendar), len(server.items("projet"))) == (1, 1)
    pages = [client.get(page).content.decode(), client.get(reverse("calendars:feed_page")).content.decode()]
    assert "vérifié" in pages[1] and calendar.name in pages[1]
    said = "\n".join([*pages, caplog.text, str(list(Entry.objects.order_by("pk").values()))])
    assert PASSWORD not in said and calendar.secret not in said
    client.post(reverse("calendars:calendar_disconnect", args=[calendar.pk]), {"remove": "on"})
    assert client.get(page).status_code == 404
    assert visit(calendar) == 1 and server.items("projet") == {}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"state": "stopped", "reason": "password"}, ["refuse cet identifiant", "Essayer ce mot de passe"]),
        ({"state": "stopped", "reason": "secret"}, ["tapez-le de nouveau", "Essayer ce mot de passe"]),
        ({"state": "stopped", "reason": "lost"}, ["n’est plus sur le serveur", "Choisir un autre agenda"]),
        ({"state": "stopped", "reason": "read_only"}, ["ne laisse plus", "Choisir un autre agenda"]),
        ({"reason": "busy", "failures": 2, "waiting": 3}, ["occupé", "Réessayer maintenant", "En attente d’écriture"]),
    ],
)
def test_trouble_is_said_with_what_to_do_about_it(
    client_of: Callable[[User], Client], holder: User, changes: dict[str, Any], words: list[str]
) -> None:
    calendar = make_own_calendar(holder, **changes)
    page = client_of(holder).get(reverse("calendars:calendar_page", args=[calendar.pk])).content.decode()
    assert [word for word in words if word not in page] == []


@pytest.mark.parametrize(
    ("door", "changes", "refusal"),
    [
        (
            "choose",
            {"state": "choosing", "url": "", "offered": [["http://127.0.0.1:1/1/", "Agenda 1"]]},
            "Choisissez l’un",
        ),
        ("password", {"state": "stopped", "reason": "password"}, "obligatoire"),
        ("update", {}, "Choisissez au moins"),
    ],
)
def test_a_page_that_refused_and_is_asked_for_again_is_the_page_of_the_calendar(
    client_of: Callable[[User], Client], holder: User, door: str, changes: dict[str, Any], refusal: str
) -> None:
    calendar = make_own_calendar(holder, **changes)
    client, url = client_of(holder), reverse(f"calendars:calendar_{door}", args=[calendar.pk])
    assert refusal in client.post(url, {"url": "", "password": ""}).content.decode()
    again = client.get(url).content.decode()
    assert refusal not in again and str(calendar) in again and calendar.host in again


def test_trying_passwords_by_our_hand_ends_soon(
    client_of: Callable[[User], Client], server: Radicale, holder: User
) -> None:
    client = client_of(holder)
    access = {"server": server.address, "username": USER, "password": "wrong"}
    said = [client.post(reverse("calendars:calendar_connect"), access).content.decode() for _time in range(13)]
    assert ["attendez dix minutes" in one for one in said] == [False] * 12 + [True]


def test_programs_connect_mend_and_disconnect_too(
    server: Radicale, organisation: Organisation, mentor: User, holder: User
) -> None:
    client = APIClient()
    client.force_login(holder)
    access = {"server": server.address, "username": USER, "password": "wrong", "kinds": ["sessions"]}
    refused = client.post("/api/v1/own-calendars/", access)
    assert (refused.status_code, refused.json()["field"]) == (409, "password")
    assert client.post("/api/v1/own-calendars/", {**access, "kinds": ["nope"]}).status_code == 400
    server.make("projet")
    made = client.post("/api/v1/own-calendars/", {**access, "password": PASSWORD})
    row = made.json()
    assert (made.status_code, row["state"], row["kinds"]) == (201, "choosing", ["sessions"])
    assert [one["name"] for one in row["offered"]] == ["Agenda", "Projet"]
    assert PASSWORD not in made.content.decode() and "secret" not in row
    one = f"/api/v1/own-calendars/{row['id']}/"
    assert client.post(f"{one}choose/", {"url": row["offered"][0]["url"]}).json()["state"] == "kept"
    assert client.patch(one, {"kinds": ["surveys"]}).json()["kinds"] == ["surveys"]
    assert client.post(f"{one}password/", {"password": "wrong"}).status_code == 409
    assert client.post(f"{one}password/", {"password": PASSWORD}).json()["trouble"] == ""
    assert client.post(f"{one}search/").status_code == 409
    assert client.post(f"{one}retry/").status_code == 200
    assert (client.post(f"{one}disconnect/", {"remove": False}).status_code, client.get(one).status_code) == (204, 404)


def test_three_calendars_are_enough_and_none_twice(
    client_of: Callable[[User], Client], server: Radicale, holder: User
) -> None:
    access = {"server": server.address, "username": USER, "password": PASSWORD, "by": holder}
    actions.connect_calendar(holder, **access)
    with pytest.raises(Exception, match="écrit déjà"):
        actions.connect_calendar(holder, **access)
    assert OwnCalendar.objects.count() == 1
    connect, page = f'href="{reverse("calendars:calendar_connect")}"', reverse("calendars:feed_page")
    make_own_calendar(holder, number=2)
    assert connect in client_of(holder).get(page).content.decode()
    make_own_calendar(holder, number=3)
    full = client_of(holder).get(page).content.decode()
    assert (connect in full, "c’est le maximum" in full) == (False, True)
    with pytest.raises(Exception, match="trois agendas"):
        actions.connect_calendar(holder, **access)
