"""Pages of the demo, each beside the empty page: CPU of this process, medians of alternating rounds.

Times of one machine say little about another; the ratio of two pages in one run does. Uses a copy of the demo's
database when there is one (`make demo` first), else loads it.
"""

import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ROUNDS, REQUESTS = 5, 8
# (role, url name, the journey's pk as argument?, at most … times the empty page, at most … queries)
PAGES = [
    ("holder", "home", False, 3.5, 20),
    ("mentor", "home", False, 3.5, 20),
    ("lead", "home", False, 6.0, 30),
    ("lead", "journeys:journey_list", False, 6.0, 15),
    ("lead", "journeys:journey_detail", True, 6.0, 30),
    ("lead", "evaluation:indicators", False, 12.0, 48),
    ("lead", "mail:outbox", False, 6.0, 15),
    ("mentor", "mentoring:session_list", False, 4.0, 15),
    ("lead", "api:journeys-list", False, 4.0, 10),
]


def prepare(folder: Path) -> None:
    """Settings and a database of our own, before Django is set up."""
    database = folder / "bench.sqlite3"
    demo = ROOT / "var" / "demo.sqlite3"
    os.environ |= {
        "DEMO": "1",
        "DATABASE_URL": f"sqlite:///{database}",
        "DJANGO_SETTINGS_MODULE": "backend.settings",
        "ALLOWED_HOSTS": "testserver",
    }
    if demo.exists():
        shutil.copy(demo, database)

    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    settings.ROOT_URLCONF = "tests.bench.urls"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    call_command("setup", verbosity=0)
    if not demo.exists():
        print("Loading the demo…")
        call_command("load_demo", verbosity=0)


def cpu(visit: Callable[[], object]) -> float:
    """Milliseconds of CPU of this process per visit."""
    start = time.process_time()
    for _ in range(REQUESTS):
        visit()
    return (time.process_time() - start) * 1000 / REQUESTS


def measure() -> bool:
    """Print one line a page; True when every page keeps within its goals."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    from backend.accounts.models import Membership
    from journeys.models import Journey

    kept = True
    print(f"{'page':<38}{'x empty':>9}{'goal':>7}{'ms CPU':>9}{'queries':>9}{'goal':>6}")
    for role, name, with_journey, most, most_queries in PAGES:
        person = Membership.objects.active().filter(role=role).order_by("organisation_id", "pk")[0].user
        client = Client()
        client.force_login(person)
        journey = Journey.objects.visible_to(person).active().order_by("pk").first()
        url = reverse(name, args=[journey.pk] if with_journey and journey else [])
        assert client.get(url).status_code == 200, f"{name} does not open"
        client.get("/bench/empty/")
        pairs = [(cpu(lambda: client.get("/bench/empty/")), cpu(lambda: client.get(url))) for _ in range(ROUNDS)]  # noqa: B023 - called at once
        ratio = statistics.median(page / empty for empty, page in pairs)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        is_kept = ratio <= most and len(queries) <= most_queries
        kept &= is_kept
        line = f"{role + ' ' + name:<38}{ratio:>9.2f}{most:>7.1f}{statistics.median(page for _, page in pairs):>9.2f}"
        print(f"{line}{len(queries):>9}{most_queries:>6}{'' if is_kept else '  over'}")
    return kept


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="jalon-bench-") as folder:
        prepare(Path(folder))
        print("Within the goals." if measure() else "Some pages are over their goal.")


if __name__ == "__main__":
    main()
