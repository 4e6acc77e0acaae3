"""A radar stands where its values say, keeps its words readable, and escapes what it is given."""

import re

import pytest

from backend.web.radar import LINE, MARKS, WIDTH, radar_chart
from tests.backend.web.test_charts import cells

AREAS = ["Idées et opportunités", "Ressources", "En action"]


def marks(drawn: str, index: int) -> list[tuple[float, float]]:
    """Where the marks of one series stand, in the drawing and not in the legend."""
    (series,) = re.findall(rf'<g class="radar-series radar-{index} .*?</g></g>', drawn)
    return [(float(x), float(y)) for x, y in re.findall(r"translate\(([\d.]+) ([\d.]+)\)", series)]


def labels(drawn: str) -> list[tuple[float, float, str]]:
    found = re.findall(r'<tspan x="([\d.]+)" y="([\d.]+)">(.*?)</tspan>', drawn)
    return [(float(x), float(y), words) for x, y, words in found]


def test_values_stand_between_the_middle_and_the_rim() -> None:
    drawn = radar_chart(AREAS, series=[("now", [8, 1, 4.5])], low=1, high=8, title="T", finding="F")
    middle, radius, y = 180, 140, 24 + 2 * 17 + 140
    (top, right, left) = marks(drawn, 1)
    assert top == (middle, y - radius)
    assert right == (middle, y)
    assert left == (pytest.approx(middle - radius / 2 * 0.866, abs=0.1), y + radius / 4)
    assert f'd="M180.0 {y - radius:.1f}L180.0 {y:.1f}L{left[0]:.1f} {left[1]:.1f}Z"' in drawn
    assert "radar-fill" in drawn
    assert cells(drawn) == ["Ligne", "now", AREAS[0], "8,0", AREAS[1], "1,0", AREAS[2], "4,5"]


def test_values_out_of_bounds_stay_inside() -> None:
    drawn = radar_chart(AREAS, series=[("now", [99, -5, 8])], low=1, high=8, title="T")
    assert marks(drawn, 1)[:2] == [(180.0, 58.0), (180.0, 198.0)]


def test_the_finding_comes_first_and_is_told_to_screen_readers() -> None:
    drawn = radar_chart(AREAS, series=[("now", [2, 3, 4])], high=8, title="T", finding="It has grown.")
    assert 'role="img"><title>T</title><desc>It has grown.</desc>' in drawn
    assert drawn.index('<span class="chart-finding">It has grown.</span>') < drawn.index("<svg")
    assert "<desc>T</desc>" in radar_chart(AREAS, series=[("now", [2, 3, 4])], high=8, title="T")


def test_a_value_that_is_not_known_opens_the_line_and_is_a_dash_in_the_table() -> None:
    drawn = radar_chart(AREAS, series=[("now", [2, None, 4]), ("then", [None, 3, None])], high=8, title="T")
    assert (len(marks(drawn, 1)), len(marks(drawn, 2))) == (2, 1)
    paths = re.findall(r'<path d="(M[^"]*|)" class="radar-line"/>', drawn.split("</ul>")[1])
    assert sorted(path.count("M") for path in paths) == [0, 1]
    assert "radar-fill" not in drawn
    assert cells(drawn)[3:] == [AREAS[0], "2,0", "–", AREAS[1], "–", "3,0", AREAS[2], "4,0", "–"]


def test_each_series_has_a_pattern_and_a_mark_of_its_own_and_the_first_lies_on_top() -> None:
    drawn = radar_chart(AREAS, series=[(name, [2, 3, 4]) for name in "abcde"], high=8, title="T")
    for index, mark in enumerate(MARKS, start=1):
        assert drawn.count(mark) == 1 + len(AREAS)
        assert drawn.count(f'class="radar-series radar-{index} series-{index}"') == 2
    assert [int(i) for i in re.findall(r'<g class="radar-series radar-(\d)', drawn)] == [5, 4, 3, 2, 1]


@pytest.mark.parametrize("axes", range(3, 7))
def test_words_stay_inside_the_drawing_and_apart(axes: int) -> None:
    names = ["Idées, opportunités", "Travailler ensemble", "Vision, éthique", "Prendre l’initiative", "Argent", "Geste"]
    drawn = radar_chart(names[:axes], series=[("now", [4] * axes)], high=8, title="T")
    boxes = [(x - len(words) * 3.6, x + len(words) * 3.6, y) for x, y, words in labels(drawn)]
    height = float(re.findall(r'viewBox="0 0 360 (\d+)"', drawn)[0])
    assert " ".join(words for _x, _y, words in labels(drawn)) == " ".join(names[:axes])
    assert all(left >= -0.5 and right <= WIDTH + 0.5 and 10 <= y <= height - 3 for left, right, y in boxes)
    for i, (left, right, y) in enumerate(boxes):
        for other_left, other_right, other_y in boxes[:i]:
            assert abs(y - other_y) >= 16 or right < other_left or other_right < left


def test_many_axes_or_long_words_are_numbered_and_listed_beside() -> None:
    ten = [f"Compétence {n}" for n in range(1, 11)]
    drawn = radar_chart(ten, series=[("now", [4] * 10)], high=8, title="T")
    assert re.findall(r'class="radar-label radar-number">(\d+)<', drawn) == [str(n) for n in range(1, 11)]
    assert re.findall(r"<li>(Comp.*?)</li>", drawn) == ten
    long = radar_chart(["x" * (LINE + 1), "b", "c"], series=[("now", [1, 2, 3])], high=8, title="T")
    assert 'class="radar-key"' in long and "<tspan" not in long


def test_what_can_not_be_drawn_is_refused() -> None:
    for axes in (2, 11):
        with pytest.raises(ValueError, match="3 to 10 axes"):
            radar_chart(["a"] * axes, series=[], high=8, title="T")
    with pytest.raises(ValueError, match="one value for each axis"):
        radar_chart(AREAS, series=[("now", [1, 2])], high=8, title="T")
    with pytest.raises(ValueError, match="at most 5"):
        radar_chart(AREAS, series=[("now", [1, 2, 3])] * 6, high=8, title="T")


def test_what_a_radar_is_given_is_escaped() -> None:
    evil = '"><script>alert(1)</script>'
    for axes in ([evil] * 3, ["<b>x", "b", "c"], [evil] * 10):
        drawn = radar_chart(axes, series=[(evil, [1] * len(axes))], high=3, title=evil, finding=evil, label_head=evil)
        assert "<script" not in drawn and '="">' not in drawn and "<b>" not in drawn
    assert "style=" not in drawn
