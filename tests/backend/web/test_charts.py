"""Charts say their values, stay inside their drawing, and escape what they are given."""

import re

import pytest
from django.utils import translation

from backend.web import charts
from backend.web.dots import Dot, dot_line


def cells(drawn: str) -> list[str]:
    """The text of the data table, cell by cell."""
    return [re.sub("<.*?>", "", cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", drawn)]


def widths(drawn: str, name: str) -> list[str]:
    return re.findall(rf'width="([\d.]+%)" height="14" class="{name}', drawn)


def test_bars_are_as_long_as_their_values() -> None:
    drawn = charts.bar_chart([("Nantes", 40, "/n"), ("Rezé", 10), ("Bouaye", None)], title="T", finding="F", unit="%")
    assert widths(drawn, "series-1") == ["100.00%", "25.00%", "0.00%"]
    assert cells(drawn) == ["Ligne", "Valeur", "Nantes", "40\xa0%", "Rezé", "10\xa0%", "Bouaye", "–"]
    assert '<span class="chart-finding">F</span>' in drawn
    assert '<a href="/n">Nantes</a>' in drawn


def test_bars_without_any_value_draw_nothing_long() -> None:
    assert widths(charts.bar_chart([("a", 0), ("b", None)], title="T"), "series-1") == ["0.00%", "0.00%"]
    assert cells(charts.bar_chart([], title="T")) == ["Ligne", "Valeur"]


def test_pieces_follow_one_another_and_differ_by_texture() -> None:
    drawn = charts.stacked_chart([("Modules", [60, 30, 30])], series=["a", "b", "c"], title="T", form="hours")
    pieces = re.findall(
        r'<rect x="([\d.]+%)" y="2" width="([\d.]+%)" height="14" class="series-\d piece"( fill=".*?")?', drawn
    )
    assert [(start, width, bool(fill)) for start, width, fill in pieces] == [
        ("0.00%", "50.00%", False),
        ("50.00%", "25.00%", True),
        ("75.00%", "25.00%", True),
    ]
    assert cells(drawn) == ["Ligne", "a", "b", "c", "Total", "Modules", "1\xa0h", "30\xa0min", "30\xa0min", "2\xa0h"]
    used = set(re.findall(r"url\(#(.*?)\)", drawn))
    assert used <= set(re.findall(r'<pattern id="(.*?)"', drawn))


def test_each_row_needs_one_value_for_each_series() -> None:
    with pytest.raises(ValueError, match="one value for each"):
        charts.stacked_chart([("x", [1])], series=["a", "b"], title="T")
    with pytest.raises(ValueError, match="at most 5"):
        charts.stacked_chart([("x", [1] * 6)], series="abcdef", title="T")


def test_an_interval_is_drawn_where_it_stands_and_kept_inside() -> None:
    drawn = charts.interval_chart(
        [("All", 1, 0, 9, "n"), ("Few", None, None, None)], title="T", low=-2, high=4, reference=0
    )
    assert '<circle cx="50.00%" cy="12" r="6" class="point"/>' in drawn
    assert '<line x1="33.33%" x2="100.00%" y1="12" y2="12" class="whisker"/>' in drawn
    assert drawn.count('<line x1="33.33%" x2="33.33%" y1="0" y2="24" class="reference"/>') == 2
    assert drawn.count('class="point"') == 1
    assert cells(drawn)[5:] == ["All", "1,0", "0,0", "9,0", "n", "Few", "–", "–", "–", ""]
    assert "trop peu de réponses" in drawn


def test_hours_are_written_as_hours_and_bounds_that_nothing_has_are_no_columns() -> None:
    drawn = charts.interval_chart([("All", 443, None, None)], title="T", low=0, high=4740, form="hours")
    assert cells(drawn) == ["Ligne", "Valeur", "Note", "All", "7\u00a0h\u00a023", ""]
    assert "<span>79\u00a0h</span>" in drawn


def test_a_figure_stands_against_its_target() -> None:
    drawn = charts.target_chart(30, 60, title="T", maximum=120, low=24, high=36)
    assert widths(drawn, "series-1") == ["25.00%"]
    assert '<line x1="50.00%" x2="50.00%" y1="0" y2="18" class="target"/>' in drawn
    assert cells(drawn) == ["Ligne", "Valeur", "Valeur", "30", "Cible", "60", "Intervalle", "24 – 36"]


def test_a_line_lifts_its_pen_over_a_gap_and_tells_its_finding_to_screen_readers() -> None:
    drawn = charts.line_chart([("j", 0), ("f", 10), ("m", None), ("a", 5)], title="T", finding="It rises.")
    assert 'd="M0.00 130.0 L33.33 10.0 M100.00 70.0"' in drawn
    assert "<title>T</title><desc>It rises.</desc>" in drawn
    assert cells(drawn)[2:] == ["j", "0", "f", "10", "m", "–", "a", "5"]


def test_a_sparkline_of_nothing_is_nothing() -> None:
    assert charts.sparkline([], label="x") == ""
    assert charts.sparkline([4, 4], label="x").count("points=") == 1


@pytest.mark.parametrize(
    ("value", "french", "english"), [(1234.5, "1\xa0234,5", "1,234.5"), (3.0, "3", "3"), (None, "–", "–")]
)
def test_numbers_are_written_in_the_readers_language(value: float | None, french: str, english: str) -> None:
    assert re.sub("\u202f", "\xa0", charts.number(value)) == french
    with translation.override("en"):
        assert charts.number(value) == english


def test_what_a_chart_is_given_is_escaped() -> None:
    evil = '"><script>alert(1)</script>'
    drawn = (
        charts.bar_chart([(evil, 1, evil)], title=evil, finding=evil, unit=evil)
        + charts.stacked_chart([(evil, [1])], series=[evil], title=evil)
        + charts.interval_chart([(evil, 1, 0, 2, evil)], title=evil, low=0, high=3, reference=1, reference_label=evil)
        + charts.target_chart(1, 2, title=evil, unit=evil)
        + charts.line_chart([(evil, 1)], title=evil, finding=evil)
        + charts.sparkline([1], label=evil)
    )
    assert "<script" not in drawn
    assert '="">' not in drawn


def test_scores_stand_on_one_line_with_a_shape_each_and_in_words() -> None:
    drawn = dot_line(
        [Dot("circle", "Vous", 1), Dot("square", "Mentor", 8), Dot("triangle", "<T>", None)], low=1, high=8
    )
    assert 'x1="4.00%" x2="96.00%" y1="15" y2="15" class="dots-span"' in drawn
    assert drawn.count("dot-circle") == drawn.count("dot-square") == 2  # on the line, and beside its words
    assert drawn.count("dot-triangle") == 1
    assert "Vous <strong>1</strong>" in drawn
    assert "&lt;T&gt; <strong>–</strong>" in drawn


def test_shapes_on_the_same_point_stand_side_by_side() -> None:
    drawn = dot_line([Dot("circle", "a", 3), Dot("square", "b", 3)], low=1, high=5)
    assert "translate(-7.5)" in drawn
    assert "translate(7.5)" in drawn
    assert "dots-span" not in drawn


def test_numbers_below_zero_have_the_true_minus_and_nothing_is_minus_zero() -> None:
    assert [charts.number(value, decimals=1) for value in (-1.5, -0.04, 0.04)] == ["−1,5", "0,0", "0,0"]
