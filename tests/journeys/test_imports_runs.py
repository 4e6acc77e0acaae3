"""Confirmation: once, in chunks, whatever crashes, whoever else is writing."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_q.models import OrmQ

from backend.accounts.models import Organisation, User
from backend.history.models import Entry
from backend.lib.clock import now
from backend.lib.refusal import Refused
from journeys import actions, tasks
from journeys.actions.imports import runs
from journeys.models import Holder, Import, Journey, Programme, Project
from journeys.queries.import_pages import Preview
from tests.factories.imports import long_workbook, make_import, simple
from tests.factories.journeys import make_programme
from tests.factories.territory import load_territory


@pytest.fixture
def programme(organisation: Organisation) -> Programme:
    load_territory()
    return make_programme(organisation, "incubation-ess")


def people(count: int, start: int = 0) -> bytes:
    return simple(*(f"P{n};Nom{n};p{n}@example.org;Projet {n}" for n in range(start, start + count)))


def fresh(batch: Import) -> Import:
    return Import.objects.select_related("programme__organisation").get(pk=batch.pk)


def written() -> tuple[int, int, int, int]:
    return (
        User.objects.filter(email__startswith="p").count(),
        Holder.objects.count(),
        Project.objects.count(),
        Journey.objects.count(),
    )


# --- Once -----------------------------------------------------------------------------------------
def test_of_two_leads_who_confirm_at_once_one_wins(programme: Programme, lead: User) -> None:
    batch = make_import(programme, people(3), by=lead)
    hers, his = fresh(batch), fresh(batch)
    actions.confirm_import(hers, by=lead)
    with pytest.raises(Refused):
        actions.confirm_import(his, by=lead)
    assert written() == (3, 3, 3, 3)
    assert Entry.objects.filter(verb="confirm_import").count() == 1


def test_a_done_import_keeps_its_counts_and_forgets_its_lines(programme: Programme, lead: User) -> None:
    batch = make_import(programme, people(2) + b"\nZed;Sans;;Rien\n", by=lead)
    actions.confirm_import(batch, by=lead)
    batch.refresh_from_db()
    assert (batch.state, batch.rows, batch.rows_done, batch.confirmed_by) == ("done", [], 3, lead)
    assert batch.result["left"] == [[4, "Zed Sans", [["email_missing", "email", {}]]]]
    with pytest.raises(Refused):
        actions.correct_import(batch, line=2, cells={"email": "x@example.org"}, by=lead)
    with pytest.raises(Refused):
        actions.discard_import(batch, by=lead)


def test_discarding_forgets_everything(programme: Programme, lead: User) -> None:
    batch = make_import(programme, people(2), by=lead)
    actions.discard_import(batch, by=lead)
    assert (fresh(batch).state, fresh(batch).rows) == ("discarded", [])
    with pytest.raises(Refused):
        actions.confirm_import(fresh(batch), by=lead)


def test_the_same_file_still_waiting_is_found_again_with_its_corrections(programme: Programme, lead: User) -> None:
    batch = make_import(programme, people(2), by=lead)
    actions.correct_import(batch, line=2, cells={"project": "Autre nom"}, by=lead)
    assert make_import(programme, people(2), by=lead).pk == batch.pk


# --- Chunks and crashes ---------------------------------------------------------------------------
@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "CHUNK", 10)


def die_on_chunk(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """The worker is killed while it writes this chunk: nothing catches it."""
    calls = iter(range(1, 100))
    write: Callable[..., None] = runs.write_chunk

    def killed(*args: Any, **kwargs: Any) -> None:
        write(*args, **kwargs)
        if next(calls) == number:
            raise KeyboardInterrupt

    monkeypatch.setattr(runs, "write_chunk", killed)


def test_a_worker_killed_in_the_middle_loses_nothing_and_doubles_nothing(
    programme: Programme, lead: User, monkeypatch: pytest.MonkeyPatch, small_chunks: None
) -> None:
    batch = make_import(programme, people(35), by=lead)
    with monkeypatch.context() as patch:
        die_on_chunk(patch, 3)
        with pytest.raises(KeyboardInterrupt):
            actions.confirm_import(batch, by=lead)
    stopped = fresh(batch)
    assert (stopped.state, stopped.rows_done, stopped.result["create"], written()) == (
        "running",
        20,
        20,
        (20, 20, 20, 20),
    )
    tasks.sweep_imports()
    done = fresh(batch)
    assert (done.state, done.result["create"], done.result["error"], written()) == ("done", 35, 0, (35, 35, 35, 35))


def test_an_error_stops_it_with_a_sentence_and_it_goes_on_from_there(
    programme: Programme, lead: User, monkeypatch: pytest.MonkeyPatch, small_chunks: None
) -> None:
    batch = make_import(programme, people(25), by=lead)
    with monkeypatch.context() as patch:
        write: Callable[..., None] = runs.write_chunk

        def broken(outcomes: Any, **kwargs: Any) -> None:
            if outcomes[0].line.index == 10:
                raise Refused("Rien ne va plus.")
            write(outcomes, **kwargs)

        patch.setattr(runs, "write_chunk", broken)
        actions.confirm_import(batch, by=lead)
    stopped = fresh(batch)
    assert (stopped.state, stopped.rows_done, stopped.result["stopped"]) == ("failed", 10, "Rien ne va plus.")
    actions.confirm_import(stopped, by=lead)
    assert (fresh(batch).state, fresh(batch).result["create"], written()) == ("done", 25, (25, 25, 25, 25))


def test_two_workers_on_one_import_share_it(
    programme: Programme, lead: User, monkeypatch: pytest.MonkeyPatch, small_chunks: None
) -> None:
    batch = make_import(programme, people(30), by=lead)
    write: Callable[..., None] = runs.write_chunk

    def meanwhile(outcomes: Any, **kwargs: Any) -> None:
        write(outcomes, **kwargs)
        monkeypatch.setattr(runs, "write_chunk", write)

    monkeypatch.setattr(runs, "write_chunk", meanwhile)
    Import.objects.filter(pk=batch.pk).update(state="running")
    first, second = runs.Run(fresh(batch)), runs.Run(fresh(batch))
    assert first.write_next() is True
    assert second.write_next() is False  # the first chunk is taken
    assert actions.run_import(fresh(batch)) is True
    assert (fresh(batch).result["create"], written()) == (30, (30, 30, 30, 30))


def test_a_journey_opened_by_hand_meanwhile_is_recognised(
    programme: Programme, lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = make_import(programme, people(3), by=lead)
    actions.confirm_import(make_import(programme, people(1, start=1), by=None), by=None)
    actions.confirm_import(batch, by=lead)
    assert (fresh(batch).result["create"], fresh(batch).result["unchanged"], written()) == (2, 1, (3, 3, 3, 3))


def test_a_race_lost_between_the_look_and_the_writing_is_judged_again(
    programme: Programme, lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = make_import(programme, people(3), by=lead)
    write: Callable[..., None] = runs.write_chunk
    rival = make_import(programme, people(1, start=1), by=None)

    def too_late(outcomes: Any, **kwargs: Any) -> None:
        monkeypatch.setattr(runs, "write_chunk", write)
        actions.confirm_import(rival, by=None)
        raise Refused("somebody was faster")

    monkeypatch.setattr(runs, "write_chunk", too_late)
    actions.confirm_import(batch, by=lead)
    assert (fresh(batch).state, written()) == ("done", (3, 3, 3, 3))


def test_a_programme_without_a_published_version_says_so(programme: Programme, lead: User) -> None:
    programme.versions.update(published_at=None)
    batch = actions.confirm_import(make_import(programme, people(2), by=lead), by=lead)
    assert (fresh(batch).state, fresh(batch).result["stopped"]) == (
        "failed",
        "Ce dispositif n’a pas encore de version publiée.",
    )
    assert written() == (0, 0, 0, 0)


# --- Jobs -----------------------------------------------------------------------------------------
def test_up_to_two_hundred_lines_are_written_at_once_and_more_by_a_job(programme: Programme, lead: User) -> None:
    at_once = actions.confirm_import(make_import(programme, people(200), by=lead), by=lead)
    assert (fresh(at_once).state, OrmQ.objects.count()) == ("done", 0)
    later = actions.confirm_import(make_import(programme, people(201), by=lead), by=lead)
    assert (fresh(later).state, fresh(later).rows_done, OrmQ.objects.count()) == ("running", 0, 1)
    tasks.run_import(later.pk)
    tasks.run_import(later.pk)
    assert (fresh(later).state, fresh(later).result["create"], written()) == ("done", 1, (201, 201, 201, 201))


def test_a_long_import_is_cut_into_jobs(
    programme: Programme, lead: User, monkeypatch: pytest.MonkeyPatch, small_chunks: None
) -> None:
    batch = make_import(programme, people(25), by=lead)
    Import.objects.filter(pk=batch.pk).update(state="running")
    assert actions.run_import(fresh(batch), seconds=-1) is False
    assert (fresh(batch).rows_done, OrmQ.objects.count()) == (10, 1)
    assert actions.run_import(fresh(batch), seconds=-1) is False
    assert actions.run_import(fresh(batch), seconds=-1) is True
    assert (fresh(batch).state, written()) == ("done", (25, 25, 25, 25))


def test_a_job_for_an_import_that_is_gone_leaves(programme: Programme) -> None:
    tasks.run_import(987654)
    assert written() == (0, 0, 0, 0)


def test_previews_nobody_came_back_to_are_discarded(programme: Programme, lead: User, clock: Any) -> None:
    old = make_import(programme, people(2), by=lead)
    clock.shift(timedelta(days=31))
    recent = make_import(programme, people(3), by=lead)
    tasks.sweep_imports()
    assert (fresh(old).state, fresh(old).rows, fresh(recent).state) == ("discarded", [], "preview")


def test_what_an_import_said_of_people_is_forgotten_after_a_month_and_its_page_says_so(
    programme: Programme, lead: User, clock: Any, client_of: Callable[[User], Client]
) -> None:
    batch = actions.confirm_import(make_import(programme, people(2) + b"\nSans;Adresse;;Projet\n", by=lead), by=lead)
    page = reverse("journeys:import_preview", args=[batch.pk])
    assert "jusqu’au mercredi 23 décembre" in client_of(lead).get(page).content.decode()
    clock.shift(timedelta(days=29))
    assert tasks.sweep_forgotten_imports() == 0
    clock.shift(timedelta(days=2))
    assert tasks.sweep_forgotten_imports() == 1
    assert tasks.sweep_forgotten_imports() == 0
    kept = fresh(batch)
    assert (kept.state, kept.rows, kept.raw, kept.outcomes, kept.made) == ("done", [], [], [], {})
    assert kept.result == {
        "create": 2, "update": 0, "unchanged": 0, "error": 1, "skipped": 0, "forgotten": True
    }  # fmt: skip
    said = client_of(lead).get(page).content.decode()
    assert ("Le détail de chaque ligne a été effacé" in said, "outcome.csv" in said) == (True, False)
    assert "est plus ancien" in client_of(lead).get(reverse("journeys:import_undo", args=[batch.pk])).content.decode()


def test_an_import_that_stopped_and_waits_for_nobody_is_discarded_after_a_month(
    programme: Programme, lead: User, clock: Any
) -> None:
    batch = make_import(programme, people(2), by=lead)
    Import.objects.filter(pk=batch.pk).update(state="failed", confirmed_at=now())
    clock.shift(timedelta(days=31))
    tasks.sweep_imports()
    assert (fresh(batch).state, fresh(batch).rows, fresh(batch).raw) == ("discarded", [], [])


# --- Size -----------------------------------------------------------------------------------------
def test_queries_grow_with_chunks_not_with_lines(
    programme: Programme, lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def queries(count: int, start: int) -> int:
        batch = make_import(programme, people(count, start), by=lead)
        with CaptureQueriesContext(connection) as seen:
            actions.confirm_import(batch, by=lead)
        return len(seen)

    queries(1, 0)
    # SQLite takes 999 values a statement: bulk inserts are cut by it, so compare sizes below that.
    assert queries(4, 10) == queries(8, 100)


@pytest.mark.any_database
def test_five_thousand_lines_take_less_than_thirty_seconds_and_few_queries(programme: Programme, lead: User) -> None:
    started = time.process_time()
    batch = make_import(programme, long_workbook(5000), by=lead, file_name="long.xlsx")
    with CaptureQueriesContext(connection) as seen:
        preview = Preview(batch)
    assert preview.counts == {"create": 5000, "update": 0, "unchanged": 0, "error": 0, "skipped": 0}
    assert len(seen) <= 30
    Import.objects.filter(pk=batch.pk).update(state="running")
    assert actions.run_import(fresh(batch), seconds=None) is True
    assert (fresh(batch).result["create"], Journey.objects.count()) == (5000, 5000)
    assert time.process_time() - started < 30
