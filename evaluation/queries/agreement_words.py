"""How far views agree, in words and as rows of charts and tables: first the finding, with how sure it is."""

from dataclasses import dataclass
from math import ceil

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from backend.lib.texts import agrees_with
from backend.web.charts import number
from evaluation.models import Wave
from evaluation.queries import words
from evaluation.queries.agreement import FEWEST, Group, Measure
from evaluation.statistics import Agreement, Change, Reason, Undefined

SOME, MUCH = 0.5, 0.75
"""Under 0.5 agreement is poor, up to 0.75 moderate, above good or excellent, judged by the whole interval and not by
the estimate: Koo & Li (2016), Journal of Chiropractic Medicine 15:155."""


@dataclass(frozen=True)
class Shown:
    """Two voices, or all three, as the page shows them; `lacking`: why it shows nothing more."""

    group: Group
    title: str
    lacking: str = ""
    alike: str = ""
    gap: str = ""
    chart: tuple[tuple[str, float | None, float | None, float | None, str], ...] = ()
    """Of two voices: (area, mean difference, its bounds, how alike), for an interval chart from −`reach` to `reach`."""
    chart_title: str = ""
    reach: int = 1
    items: tuple[tuple[str, ...], ...] = ()
    """(question, journeys, points apart, mean difference, interval); the last two of two voices only."""
    numbers: tuple[tuple[str, ...], ...] = ()
    """(area, journeys, how alike, ICC, interval, mean difference, interval); the last two of two voices only."""

    @property
    def low(self) -> int:
        return -self.reach


def shown(group: Group) -> Shown:
    title = _title([plural(role) for role in group.roles])
    if not group.is_enough:
        lacking = _(
            "On %(n)s of the journeys both have answered: from %(fewest)s up, Jalon tells how far their views agree."
        ) % {"n": number(group.n), "fewest": FEWEST}
        return Shown(group, title, lacking)
    measures = (group.overall, *group.areas)
    first, second = plural(group.roles[0]), plural(group.roles[1])
    return Shown(
        group,
        title,
        alike=alike(group.overall.agreement),
        gap=gap(group.overall, first, second) if group.is_pair else "",
        chart=tuple(_chart_row(one) for one in measures) if group.is_pair else (),
        chart_title=_("Scores of the %(second)s, beside those of the %(first)s") % {"first": first, "second": second},
        reach=max([1, *(ceil(abs(end)) for one in measures for end in _ends(one))]),
        items=tuple(_item_row(one, is_pair=group.is_pair) for one in group.items),
        numbers=tuple(_numbers(one, is_pair=group.is_pair) for one in measures),
    )


def plural(role: str) -> str:
    return {
        Wave.Audience.HOLDER: pgettext("voices, plural", "holders"),
        Wave.Audience.MENTOR: pgettext("voices, plural", "mentors"),
        Wave.Audience.TUTOR: pgettext("voices, plural", "tutors"),
    }[Wave.Audience(role)]


def _title(names: list[str]) -> str:
    if len(names) > 2:
        return _("Views of all three")
    return _("Views of the %(first)s and of the %(second)s") % {"first": names[0], "second": names[1]}


def alike(found: Agreement | Undefined) -> str:
    """“Their views agree somewhat.”, by where the interval lies; what is not sure is said so."""
    if found.n < FEWEST:
        return _("Too few journeys to tell how far their views agree.")
    if isinstance(found, Undefined):
        if found.reason == Reason.PERFECT:
            return _("They never differ.")
        return _("All journeys have the same score on average: nothing tells how far their views agree.")
    return {
        (0, 0): _("Their views agree little."),
        (0, 1): _("Their views agree little, or somewhat."),
        (1, 1): _("Their views agree somewhat."),
        (1, 2): _("Their views agree somewhat, or closely."),
        (2, 2): _("Their views agree closely."),
        (0, 2): _("Too few journeys to tell how far their views agree."),
    }[_level(found.low), _level(found.high)]


