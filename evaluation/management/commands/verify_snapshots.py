"""`manage.py verify_snapshots [NUMBER…]`: recompute publications from the facts as known then, and compare."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from evaluation.models import Snapshot
from evaluation.queries.publishing.verifying import verify


class Command(BaseCommand):
    help = (
        "Recompute published snapshots from the facts as they were known when they were published, and compare the "
        "SHA-256 of the bytes: all of them, or those of these numbers (as in their address). Says in words what "
        "differs; the exit code is then 1."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("numbers", nargs="*", type=int, metavar="NUMBER")

    def handle(self, *, numbers: list[int], **_options: object) -> None:
        rows = Snapshot.objects.select_related("campaign").order_by("pk")
        found = list(rows.filter(pk__in=numbers) if numbers else rows)
        if missing := set(numbers) - {one.pk for one in found}:
            raise CommandError(f"No snapshot {', '.join(map(str, sorted(missing)))}.")
        wrong = sum(not self._tell(one) for one in found)
        if wrong:
            raise CommandError(f"{wrong} of {len(found)} differ.", returncode=1)
        self.stdout.write(f"{len(found)} verified.")

    def _tell(self, snapshot: Snapshot) -> bool:
        """One line when it is the same; else why. Is it?"""
        made = verify(snapshot)
        if not made.is_whole:
            self.stderr.write(f"{snapshot.pk}: the bytes that are kept are not those that were published.")
        if made.is_same:
            self.stdout.write(f"{snapshot.pk}: same bytes, SHA-256 {made.sha256}.")
            return made.is_whole
        self.stderr.write(f"{snapshot.pk}: published {made.sha256}, recomputed {made.again}.")
        for line in made.why:
            self.stderr.write(f"  {line}")
        for one in made.changes:
            self.stderr.write(f"  {one.title}: {one.before or '–'} → {one.after or '–'}")
        return False
