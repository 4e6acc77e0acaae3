"""`manage.py import_holders FILE --programme CODE`: the same import as the page's, from the command line."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backend.lib.refusal import Refused
from journeys import actions
from journeys.models import Import, Programme
from journeys.queries.import_pages import WORDS, Preview
from journeys.queries.imports import ERROR, KINDS, LABELS

MOST_ROWS = 1_000_000


class Command(BaseCommand):
    help = (
        "Import a spreadsheet of project holders (CSV, XLSX, XLS, ODS) into a programme. When cells are wrong they are "
        "listed and nothing is written, unless --skip-errors; the exit code is then 1."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--programme", required=True, metavar="CODE", help="code of the programme")
        parser.add_argument("--organisation", metavar="SLUG", help="when several organisations use this code")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")
        parser.add_argument("--skip-errors", action="store_true", help="import the lines that are right")
        parser.add_argument("--encoding", default="", help="of a CSV that is read wrongly (otherwise found out)")

    def handle(self, *, file: Path, programme: str, organisation: str | None, **options: Any) -> None:
        target = self._programme(programme, organisation)
        try:
            data = file.read_bytes()
        except OSError as wrong:
            raise CommandError(f"{file}: {wrong.strerror}") from None
        encoding = options["encoding"]
        try:
            preview = Preview(actions.read_upload(target, data, file.name, encoding=encoding, most_rows=MOST_ROWS))
            self._tell(preview)
            wrong_lines = preview.counts[ERROR]
            if wrong_lines and not options["skip_errors"]:
                raise CommandError(f"{wrong_lines} lines in error: nothing was written.", returncode=1)
            if options["dry_run"]:
                self.stdout.write("Dry run: nothing was written.")
                return
            batch = actions.import_holders(target, data, file.name, by=None, encoding=encoding, most_rows=MOST_ROWS)
            actions.confirm_import(batch, by=None, wait=True)
        except Refused as refusal:
            raise CommandError(refusal.sentence) from None
        self._tell_result(batch)

    def _programme(self, code: str, slug: str | None) -> Programme:
        found = Programme.objects.filter(code=code).select_related("organisation")
        found = found.filter(organisation__slug=slug) if slug else found
        programmes = list(found.order_by("organisation__slug"))
        if len(programmes) == 1:
            return programmes[0]
        if not programmes:
            known = ", ".join(Programme.objects.order_by("code").values_list("code", flat=True).distinct())
            raise CommandError(f"No programme has the code {code!r}. There are: {known or 'none'}.")
        slugs = ", ".join(one.organisation.slug for one in programmes)
        raise CommandError(f"Several organisations offer {code!r}: add --organisation, one of {slugs}.")

    def _tell(self, preview: Preview) -> None:
        ignored = [column["title"] for column in preview.batch.header if not column["field"] and column["title"]]
        if ignored:
            self.stdout.write(f"Columns left out: {', '.join(ignored)}")
        for outcome in preview.outcomes:
            for note in outcome.errors:
                where = f"line {outcome.line.line}, {LABELS.get(note.field, '')}"
                choices = f" [{' | '.join(note.choices)}]" if note.choices else ""
                self.stderr.write(f"{where}: {note.sentence}{choices}")
        for kind in KINDS:
            self.stdout.write(f"{preview.counts[kind]:>6} {WORDS[kind][0]}")

    def _tell_result(self, batch: Import) -> None:
        batch.refresh_from_db()
        if batch.state != Import.State.DONE:
            raise CommandError(batch.result.get("stopped") or "The import stopped: see the log. Run it again to go on.")
        written = batch.result["create"] + batch.result["update"]
        self.stdout.write(f"Done: {written} lines written." if written else "Done: nothing to change.")
