"""Every duty on the clock goes on after a row that breaks, and is known to fail."""

import sys

import pytest
from django.utils.module_loading import import_string

from backend.lib import sweeps
from backend.lib.models import Stumble
from backend.schedule import DUTIES
from tests.house.source import nothing

OF_ONE_PIECE = {
    "heartbeat": "writes one row",
    "inbox": "one mailbox: what is wrong with it is told by itself",
    "letters received": "counts the failures of each letter, and sets it aside (test_incoming)",
    "letters to forget": "one UPDATE",
    "drafts of logs": "one DELETE",
    "weekly letters": "one letter, and one organisation, stop no other (test_weekly)",
    "outbox": "what breaks a letter puts it back (test_delivery, test_lost_letters)",
}
SWEEPS = sorted(set(DUTIES) - set(OF_ONE_PIECE))


def test_every_duty_tells_when_it_fails() -> None:
    deaf = {name for name, (path, _cron) in DUTIES.items() if not hasattr(import_string(path), "__wrapped__")}
    nothing(deaf - {"heartbeat"}, "put @duty (backend/lib/sweeps.py) before these")
    nothing(set(OF_ONE_PIECE) - set(DUTIES), "these ring no more")


@pytest.mark.django_db
@pytest.mark.any_database
@pytest.mark.parametrize("name", SWEEPS)
def test_a_first_row_that_breaks_stops_neither_the_second_nor_what_else_is_due(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever rows it would find are two, the first of which breaks."""
    path, acted, whole = DUTIES[name][0], list[int](), sweeps.each
    task = import_string(path)

    def act(row: int) -> None:
        acted.append(row)
        if row == 1:
            raise ValueError("broken")

    for module in [one for one in sys.modules.values() if getattr(one, "each", None) is whole]:
        monkeypatch.setattr(module, "each", lambda *_rows, **_how: whole([1, 2], act))
    task()
    loops = acted.count(1)
    assert (loops > 0, acted) == (True, [1, 2] * loops)
    assert [(one.name, one.rows) for one in Stumble.objects.all()] == [(path, loops)]
