"""What is hidden on published pages is told nowhere else: beside another figure, in a note, against a target."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from backend.accounts.models import Organisation
from evaluation import actions
from evaluation.models import Indicator
from evaluation.queries.figures import board, figure
from evaluation.queries.indicators import opened
from evaluation.queries.indicators.pages import versions_of, with_versions
from evaluation.queries.scope import Scope
from journeys.models import Journey, Programme
from tests.evaluation.test_continuity import held_to_the_end, lived, spring
from tests.factories.indicators import make_indicator
from tests.factories.journeys import make_holder, make_journey
from tests.factories.outcomes import ended, make_outcome

pytestmark = pytest.mark.django_db
CREATED = date(2023, 1, 1)


def test_the_longest_wait_hides_with_the_share_whose_rest_it_would_tell(programme: Programme, scope: Scope) -> None:
    published = spring(scope, is_published=True)
    for _each in range(9):
        held_to_the_end(programme)
    assert figure("longest_hole", published).note == "sur 9 parcours"
    lived(programme, started_on=date(2026, 3, 30))  # one too young: ten people less nine
    figures = {one.code: one for one in board(published).figures}
    assert figures["people"].value == 10
    assert figures["no_hole"].is_hidden and figures["longest_hole"].is_hidden


def test_how_many_projects_were_followed_for_long_is_told_of_no_few(organisation: Organisation) -> None:
    whole = Scope(organisation=organisation.pk, until=date(2026, 11, 23))
    for days in (600, *[1200] * 6):
        journey = ended(organisation, on=date(2023, 10, 2), days=305)
        make_outcome(journey, "created", CREATED)
        make_outcome(journey, "activity", CREATED + timedelta(days=days), code="active")
    assert "trois ans : 6" in figure("survival", whole).note.replace("\u00a0", " ")
    assert figure("survival", whole.narrowed(is_published=True)).note == "7 projets suivis"  # one was lost from sight


def typed(programme: Programme, gender: str) -> Journey:
    person = make_holder(programme.organisation, gender=gender).user
    return make_journey(programme.organisation, person, programme=programme, started_on=date(2026, 3, 2))


def as_published(indicator: Indicator, scope: Scope) -> dict[str, Any]:
    [found] = with_versions(Indicator.objects.filter(pk=indicator.pk))
    return opened.page(found, versions_of(found)[0], scope.narrowed(is_published=True, programme=None))


def test_of_how_many_it_is_not_known_hides_with_the_figure(scope: Scope, programme: Programme) -> None:
    for gender in [*["woman"] * 6, *["man"] * 6, "", ""]:
        typed(programme, gender)
    page = as_published(make_indicator(programme.organisation, measure="women"), scope)
    assert page["one"].found.figure.is_hidden
    assert page["missing"] == 0


@pytest.mark.parametrize(
    ("since", "until", "is_told"),
    [
        (date(2026, 1, 2), date(2026, 12, 31), False),
        (date(2026, 1, 1), date(2026, 12, 31), True),
        (None, None, True),
    ],
)
def test_a_target_of_another_period_is_not_valued_for_published_readers(
    scope: Scope, programme: Programme, since: date | None, until: date | None, is_told: bool
) -> None:
    """Its value beside that of the year would tell of one person by subtraction."""
    for _each in range(6):
        journey = typed(programme, "woman")
        Journey.objects.filter(pk=journey.pk).update(started_on=date(2025, 3, 3))
    indicator = make_indicator(programme.organisation)
    actions.set_target(
        indicator, by=None, value=Decimal(9), decided_by="Copil", decided_on=date(2026, 1, 1), why="Plan",
        since=since, until=until,
    )  # fmt: skip
    assert (as_published(indicator, scope)["one"].aim is not None) == is_told
