"""`manage.py load_territory FILE… --name NAME`: the communes and priority neighbourhoods of a territory."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from journeys import actions
from journeys.models import Commune
from journeys.queries.territory_files import read_places

LONGEST_NAME = 60


class Command(BaseCommand):
    help = (
        "Load communes (columns insee, nom, siren, codes_postaux, pop_municipale) and priority neighbourhoods "
        "(code_qp, libelle, insee_communes, population, source) from CSV or workbooks, communes first. Lines that "
        "are wrong are listed and nothing is written, unless --skip-errors; the exit code is then 1. Run again, it "
        "brings rows up to date; no row is ever removed, unless --only."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--name", required=True, help="of the territory")
        parser.add_argument("--skip-errors", action="store_true", help="load the lines that are right")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")
        parser.add_argument(
            "--only", action="store_true", help="then remove communes of other territories that nothing names"
        )

    def handle(self, *, files: list[Path], name: str, **options: Any) -> None:
        if not name.strip() or len(name) > LONGEST_NAME:
            raise CommandError("The name of the territory has 1 to 60 characters.")
        with transaction.atomic():
            wrong = sum(self._load(file, name) for file in files)
            if wrong and not options["skip_errors"]:
                raise CommandError(f"{wrong} lines in error: nothing was written.", returncode=1)
            if options["only"]:
                gone, kept = actions.drop_other_territories(name)
                self.stdout.write(f"Removed: {', '.join(gone) or 'none'}.")
                if kept:
                    self.stdout.write(f"Kept, since something names them: {', '.join(kept)}.")
            if options["dry_run"]:
                transaction.set_rollback(True)
                self.stdout.write("Dry run: nothing was written.")

    def _load(self, file: Path, name: str) -> int:
        """What is right in it is loaded, what is wrong is told; how many lines are wrong."""
        try:
            data = file.read_bytes()
        except OSError as wrong:
            raise CommandError(f"{file}: {wrong.strerror}") from None
        places = read_places(data, set(Commune.objects.order_by().values_list("pk", flat=True)))
        for problem in places.problems:
            self.stderr.write(f"{file.name}, line {problem.line}: {problem.sentence}")
        count = actions.load_places(places, name)
        self.stdout.write(f"{file.name}: {count} lines read.")
        return len(places.problems)
