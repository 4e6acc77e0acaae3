"""By which definition a figure of the catalogue was counted on a day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from backend.lib import clock
from evaluation.queries.measures import MEASURES, Measure


@dataclass(frozen=True)
class Former:
    """A definition that counted until that day, with its words. Its rows are told as those of the one that replaced it:
    of the same table, with what these lines read."""

    until: date
    measure: Measure


FORMER: dict[str, tuple[Former, ...]] = {}
"""{code: the oldest first}. A measure whose `version` changes leaves its former one here, with the last day on which a
released version of Jalon counted by it; a figure as known on that day or before is counted so again, and *why did it
change* tells what the definition did.

It holds nothing: no version has been released yet, so that nobody has read a figure by another definition than that of
the catalogue. The numbers of its definitions count those tried before, too.
"""


def in_force(code: str, day: date) -> Measure:
    """The definition by which a figure was counted on a day. KeyError for a measure that there is not."""
    return next((one.measure for one in FORMER.get(code, ()) if day <= one.until), MEASURES[code])


def definitions() -> Mapping[str, Measure]:
    """The catalogue as of the day it is: as of today, or of the past day that is looked back to."""
    return MEASURES | {code: in_force(code, clock.today()) for code in FORMER} if FORMER else MEASURES
