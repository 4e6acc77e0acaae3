"""Corners of the registry that a slip would bend unseen: missing, drafts, ties, and people told in two languages."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Value

from backend.accounts.models import Organisation
from backend.lib import clock
from evaluation.queries.figures import by_milestone, figure
from evaluation.queries.hours import hours
from evaluation.queries.measures import MEASURES, totals
from evaluation.queries.rows import planned_steps
from evaluation.queries.scope import Scope
from journeys import actions as journeys
from journeys.models import Commune, Journey, Programme, Step
from tests.factories.journeys import make_delivery, make_holder, make_journey, make_programme

pytestmark = pytest.mark.django_db


def opened(programme: Programme, holder: Any = None, **project: Any) -> Journey:
    person = (holder or make_holder(programme.organisation)).user
    started = clock.today() - timedelta(days=100)
    return make_journey(programme.organisation, person, programme=programme, started_on=started, **project)


def test_a_published_rate_hides_where_few_communes_are_not_known(programme: Programme, scope: Scope) -> None:
    journeys.load_territory()
    nantes = Commune.objects.get(name="Nantes")
    for _each in range(6):
        opened(programme, commune=nantes)
    published = scope.narrowed(is_published=True)
    assert not figure("rate", published).is_hidden
    opened(programme, commune=None)
    assert figure("rate", published).is_hidden  # the people less those of the rate are one


def test_published_hours_of_every_programme_are_of_all_its_people(organisation: Organisation, scope: Scope) -> None:
    for _each in range(2):
        programme = make_programme(organisation)
        for _person in range(3):
            make_delivery(opened(programme), minutes=60)
    whole = scope.narrowed(is_published=True, programme=None)
    assert (hours(whole).is_hidden, hours(whole).total) == (False, 360)  # six people, three in each


def milestone(journey: Journey, title_en: str) -> None:
    step = journey.steps.filter(kind="milestone").order_by("pk")[:1]
    Step.objects.filter(pk__in=step.values("pk")).update(
        title_fr="Plan validé", title_en=title_en, due_on=clock.today() - timedelta(days=5)
    )
    Step.objects.filter(journey=journey, kind="milestone").exclude(title_fr="Plan validé").update(state="waived")


def test_people_of_a_milestone_with_two_titles_in_english_are_not_counted_twice(
    programme: Programme, scope: Scope
) -> None:
    for title in ("Plan approved", "Plan approved", "Plan done"):
        milestone(opened(programme), title)
    (line,) = by_milestone(scope.narrowed(is_published=True))  # sides are asked only where something may be hidden
    assert (line.label, line.total, max(line.sides)) == ("Plan validé", 3, 2)


def test_a_step_of_a_team_is_never_that_of_a_draft(programme: Programme, scope: Scope) -> None:
    later = scope.narrowed(until=clock.today() + timedelta(days=400))
    first, second = opened(programme), opened(programme)
    Journey.objects.filter(pk=second.pk).update(project=first.project)
    Step.objects.filter(journey__in=[first, second]).update(is_shared=True)
    assert set(planned_steps(later).values_list("journey", flat=True)) == {first.pk}  # once, the oldest
    Journey.objects.filter(pk=first.pk).update(state="draft")
    assert set(planned_steps(later).values_list("journey", flat=True)) == {second.pk}


def test_somebody_who_leaves_two_journeys_has_left_two(programme: Programme, scope: Scope) -> None:
    holder = make_holder(programme.organisation)
    for one in (programme, make_programme(programme.organisation)):
        journeys.leave_journey(opened(one, holder), reason="moved", by=None, on=clock.today() - timedelta(days=3))
    assert (figure("left", scope).numerator, figure("left", scope).denominator) == (2, 2)
    assert totals([MEASURES["left"]], scope)["left"].subjects == 1


def test_of_two_rows_that_say_as_much_the_older_stands(programme: Programme, scope: Scope) -> None:
    holder = make_holder(programme.organisation, gender="woman")
    first = opened(programme, holder)
    opened(make_programme(programme.organisation), holder)
    rows = MEASURES["women"].rows(scope)
    assert [row.pk for row in rows.annotate(one=Value(1)).order_by("pk")] == [first.pk]


def test_each_journey_without_a_commune_has_its_row(programme: Programme, scope: Scope) -> None:
    """Where communes are counted once, those not known are no commune: each journey stands for itself."""
    journeys.load_territory()
    nantes = Commune.objects.get(name="Nantes")
    for commune in (nantes, nantes, None, None):
        opened(programme, commune=commune)
    found = sorted(MEASURES["communes"].rows(scope).values_list("subject", "value"), key=lambda one: one[0] or "")
    assert found == [(None, None), (None, None), (nantes.pk, 1)]
