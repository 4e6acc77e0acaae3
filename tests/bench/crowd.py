"""A hundred thousand journeys and a million lines of hours, written by PostgreSQL itself: one statement a table.

Each row follows from its number, so that two runs have the same figures. Foreign keys are right by the way rows are
numbered, and not checked while they are written.
"""

# ruff: noqa: E501 - a column beside its words is read better in one line

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

JOURNEYS, STEPS, LINES = int(os.environ.get("BENCH_JOURNEYS", "100000")), 8, 10
PEOPLE = JOURNEYS * 92 // 100
"""The others of the hundred thousand are second journeys, in another programme."""
LEAD, KNOWN, CHANGED = "lead@example.org", "2026-06-30", "2026-09-01"
"""Some rows were written otherwise until the last of these days, so that the past has something to say."""
SIDES = [(7, "start"), (3, "exit")]
"""Of ten journeys, how many are asked at which moment."""
DAY = "INTERVAL '1 day'"
STARTED = "DATE '2024-01-01' + n * 37 % 1050"
OPENING = "TIMESTAMPTZ '2023-12-01 09:00+01'"
PERSON = f"CASE WHEN n <= {PEOPLE} THEN n ELSE n - {PEOPLE} END"
KINDS = "(ARRAY['module','mentoring','immersion','milestone','milestone','mentoring','immersion','milestone'])[1 + k]"
LAST = "DATE '2026-11-23'"
ENDED = f"LEAST({LAST}, {STARTED} + n % 400)"


def pour(model: Any, rows: str, **given: str) -> None:
    """Rows of `model`, one for each of `rows` (a FROM clause); `given` are SQL, the rest is the column's default."""
    from django.db import connection

    values: dict[str, str] = {}
    literals: list[Any] = []
    for field in model._meta.local_concrete_fields:
        if field.attname in given:
            values[field.column] = given[field.attname].replace("%", "%%")
            continue
        default = field.get_default()
        if default is None and field.primary_key:
            continue
        values[field.column] = "%s"
        plain = isinstance(default, str | int | float | bool | date | datetime | type(None))
        literals.append(default if plain else json.dumps(default))
    names, asked = ", ".join(f'"{name}"' for name in values), ", ".join(values.values())
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({names}) SELECT {asked} FROM {rows.replace('%', '%%')}",  # noqa: S608 - words of ours
            literals,
        )


def series(count: int, more: str = "") -> str:
    """`n` from 1 to `count`, `more` numbers beside it."""
    return f"generate_series(1, {count}) AS n {more}"


def fill() -> Any:
    """The organisation with its lead, then its people, journeys, steps, hours and answers; the lead."""
    from django.db import connection

    from evaluation.models import Answer, Request, Response
    from journeys.actions import load_territory
    from journeys.models import Delivery, Step
    from tests.factories.accounts import make_member, make_organisation
    from tests.factories.journeys import make_programme

    load_territory()
    organisation = make_organisation("Cent mille", slug="cent-mille")
    lead = make_member(organisation, "lead", LEAD)
    programmes = [make_programme(organisation, title_fr=f"Dispositif {n}") for n in range(4)]
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # no look-up of each foreign key
        cursor.execute("SET maintenance_work_mem = '256MB'")
    with without_indexes(Step, Delivery, Request, Response, Answer):
        people(organisation.pk)
        journeys(programmes)
        turns(organisation.pk)
        ledger()
        answers(programmes)
        past()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return lead


@contextmanager
def without_indexes(*models: Any) -> Iterator[None]:
    """Within this block these tables have the indexes of their constraints only: the others are made at once, after it."""
    from django.db import connection

    tables = [one._meta.db_table for one in models]
    asked = (
        "SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
        " WHERE i.indrelid::regclass::text = ANY(%s)"
        " AND NOT EXISTS (SELECT 1 FROM pg_constraint n WHERE n.conindid = i.indexrelid)"
    )
    with connection.cursor() as cursor:
        cursor.execute(asked, [tables])
        known = cursor.fetchall()
        for name, _made in known:
            cursor.execute(f'DROP INDEX "{name}"')
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for _name, made in known:
                cursor.execute(made)


