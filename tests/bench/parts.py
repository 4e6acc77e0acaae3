"""What the page of indicators is made of, part by part: what we ask of the database, and the statements beside it."""

from collections.abc import Callable, Sequence
from typing import Any

Lines = dict[str, list[Any]]
QUARTERLY = ("hours", "steps", "requests", "bridges", "journeys", "communes")


def _by_base(*codes: str) -> Callable[[Any], Any]:
    """The totals of a page and its communes, of the rows behind these figures."""

    def act(scope: Any) -> Any:
        from evaluation.queries.breakdown import COUNTED, FIELDS
        from evaluation.queries.indicators.pool import Pool

        pool = Pool(scope, by=FIELDS["commune"], codes=COUNTED)
        return [pool.total(code) for code in codes]

    return act


def _people(scope: Any) -> Any:
    from evaluation.queries.figures import Found
    from evaluation.queries.measures import MEASURES, grouped

    found = Found(scope)
    groups = grouped([MEASURES["people"]], scope, "project__commune", has_sides=False)
    return found.total("people"), found.motives, groups


def _steps(scope: Any) -> Any:
    from evaluation.queries.figures import by_milestone

    return _by_base("milestones")(scope), by_milestone(scope)


def _cells(scope: Any) -> Any:
    from evaluation.queries.hours import hours

    return hours(scope)


def _posture(scope: Any) -> Any:
    from evaluation.queries.gains import gains

    made = gains(scope)
    return made.overall().change, {key: made.overall(pairs).change for key, pairs in made.by("commune").items()}


def _waits(scope: Any) -> Any:
    from evaluation.queries.continuity import waits_of

    return waits_of(scope)


def _quarters(scope: Any) -> Any:
    from evaluation.queries.indicators.trends import by_quarter, is_told
    from evaluation.queries.measures import MEASURES

    found = by_quarter([one for code, one in MEASURES.items() if is_told(code)], scope)
    return {code: one.quarters for code, one in found.items()}


PARTS: dict[str, tuple[Callable[[Any], Any], Sequence[str]]] = {
    "people": (_people, ["journeys", "motives"]),
    "hours": (_by_base("hours"), ["hours"]),
    "hours by kind and state": (_cells, ["cells"]),
    "hours given": (_by_base("given_mentors"), ["given"]),
    "immersions, milestones": (_steps, ["steps"]),
    "answers": (_by_base("response"), ["requests"]),
    "posture": (_posture, ["posture"]),
    "waits": (_waits, ["waits"]),
    "bridges": (_by_base("bridges"), ["bridges"]),
    "eight quarters": (_quarters, [f"quarters of {name}" for name in QUARTERLY]),
}  # fmt: skip


def check(scope: Any, told: Lines) -> None:
    """The two give the same figures, or they are not to be compared."""
    from evaluation.queries.breakdown import breakdown
    from evaluation.queries.figures import board
    from evaluation.queries.measures import MEASURES

    made = board(scope)
    figures = {one.code: (one.numerator, one.denominator) for one in made.figures}
    expected = _whole(told)
    same({code: figures[code] for code in expected}, expected)
    given, waited = told["given"][0], told["waits"][0]
    values = {one.code: one.value for one in made.figures}
    told_of = [values[code] for code in ("given_mentors", "given_apart", "given_companies")]
    same(told_of, [one or 0 for one in given[2:5]])
    same(values["longest_hole"], float(waited[4]))
    same({one.key: (one.done, one.total) for one in made.by_milestone if one.total},
         {line[6]: (line[4], line[5]) for line in told["steps"] if line[6] and line[5]})  # fmt: skip
    gain = next(line for line in told["posture"] if line[1])
    same((made.gains.overall().n, round(made.gains.overall().mean or 0, 9)), (gain[4], round(float(gain[2]), 9)))
    groups = {one.key: (one.people, one.journeys) for one in breakdown(scope, "commune", made) if one.people}
    same(groups, {line[0]: (line[2], line[9]) for line in told["journeys"] if not line[1]})
    _quarters_alike(_quarters(scope), told, set(MEASURES))


def _whole(told: Lines) -> dict[str, tuple[Any, Any]]:
    plain = {name: lines for name, lines in told.items() if not name.startswith("quarters")}
    whole = {name: next((one for one in lines if one[1]), None) for name, lines in plain.items()}
    people, hours, steps, asked = (whole[name] for name in ("journeys", "hours", "steps", "requests"))
    assert people and hours and steps and asked and whole["bridges"] and whole["waits"]
    return {
        "people": (people[2], None), "women": (people[3], people[4]), "qpv": (people[5], people[6]),
        "left": (people[8], people[9]), "hours": (hours[3], hours[2]), "immersions": (steps[2], steps[3]),
        "milestones": (steps[4], steps[5]), "response": (asked[2], asked[3]), "bridges": (whole["bridges"][2], None),
        "no_hole": (whole["waits"][2], whole["waits"][3]),
    }  # fmt: skip


def _quarters_alike(ours: dict[str, list[Any]], told: Lines, known: set[str]) -> None:
    assert set(ours) <= known
    hours: dict[Any, dict[str, int]] = {}
    steps: dict[Any, dict[str, tuple[int, ...]]] = {}
    for day, kind, minutes in told["quarters of hours"]:
        hours.setdefault(day, {})[kind] = minutes
    for day, kind, *counts in told["quarters of steps"]:
        steps.setdefault(day, {})[kind] = tuple(counts)
    days = sorted(hours)
    same([one.value for one in ours["hours"]], [sum(hours[day].values()) for day in days])
    same([one.value for one in ours["hours_training"]], [hours[day].get("module", 0) for day in days])
    for code, kind in (("immersions", "immersion"), ("milestones", "milestone")):
        same([(one.value, one.rows) for one in ours[code]], [steps[day].get(kind, (0, 0)) for day in days])
    asked, crossed, people, reached = (
        {line[0]: line[1:] for line in told[f"quarters of {name}"]}
        for name in ("requests", "bridges", "journeys", "communes")
    )
    same([(one.value, one.rows) for one in ours["response"]], [asked.get(day, (0, 0)) for day in days])
    same([one.value for one in ours["bridges"]], [crossed.get(day, (0,))[0] for day in days])
    sides = (("people", "value"), *((code, part) for code in ("women", "qpv") for part in ("value", "weight")))
    for place, (code, part) in enumerate((*sides, ("rate", "value"))):
        same([getattr(one, part) for one in ours[code]], [people[day][place] for day in days])
    same([one.value for one in ours["communes"]], [reached[day][0] for day in days])


def same(ours: Any, told: Any) -> None:
    assert ours == told, f"not alike:\n  ours {ours}\n  hand {told}"
