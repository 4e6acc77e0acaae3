"""Many rows at once come out as those written one by one."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from backend.accounts.models import Organisation
from backend.lib.bulk import insert_many
from journeys.models import Neighbourhood, Programme, ProgrammeVersion
from tests.factories.journeys import make_programme

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
NAMES = ("created_at", "programme_id", "number", "note", "published_at")


@pytest.fixture
def programme(organisation: Organisation) -> Programme:
    return make_programme(organisation)


def test_rows_come_back_as_they_were_given(programme: Programme) -> None:
    rows = [(NOON, programme.pk, 2, "", None), (NOON, programme.pk, 3, "Plus court", NOON)]
    insert_many(ProgrammeVersion, NAMES, rows)
    found = ProgrammeVersion.objects.filter(number__gt=1).order_by("number")
    assert list(found.values_list(*NAMES)) == rows
    assert len({one.pk for one in found}) == 2


def test_quotes_tabs_and_lines_are_only_text(db: None) -> None:
    name = 'L’îlot "d\'en\tbas"\\N \\.\nfin; DROP TABLE'
    insert_many(Neighbourhood, ("code", "name", "population_source"), [("X1", name, "")])
    assert Neighbourhood.objects.get(pk="X1").name == name


def test_no_row_is_no_harm_and_a_wrong_one_undoes_all(programme: Programme) -> None:
    insert_many(ProgrammeVersion, NAMES, [])
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_many(ProgrammeVersion, NAMES, [(NOON, programme.pk, 2, "", NOON)] * 2)
    assert programme.versions.count() == 1
