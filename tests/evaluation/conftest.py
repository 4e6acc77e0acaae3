"""A programme, and the figures of its organisation since the beginning of the year."""

from datetime import date

import pytest

from backend.accounts.models import Organisation
from evaluation.queries.scope import Scope
from journeys.models import Commune, Programme
from tests.factories.journeys import make_programme
from tests.factories.territory import make_small_territory


@pytest.fixture
def programme(organisation: Organisation) -> Programme:
    return make_programme(organisation)


@pytest.fixture
def scope(organisation: Organisation) -> Scope:
    return Scope(organisation=organisation.pk, since=date(2026, 1, 1), until=date(2026, 11, 23))


@pytest.fixture
def small(db: None) -> list[Commune]:
    """Another territory than Nantes Métropole."""
    return make_small_territory()
