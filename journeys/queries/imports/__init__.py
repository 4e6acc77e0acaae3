"""Reading an import: its columns, its lines, what each would do. Nothing here writes."""

from journeys.queries.imports.columns import (
    FIELDS,
    HOLDERS,
    LABELS,
    MANDATORY,
    Column,
    Header,
    Listing,
    body,
    find_header,
    titles_seen,
)
from journeys.queries.imports.known import Known, in_batches
from journeys.queries.imports.lines import Line, Row, read_line, read_lines, rows_of
from journeys.queries.imports.places import Territory
from journeys.queries.imports.plan import (
    CREATE,
    ERROR,
    KINDS,
    SKIPPED,
    UNCHANGED,
    UPDATE,
    Change,
    Outcome,
    Planner,
    count_kinds,
)
from journeys.queries.imports.problems import Note

__all__ = [
    "CREATE",
    "ERROR",
    "FIELDS",
    "HOLDERS",
    "KINDS",
    "LABELS",
    "MANDATORY",
    "SKIPPED",
    "UNCHANGED",
    "UPDATE",
    "Change",
    "Column",
    "Header",
    "Known",
    "Line",
    "Listing",
    "Note",
    "Outcome",
    "Planner",
    "Row",
    "Territory",
    "body",
    "count_kinds",
    "find_header",
    "in_batches",
    "read_line",
    "read_lines",
    "rows_of",
    "titles_seen",
]
