"""What the page of indicators is made of, part by part: what we ask of the database, and the statements beside it."""

from collections.abc import Callable, Sequence
from typing import Any

Lines = dict[str, list[Any]]
SPANS = ("journeys", "communes")
QUARTERLY = ("hours", "steps", "requests", "bridges", *SPANS)


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
    from evaluation.queries.drawn import DRAWN
    from evaluation.queries.figures import Found
    from evaluation.queries.measures import MEASURES

    found = Found(scope)
    reliable = DRAWN["reliable"](MEASURES["reliable"], found)
    made = found.gains
    by_commune = {key: made.overall(pairs).change for key, pairs in made.by("commune").items()}
    return made.overall().change, by_commune, reliable.numerator


def _waits(scope: Any) -> Any:
    from evaluation.queries.continuity import waits_of

    return waits_of(scope)


def _came_of_it(scope: Any) -> Any:
    from evaluation.queries.figures import Found

    found = Found(scope)
    return found.total("exits"), found.total("helped"), found.after.unknown


def year_before(scope: Any) -> Any:
    """The scope of the year before, where the page tells it."""
    from evaluation.queries.comparing.before import year_before
    from evaluation.queries.indicators.trends import told_before

    return told_before(scope, year_before(scope))


def _quarters(scope: Any) -> Any:
    """{code: its totals in each quarter, and those of the year before}"""
    from evaluation.queries.indicators.trends import by_quarter, is_told
    from evaluation.queries.measures import MEASURES

    found = by_quarter([one for code, one in MEASURES.items() if is_told(code)], scope, year_before(scope))
    return {code: (one.quarters, one.before) for code, one in found.items()}


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
    "exits, who has told": (_came_of_it, ["exits", "helped", "projects untold"]),
    "eight quarters": (_quarters, [f"quarters of {name}" for name in QUARTERLY]),
}  # fmt: skip


def check(scope: Any, told: Lines) -> None:
    """The two give the same figures, or they are not to be compared."""
    from evaluation.queries.breakdown import breakdown
    from evaluation.queries.figures import board

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
    _came_alike(scope, figures, told, gain[5])
    groups = {one.key: (one.people, one.journeys) for one in breakdown(scope, "commune", made) if one.people}
    same(groups, {line[0]: (line[2], line[9]) for line in told["journeys"] if not line[1]})
    _quarters_alike(_quarters(scope), told, year_before(scope))


def _came_alike(scope: Any, figures: dict[str, tuple[Any, Any]], told: Lines, reliable: int) -> None:
    from evaluation.queries.after import After

    same(figures["reliable"][0], reliable)
    asked, helped = told["exits"][0], told["helped"][0]
    same((figures["exits"], figures["helped"]), ((asked[2], asked[3]), (helped[2], helped[3])))
    same(tuple(vars(After(scope).unknown).values()), tuple(told["projects untold"][0][2:]))


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


def _quarters_alike(ours: dict[str, Any], told: Lines, before: Any) -> None:
    """`before`: the scope of the year before, None where it is not told."""
    quarters = {code: totals for code, (totals, _before) in ours.items()}
    told = {name: told[f"quarters of {name}"] for name in QUARTERLY}
    by_now = told | {name: [line for line in told[name] if not line[1]] for name in SPANS}  # counted anew in each span
    days = sorted({line[0] for line in told["hours"]})
    _spans_alike(quarters, [_lines(by_now, day) for day in days])
    then = {code: [total] for code, (_quarters, total) in ours.items()}
    if before is None:
        assert not any(total for totals in then.values() for total in totals)
        return
    del then["communes"]
    was = {name: [line for line in lines if line[1] and line[0] >= before.since] for name, lines in told.items()}
    _spans_alike(then, [_lines(was)])


def _lines(told: Lines, day: Any = None) -> Lines:
    """The lines of one quarter, or all, without what tells which."""
    return {name: [line[2:] for line in lines if day in (None, line[0])] for name, lines in told.items()}


def _spans_alike(ours: dict[str, list[Any]], told: Sequence[Lines]) -> None:
    """The totals of each span beside the lines of it."""

    def parts(code: str, *names: str) -> list[Any]:
        found = [tuple(getattr(one, name) for name in names) for one in ours[code]]
        return [one[0] for one in found] if len(names) == 1 else found

    def sums(lines: list[Any], wide: int) -> tuple[int, ...]:
        return tuple(sum(line[place] for line in lines) for place in range(-wide, 0))

    same(parts("hours", "value"), [sums(one["hours"], 1)[0] for one in told])
    for code, kind in (("training", "module"), ("mentoring", "mentoring"), ("immersion", "immersion")):
        same(
            parts(f"hours_{code}", "value"),
            [sums([line for line in one["hours"] if line[0] == kind], 1)[0] for one in told],
        )
    for code, kind in (("immersions", "immersion"), ("milestones", "milestone")):
        expected = [sums([line for line in one["steps"] if line[0] == kind], 2) for one in told]
        same(parts(code, "value", "rows"), expected)
    same(parts("response", "value", "rows"), [sums(one["requests"], 2) for one in told])
    same(parts("bridges", "value"), [sums(one["bridges"], 1)[0] for one in told])
    people = [one["journeys"][0] for one in told]
    same(parts("people", "value"), [one[0] for one in people])
    same(parts("women", "value", "weight"), [one[1:3] for one in people])
    same(parts("qpv", "value", "weight"), [one[3:5] for one in people])
    same(parts("rate", "value"), [one[5] for one in people])
    if "communes" in ours:
        same(parts("communes", "value"), [one["communes"][0][0] for one in told])


def same(ours: Any, told: Any) -> None:
    assert ours == told, f"not alike:\n  ours {ours}\n  hand {told}"
