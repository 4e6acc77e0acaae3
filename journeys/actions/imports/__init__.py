"""An import: uploaded, corrected in place, then confirmed; written in chunks that a crash cannot double."""

from journeys.actions.imports.mappings import map_columns
from journeys.actions.imports.previews import (
    MOST_ROWS,
    correct_import,
    discard_import,
    forget_import,
    import_holders,
    read_upload,
    skip_lines,
)
from journeys.actions.imports.runs import AT_ONCE, confirm_import, run_import
from journeys.actions.imports.undo import undo_import

__all__ = [
    "AT_ONCE",
    "MOST_ROWS",
    "confirm_import",
    "correct_import",
    "discard_import",
    "forget_import",
    "import_holders",
    "map_columns",
    "read_upload",
    "run_import",
    "skip_lines",
    "undo_import",
]
