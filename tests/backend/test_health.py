"""What machines ask: is the process up, is the house fit to answer; and the demo's way in."""

import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib import admin
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django_q.models import OrmQ, Schedule

from backend.accounts.models import Organisation, User
from backend.lib import checks, heartbeat, jobs
from backend.lib import clock as house_clock
from backend.mail.actions import delivery
from journeys.actions import leave_group
from journeys.models import Companion
from tests.factories.journeys import make_companion, make_journey

pytestmark = pytest.mark.django_db


def test_healthz_says_that_the_process_is_up(client: Client, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]  # a context manager
        response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_a_process_that_begins_to_serve_has_read_its_pages_and_a_command_no_solver() -> None:
    """Neither the first person to come nor whoever starts a command waits for what she does not need."""
    code = """
import sys, backend.settings, django
django.setup()
print("scipy" in sys.modules, "evaluation.views" in sys.modules)
import backend.wsgi
print("evaluation.views" in sys.modules, "journeys.api" in sys.modules)
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["False", "False", "True", "True"]


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


def test_a_pulse_from_a_clock_that_runs_ahead_is_no_proof_of_life(clock: time_machine.Traveller) -> None:
    heartbeat.beat()
    clock.shift(timedelta(minutes=-3))
    assert heartbeat.what_is_wrong() == ""
    clock.shift(timedelta(minutes=-2))
    assert "check the clocks" in heartbeat.what_is_wrong()


def test_a_clock_turned_back_holds_up_neither_duty_nor_job(clock: time_machine.Traveller) -> None:
    jobs.put_schedule("heartbeat", "backend.lib.heartbeat.beat", "* * * * *")
    jobs.put_schedule("at night", "backend.lib.heartbeat.beat", "0 3 * * *")
    for duty in Schedule.objects.all():  # as the scheduler leaves them
        duty.next_run = duty.calculate_next_run()
        duty.save()
    with transaction.atomic():
        jobs.enqueue("backend.lib.heartbeat.beat")
    night = Schedule.objects.get(name="at night").next_run
    assert jobs.mend_clock() == 0
    clock.shift(timedelta(hours=-2))
    assert jobs.mend_clock() == 2
    beat = Schedule.objects.get(name="heartbeat").next_run
    assert (beat - house_clock.now(), Schedule.objects.get(name="at night").next_run) == (timedelta(minutes=1), night)
    assert (OrmQ.objects.get().lock, jobs.mend_clock()) == (house_clock.now(), 0)


def test_readyz_names_a_job_that_nobody_takes_up(client: Client, clock: time_machine.Traveller) -> None:
    with transaction.atomic():
        jobs.enqueue("backend.lib.heartbeat.beat")
    clock.shift(timedelta(minutes=16))
    heartbeat.beat()
    assert client.get("/readyz").json()["checks"]["queue"] == "a job waits since 0:16:00"


def test_settings_under_which_letters_would_be_lost_or_doubled_are_refused(settings: Any) -> None:
    cluster = settings.Q_CLUSTER
    assert (checks.check_queue(), checks.least_retry({**cluster, "workers": 2})) == ([], 219)

    def refused(**changed: object) -> list[str]:
        settings.Q_CLUSTER = {**cluster, **changed}
        return [str(one.id) for one in checks.check_queue()]

    found = [
        refused(retry=checks.least_retry(cluster) - 1), refused(queue_limit=20), refused(timeout=20, retry=999),
        refused(orm="other"), refused(max_attempts=0), refused(catch_up=True), refused(save_limit=250),
    ]  # fmt: skip
    assert [one[0][-1] for one in found] == list("1123445")
    settings.Q_CLUSTER = cluster
    database = settings.DATABASES["default"]
    sqlite = {**database, "ENGINE": "django.db.backends.sqlite3", "OPTIONS": {"timeout": 30}}
    server = {**database, "ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": False}
    ids = [[str(one.id) for one in checks._wrong(cluster, case)] for case in (sqlite, server)]
    assert ids == [["jalon.E006"], ["jalon.E007"]]
    # A letter is claimed for longer than a job may live, and a batch ends before a job is cut off.
    assert delivery.LEASE.total_seconds() > cluster["timeout"] + 3
    assert cluster["timeout"] > delivery.BATCH_SECONDS + settings.EMAIL_TIMEOUT


def test_nobody_edits_the_clock_by_hand() -> None:
    assert not admin.site.is_registered(Schedule)


def test_the_worker_can_be_asked_from_the_command_line() -> None:
    with pytest.raises(CommandError, match="no sign of life: no pulse yet"):
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
