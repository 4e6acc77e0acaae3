"""Doors of the shell."""

from tests.house.doors import OPEN, STAFF_HIDDEN, Row, row

ROWS: list[Row] = [
    row("web:favicon", "GET", OPEN),
    row("web:set_language", "POST", OPEN, data={"language": "en"}),
    row("web:styleguide", "GET", STAFF_HIDDEN),
]

OPEN_DOORS = {
    "web:favicon": "browsers ask for it everywhere",
    "web:set_language": "a stranger reads in her language too",
}
