"""What is held while two days are compared: gone afterwards, whatever went wrong meanwhile, and that is told."""

import pytest
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection

from evaluation.queries.past.held import holding
from journeys.models import Journey

pytestmark = pytest.mark.django_db


def hold(asked: str) -> None:
    with holding(DEFAULT_DB_ALIAS) as held, connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE jalon_given_was AS SELECT 1 AS id")
        cursor.execute(asked)
        held.sums("was")


def test_an_error_of_the_database_is_told_and_nothing_is_left() -> None:
    for _again in range(2):
        with pytest.raises(DatabaseError, match="such_a_table"):
            hold("SELECT 1 FROM such_a_table")
        assert not Journey.objects.exists(), "the connection can be asked"
    hold("SELECT 1")
    hold("SELECT 1")
