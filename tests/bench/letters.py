"""A journey with ten thousand letters among thirty thousand, and the weekly letters of a thousand people.

`python -m tests.bench.letters`, with DATABASE_URL set to a PostgreSQL server or without (SQLite). A scratch database is
made and dropped. Of the pages: the least of five visits, since other work on the machine only adds to it. Of the
weekly letters: the time of the whole sweep, and how many queries each letter costs.
"""

import os
import random
import time
from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.bench.many import cpu, fill

LETTERS, OTHERS, DATES, REPLIES = 10_000, 20_000, 500, 300
GOAL, VISITS = 100, 5
PEOPLE, HOUR = 1000, timedelta(hours=1)
MONDAY = datetime(2026, 11, 30, 9, 30, tzinfo=ZoneInfo("Europe/Paris"))
WORDS = "Votre séance de mentorat est prévue mardi à 14 h, au Café du Bouffay. "


def world(dice: random.Random) -> dict[str, Any]:
    """The three who read one journey, and its letters; those of three hundred others beside them."""
    from tests.factories.accounts import make_member, make_organisation
    from tests.factories.journeys import make_companion, make_journey, make_programme

    organisation = make_organisation("Dix mille lettres", slug="dix-mille-lettres")
    lead, mentor, holder = (make_member(organisation, role) for role in ("lead", "mentor", "holder"))
    journey = make_journey(organisation, holder, programme=make_programme(organisation), by=lead)
    make_companion(journey, mentor)
    dates(journey, [holder, mentor], dice)
    letters(journey, [holder, mentor, lead], dice)
    return {"journey": journey, "readers": {"lead": lead, "mentor": mentor, "holder": holder}}


def dates(journey: Any, people: list[Any], dice: random.Random) -> None:
    """Five hundred dates of the journey, with as many answers of each of two people."""
    from django.contrib.contenttypes.models import ContentType

    from backend.calendars.models import Invite, InviteAnswer, InviteAttendee
    from backend.lib import clock
    from journeys.models import Delivery

    now, table = clock.now(), ContentType.objects.get_for_model(Delivery)
    numbers, organisation = range(1000, 1000 + DATES), journey.programme.organisation_id
    held = {n: now - timedelta(hours=dice.randint(1, 8000)) for n in numbers}
    lines = (
        {"id": n, "journey_id": journey.pk, "kind": "mentoring", "source": f"x:{n}", "happened_at": held[n],
         "minutes": 60, "state": "declared"}
        for n in numbers
    )  # fmt: skip
    fill(Delivery, lines)
    fill(
        Invite,
        (
            {"id": n, "uid": f"u{n}", "dtstamp": now, "about_type_id": table.pk, "about_id": n, "title_fr": "Séance",
             "organisation_id": organisation, "organiser": "x@example.org", "starts_at": held[n],
             "ends_at": held[n] + HOUR}
            for n in numbers
        ),
    )  # fmt: skip
    places = [(n, place, one) for n in numbers for place, one in enumerate(people)]
    fill(
        InviteAttendee,
        (
            {"id": n * 2 + place, "invite_id": n, "user_id": one.pk, "email": one.email, "role": "CHAIR"}
            for n, place, one in places
        ),
    )
    fill(
        InviteAnswer,
        (
            {"id": n * 2 + place, "key": f"a{n}:{place}", "invite_id": n, "attendee_id": n * 2 + place,
             "kind": "REPLY", "partstat": "ACCEPTED", "treatment": "applied",
             "received_at": held[n] - timedelta(days=1)}
            for n, place, _one in places
        ),
    )  # fmt: skip


def letters(journey: Any, people: list[Any], dice: random.Random) -> None:
    """A third about the journey, the rest about its dates; three in a hundred were answered in words."""
    from django.contrib.contenttypes.models import ContentType

    from backend.lib import clock
    from backend.mail.models import Email, Incoming
    from journeys.models import Delivery, Journey

    now, organisation = clock.now(), journey.programme.organisation_id
    tables = {model: ContentType.objects.get_for_model(model).pk for model in (Journey, Delivery)}

    def row(n: int) -> dict[str, Any]:
        is_ours, to, line = n <= LETTERS, people[n % len(people)], 1000 + n % DATES
        on_journey = n % 3 == 0 or not is_ours
        at, method = now - timedelta(minutes=dice.randint(1, 500_000)), "" if on_journey else "REQUEST"
        about = (journey.pk if is_ours else 10_000 + n % 300) if on_journey else line
        return {
            "id": n, "created_at": at, "key": f"k{n}", "template": "journeys/letters/hours_to_confirm",
            "organisation_id": organisation, "to_user_id": to.pk, "to_address": to.email, "language": "fr",
            "subject": f"Séance {n}", "text": WORDS * 20, "html": f"<p>{WORDS}</p>" * 60, "message_hash": "0" * 64,
            "message_id": f"<{n}@example.org>", "about_type_id": tables[Journey if on_journey else Delivery],
            "about_id": about, "uid": f"u{line}" if method else "", "method": method, "state": "sent", "sent_at": at,
            "stream": f"u{line} {to.email}" if method else "",
        }  # fmt: skip

    fill(Email, (row(n) for n in range(1, LETTERS + OTHERS + 1)))
    fill(
        Incoming,
        (
            {"id": n, "key": f"i{n}", "way": "imap", "letter_id": n * 30, "kind": "reply", "state": "treated",
             "organisation_id": organisation, "received_at": now - timedelta(minutes=dice.randint(1, 400_000))}
            for n in range(1, REPLIES + 1)
        ),
    )  # fmt: skip


