"""The board with ten thousand journeys of twenty steps: server time and queries of each way of showing it.

`DATABASE_URL=postgres://… python -m tests.bench.board [journeys]`, on a database of its own that it fills when it is
empty. Prints the least time of several visits and the CPU of this process beside it: what waits for other programs of
the machine is in the first only.
"""

import os
import sys
import time
from datetime import timedelta

ROUNDS, STEPS = 7, 20
PAGES = {
    "table, 50 rows": "",
    "table, 200 rows": "per=200",
    "table, 200 rows, who needs somebody": "per=200&sign=any",
    "table, 200 rows, on their way": "per=200&sign=none",
    "table, 200 rows, longest without hours": "per=200&sort=contact",
    "table, 200 rows, least advanced": "per=200&sort=progress",
    "by phase, 200 cards": "per=200&view=columns",
}


def prepare() -> None:
    """Settings of our own, before Django is set up."""
    os.environ |= {"DEMO": "1", "DJANGO_SETTINGS_MODULE": "backend.settings", "ALLOWED_HOSTS": "testserver"}
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    call_command("migrate", verbosity=0)


def fill(count: int) -> None:
    """One organisation, its lead, one programme of twenty steps, `count` people, hours for two in three."""
    from django.db import connection

    from backend.accounts.models import User
    from backend.lib import clock
    from journeys import actions
    from journeys.models import Carrier, Delivery, Holder, Journey, Phase, Project, Step
    from tests.factories.accounts import make_member, make_organisation
    from tests.factories.journeys import make_programme

    place = make_organisation("Banc d’essai", slug="bench")
    lead = make_member(place, "lead", "lead@bench.example", first_name="Léa", last_name="Riou")
    kinds = ("module", "mentoring", "module", "milestone", "immersion")
    steps = [
        {
            "code": f"s{n}",
            "kind": kinds[n % 5],
            "title_fr": f"Étape {n}",
            "title_en": f"Step {n}",
            "min": 0,
            "max": 30 + 9 * n,
        }
        for n in range(STEPS)
    ]
    programme = make_programme(place, steps=steps)
    today, now = clock.today(), clock.now()
    User.objects.bulk_create(
        [User(email=f"p{n}@bench.example", first_name=f"Awa {n % 97}", last_name=f"Diallo {n}") for n in range(count)],
        1000,
    )
    people = User.objects.filter(email__startswith="p").order_by("pk")
    holders = Holder.objects.bulk_create([Holder(organisation=place, user=one) for one in people], 1000)
    phases = Phase.values
    projects = Project.objects.bulk_create(
        [Project(organisation=place, name=f"Projet {n}", phase=phases[n % 4]) for n in range(count)], 1000
    )
    pairs = list(zip(projects, holders, strict=True))
    Carrier.objects.bulk_create([Carrier(project=project, holder=holder) for project, holder in pairs], 1000)
    openings = [
        actions.Opening(project, holder, today - timedelta(days=n % 300), lead if n % 3 else None)
        for n, (project, holder) in enumerate(pairs)
    ]
    actions.open_many(programme, openings, by=None)
    for number, step in enumerate(Step.objects.filter(code__in=("s0", "s1", "s2")).order_by("pk").iterator()):
        if number % 3:
            Step.objects.filter(pk=step.pk).update(state="done", done_on=today)
    Delivery.objects.bulk_create(
        [
            Delivery(
                journey=journey, kind="module", source=f"bench:{journey.pk}", happened_at=now - timedelta(days=n % 90),
                minutes=120, state="declared",
            )
            for n, journey in enumerate(Journey.objects.order_by("pk").iterator())
            if n % 3
        ],
        1000,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def measure() -> None:
    """One line a page."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from backend.accounts.models import User
    from journeys.models import Journey, Step

    client = Client()
    client.force_login(User.objects.get(email="lead@bench.example"))
    print(f"{connection.vendor}: {Journey.objects.count()} journeys, {Step.objects.count()} steps")
    print(f"{'the board as':<42}{'ms':>8}{'ms CPU':>8}{'queries':>9}")
    for name, query in PAGES.items():
        url = f"/journeys/?{query}"
        assert client.get(url).status_code == 200
        spent = []
        for _round in range(ROUNDS):
            wall, cpu = time.perf_counter(), time.process_time()
            client.get(url)
            spent.append((time.perf_counter() - wall, time.process_time() - cpu))
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        wall, cpu = (1000 * min(one[part] for one in spent) for part in (0, 1))
        print(f"{name:<42}{wall:>8.0f}{cpu:>8.0f}{len(queries):>9}")


def measure_version(count: int = 200) -> None:
    """A new version of the programme taken up by so many journeys at once, then rolled back."""
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext

    from journeys import actions
    from journeys.models import Journey, Programme
    from tests.factories.versions import publish_next

    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        programme = Programme.objects.get()
        rows = Journey.objects.select_related("programme__organisation", "version", "holder__user", "project")
        journeys = list(rows.order_by("pk")[:count])
        version = publish_next(
            programme, add=[{"code": "new"}], change={"s5": {"max_days": 99}, "s7": {"weight": 7}}, drop=["s9"]
        )
        before, wall, cpu = len(queries), time.perf_counter(), time.process_time()
        actions.apply_newest_to_many(journeys, {programme.pk: version}, by=None)
        spent = (1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - cpu))
        print(
            f"{f'a version taken up by {len(journeys)}':<42}{spent[0]:>8.0f}{spent[1]:>8.0f}{len(queries) - before:>9}"
        )
        transaction.set_rollback(True)


def main() -> None:
    prepare()
    from journeys.models import Journey

    if not Journey.objects.exists():
        fill(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
    measure()
    measure_version()


if __name__ == "__main__":
    main()
