"""A snapshot as a file: JSON (its very bytes), CSV; what files say of themselves. Equal snapshot, equal bytes."""

import csv
import io
from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from backend.lib.texts import no_formula
from backend.web import reading
from evaluation.models import Snapshot
from evaluation.queries.publishing.content import title_of
from evaluation.queries.publishing.flat import HEAD, flat, language

JSON, CSV = "application/json; charset=utf-8", "text/csv; charset=utf-8"


def as_json(snapshot: Snapshot) -> bytes:
    """The bytes whose SHA-256 the snapshot bears."""
    return snapshot.body.encode()


def as_csv(snapshot: Snapshot) -> bytes:
    """One row a number. Semicolons and decimal commas in French, commas and dots in English; a byte-order mark."""
    french = language() == "fr"
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";" if french else ",", lineterminator="\r\n")
    writer.writerow(HEAD)
    for row in flat(snapshot.content):
        writer.writerow([_plain(cell, french) for cell in row.cells])
    return ("\ufeff" + buffer.getvalue()).encode()


def _plain(cell: Any, french: bool) -> Any:
    if isinstance(cell, bool):
        return int(cell)
    if isinstance(cell, float):
        text = f"{cell:.10g}"
        return text.replace(".", ",") if french else text
    return no_formula(cell) if isinstance(cell, str) else cell


def about(snapshot: Snapshot, write: Callable[[date], str] = date.isoformat) -> list[tuple[str, str]]:
    """What the files say of themselves; `write`: how days are written."""
    found = snapshot.content
    since, until = (
        found["scope"][name] and write(date.fromisoformat(found["scope"][name])) for name in ("since", "until")
    )
    published = timezone.localdate(snapshot.published_at, snapshot.organisation.zone)
    return [
        (_("Figures of"), title_of(found)),
        (_("First day"), since or _("from the beginning")),
        (_("Last day"), until),
        (_("Snapshot"), str(snapshot.number)),
        (_("Published on"), write(published)),
        (_("Smallest group shown"), str(found["smallest_group"])),
        (_("Software"), f"Jalon {found['software']}"),
        ("SHA-256", snapshot.sha256),
    ]


def name_of(snapshot: Snapshot, ending: str) -> str:
    return f"jalon-{snapshot.campaign.until:%Y-%m-%d}-{snapshot.number}.{ending}"


def period_words(found: dict[str, Any]) -> str:
    """The days of a snapshot as a reader says them."""
    since, until = found["scope"]["since"], found["scope"]["until"]
    last = _written(until)
    if not since:
        return _("from the beginning to %(last)s") % {"last": last}
    return _("from %(first)s to %(last)s") % {"first": _written(since), "last": last}


def _written(day: str) -> str:
    """ "2026-03-31" as a reader says it."""
    return reading.dated(date.fromisoformat(day))


def method(found: dict[str, Any]) -> list[str]:
    """How the figures are made, sentence by sentence."""
    return [
        _("Shares are sums over sums, never means of percentages. Intervals are at 95 %."),
        _("What is not known is missing, and counts neither way."),
        _(
            "Groups of fewer than %(n)s people are hidden, on either side of a share, and others with them where a "
            "subtraction would give them away; linear programming verifies that none can be worked out, nor bounded."
        )
        % {"n": found["smallest_group"]},
    ]