def visit(user: Any, url: str) -> bool:
    """One line; is the goal met?"""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client, spent = Client(), []
    client.force_login(user)
    assert client.get(url).status_code == 200, url
    before = cpu()
    for _each in range(VISITS):
        start = time.perf_counter()
        client.get(url)
        spent.append((time.perf_counter() - start) * 1000)
    worked = (cpu() - before) / VISITS
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    print(f"{user.email[:18]:<20}{url:<52}{min(spent):>7.0f}{max(spent):>7.0f}{worked:>7.0f}{len(queries):>9}")
    if os.environ.get("SHOW"):
        for one in sorted(queries.captured_queries, key=lambda one: -float(one["time"]))[:4]:
            print("   ", one["time"], one["sql"][: int(os.environ["SHOW"])])
    return min(spent) <= GOAL


def thread(found: dict[str, Any]) -> bool:
    """The thread of the journey as each reads it, over HTTP and on its page."""
    pk = found["journey"].pk
    people = found["readers"]
    print(f"{LETTERS} letters of one journey{'':<45}{'ms':>7}{'max':>7}{'CPU':>7}{'queries':>9}")
    api = f"/api/v1/journeys/{pk}/thread/"
    visits = [visit(user, api) for user in people.values()]
    lead = people["lead"]
    for url in (f"{api}?page=100", f"{api}?show=letters", f"{api}?person={people['holder'].pk}"):
        visits.append(visit(lead, url))
    visits += [visit(user, f"/journeys/{pk}/letters/") for user in people.values()]
    return all(visits)


def weeks(organisation: Any, lead: Any) -> None:
    """A thousand holders with a journey each: a session this week, steps that are due, hours and promises."""
    from django.contrib.contenttypes.models import ContentType

    from backend.accounts.models import Membership, User
    from backend.calendars.models import Invite, InviteAttendee
    from journeys.models import Commitment, Delivery, Holder, Journey, Project, Step
    from tests.factories.journeys import make_programme

    programme, numbers = make_programme(organisation), range(1000, 1000 + PEOPLE)
    own = {"organisation_id": organisation.pk}
    fill(User, ({"id": n, "email": f"p{n}@example.org", "first_name": f"Ana{n}", "last_name": "Riou", "language": "fr",
                 "password": "!"} for n in numbers))  # fmt: skip
    fill(Membership, ({"id": n, "user_id": n, "role": "holder", **own} for n in numbers))
    fill(Holder, ({"id": n, "user_id": n, **own} for n in numbers))
    fill(Project, ({"id": n, "name": f"Projet {n}", **own} for n in numbers))
    version, started = programme.versions.get(), (MONDAY - timedelta(days=90)).date()
    fill(Journey, ({"id": n, "programme_id": programme.pk, "version_id": version.pk, "project_id": n, "holder_id": n,
                    "state": "active", "started_on": started, "planned_end_on": started + timedelta(days=365)}
                   for n in numbers))  # fmt: skip
    fill(Step, ({"id": n * 10 + place, "journey_id": n, "code": f"s{place}", "position": place, "kind": "milestone",
                 "title_fr": f"Étape {place}", "max_days": 30, "earliest_on": started,
                 "due_on": (MONDAY + timedelta(days=place)).date(), "state": "planned"}
                for n in numbers for place in range(5)))  # fmt: skip
    fill(Delivery, ({"id": n, "journey_id": n, "kind": "mentoring", "source": f"w:{n}", "minutes": 60,
                     "happened_at": MONDAY - timedelta(days=9), "state": "declared", "declared_by_id": lead.pk}
                    for n in numbers))  # fmt: skip
    fill(Commitment, ({"id": n, "journey_id": n, "text": "Appeler la mairie", "owner_id": n,
                       "due_on": (MONDAY + timedelta(days=3)).date()} for n in numbers))  # fmt: skip
    table, at = ContentType.objects.get_for_model(Journey), MONDAY + timedelta(days=1)
    fill(Invite, ({"id": n, "uid": f"w{n}", "dtstamp": MONDAY, "about_type_id": table.pk, "about_id": n, **own,
                   "title_fr": "Séance", "organiser": "x@example.org", "starts_at": at, "ends_at": at + HOUR}
                  for n in numbers))  # fmt: skip
    fill(InviteAttendee, ({"id": n, "invite_id": n, "user_id": n, "email": f"p{n}@example.org"} for n in numbers))


def weekly() -> None:
    """One line a ring, until nobody is due: how long, how many letters, how many queries each."""
    import time_machine
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from backend.mail.tasks import sweep_weekly_letters
    from tests.factories.accounts import make_member, make_organisation

    organisation = make_organisation("Mille", slug="mille")
    weeks(organisation, make_member(organisation, "lead"))
    print(f"{'weekly letters of ' + str(PEOPLE):<52}{'letters':>9}{'s':>7}{'CPU ms':>9}{'queries':>9}{'each':>7}")
    while True:
        with time_machine.travel(MONDAY, tick=False):
            worked, start = cpu(), time.monotonic()
            with CaptureQueriesContext(connection) as queries:
                written = sweep_weekly_letters()
        spent, worked = time.monotonic() - start, cpu() - worked
        if not written:
            break
        each = len(queries) / written
        print(f"{'one ring':<52}{written:>9}{spent:>7.1f}{worked / written:>9.1f}{len(queries):>9}{each:>7.1f}")
        if os.environ.get("SHOW"):
            shapes = Counter(one["sql"][: int(os.environ["SHOW"])] for one in queries.captured_queries)
            for sql, count in shapes.most_common(25):
                print(f"{count:>7} {sql}")


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
        found = world(random.Random(10_000))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        is_met = thread(found)
        weekly()
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
    raise SystemExit(not is_met)


if __name__ == "__main__":
    main()
