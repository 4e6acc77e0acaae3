"""What the pages of an import show."""

from backend.lib import clock
from journeys.models import Import
from journeys.queries.imports import Known, Outcome, Planner, Territory, read_lines


def preview(batch: Import) -> list[Outcome]:
    """What confirming this import would do now, line by line."""
    territory = Territory.load()
    lines = read_lines(batch.rows, territory, clock.today())
    known = Known(batch.programme, territory)
    known.meet(lines)
    planner = Planner(lines, known)
    return [planner.judge(line) for line in lines]
