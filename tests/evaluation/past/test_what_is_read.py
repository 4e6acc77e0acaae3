"""Whatever column a figure reads keeps its past, or is named here as one that is read as it is now."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.history.kept import KEPT
from evaluation.queries.breakdown import breakdown
from evaluation.queries.figures import board
from evaluation.queries.measures import MEASURES, totals
from evaluation.queries.scope import Scope
from journeys.models import Programme
from tests.evaluation.past.walk import LONG, Walk
from tests.factories.evaluation import make_answered
from tests.house.source import nothing

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

AS_NOW = {
    # what an organisation sets up
    *("accounts_user", "accounts_organisation", "journeys_programme", "journeys_commune", "journeys_neighbourhood"),
    # what is asked: fixed once it was
    *("evaluation_wave", "evaluation_questionnaire", "evaluation_questionnaireversion", "evaluation_section"),
    *("evaluation_item", "evaluation_response"),
    # whoever corrects her answers corrects them everywhere
    "evaluation_answer",
}
# what the lines of history say is final
FINAL = {"history_entry"}
TITLES = {"journeys_step.title_fr", "journeys_step.title_en"}
"""Words, which a past never keeps: steps are told by those they have now."""
READ = re.compile(r'"((?:journeys|mentoring|evaluation|accounts)_\w+)"\."(\w+)"')


def test_figures_read_what_is_kept(programme: Programme, scope: Scope) -> None:
    walk = Walk(programme.organisation)
    for verb in ("hours", "ask", "done", "qpv"):
        walk.do(verb, 0, 0)
    make_answered(walk._journey(1), "start")
    make_answered(walk._journey(1), "exit")
    whole = scope.narrowed(until=LONG, since=None)
    with CaptureQueriesContext(connection) as asked:
        made = board(whole)
        for by in ("programme", "commune", "qpv", "neighbourhood"):
            breakdown(whole, by, made)
        totals(MEASURES.values(), whole.narrowed(cohort="2026-4", commune="44109", programme=1))
    read = {(table, column) for query in asked.captured_queries for table, column in READ.findall(query["sql"])}
    unkept = {
        f"{table}.{column}"
        for table, column in read
        if table not in AS_NOW | FINAL and column != "id" and (table not in KEPT or column not in KEPT[table].names)
    }
    nothing(unkept - TITLES, "add them to evaluation/models/kept.py, or say here that they are read as they are now")
    assert ("journeys_delivery", "minutes") in read
