"""What machines ask: is the process up, is the house fit to answer; and the demo's way in."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client

from backend.accounts.models import Organisation, User
from backend.lib import heartbeat
from journeys.actions import leave_group
from journeys.models import Companion
from tests.factories.journeys import make_companion, make_journey

pytestmark = pytest.mark.django_db


def test_healthz_says_that_the_process_is_up(client: Client, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]  # a context manager
        response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_readyz_follows_the_pulse_of_the_worker(client: Client, clock: time_machine.Traveller) -> None:
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["queue"] == "no pulse yet"
    heartbeat.beat()
    response = client.get("/readyz")
    assert (response.status_code, response.json()["status"]) == (200, "ok")
    assert set(response.json()["checks"].values()) == {"ok"}
    clock.shift(timedelta(minutes=4, seconds=1))
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["queue"] == "no pulse since 2026-11-23T08:00:00Z"


def test_the_worker_can_be_asked_from_the_command_line() -> None:
    with pytest.raises(CommandError, match="no sign of life since ever"):
        call_command("work", "--check")
    heartbeat.beat()
    call_command("work", "--check")


def test_one_click_signs_the_first_person_of_a_role_in(client: Client, lead: User) -> None:
    response = client.get("/demo/sign-in/lead/")
    assert (response.status_code, response.headers["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(lead.pk)


def test_one_click_signs_the_first_adviser_in_while_she_accompanies_somebody(
    client: Client, organisation: Organisation, outsider: User
) -> None:
    companion = make_companion(make_journey(organisation), outsider, Companion.Role.ADVISER)
    assert client.get("/demo/sign-in/adviser/").status_code == 302
    assert client.session["_auth_user_id"] == str(outsider.pk)
    leave_group(companion, reason="Mission finie", by=None)
    assert client.get("/demo/sign-in/adviser/").status_code == 404


def test_a_role_that_nobody_has_signs_nobody_in(client: Client) -> None:
    assert client.get("/demo/sign-in/lead/").status_code == 404
    assert client.get("/demo/sign-in/queen/").status_code == 404
