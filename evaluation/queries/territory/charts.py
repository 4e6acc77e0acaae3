"""The territory as rows for the charts, each with the sentence it says."""

from math import ceil
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.web.charts import number
from evaluation.queries.charts import Chart
from evaluation.queries.territory.places import Place
from evaluation.queries.territory.whole import WholeTerritory


def rates_chart(whole: WholeTerritory, lines: list[Place]) -> Chart:
    """The rate of each commune that is told, with its interval, in the order of the table."""
    rows: list[tuple[Any, ...]] = [
        (one.name, one.rate.value, one.rate.low, one.rate.high, "") for one in lines if one.rate is not None
    ]
    return Chart(rows, reached_words(whole), low=0, high=max(1, ceil(max((row[3] for row in rows), default=1))))


def reached_words(whole: WholeTerritory) -> str:
    """How many communes nobody comes from, and which."""
    empty = whole.empty
    if not whole.known:
        return _("No commune is loaded yet.")
    facts = {"n": number(len(empty)), "all": number(len(whole.known)), "names": ", ".join(one.name for one in empty)}
    if not empty:
        return _("Somebody comes from each of the %(all)s communes.") % facts
    return (
        ngettext(
            "Nobody comes from %(n)s commune of %(all)s: %(names)s.",
            "Nobody comes from %(n)s communes of %(all)s: %(names)s.",
            len(empty),
        )
        % facts
    )


def share_chart(whole: WholeTerritory) -> Chart:
    """The share of people accompanied whose project is in a QPV, on an axis that holds the reference too."""
    share = whole.share
    bounds = [share.high or 0, whole.reference.percent if whole.reference else 0]
    note = share.note
    rows = [] if share.value is None else [(_("People accompanied"), share.value, share.low, share.high, note)]
    return Chart(
        rows, whole.against or share.precision.capitalize(), low=0, high=min(100, 10 * ceil(max(bounds) / 10) or 10)
    )
