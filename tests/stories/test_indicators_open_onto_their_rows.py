"""Beat 8: every figure of the Indicators page opens onto the rows behind it, and they add up to it exactly."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from statistics import median

import pytest
from django.test import Client
from django.utils.timezone import localdate

from backend.accounts.models import Organisation, User
from evaluation.queries.exports import lines_of
from evaluation.queries.figures import board
from evaluation.queries.lines import row_set
from evaluation.queries.scope import Scope
from journeys import actions as journeys
from journeys.actions import load_territory
from journeys.models import Commune
from tests.factories.evaluation import close_all, make_answered, make_request
from tests.factories.journeys import make_confirmed_delivery, make_delivery, make_journey, make_programme, step_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort(organisation: Organisation, lead: User) -> None:
    """Fourteen people in two programmes and three communes, at every stage."""
    load_territory()
    communes = list(Commune.objects.order_by("-population")[:3])
    programmes = [make_programme(organisation), make_programme(organisation, title_fr="Consolidation")]
    for i in range(14):
        started = localdate() - timedelta(days=40 + 15 * i)
        commune = communes[i % 3] if i % 5 else None
        journey = make_journey(
            organisation,
            programme=programmes[i % 2],
            started_on=started,
            commune=commune,
            qpv=("inside", "outside", "unknown")[i % 3],
        )
        for day in range(i % 4):
            make_delivery(journey, minutes=45 + 15 * i, days_ago=3 + day)
        make_confirmed_delivery(journey, kind="module", minutes=180, days_ago=i + 1)
        make_delivery(journey, minutes=20, sort="travel")
        make_answered(journey, "start", 3 + i % 2)
        if i > 5:
            journeys.advance_step(step_of(journey, "milestone"), "done", by=lead)
            make_answered(journey, "exit", 4 + i % 3)
        elif i > 3:
            make_request(journey, "exit")
    close_all()


def test_every_figure_and_every_group_is_the_sum_of_the_rows_it_opens_onto(
    cohort: None, organisation: Organisation, lead: User, client_of: Callable[[User], Client]
) -> None:
    client = client_of(lead)
    for by in ("programme", "commune", "qpv"):
        page = client.get("/indicators/", {"by": by}).content.decode()
        links = sorted({unescape(link) for link in re.findall(r'href="(/indicators/figures/\w+/[^"]*)"', page)})
        assert len(links) > 20
        for link in links:
            opened = client.get(link)
            figure = opened.context["figure"]
            lines = [line for line, _url in opened.context["lines"]]
            assert len(lines) == opened.context["page"].paginator.count
            values = [line.value for line in lines if line.value is not None]
            if figure.code == "posture":
                assert figure.value is None or figure.value == pytest.approx(sum(values) / len(values))
                assert figure.denominator == len(lines)
            elif figure.code == "people" or figure.code == "bridges" or figure.measure.is_time:
                assert figure.value == sum(values), link
            elif figure.code in ("women", "qpv", "no_hole"):
                assert (figure.numerator, figure.denominator) == (sum(values), len(values)), link
            elif figure.code in ("communes", "rate"):
                assert figure.numerator == sum(values), link
            elif figure.code in ("left", "immersions", "milestones", "response"):
                assert (figure.numerator, figure.denominator) == (sum(values), len(lines)), link
            elif figure.code == "longest_hole":
                assert figure.value == median(values), link
            else:  # what came of journeys, and how they agree, is empty here: tried where it is told
                assert not figure.numerator and not sum(values), link


def test_groups_add_up_to_the_whole(cohort: None, organisation: Organisation) -> None:
    from evaluation.queries.breakdown import breakdown

    scope = Scope(organisation=organisation.pk, until=localdate())
    made = board(scope)
    response = next(one for one in made.figures if one.code == "response")
    for dimension in ("programme", "commune", "qpv"):
        groups = breakdown(scope, dimension, made)
        assert sum(group.people for group in groups) == made.people == 14
        assert sum(group.minutes for group in groups) == made.hours.total
        assert sum(group.sure for group in groups) == made.hours.sure
        assert sum(group.milestones[0] for group in groups) == made.milestones.value
        assert sum(group.milestones[1] for group in groups) == made.milestones.rows
        assert sum(group.answers[1] for group in groups) == response.denominator
        assert sum(group.gain.n for group in groups if group.gain) == made.gains.overall().n == 8
    assert sum(line.value or 0 for line in lines_of(row_set("hours", scope))) == made.hours.total