def people(organisation: int) -> None:
    from backend.accounts.models import User
    from journeys.models import Commune, Holder, Project

    everybody = series(PEOPLE)
    pour(User, everybody, id="1000 + n", email="'p' || n || '@example.org'", first_name="'Ana' || n",
         last_name="'Riou'", password="'!'")  # fmt: skip
    pour(Holder, everybody, id="n", created_at=OPENING, organisation_id=str(organisation), user_id="1000 + n",
         gender="CASE WHEN n % 11 = 0 THEN '' WHEN n % 20 < 11 THEN 'woman' ELSE 'man' END")  # fmt: skip
    codes = list(Commune.objects.order_by("pk").values_list("pk", flat=True))
    commune = f"CASE WHEN n % 13 = 0 THEN NULL ELSE (ARRAY{codes})[1 + (n % 997) * (n % 997) % {len(codes)}] END"
    pour(Project, everybody, id="n", created_at=OPENING, organisation_id=str(organisation), name="'Projet ' || n", commune_id=commune,
         qpv="(ARRAY['inside','outside','outside','unknown'])[1 + n % 4]")  # fmt: skip


def journeys(programmes: list[Any]) -> None:
    from journeys.models import Bridge, Journey, Step

    ids = [one.pk for one in programmes]
    versions = [one.versions.get().pk for one in programmes]
    place, started, ended = f"1 + (n / 2 + n / {PEOPLE + 1}) % 4", STARTED, ENDED
    state = "CASE WHEN n % 10 < 3 THEN 'completed' WHEN n % 10 < 5 THEN 'left' ELSE 'active' END"
    # every thirty-third pair is a team of two on one project
    project = f"CASE WHEN n % 66 = 1 AND n > 1 AND n <= {PEOPLE} THEN n - 1 ELSE {PERSON} END"
    reasons = "(ARRAY['employment','moved','gave_up','bridged','training'])[1 + n / 10 % 5]"
    pour(Journey, series(JOURNEYS), id="n", created_at=started, holder_id=PERSON, project_id=project, state=state, started_on=started,
         programme_id=f"(ARRAY{ids})[{place}]", version_id=f"(ARRAY{versions})[{place}]",
         planned_end_on=f"{started} + 365", ended_on=f"CASE WHEN n % 10 < 5 THEN {ended} END",
         leave_reason=f"CASE WHEN n % 10 IN (3, 4) THEN {reasons} ELSE '' END")  # fmt: skip
    due, is_done = f"{started} + 40 * (k + 1)", f"(n + k) % 5 < 3 AND {started} + 40 * (k + 1) < {LAST}"
    step = f"CASE WHEN (n + k) % 29 = 0 THEN 'waived' WHEN {is_done} THEN 'done' ELSE 'planned' END"
    pour(Step, series(JOURNEYS, f"CROSS JOIN generate_series(0, {STEPS - 1}) AS k"), id=f"n * {STEPS} + k",
         created_at=started, journey_id="n", code="'s' || k", position="k", kind=KINDS, title_fr="'Étape ' || k", is_shared="k = 4", max_days="30",
         earliest_on=started, due_on=due, state=step, waive_reason="CASE WHEN (n + k) % 29 = 0 THEN 'Vu' ELSE '' END",
         done_on=f"CASE WHEN (n + k) % 29 <> 0 AND {is_done} THEN {due} - n % 20 END")  # fmt: skip
    crossed = f"DATE '2024-01-01' + (n + {PEOPLE}) * 37 % 1050"
    pour(Bridge, series(JOURNEYS - PEOPLE), from_journey_id="n", to_journey_id=f"n + {PEOPLE}", kind="'beside'",
         crossed_on=crossed, created_at=crossed)  # fmt: skip


def turns(organisation: int) -> None:
    """Every other journey has ended, on the day it says; one in twenty rested for two months."""
    from django.contrib.contenttypes.models import ContentType

    from backend.history.models import Entry
    from journeys.models import Journey

    kind, place = str(ContentType.objects.get_for_model(Journey).pk), str(organisation)
    verb = "CASE WHEN n % 10 < 3 THEN 'complete_journey' ELSE 'leave_journey' END"
    pour(Entry, f"{series(JOURNEYS)} WHERE n % 10 < 5", id="n * 3 + 1000", verb=verb, at=f"{ENDED} + TIME '18:00'",
         organisation_id=place, about_type_id=kind, about_id="n")  # fmt: skip
    for place_of, (name, after) in enumerate((("pause_journey", 60), ("resume_journey", 120)), 1):
        pour(Entry, f"{series(JOURNEYS)} WHERE n % 20 = 7 AND {STARTED} + 120 < {LAST}", id=f"n * 3 + {1000 + place_of}",
             verb=f"'{name}'", at=f"{STARTED} + {after} + TIME '10:00'", organisation_id=place, about_type_id=kind,
             about_id="n")  # fmt: skip


