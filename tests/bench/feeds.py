"""A calendar of ten thousand dates beside one of a hundred: it comes within a second, in as many queries.

`python -m tests.bench.feeds`, with DATABASE_URL set to a PostgreSQL server or without (SQLite). A scratch database is
made and dropped. The goal is of CPU: what a visit costs this process and PostgreSQL together, which other work on the
machine changes less than the time of the wall.
"""

import os
import time
from datetime import timedelta
from typing import Any

from tests.bench.many import cpu, fill

DATES, FEW, GOAL, VISITS = 10_000, 100, 1000, 5
RATIO = 1.2
"""At most so many times the cost of one date of a hundred, for one of ten thousand."""


def world(name: str, first: int, count: int) -> str:
    """Somebody with so many dates around today, and the secret of her feed."""
    from django.contrib.contenttypes.models import ContentType

    from backend.accounts.models import Organisation, User
    from backend.calendars import actions
    from backend.calendars.models import Invite, InviteAttendee
    from backend.lib import clock

    user = User.objects.create(email=f"{name}@example.org", first_name="Awa", last_name="Diallo", language="fr")
    mentor = User.objects.create(email=f"m-{name}@example.org", first_name="Claire", last_name="Tessier")
    organisation = Organisation.objects.create(name=name, slug=name)
    now, kind, numbers = clock.now(), ContentType.objects.get_for_model(User), range(first, first + count)
    starts = {n: now + timedelta(minutes=60 * (n - first) % 500_000 - 100_000) for n in numbers}
    fill(
        Invite,
        (
            {"id": n, "uid": f"{n:032x}@jalon.example", "dtstamp": now, "about_type_id": kind.pk, "about_id": n,
             "title_fr": "Mentorat : Awa Diallo et Claire Tessier", "organisation_id": organisation.pk,
             "organiser": "x@example.org", "starts_at": starts[n], "ends_at": starts[n] + timedelta(hours=1),
             "place": "8 rue Saint-Domingue, 44200 Nantes, deuxième étage, porte de gauche, sonner à « Jalon »",
             "url": f"https://jalon.example.org/sessions/{n}/"}
            for n in numbers
        ),
    )  # fmt: skip
    invited = ((n, place, one) for n in numbers for place, one in enumerate((user, mentor)))
    fill(
        InviteAttendee,
        (
            {"id": n * 2 + place, "invite_id": n, "user_id": one.pk, "email": one.email, "name": one.get_full_name()}
            for n, place, one in invited
        ),
    )
    return actions.open_feed(user, name="Banc", by=None)[1]


def visit(secret: str, count: int) -> tuple[float, float, int]:
    """The least wall and CPU of several visits, in milliseconds, and the queries of one."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client, url = Client(), f"/feeds/{secret}/jalon.ics"
    assert client.get(url).content.count(b"BEGIN:VEVENT") == count
    spent = []
    for _round in range(VISITS):
        wall, work = time.perf_counter(), cpu()
        client.get(url)
        spent.append(((time.perf_counter() - wall) * 1000, cpu() - work))
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    return min(one[0] for one in spent), min(one[1] for one in spent), len(queries)


def measure() -> bool:
    """One line a calendar; are the goals kept?"""
    few, many = world("cent", 1, FEW), world("dix-mille", 1_000_000, DATES)
    found: dict[int, Any] = {count: visit(secret, count) for secret, count in ((few, FEW), (many, DATES))}
    print(f"{'dates':<10}{'ms':>8}{'ms CPU':>8}{'goal':>7}{'queries':>9}")
    for count, (wall, work, queries) in found.items():
        print(f"{count:<10}{wall:>8.0f}{work:>8.0f}{GOAL:>7}{queries:>9}")
    ratio = found[DATES][1] / DATES / (found[FEW][1] / FEW)
    print(f"one date of ten thousand costs {ratio:.2f} times one of a hundred (goal {RATIO})")
    return ratio <= RATIO and found[DATES][1] <= GOAL and found[DATES][2] == found[FEW][2]


def main() -> None:
    os.environ |= {"DEMO": "1", "DJANGO_SETTINGS_MODULE": "tests.settings", "ALLOWED_HOSTS": "testserver"}
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    settings.DEBUG = False
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, serialize=False)
    try:
        print("Within the goals." if measure() else "Over the goal.")
    finally:
        connection.creation.destroy_test_db(str(name), verbosity=0)


if __name__ == "__main__":
    main()
