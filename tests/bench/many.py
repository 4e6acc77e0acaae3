"""Ten thousand journeys of one organisation, two hundred thousand steps: how long a lead waits for who needs her.

`make bench-many` on SQLite; with DATABASE_URL set to a PostgreSQL server, there. A scratch database is made, filled and
dropped. Milliseconds are of the wall: the median of five visits, and the slowest. CPU is what a visit costs this
process and PostgreSQL together, which other work on the machine changes less. Queries are counted.
"""

import json
import os
import random
import statistics
import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

JOURNEYS, STEPS, DATES = 10_000, 20, 400
VISITS = 5


def fill(model: Any, rows: Iterable[dict[str, Any]]) -> None:
    """Rows of plain values with their ids; what is not said is the default of the column."""
    from backend.lib.bulk import insert_many

    fields = model._meta.local_concrete_fields
    names = [field.attname for field in fields]
    usual: dict[str, Any] = {}
    for field in fields:
        value = field.get_default()
        usual[field.attname] = json.dumps(value) if isinstance(value, list | dict) else value
    insert_many(model, names, ([{**usual, **row}[name] for name in names] for row in rows))


def world(dice: random.Random) -> Any:
    """The organisation and its lead; then everything else in bulk."""
    from tests.factories.accounts import make_member, make_organisation
    from tests.factories.journeys import make_programme

    organisation = make_organisation("Dix mille", slug="dix-mille")
    lead = make_member(organisation, "lead", "lead@example.org")
    people(organisation, make_programme(organisation), lead, dice)
    return lead


def people(organisation: Any, programme: Any, lead: Any, dice: random.Random) -> None:
    from backend.accounts.models import User
    from backend.lib import clock
    from journeys.models import Companion, Holder, Journey, Project

    today, now, numbers = clock.today(), clock.now(), range(1000, 1000 + JOURNEYS)
    phases = ["emergence", "creation", "consolidation", "scale_up"]
    started = {n: today - timedelta(days=dice.randint(5, 330)) for n in numbers}
    seen = {n: now - timedelta(days=dice.randint(0, 90)) for n in numbers}
    fill(
        User,
        (
            {"id": n, "email": f"p{n}@example.org", "first_name": f"Ana{n}", "last_name": "Riou", "password": "!",
             "last_login": seen[n]}
            for n in numbers
        ),
    )  # fmt: skip
    fill(Holder, ({"id": n, "organisation_id": organisation.pk, "user_id": n} for n in numbers))
    projects = (
        {"id": n, "organisation_id": organisation.pk, "name": f"Projet {n}", "phase": phases[n % 4]} for n in numbers
    )
    fill(Project, projects)
    version = programme.versions.get()
    fill(
        Journey,
        (
            {"id": n, "programme_id": programme.pk, "version_id": version.pk, "project_id": n, "holder_id": n,
             "referent_id": lead.pk if n % 9 == 0 else None, "state": "paused" if n % 20 == 0 else "active",
             "started_on": started[n], "planned_end_on": started[n] + timedelta(days=365),
             "pause_reason": "Naissance" if n % 20 == 0 else "",
             "review_on": today + timedelta(days=n % 60 - 10) if n % 20 == 0 else None}
            for n in numbers
        ),
    )  # fmt: skip
    mentored = [n for n in numbers if n % 5]
    fill(Companion, ({"id": n, "journey_id": n, "user_id": lead.pk, "role": "mentor"} for n in mentored))
    plans(organisation, numbers, dice)
    ledger(numbers, dice)
    around(organisation, numbers, dice)


def plans(organisation: Any, numbers: range, dice: random.Random) -> None:
    """Twenty steps each, as half done; dates of modules and seats there."""
    from backend.lib import clock
    from journeys.models import Enrolment, Module, ModuleDate, Step

    today, now = clock.today(), clock.now()
    module = Module.objects.create(organisation=organisation, code="dix", title_fr="Dix")
    kinds = ["module", "mentoring", "immersion", "milestone"]

    def steps() -> Iterable[dict[str, Any]]:
        for n in numbers:
            far = dice.randint(4, 16)
            for place in range(STEPS):
                is_done, due = place < far, today + timedelta(days=(place - far) * 15 + dice.randint(-4, 25))
                yield {
                    "id": n * 100 + place, "journey_id": n, "code": f"s{place}", "position": place,
                    "kind": kinds[place % 4], "title_fr": f"Étape {place}", "max_days": 30, "earliest_on": due,
                    "due_on": due, "state": "done" if is_done else "planned", "done_on": due if is_done else None,
                    "module_id": module.pk if place % 4 == 0 else None,
                }  # fmt: skip

    fill(Step, steps())
    starts = {pk: now + timedelta(days=dice.randint(-180, 60), hours=pk % 9) for pk in range(1000, 1000 + DATES)}
    dates = (
        {"id": pk, "module_id": module.pk, "starts_at": at, "ends_at": at + timedelta(hours=3), "seats": 99}
        for pk, at in starts.items()
    )
    fill(ModuleDate, dates)
    seats = ((n, slot) for n in numbers for slot in range(2))
    fill(
        Enrolment,
        (
            {"id": n * 10 + slot, "step_id": n * 100 + slot * 4, "module_date_id": 1000 + dice.randrange(DATES),
             "state": "enrolled"}
            for n, slot in seats
        ),
    )  # fmt: skip