def ledger() -> None:
    from journeys.models import Delivery

    state = "(ARRAY['declared','confirmed','confirmed','confirmed','disputed','confirmed','void'])[1 + (n + k) % 7]"
    happened = ("LEAST(TIMESTAMPTZ '2026-11-23 08:00+01', '2024-01-01 08:00+01'::timestamptz"
                f" + (n * 37 % 1050 + 25 * k) * {DAY})")  # fmt: skip
    pour(Delivery, series(JOURNEYS, f"CROSS JOIN generate_series(0, {LINES - 1}) AS k"), id=f"n * {LINES} + k",
         journey_id="n", created_at=f"{happened} + 2 * {DAY}", kind="(ARRAY['module','mentoring','mentoring','immersion'])[1 + k % 4]",
         source="'x:' || k", minutes="60 + (n + k) % 5 * 30", state=state,
         sort="CASE WHEN (n + k) % 20 = 0 THEN 'travel' ELSE 'contact' END",
         happened_at=happened,
         confirmed_at="now()", voided_at="now()", dispute="'Non'")  # fmt: skip


def answers(programmes: list[Any]) -> None:
    """Half of those who left or went to the end were asked twice; of ten asks seven are answered in full."""
    from evaluation.models import Answer, Request, Response
    from tests.factories.evaluation import wave_of

    waves = {moment: [wave_of(one, moment).pk for one in programmes] for _share, moment in SIDES}
    version = wave_of(programmes[0], "start").questionnaire.versions.published().latest("number")
    items = list(version.items.filter(kind="scale").order_by("position").values_list("pk", flat=True))
    place = f"1 + (n / 2 + n / {PEOPLE + 1}) % 4"
    for side, (share, moment) in enumerate(SIDES):
        asked = f"generate_series(1, {JOURNEYS}) AS n WHERE n % 10 < {share}"
        sent = f"LEAST(TIMESTAMPTZ '2026-11-23 08:00+01', '2024-01-02'::timestamptz + (n * 37 % 1050 + {300 * side}) * {DAY})"
        complete = f"(n / 10 + {side}) % 10 < 7"
        pour(Request, asked, id=f"n * 2 + {side}", wave_id=f"(ARRAY{waves[moment]})[{place}]",
             version_id=str(version.pk), journey_id="n", respondent_id=f"1000 + {PERSON}", sent_at=sent, created_at=sent,
             expires_at=f"{sent} + 30 * {DAY}", state=f"CASE WHEN {complete} THEN 'complete' ELSE 'expired' END")  # fmt: skip
        pour(Response, f"{asked} AND {complete}", id=f"n * 2 + {side}", request_id=f"n * 2 + {side}",
             completed_at=sent, created_at=sent)  # fmt: skip
        pour(Answer, f"{asked.replace(' WHERE', f' CROSS JOIN generate_series(0, {len(items) - 1}) AS k WHERE')}"
                     f" AND {complete}", id=f"(n * 2::bigint + {side}) * 20 + k", response_id=f"n * 2 + {side}",
             item_id=f"(ARRAY{items})[1 + k]", value=f"LEAST(8, 1 + (n * 7 + k * 3) % 6 + {side} * (n % 3))")  # fmt: skip


def past() -> None:
    """Some hours were declared before they were confirmed, some steps due earlier: through the triggers, as ever."""
    from django.db import connection

    from backend.history.models import WatchedTable

    WatchedTable.objects.update(since="2024-01-01T00:00+01:00")
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute(f"SET jalon.now = '{CHANGED}'")
        cursor.execute("UPDATE journeys_delivery SET state = 'confirmed' WHERE state = 'declared' AND id %% 3 = 0", [])
        cursor.execute("UPDATE journeys_step SET due_on = due_on + 10 WHERE state = 'planned' AND id %% 16 = 7", [])
        cursor.execute("SET jalon.now = ''")
