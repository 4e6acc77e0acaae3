"""A programme, and the figures of its organisation since the beginning of the year."""

from datetime import date

import pytest

from backend.accounts.models import Organisation
from evaluation.queries.scope import Scope
from journeys.models import Programme
from tests.factories.journeys import make_programme


@pytest.fixture
def programme(organisation: Organisation) -> Programme:
    return make_programme(organisation)


@pytest.fixture
def scope(organisation: Organisation) -> Scope:
    return Scope(organisation=organisation.pk, since=date(2026, 1, 1), until=date(2026, 11, 23))
