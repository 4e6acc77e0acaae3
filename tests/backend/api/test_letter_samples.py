"""Letters with sample data, for programs of leads."""

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from backend.accounts.models import Organisation, User
from backend.mail.kinds import KIND_OF

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def test_a_program_of_a_lead_reads_what_the_page_shows(
    program_of: Callable[[User], APIClient], lead: User, organisation: Organisation
) -> None:
    program = program_of(lead)
    rows = program.get("/api/v1/letter-samples/", {"organisation": organisation.pk}).json()
    assert {row["template"] for row in rows} == set(KIND_OF)
    asked = {"organisation": organisation.pk, "language": "en", "face": "cancelled"}
    letter = program.get("/api/v1/letter-samples/journeys.module_waiting/", asked).json()
    assert letter["subject"].startswith("Cancelled: Find your first customers")
    assert program.get("/api/v1/letter-samples/journeys.module_waiting/", {**asked, "face": "x"}).status_code == 404
    assert program.get("/api/v1/letter-samples/", {"organisation": organisation.pk + 999}).status_code == 404
