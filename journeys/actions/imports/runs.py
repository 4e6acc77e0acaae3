"""Confirmation and after: lines written chunk by chunk, each claimed, written and counted in one transaction."""

import logging
import time
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib import clock, jobs
from backend.lib.refusal import Refused
from backend.lib.states import move
from journeys.actions.imports.traces import Trace, told
from journeys.actions.imports.writing import write_chunk
from journeys.models import Import, Programme
from journeys.queries.imports import KINDS, Known, Line, Outcome, Planner, Territory, read_lines

AT_ONCE = 200  # lines written while she waits; more go to the worker, with progress shown
CHUNK = 500
SLICE = 25.0  # seconds of one job: well under the time after which the queue takes a job for dead
TRIES = 3
KEPT = 2000  # lines left aside whose reasons are kept
log = logging.getLogger("jalon.imports")


def confirm_import(batch: Import, *, by: User | None, wait: bool = False) -> Import:
    """The lines without errors are imported: at once up to 200 (or when told to `wait`), by a job above.

    Exactly one of two people who confirm at the same moment succeeds; the other is refused. Each chunk of lines is
    written whole or not at all, and an import stopped half-way goes on where it was. Refused when the programme has
    stopped welcoming new journeys since the file was read.
    """
    if not Programme.objects.filter(pk=batch.programme_id, is_open=True).exists():
        raise Refused(_("This programme welcomes no new journey at the moment."))
    with transaction.atomic():
        move(batch, Import.State.RUNNING, stamps={"confirmed_at": clock.now(), "confirmed_by": by})
        history.record(
            "confirm_import", batch, by=by, organisation=batch.programme.organisation, lines=batch.rows_total
        )
        at_once = wait or batch.rows_total <= AT_ONCE
        if not at_once:
            jobs.enqueue("journeys.tasks.run_import", batch.pk)
    if at_once:
        run_import(batch, seconds=None)
    return batch


def run_import(batch: Import, *, seconds: float | None = SLICE) -> bool:
    """Write chunk after chunk until all is done (True), or until `seconds` have passed and another job goes on (False).

    Run again, or by two workers at once, it doubles nothing: each chunk is claimed by the line it starts from.
    """
    started = time.monotonic()
    batch.refresh_from_db()
    if batch.state != Import.State.RUNNING:
        return batch.state == Import.State.DONE
    try:
        run = Run(batch)
        while run.write_next():
            if seconds is not None and time.monotonic() - started > seconds:
                with transaction.atomic():
                    jobs.enqueue("journeys.tasks.run_import", batch.pk)
                return False
    except Exception as wrong:
        _stop(batch, wrong)
        return False
    return True


@transaction.atomic
def _stop(batch: Import, wrong: Exception) -> None:
    """Say why it stopped; what was written stays, and it can go on from there."""
    log.exception("import %s stopped", batch.pk, exc_info=wrong)
    sentence = wrong.sentence if isinstance(wrong, Refused) else ""
    batch.refresh_from_db()
    if batch.state == Import.State.RUNNING:
        move(batch, Import.State.FAILED, stamps={"result": {**batch.result, "stopped": sentence}})


class Run:
    """One worker's way through the lines of an import."""

    def __init__(self, batch: Import) -> None:
        self.batch = batch
        self.territory = Territory.load()
        self.by_name = batch.matching == Import.Matching.NAME
        self.known = Known(batch.programme, self.territory, by_name=self.by_name)
        self.lines = read_lines(batch.rows, self.territory, clock.today())
        self.planner = Planner(self.lines, self.known)

    def write_next(self) -> bool:
        """Write the next chunk; False when there is none left, or when another worker has taken it."""
        start = self.batch.rows_done
        chunk = self.lines[start : start + CHUNK]
        for attempt in range(1, TRIES + 1):
            self.known.forget()
            try:
                return self._write(start, chunk)
            except (IntegrityError, Refused):
                # Somebody opened one of these journeys by hand between our look and our writing: look again.
                if attempt == TRIES:
                    raise
                self.planner = Planner(self.lines, Known(self.batch.programme, self.territory, by_name=self.by_name))
                self.known = self.planner.known
        return False

    @transaction.atomic
    def _write(self, start: int, chunk: list[Line]) -> bool:
        here = Import.objects.filter(pk=self.batch.pk, state=Import.State.RUNNING, rows_done=start)
        if not here.update(rows_done=start + len(chunk)):
            return False
        # Two imports into one programme take turns: what one created is there for the other to recognise.
        Programme.objects.select_for_update().get(pk=self.batch.programme_id)
        self.known.meet(chunk)
        outcomes = [self.planner.judge(line) for line in chunk]
        kept = Import.objects.only("result", "made", "outcomes").get(pk=self.batch.pk)
        trace = Trace(kept.made)
        write_chunk(outcomes, known=self.known, starts_on=self.batch.starts_on, trace=trace, by=self.batch.confirmed_by)
        result, lines = counted(kept.result, outcomes), kept.outcomes + [_told(one) for one in outcomes]
        Import.objects.filter(pk=self.batch.pk).update(result=result, made=trace.as_json(), outcomes=lines)
        self.batch.rows_done, self.batch.result = start + len(chunk), result
        if self.batch.rows_done < len(self.lines):
            return True
        move(self.batch, Import.State.DONE, stamps={"finished_at": clock.now(), "rows": [], "raw": []})
        return False


def _told(outcome: Outcome) -> dict[str, Any]:
    return told(outcome, journey=outcome.journey.pk if outcome.journey else None)


def counted(result: dict[str, object], outcomes: list[Outcome]) -> dict[str, object]:
    """The running totals with this chunk's, and why each line left aside was."""
    counts = {kind: int(str(result.get(kind, 0))) for kind in KINDS}
    left = result.get("left")
    aside: list[object] = list(left) if isinstance(left, list) else []
    for outcome in outcomes:
        counts[outcome.kind] += 1
        if outcome.kind in ("error", "skipped") and len(aside) < KEPT:
            notes = [[note.code, note.field, dict(note.params)] for note in outcome.errors]
            aside.append([outcome.line.line, outcome.line.name or _("no name"), notes])
    return {**counts, "left": aside}
