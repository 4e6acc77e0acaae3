"""calendar.md 1.1 to 1.6 as a table: each rule by its name, true of every letter of every scene.

A scene is the life of one event (see `scenes`), as a mail server received it. The rules are in `letters` and
`revisions`; a rule that needs something to look at fails where it finds nothing. What no scene can show has a test of
its own, named below.
"""

from pathlib import Path

import pytest

from tests.backend.calendars.readers import readers
from tests.backend.calendars.rules import letters, revisions
from tests.backend.calendars.rules.scenes import SCENES, play
from tests.backend.calendars.rules.table import RULES, broken
from tests.conftest import missing

ELSEWHERE = {
    "1.1 the same revision is the same bytes": "test_ics.py::test_the_same_moment_is_the_same_bytes_in_any_zone",
    "1.1 nothing floats, ends before it starts, or has a UID that Exchange would misread": (
        "test_ics.py::test_an_invite_no_calendar_would_take_is_not_built"
    ),
    "1.1 any text gives lines that can be read": ("test_ics.py::test_any_text_gives_lines_that_every_reader_can_read"),
    "1.4 a change that her calendar would not show writes no letter": (
        "test_invites.py::test_a_change_nobody_can_see_writes_no_letter"
    ),
    "1.4 several changes in two minutes are one message, with the last state": (
        "test_invites.py::test_several_changes_in_two_minutes_are_one_letter_about_what_was_known"
    ),
    "1.4 several changes before the first left are one letter": (
        "test_invites.py::test_an_update_before_the_invite_left_is_told_as_one_invite"
    ),
    "1.5 called off before the REQUEST left: both are dropped": (
        "test_invites.py::test_a_cancel_before_the_invite_left_drops_both"
    ),
    "1.5 called off while the REQUEST is in flight: the CANCEL follows it": (
        "test_invites.py::test_a_cancel_while_the_invite_is_in_flight_still_follows_it"
    ),
}
"""What no letter shows: {rule: the test that holds it, in tests/backend/calendars}."""


@pytest.mark.any_database
@pytest.mark.parametrize("name", SCENES)
def test_every_rule_holds_in_every_letter(name: str, db: None) -> None:
    found = list(broken(play(name)))
    assert not found, "\n".join(found)


def test_the_table_is_whole() -> None:
    assert letters and revisions
    chapters = {name.split()[0] for name in (*RULES, *ELSEWHERE)}
    assert chapters == {"1.1", "1.2", "1.3", "1.4", "1.5", "1.6"} and len(RULES) >= 45
    for place in ELSEWHERE.values():
        path, _colons, name = place.partition("::")
        assert f"def {name}(" in (Path(__file__).parents[1] / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", readers())
def test_the_programs_that_read_them_are_here(name: str) -> None:
    if readers()[name] is None:
        missing(name)
