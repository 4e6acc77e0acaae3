"""`manage.py setup`: bring the database to this version. Run it at each deployment; a second run changes nothing."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string

from backend.lib import catalogues, jobs


class Command(BaseCommand):
    help = "Migrate, make the cache table, load the territory and questionnaires, write the duties on the clock."

    def handle(self, **options: Any) -> None:
        catalogues.run("compile", [])
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        # By dotted path: this app stands below those it calls.
        import_string("journeys.actions.load_first_territory")()
        import_string("evaluation.actions.load_questionnaires")()
        duties: dict[str, tuple[str, str]] = import_string("backend.schedule.DUTIES")
        changed = sum(jobs.put_schedule(name, path, cron) for name, (path, cron) in duties.items())
        gone = jobs.drop_schedules_except(set(duties))
        self.stdout.write(f"Ready: {len(duties)} duties on the clock ({changed} changed, {gone} gone).")
