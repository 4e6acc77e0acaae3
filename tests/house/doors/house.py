"""Doors that belong to no app, and those of the libraries."""

from tests.house.doors import OPEN, SIGNED_IN, Row, row

# Whole namespaces that we do not write, each with who guards it.
LIBRARIES = {
    "admin:": "Django's admin: every page asks for is_staff and a permission; `test_admin_is_for_staff` tries its index",
}

ROWS: list[Row] = [
    row("healthz", "GET", OPEN),
    row("readyz", "GET", OPEN | {}),
    row("demo_sign_in", "GET", OPEN, lambda world: {"role": "lead"}),
    row("api:schema", "GET", SIGNED_IN),
    row("api:docs", "GET", SIGNED_IN),
    row("api:api-root", "GET", SIGNED_IN),
]