def alike_short(found: Agreement | Undefined) -> str:
    """The same in two or three words, for a table."""
    if found.n < FEWEST:
        return _("too few journeys")
    if isinstance(found, Undefined):
        return _("no difference") if found.reason == Reason.PERFECT else _("all journeys alike")
    return {
        (0, 0): _("little agreement"),
        (0, 1): _("little or some agreement"),
        (1, 1): _("some agreement"),
        (1, 2): _("some or close agreement"),
        (2, 2): _("close agreement"),
        (0, 2): _("too few journeys to tell"),
    }[_level(found.low), _level(found.high)]


def _level(value: float) -> int:
    return 0 if value < SOME else 1 if value < MUCH else 2


def gap(found: Measure, first: str, second: str) -> str:
    """“On average mentors score between 0.3 and 0.9 points lower than holders.”"""
    names = {"first": first, "second": second}
    change = found.gap
    if not found.is_enough:
        return ""
    if isinstance(change, Undefined):
        if not change.value:
            return _("The %(second)s give the same scores as the %(first)s on every journey.") % names
        same = {**names, "points": _points(change.value)}
        return (
            _("The %(second)s score %(points)s higher than the %(first)s on every journey.")
            if change.value > 0
            else _("The %(second)s score %(points)s lower than the %(first)s on every journey.")
        ) % same
    if change.low > 0:
        said = _("On average the %(second)s score between %(least)s and %(most)s higher than the %(first)s.")
        return said % {**names, "least": number(change.low, decimals=1), "most": _points(change.high)}
    if change.high < 0:
        said = _("On average the %(second)s score between %(least)s and %(most)s lower than the %(first)s.")
        return said % {**names, "least": number(-change.high, decimals=1), "most": _points(change.low)}
    return _(
        "On average the %(second)s score between %(low)s lower and %(high)s higher than the %(first)s: no difference"
        " beyond chance."
    ) % {**names, "low": _points(change.low), "high": _points(change.high)}


def _points(value: float) -> str:
    """“0.2 points”, either way; in French 1.9 is one “point”."""
    size = round(abs(value), 1)
    return ngettext("%(n)s point", "%(n)s points", agrees_with(size)) % {"n": number(size, decimals=1)}


# --- Rows -------------------------------------------------------------------------------------------
def _label(one: Measure) -> str:
    return one.title or _("All areas")


def _ends(one: Measure) -> tuple[float, ...]:
    if not one.is_enough:
        return ()
    return (one.gap.low, one.gap.high) if isinstance(one.gap, Change) else (one.gap.value or 0.0,)


def _chart_row(one: Measure) -> tuple[str, float | None, float | None, float | None, str]:
    note = alike_short(one.agreement)
    if not one.is_enough:
        return _label(one), None, None, None, note
    low, high = (one.gap.low, one.gap.high) if isinstance(one.gap, Change) else (None, None)
    return _label(one), one.mean_gap, low, high, note


def _item_row(one: Measure, *, is_pair: bool) -> tuple[str, ...]:
    return (one.title, number(one.n), number(one.distance, decimals=1), *(_difference(one) if is_pair else ()))


def _difference(one: Measure) -> tuple[str, str]:
    if not one.is_enough:
        return "–", "–"
    between = "–"
    if isinstance(one.gap, Change):
        between = f"{words.signed(one.gap.low)} … {words.signed(one.gap.high)}"
    return words.signed(one.mean_gap), between


def _numbers(one: Measure, *, is_pair: bool) -> tuple[str, ...]:
    found = one.agreement
    value, between = "–", "–"
    if isinstance(found, Agreement) and one.is_enough:
        value = words.coefficient(found.value)
        between = f"{words.coefficient(found.low)} … {words.coefficient(found.high)}"
    return _label(one), number(one.n), alike_short(found), value, between, *(_difference(one) if is_pair else ())
