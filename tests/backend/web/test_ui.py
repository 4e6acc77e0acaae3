"""The components render what their cheat-sheet says, escape what comes from outside, and refuse mistyped arguments."""

import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import timezone, translation

from backend.web import line, reading, states, tables


def render(source: str, **context: object) -> str:
    return Template(source).render(Context(context)).strip()


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('{% link_button "/a" "Go" %}', '<a href="/a" class="button button-quiet"><span>Go</span></a>'),
        (
            '{% button "Save" tone="main" name="act" value="1" disabled=True %}',
            '<button type="submit" class="button button-main" name="act" value="1" disabled><span>Save</span></button>',
        ),
        ('{% grid size="small" %}x{% endgrid %}', '<div class="grid grid-small">x</div>'),
        ("{% actions %}x{% endactions %}", '<div class="actions">x</div>'),
        (
            '{% card title="T" url="/t" level=2 %}x{% endcard %}',
            '<div class="card card-link"><h2 class="card-title"><a href="/t">T</a></h2>x</div>',
        ),
        ('{% card tone="warn" %}x{% endcard %}', '<div class="card card-warn">x</div>'),
        (
            '{% facts %}{% fact "Place" %}Nantes{% endfact %}{% endfacts %}',
            '<dl class="facts"><div><dt>Place</dt><dd>Nantes</dd></div></dl>',
        ),
        (
            '{% item "Awa" url="/awa" note="today" %}{% enditem %}',
            '<li class="item item-link"><span class="item-text"><span class="item-title"><a href="/awa">Awa</a></span>'
            '<span class="item-note">today</span></span><span class="item-side"></span></li>',
        ),
        (
            '{% avatar "Maëlle Le Goff" size="small" %}',
            '<span class="avatar avatar-small shade-3" aria-hidden="true">ML</span>',
        ),
        (
            '{% stat 72 "answered" unit="%" note="43 of 60" tone="info" %}',
            '<div class="stat tone-info">\n  <p class="stat-label">answered</p>\n  <p class="stat-value">72'
            '<span class="stat-unit"> %</span></p>\n  <p class="stat-note">43 of 60</p>\n</div>',
        ),
        (
            '{% progress 3 4 label="Done" %}',
            '<div class="progress">\n  <p class="progress-head"><span>Done</span><strong>75\xa0%</strong></p>\n'
            '  <progress value="3" max="4" aria-label="Done">75\xa0%</progress>\n  \n</div>',
        ),
    ],
)
def test_a_component_renders_exactly(source: str, expected: str) -> None:
    assert render(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        '{% card titel="x" %}{% endcard %}',
        '{% badge "x" colour="red" %}',
        '{% button "x" kind="main" %}',
        "{% stations stops compacted=True %}",
        '{% table "x" card=True %}{% endtable %}',
        '{% post_form form submitt="x" %}{% endpost_form %}',
        '{% bar_chart rows titel="x" %}',
        "{% page_header %}{% endpage_header %}",
    ],
)
def test_a_mistyped_argument_is_refused_when_the_template_is_read(source: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        Template(source)


@pytest.mark.parametrize(
    "source",
    [
        '{% badge "x" tone="red" %}',
        '{% card tone="red" %}{% endcard %}',
        '{% button "x" tone="primary" %}',
        '{% grid size="huge" %}{% endgrid %}',
        '{% icon "calendar" style="bold" %}',
        '{{ day|day:"tiny" }}',
    ],
)
def test_a_mistyped_tone_is_refused_when_the_page_is_drawn(source: str) -> None:
    with pytest.raises(ValueError, match="is not one of"):
        render(source, day=timezone.now())


def test_an_unknown_icon_is_refused() -> None:
    with pytest.raises(ValueError, match="does not exist"):
        render('{% icon "tramway" %}')


@pytest.mark.parametrize(
    "source",
    [
        "{% badge evil %}",
        "{% card title=evil %}{% endcard %}",
        "{% link_button evil evil %}",
        "{% person evil note=evil %}",
        "{% stat evil evil note=evil %}",
        "{% item evil note=evil %}{% enditem %}",
        "{% notice title=evil %}{% endnotice %}",
        "{% page_header evil subtitle=evil back_url=evil %}{% endpage_header %}",
        "{% copy_field evil label=evil %}",
        "{% tabs entries label=evil %}",
        "{% stations stops label=evil %}",
        "{% timeline entries2 %}",
        "{% table evil %}<thead><tr><th>{{ evil }}</th></tr></thead><tr><td>{{ evil }}</td></tr>{% endtable %}",
    ],
)
def test_what_comes_from_outside_is_escaped(source: str) -> None:
    evil = '"><script>alert(1)</script>'
    shown = render(
        source,
        evil=evil,
        entries=[(evil, evil, True, evil)],
        entries2=[{"when": evil, "title": evil, "text": evil, "url": evil}],
        stops=[{"label": evil, "kind": "module", "state": "done", "note": evil, "when": evil, "url": evil}],
    )
    assert "<script" not in shown
    assert '""' not in shown
    assert 'x">"' not in shown


def test_the_line_marks_the_current_stop_and_what_was_travelled() -> None:
    stops = line.make_stops(
        [
            {"label": "A", "kind": "module", "state": "done"},
            SimpleNamespace(label="B", kind="mentoring", state="in_progress", is_current=True),
            {"label": "C", "kind": "milestone", "state": "planned", "when": None},
        ]
    )
    assert [(stop.label, stop.is_current, stop.is_travelled, stop.when) for stop in stops] == [
        ("A", False, True, ""),
        ("B", True, False, ""),
        ("C", False, False, ""),
    ]
    shown = render("{% stations stops %}", stops=stops)
    assert shown.count('aria-current="step"') == 1
    assert shown.count("Vous êtes ici") == 1
    assert [word in shown for word in ("Fait", "En cours", "À venir", "Jalon")] == [True] * 4


def test_without_a_current_stop_the_line_is_travelled_to_the_last_one_done() -> None:
    kinds = [("done", True), ("planned", False), ("waived", True), ("done", False), ("planned", False)]
    stops = line.make_stops({"label": "x", "kind": "module", "state": state} for state, _ in kinds)
    assert [stop.is_travelled for stop in stops] == [travelled for _, travelled in kinds]


@pytest.mark.parametrize(("kind", "state"), [("lesson", "done"), ("module", "finished")])
def test_a_stop_of_unknown_kind_or_state_is_refused(kind: str, state: str) -> None:
    with pytest.raises(ValueError, match="is not one of"):
        line.make_stops([{"label": "x", "kind": kind, "state": state}])


def test_the_badge_of_a_row_speaks_its_choices() -> None:
    row = SimpleNamespace(state="no_show", get_state_display=lambda: "absence")
    shown = render("{% state row %}", row=row)
    assert shown.startswith('<span class="badge tone-bad"><svg')
    assert shown.endswith("<span>absence</span></span>")
    assert states.tone_of("never heard of") == "neutral"


def test_table_cells_carry_their_column_unless_a_cell_spans() -> None:
    content = (
        "<thead><tr><th>Who <b>now</b></th><th>5 &lt; 6 &quot;h&quot;</th></tr></thead>"
        '<tbody><tr><th scope="row">Awa</th><td>6</td></tr><tr><td colspan="2">none</td></tr></tbody>'
    )
    assert tables.label_cells(content) == (
        "<thead><tr><th>Who <b>now</b></th><th>5 &lt; 6 &quot;h&quot;</th></tr></thead>"
        '<tbody><tr><th data-label="Who now" scope="row">Awa</th><td data-label="5 &lt; 6 &quot;h&quot;">6</td></tr>'
        '<tr><td colspan="2">none</td></tr></tbody>'
    )


def test_pagination_keeps_the_filters_and_is_silent_on_one_page() -> None:
    request = RequestFactory().get("/?state=held&page=2&q=a b")
    page = Paginator(range(5), 2).get_page(2)
    shown = Template("{% pagination page %}").render(Context({"request": request, "page": page}))
    assert 'href="?state=held&amp;q=a+b&amp;page=1"' in shown
    assert 'href="?state=held&amp;q=a+b&amp;page=3"' in shown
    assert "Page 2 sur 3" in shown
    alone = Paginator(range(2), 2).get_page(1)
    assert Template("{% pagination page %}").render(Context({"request": request, "page": alone})).strip() == ""


def test_one_tap_posts_with_the_token() -> None:
    shown = render('{% post_button "/confirm" "Yes" name="answer" value="yes" %}', csrf_token="abc")
    assert re.sub(r'name="once" value="[0-9a-f]{24}"', 'name="once"', shown) == (
        '<form method="post" action="/confirm" class="inline-form">'
        '<input type="hidden" name="csrfmiddlewaretoken" value="abc"><input type="hidden" name="once">'
        '<button type="submit" class="button button-quiet" name="answer" value="yes"><span>Yes</span></button></form>'
    )


@pytest.mark.parametrize(
    ("minutes", "shown"),
    [
        (450, "7 h 30"),
        (45, "45 min"),
        (0, "0 h"),
        (None, ""),
        (60, "1 h"),
        (65, "1 h 05"),
        (-90, "−1 h 30"),
        (89.6, "1 h 30"),
    ],
)
def test_hours_are_written_for_people(minutes: float | None, shown: str) -> None:
    assert reading.hours(minutes).replace(reading.NBSP, " ") == shown


def test_a_difference_carries_its_sign() -> None:
    assert [reading.signed(days) for days in (3, 0, -3)] == ["+3", "0", "−3"]


@pytest.mark.parametrize(
    ("days", "french", "english"),
    [
        (0, "aujourd’hui", "today"),
        (1, "demain", "tomorrow"),
        (-1, "hier", "yesterday"),
        (3, "dans 3 jours", "in 3 days"),
        (-13, "il y a 13 jours", "13 days ago"),
        (14, "dans 2 semaines", "in 2 weeks"),
        (-20, "il y a 2 semaines", "2 weeks ago"),
        (-21, "il y a 3 semaines", "3 weeks ago"),
        (90, "21 février 2027", "21 February 2027"),
        (-90, "25 août", "25 August"),
    ],
)
def test_days_are_told_from_today(days: int, french: str, english: str) -> None:
    when = timezone.localdate() + timedelta(days=days)
    assert reading.relative_day(when) == french
    with translation.override("en"):
        assert reading.relative_day(when) == english


def test_a_moment_is_told_in_the_readers_zone_and_language() -> None:
    when = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
    assert reading.moment(when).replace(reading.NBSP, " ") == "mardi 1er décembre à 0 h 30"
    with translation.override("en"), timezone.override("UTC"):
        assert reading.moment(when) == "Monday 30 November at 23:30"


def test_a_span_says_from_when_to_when() -> None:
    start = datetime(2026, 12, 1, 13, 30, tzinfo=UTC)
    of_one_day, of_two = start + timedelta(hours=1), start + timedelta(days=1)
    found = [reading.span(start, end).replace(reading.NBSP, " ") for end in (of_one_day, of_two, None)]
    assert found == [
        "mardi 1er décembre, de 14 h 30 à 15 h 30",
        "du mardi 1er décembre à 14 h 30 au mercredi 2 décembre à 14 h 30",
        "mardi 1er décembre à 14 h 30",
    ]
    with translation.override("en"):
        assert [reading.span(start, end) for end in (of_one_day, of_two, None)] == [
            "Tuesday 1 December, from 14:30 to 15:30",
            "from Tuesday 1 December at 14:30 to Wednesday 2 December at 14:30",
            "Tuesday 1 December at 14:30",
        ]
    assert reading.span(None, None) == ""


def test_initials_of_any_name() -> None:
    assert [reading.initials(name) for name in ("Maëlle Le Goff", "jean-luc", "Élise", "", "42")] == [
        "ML",
        "JL",
        "É",
        "?",
        "?",
    ]
