"""The noise of a questionnaire: how far a score moves by itself, from what many people answered the first time.

One person’s change is read against it (Jacobson & Truax 1991, see `statistics.reliable_change`). Nobody is shown: of
those people only their number leaves this module.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import stdev
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from backend.lib import prepared
from evaluation.models import Answer, Item, Request, Wave
from evaluation.queries.series import Areas
from evaluation.statistics import (
    Reason,
    ReliableChange,
    Undefined,
    alpha_alone,
    reliable_change,
)

LATEST_SHEETS = 500
"""At most so many first sheets are read, the latest ones, so that a page costs the same in ten years; the noise is
then known with a standard error under 2 in 100 (see `FEWEST_PEOPLE`)."""
FEWEST_PEOPLE = 20
"""From so many people the noise is known well enough to be told.

Its square is the mean square left in the table of n people and k items (Hoyt 1941, Psychometrika 6:153), hence has
(n − 1)(k − 1) degrees of freedom, and the noise itself a relative standard error of 1 / √(2 (n − 1)(k − 1)): with 20
people and the five items of an area 8 in 100, so that it lies within a sixth of what is told, 95 times in 100.
"""

Key = frozenset[tuple[str, int]]
"""The (code, series) of the scales of an area."""
Noises = dict[str, "Noise | Undefined"]
"""{code of the area: its noise, or why it is not known}."""


@dataclass(frozen=True)
class Noise:
    """Of one area in one series, over `n` people: `sd` of its scores, `reliability` of its items (Cronbach’s alpha)."""

    n: int
    sd: float
    reliability: float

    @property
    def points(self) -> float:
        """The change, either way, that noise alone exceeds in 5 of 100 people who have not changed."""
        found = self.judged(0, 0)
        return found.noise if isinstance(found, ReliableChange) else 0.0

    def judged(self, before: float, after: float) -> ReliableChange | Undefined:
        """One person’s change against it."""
        return reliable_change(before, after, sd=self.sd, reliability=self.reliability)

    def beyond(self, both: Iterable[tuple[float, float]]) -> tuple[int, int]:
        """How many of these people, (before, after), went up by more than it, and how many down; as `judged` says."""
        noise = self.judged(0, 0)
        if isinstance(noise, Undefined):
            return 0, 0
        changes = [after - before for before, after in both]
        return sum(change > noise.noise for change in changes), sum(-change > noise.noise for change in changes)


def noises(
    versions: dict[int, Areas], *, latest: int = LATEST_SHEETS, fewest: int = FEWEST_PEOPLE
) -> dict[int, Noises]:
    """{version: the noise of each of its areas}, for all the `versions` of one questionnaire.

    From the first sheet that each holder completed in an identified wave of it, the `latest` asked of them, where it
    asked the area in the same series and all its scales were answered. So a shared questionnaire is measured over the
    whole installation, an organisation’s own over its people. Two queries, none without an area.
    """
    if not any(versions.values()):
        return {}
    sheets = _first_sheets(versions, latest)
    tables = _tables(sheets, versions)
    known = {key: _noise(rows, fewest) for key, rows in tables.items()}
    return {
        version: {code: known.get(area.items) or Undefined(Reason.TOO_FEW) for code, area in areas.items()}
        for version, areas in versions.items()
    }


def _first_sheets(versions: Iterable[int], latest: int) -> dict[int, int]:
    """{response: version}, one a person. One query, which goes back from the last request and stops: by when they were
    sent, all sheets would be sorted first."""
    asked = tuple(sorted(versions))
    lines = prepared.rows(("first_sheets", asked, latest), lambda: _first_asked(asked)[:latest])
    one_each = {who: (response, version) for who, response, version in lines}
    return dict(one_each.values())


def _first_asked(versions: Sequence[int]) -> "QuerySet[Request, Any]":
    complete = Request.objects.filter(
        version__in=versions,
        wave__mode=Wave.Mode.IDENTIFIED,
        wave__audience=Wave.Audience.HOLDER,
        state=Request.State.COMPLETE,
        respondent__isnull=False,
    )
    earlier = complete.filter(
        respondent=OuterRef("respondent"), response__completed_at__lt=OuterRef("response__completed_at")
    )
    names = ("respondent", "response", "version")
    return complete.filter(~Exists(earlier.order_by())).order_by("-pk").values_list(*names)


def _tables(sheets: dict[int, int], versions: dict[int, Areas]) -> dict[Key, list[list[int | None]]]:
    """{key of an area: a row a person, an answer to each of its scales}. One query."""
    asked = tuple(sheets)

    def answers() -> "QuerySet[Answer, Any]":
        rows = Answer.objects.filter(response__in=asked, value__isnull=False, item__kind=Item.Kind.SCALE)
        return rows.order_by().values_list("response", "item__code", "value")

    given: dict[int, dict[str, int | None]] = defaultdict(dict)
    for response, code, value in prepared.rows(("noise", *asked), answers):
        given[response][code] = value
    found: dict[Key, list[list[int | None]]] = defaultdict(list)
    for response, version in sheets.items():
        for area in versions.get(version, {}).values():
            row = [given[response].get(code) for code, _series in sorted(area.items)]
            if None not in row:
                found[area.items].append(row)
    return found


def _noise(rows: Sequence[Sequence[int | None]], fewest: int) -> Noise | Undefined:
    if len(rows) < fewest:
        return Undefined(Reason.TOO_FEW, len(rows))
    alpha = alpha_alone(rows)
    if isinstance(alpha, Undefined):
        return alpha
    scores = [sum(value or 0 for value in row) / len(row) for row in rows]
    found = Noise(len(rows), stdev(scores), alpha)
    judged = found.judged(0, 0)
    return judged if isinstance(judged, Undefined) else found
