"""What came of journeys in figures: a small programme worked out with a pencil, and each rule of the definitions."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from evaluation.queries.drawn import Figure
from evaluation.queries.exports import as_csv, lines_of
from evaluation.queries.figures import board, figure
from evaluation.queries.lines import row_set
from evaluation.queries.measures import MEASURES
from evaluation.queries.scope import Scope
from journeys.actions import outcomes as actions
from journeys.models import Journey, Outcome, Programme
from tests.factories.journeys import make_holder, make_journey, make_programme
from tests.factories.outcomes import ended, make_outcome

pytestmark = pytest.mark.django_db
CODES = ("created", "cooperations", "exits", "helped", "jobs", "funding", "survival")
BEGUN, END = date(2022, 12, 1), date(2023, 10, 2)
CREATED = date(2023, 1, 1)
FOLLOWED = [(400, True), (800, True), (600, False), *[(1200, False)] * 6]
"""Days from the creation to the last word, and whether the project has stopped by then."""


@pytest.fixture
def whole(organisation: Organisation) -> Scope:
    """Everything until today, of this organisation."""
    return Scope(organisation=organisation.pk, until=date(2026, 11, 23))


@pytest.fixture
def nine(organisation: Organisation) -> list[Journey]:
    """Nine projects created on one day, two of which stopped."""
    made = []
    for days, has_stopped in FOLLOWED:
        journey = ended(organisation, on=END, days=(END - BEGUN).days)
        make_outcome(journey, "created", CREATED)
        last = CREATED + timedelta(days=days)
        make_outcome(journey, "activity", last, code="stopped" if has_stopped else "active")
        made.append(journey)
    return made


def told(code: str, scope: Scope) -> tuple[Any, ...]:
    one = figure(code, scope)
    return one.value, one.numerator, one.denominator, one.note, one.precision


def values(code: str, scope: Scope) -> list[float | None]:
    return sorted((line.value for line in lines_of(row_set(code, scope))), key=lambda one: (one is None, one))


# --- Survival -----------------------------------------------------------------------------------------
def test_survival_is_what_a_pencil_says(nine: list[Journey], whole: Scope) -> None:
    """8/9 at 400 days; then 6/7 of the seven still followed at 800: 48/63. The bounds by Greenwood, log-log."""
    found = figure("survival", whole)
    assert found.value == pytest.approx(100 * 48 / 63)
    assert (found.low, found.high) == pytest.approx((33.218, 93.511), abs=0.05)
    assert found.note == "9 projets suivis, dont arrêtés avant trois ans\u00a0: 2, suivis trois ans\u00a0: 6"
    assert found.precision == "entre 3 et 9 sur 10"
    assert sorted(values("survival", whole)) == pytest.approx([13.1, 19.7, 26.3, *[39.4] * 6])


def test_a_stop_after_three_years_is_none_before(nine: list[Journey], whole: Scope) -> None:
    make_outcome(nine[-1], "activity", CREATED + timedelta(days=1300), code="stopped")
    found = figure("survival", whole)
    assert found.value == pytest.approx(100 * 48 / 63)
    assert found.note == "9 projets suivis, dont arrêtés avant trois ans\u00a0: 2, suivis trois ans\u00a0: 6"


def test_survival_of_few_concludes_nothing(nine: list[Journey], whole: Scope) -> None:
    late = whole.narrowed(until=CREATED + timedelta(days=1000))
    found = figure("survival", late)
    assert (found.value, found.precision) == (None, "trop peu pour conclure")
    assert found.note == "9 projets suivis, dont arrêtés avant trois ans\u00a0: 2, suivis trois ans\u00a0: 0"
    for journey in nine[3:5]:
        for one in journey.outcomes.filter(kind="activity"):
            actions.withdraw_outcome(one, reason="Erreur", by=None)
    assert figure("survival", whole).value is None  # four are followed for three years


def test_survival_looks_at_projects_of_a_year_or_more_whenever_created(
    organisation: Organisation, nine: list[Journey], whole: Scope
) -> None:
    young = ended(organisation, on=date(2026, 3, 2))
    make_outcome(young, "created", date(2025, 11, 24))
    assert figure("survival", whole.narrowed(since=date(2026, 1, 1))).denominator == 9
    assert figure("survival", whole.narrowed(until=date(2026, 11, 24))).denominator == 10


def test_a_stop_that_comes_after_the_period_is_not_known_in_it(nine: list[Journey], whole: Scope) -> None:
    before = whole.narrowed(until=CREATED + timedelta(days=799))
    assert "arrêtés avant trois ans\u00a0: 1" in figure("survival", before).note
    assert (
        "arrêtés avant trois ans\u00a0: 0"
        in figure("survival", whole.narrowed(until=CREATED + timedelta(days=399))).note
    )


def test_when_none_stopped_it_is_said_so_without_bounds(organisation: Organisation, whole: Scope) -> None:
    for _each in range(5):
        journey = ended(organisation, on=END, days=(END - BEGUN).days)
        make_outcome(journey, "created", CREATED)
        make_outcome(journey, "activity", CREATED + timedelta(days=1100), code="changed")
    found = figure("survival", whole)
    assert (found.value, found.low, found.precision) == (100, None, "cela n’est encore arrivé à personne")


# --- Sums ---------------------------------------------------------------------------------------------
def test_jobs_are_a_sum_below_zero_if_need_be_and_nothing_told_is_not_none(
    organisation: Organisation, whole: Scope
) -> None:
    one, two, _silent = (ended(organisation, on=date(2026, 3, 2)) for _each in range(3))
    assert told("jobs", whole)[:4] == (None, None, None, "non renseigné pour 3 projets sur 3")
    make_outcome(one, "jobs", date(2026, 4, 1), jobs_created=Decimal("1.5"), jobs_lost=Decimal(0))
    lost = make_outcome(two, "jobs", date(2026, 5, 1), jobs_created=Decimal("0.25"), jobs_lost=Decimal(3))
    found = figure("jobs", whole)
    assert (found.value, found.shown, found.unit) == (-1.25, "−1,25", "ETP")
    assert found.note == "non renseigné pour 1 projet sur 3"
    assert values("jobs", whole) == [-2.75, 1.5]
    actions.withdraw_outcome(lost, reason="Erreur", by=None)
    assert (figure("jobs", whole).value, figure("jobs", whole).shown) == (1.5, "+1,5")
    assert figure("jobs", whole.narrowed(since=date(2026, 4, 2))).value is None


def test_funding_is_told_in_all_and_by_kind(organisation: Organisation, whole: Scope) -> None:
    one = ended(organisation, on=date(2026, 3, 2))
    for code, cents in (("grant", 1_200_050), ("loan", 3_000_000), ("grant", 800_000)):
        make_outcome(one, "funding", date(2026, 4, 1), code=code, amount_cents=cents)
    found = figure("funding", whole)
    assert (found.value, found.shown) == (50_000.5, "50\u00a0000,50\u00a0€")
    assert found.note.replace("\u202f", " ").replace("\u00a0", " ") == "prêt 30 000 €, subvention 20 000 €"
    assert values("funding", whole) == [8000, 12000.5, 30000]
    published = figure("funding", whole.narrowed(is_published=True))
    assert published.is_hidden and "prêt" not in published.note


def test_a_project_of_several_is_created_once_and_corrected_lines_do_not_count(
    organisation: Organisation, whole: Scope
) -> None:
    one = ended(organisation, on=date(2026, 3, 2))
    mate = make_holder(organisation).user
    ended(organisation, on=date(2026, 3, 2), user=mate, project=one.project, programme=one.programme)
    was = make_outcome(one, "created", date(2026, 2, 1))
    actions.correct_outcome(was, happened_on=date(2026, 2, 3), reason="Date", by=None, legal_form="SCOP")
    assert figure("created", whole).value == 1
    assert [line.day for line in lines_of(row_set("created", whole))] == [date(2026, 2, 3)]


def test_only_what_both_confirm_is_a_cooperation(organisation: Organisation, whole: Scope) -> None:
    one = ended(organisation, on=date(2026, 3, 2))
    both, half, _none = (make_outcome(one, "cooperation", date(2026, 3, 1)) for _each in range(3))
    for side in ("holder", "partner"):
        actions.note_cooperation(both, side=side, words="Vu", by=None)
    actions.note_cooperation(half, side="holder", words="Vu", by=None)
    assert told("cooperations", whole)[:4] == (1, 1, 3, "2 de plus dites par une seule des parties")
    assert values("cooperations", whole) == [0, 0, 1]


# --- Shares -------------------------------------------------------------------------------------------
def test_positive_exits_are_of_those_of_whom_it_is_known(organisation: Organisation, whole: Scope) -> None:
    """Told last; else the project created; else why they left. Seven known, four positive, two not known."""

    def left(reason: str = "") -> Journey:
        made = ended(organisation, on=date(2026, 3, 2))
        if reason:
            Journey.objects.filter(pk=made.pk).update(state="left", leave_reason=reason)
        return made

    employed = left("gave_up")
    make_outcome(employed, "exit", date(2026, 3, 2), code="given_up")
    make_outcome(employed, "exit", date(2026, 6, 2), code="employed")  # + the later one counts
    make_outcome(left(), "exit", date(2026, 3, 2), code="seeking")  # –
    make_outcome(left(), "created", date(2026, 3, 1))  # +
    seeking = left("employment")
    make_outcome(seeking, "exit", date(2026, 9, 1), code="other_job")  # – what is told goes before the reason
    for reason in ("employment", "training", "gave_up"):  # + + –
        left(reason)
    left("moved")  # not known
    left()  # not known
    left("bridged")  # has not come to an end
    found = told("exits", whole)
    assert found[:3] == (pytest.approx(400 / 7), 4, 7)
    assert found[3] == "4 parcours sur 7, 2 non renseignés"
    assert values("exits", whole) == [0, 0, 0, 1, 1, 1, 1, None, None]
    assert told("exits", whole.narrowed(since=date(2026, 3, 3)))[:3] == (None, 0, 0)
    before = lines_of(row_set("exits", whole.narrowed(until=date(2026, 5, 31))))  # what was told later is not known
    assert {line.value for line in before if line.journey == employed.pk} == {0}
    after = lines_of(row_set("exits", whole))
    assert {line.journey: line.value for line in after if line.journey in (employed.pk, seeking.pk)} == {
        employed.pk: 1, seeking.pk: 0,
    }  # fmt: skip


def test_whom_it_helped_is_asked_six_months_on_and_cannot_say_is_missing(
    organisation: Organisation, whole: Scope
) -> None:
    for code in ("a_lot", "somewhat", "not", "cannot_say", ""):
        journey = ended(organisation, on=date(2026, 3, 2))
        if code:
            make_outcome(journey, "help", date(2026, 9, 5), code=code)
    young = ended(organisation, on=date(2026, 8, 3))
    make_outcome(young, "help", date(2026, 9, 5), code="not")
    found = told("helped", whole)
    assert found[:3] == (pytest.approx(200 / 3), 2, 3)
    assert found[3] == "2 sur 3 personnes, 2 non renseignés"
    assert values("helped", whole) == [0, 1, 1, None, None]
    assert told("helped", whole.narrowed(since=date(2026, 9, 3)))[1:3] == (0, 0)
    assert told("helped", whole.narrowed(since=date(2026, 9, 2)))[1:3] == (2, 3)


# --- Where figures are read ---------------------------------------------------------------------------
@pytest.fixture
def lively(organisation: Organisation, nine: list[Journey]) -> None:
    """A fact of each kind on each of the nine."""
    for journey in nine:
        for kind in ("jobs", "funding", "cooperation", "exit", "help"):
            make_outcome(journey, kind, date(2026, 1, 5))


def shown(scope: Scope) -> dict[str, Figure]:
    return {one.code: one for one in board(scope).figures if one.code in CODES}


def test_published_figures_hide_what_few_people_stand_behind(lively: None, whole: Scope) -> None:
    published = shown(whole.narrowed(is_published=True))
    hidden = {code for code, one in published.items() if one.is_hidden}
    assert hidden == {"survival"}  # two have stopped
    note = published["survival"].note
    assert note.startswith("Masqué\u00a0: peu de personnes d’un des côtés") and not any(one.isdigit() for one in note)
    Outcome.objects.filter(kind__in=("jobs", "funding"), journey__in=Journey.objects.order_by("pk")[:5]).update(
        state="withdrawn", withdrawn_at="2026-11-01T00:00:00Z", withdraw_reason="Erreur"
    )
    published = shown(whole.narrowed(is_published=True))
    assert published["jobs"].is_hidden and published["funding"].is_hidden


@pytest.mark.parametrize("code", CODES)
def test_rows_open_on_the_page_in_files_and_over_the_api(
    lively: None, lead: User, observer: User, whole: Scope, code: str
) -> None:
    browser, path = Client(), reverse("evaluation:figure_rows", args=[code])
    browser.force_login(lead)
    page = browser.get(path, {"period": "all"})
    assert page.status_code == 200
    assert len(page.context["lines"]) == 9
    for kind in ("csv", "xlsx"):
        assert browser.get(path, {"period": "all", "file": kind}).status_code == 200
    text = "".join(as_csv(row_set(code, whole), "Valeur"))
    assert text.count("\n") >= 10
    told = {one["code"]: one for one in browser.get(reverse("api:indicators-list"), {"period": "all"}).json()}
    assert told[code]["value"] == figure(code, whole).value
    rows = browser.get(reverse("api:indicators-rows", args=[code]), {"period": "all"})
    assert (rows.status_code, rows.json()["count"]) == (200, 9)
    browser.force_login(observer)
    assert browser.get(path, {"file": "csv"}).headers["Location"] == reverse("evaluation:snapshot_list")


def test_figures_ask_as_much_of_the_database_whatever_came_of_it(
    organisation: Organisation, whole: Scope, assert_num_queries_same: Any
) -> None:
    def more() -> None:
        for _each in range(2):
            journey = ended(organisation, on=END, days=(END - BEGUN).days)
            for kind in ("created", "jobs", "funding", "cooperation", "exit", "help", "activity"):
                make_outcome(journey, kind, CREATED)

    more()
    assert assert_num_queries_same(lambda: shown(whole), more) < 40


def test_a_part_adds_up_to_the_whole(organisation: Organisation, lively: None, whole: Scope) -> None:
    other = make_programme(organisation)
    journey = make_journey(organisation, programme=other, started_on=date(2026, 1, 5))
    make_outcome(journey, "funding", date(2026, 2, 1))
    make_outcome(journey, "jobs", date(2026, 2, 1))
    programmes = [whole.narrowed(programme=pk) for pk in Programme.objects.order_by("pk").values_list("pk", flat=True)]
    for code in ("jobs", "funding"):
        assert figure(code, whole).value == sum(figure(code, one).value or 0 for one in programmes)
    assert set(CODES) <= set(MEASURES)
