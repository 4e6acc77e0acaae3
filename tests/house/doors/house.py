"""Doors that belong to no app, and those of the libraries."""

from typing import Any

from backend.lib import heartbeat
from tests.house.doors import FORBIDDEN, HIDDEN, OPEN, SIGN_IN, SIGNED_IN, Row, World, row

# Whole namespaces that we do not write, each with who guards it.
LIBRARIES = {
    "admin:": "Django's admin: every page asks for is_staff and a permission; test_admin_is_for_staff tries it",
    "account_email_verification_sent": "allauth's sentence after a letter to an address: shows nothing of anybody",
}
WITHOUT_SESSION = {"anonymous", "link_bearer"}
NO_CODE_ASKED = OPEN | dict.fromkeys(WITHOUT_SESSION, SIGN_IN)
"""Without a code asked for in this browser, back to the start; home when already signed in."""


def a_living_worker(world: World) -> dict[str, Any]:
    heartbeat.beat()
    return {}


ROWS: list[Row] = [
    row("home", "GET", SIGNED_IN),
    row("healthz", "GET", OPEN),
    row("readyz", "GET", OPEN, a_living_worker),
    row("demo_sign_in", "GET", OPEN, lambda world: {"role": "lead"}),
    # The API's description is the same for everyone and holds nobody's data.
    row("api:schema", "GET", OPEN),
    row("api:docs", "GET", OPEN),
    row("api:api-root", "GET", SIGNED_IN),
    # allauth
    row("account_login", "GET POST", OPEN),
    row("account_request_login_code", "GET POST", OPEN),
    row("account_confirm_login_code", "GET POST", NO_CODE_ASKED),
    row("account_logout", "GET POST", OPEN),
    row("account_inactive", "GET", OPEN),
    row("account_signup", "GET POST", OPEN),
    # Nobody here has a password or a second factor to prove herself with again.
    row("account_reauthenticate", "GET POST", SIGNED_IN | dict.fromkeys(SIGNED_IN.keys() - WITHOUT_SESSION, FORBIDDEN)),
    row("account_email", "GET POST", SIGNED_IN),
    row("account_change_password", "GET POST", SIGNED_IN),
    row("account_set_password", "GET POST", SIGNED_IN),
    row("account_reset_password", "GET POST", OPEN),
    row("account_reset_password_done", "GET", OPEN),
    row("account_reset_password_from_key", "GET POST", OPEN, lambda world: {"uidb36": "1", "key": "wrong"}),
    row("account_reset_password_from_key_done", "GET", OPEN),
    row("account_confirm_email", "GET", OPEN, lambda world: {"key": "wrong"}),
    row("account_confirm_email", "POST", dict.fromkeys(OPEN, HIDDEN), lambda world: {"key": "wrong"}),
]

OPEN_DOORS = {
    "healthz": "asked by machines, says only that the process is up",
    "readyz": "asked by machines, says only what is not ready",
    "demo_sign_in": "mounted in the demo only",
    "api:schema": "the description of the API holds nobody's data",
    "api:docs": "the same, to read",
    "account_login": "the way in",
    "account_request_login_code": "the way in",
    "account_confirm_login_code": "the way in",
    "account_logout": "the way out; a GET only asks",
    "account_inactive": "a sentence, the same for everyone",
    "account_signup": "says that people join by invitation",
    "account_reset_password": "the way in for who chose a password; answers the same for any address",
    "account_reset_password_done": "a sentence",
    "account_reset_password_from_key": "whoever bears the link of the letter",
    "account_reset_password_from_key_done": "a sentence",
    "account_confirm_email": "whoever bears the link of the letter",
}