def ledger(numbers: range, dice: random.Random) -> None:
    """A hundred thousand lines of hours, some disputed."""
    from backend.lib import clock
    from journeys.models import Delivery

    now = clock.now()
    lines = ((n, slot) for n in numbers for slot in range(10))
    fill(
        Delivery,
        (
            {"id": n * 100 + slot, "journey_id": n, "step_id": n * 100 + slot, "kind": "mentoring",
             "source": f"x:{slot}", "happened_at": now - timedelta(days=dice.randint(1, 200)), "minutes": 90,
             "state": "disputed" if dice.random() < 0.001 else "declared", "dispute": "Non."}
            for n, slot in lines
        ),
    )  # fmt: skip


def around(organisation: Any, numbers: range, dice: random.Random) -> None:
    """What was promised, what stands in calendars, what was set aside, and the history."""
    from django.contrib.contenttypes.models import ContentType

    from backend.calendars.models import Invite, InviteAttendee
    from backend.history.models import Entry
    from backend.lib import clock
    from journeys.models import Commitment, Journey, Snooze

    now, kind = clock.now(), ContentType.objects.get_for_model(Journey)
    fill(
        Commitment,
        (
            {"id": n, "journey_id": n, "text": "Appeler", "owner_id": n,
             "created_at": now - timedelta(days=dice.randint(1, 200))}
            for n in numbers
        ),
    )  # fmt: skip
    invited = [n for n in numbers if n % 2]
    fill(
        Invite,
        (
            {"id": n, "uid": f"u{n}", "dtstamp": now, "about_type_id": kind.pk, "about_id": n, "title_fr": "Séance",
             "organisation_id": organisation.pk, "organiser": "x@example.org",
             "starts_at": (at := now + timedelta(days=dice.randint(-60, 30))), "ends_at": at + timedelta(hours=1)}
            for n in invited
        ),
    )  # fmt: skip
    people = ({"id": n, "invite_id": n, "user_id": n, "email": f"p{n}@example.org"} for n in invited)
    fill(InviteAttendee, people)
    until = clock.today() + timedelta(days=9)
    aside = ({"id": n, "journey_id": n, "code": "hole", "until_on": until, "reason": "Vu"} for n in numbers[::25])
    fill(Snooze, aside)
    verbs = ["open_journey", "pause_journey", "resume_journey", "open_journey", "open_journey"]
    past = ((n, slot, verb) for n in numbers for slot, verb in enumerate(verbs) if slot == 0 or n % 8 == 0)
    fill(
        Entry,
        (
            {"id": n * 10 + slot, "verb": verb, "about_type_id": kind.pk, "about_id": n, "about_label": "Parcours",
             "organisation_id": organisation.pk, "at": now - timedelta(days=300 - 20 * slot)}
            for n, slot, verb in past
        ),
    )  # fmt: skip


def cpu() -> float:
    """Milliseconds of processor spent so far by this process, and by its PostgreSQL where it runs on this machine."""
    from django.db import connection

    spent = time.process_time() * 1000
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            stat = Path(f"/proc/{cursor.fetchone()[0]}/stat")
        if stat.exists():
            user, system = stat.read_text().rsplit(") ", 1)[1].split()[11:13]
            spent += (int(user) + int(system)) * 1000 / os.sysconf("SC_CLK_TCK")
    return spent


def timed(label: str, visit: Callable[[], Any], goal: int | None = None) -> None:
    """One line: the median and the slowest of the visits, and the queries of one."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    visit()
    spent, before = [], cpu()
    for _each in range(VISITS):
        start = time.perf_counter()
        visit()
        spent.append((time.perf_counter() - start) * 1000)
    worked = (cpu() - before) / VISITS
    with CaptureQueriesContext(connection) as queries:
        visit()
    middle = statistics.median(spent)
    over = "  over" if goal and middle > goal else ""
    print(f"{label:<38}{middle:>8.0f}{max(spent):>8.0f}{worked:>8.0f}{goal or '':>7}{len(queries):>9}{over}")


def measure(lead: Any) -> None:
    from django.test import Client

    from journeys.models import Journey
    from journeys.queries.gaps import predicted, totals
    from journeys.queries.signs import CODES, flagged

    client, everybody = Client(), Journey.objects.all()
    client.force_login(lead)
    print(f"{'':<38}{'ms':>8}{'max':>8}{'CPU':>8}{'goal':>7}{'queries':>9}")
    for label, url in (
        ("needs", "/needs/"),
        ("needs, page 20", "/needs/?page=20"),
        ("needs, one sign", "/needs/?sign=hole"),
        ("needs, mine", "/needs/?whose=mine"),
        ("home", "/"),
        ("board", "/journeys/"),
        ("board, any sign", "/journeys/?sign=any"),
        ("board, by phase", "/journeys/?view=columns"),
    ):
        timed(label, lambda url=url: client.get(url), 150 if label.startswith("needs") else None)  # type: ignore[misc]
    for code in CODES:
        timed(f"flagged {code}", lambda code=code: list(flagged(everybody, code).values_list("pk", flat=True)))  # type: ignore[misc]
    timed("flagged any", lambda: list(flagged(everybody).values_list("pk", flat=True)))
    timed("holes behind, everybody, summed", lambda: totals(everybody))
    timed("holes ahead, everybody", lambda: predicted(everybody))


def main() -> None:
    os.environ |= {"DEMO": "1", "DJANGO_SETTINGS_MODULE": "tests.settings", "ALLOWED_HOSTS": "testserver"}
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    settings.DEBUG = False
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        start = time.perf_counter()
        lead = world(random.Random(10_000))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        print(
            f"{JOURNEYS} journeys, {JOURNEYS * STEPS} steps on {connection.vendor}: {time.perf_counter() - start:.0f} s"
        )
        measure(lead)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    main()
