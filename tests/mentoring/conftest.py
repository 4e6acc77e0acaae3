"""A pair that every test of mentoring may start from."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from backend.accounts.models import Organisation, User
from backend.mail.models import Email
from journeys.models import Journey
from mentoring.models import Mentor, Mentorship
from tests.factories.journeys import make_journey
from tests.factories.mail import compare_with_snapshot
from tests.factories.mentoring import make_mentor, make_pair


@pytest.fixture
def journey(organisation: Organisation, holder: User) -> Journey:
    """Hawa's journey: a module, a mentoring quota of 6 × 1 h 30, an immersion, a milestone."""
    return make_journey(organisation, holder, name="L’Atelier du réemploi")


@pytest.fixture
def profile(organisation: Organisation, mentor: User) -> Mentor:
    """Marc's profile as mentor."""
    return make_mentor(organisation, mentor, headline="Quinze ans d’épicerie bio", expertise=["funding", "market"])


@pytest.fixture
def pair(organisation: Organisation, profile: Mentor, journey: Journey) -> Mentorship:
    """Marc accompanies Hawa."""
    return make_pair(organisation, profile, journey=journey)


@pytest.fixture
def snapshot(request: pytest.FixtureRequest) -> Callable[[Email], None]:
    """`snapshot(email)`: the letter reads as the file of this test's name says; its secrets and numbers are masked."""
    name = re.sub(r"[^\w-]+", "_", request.node.name.removeprefix("test_")).strip("_")

    def compare(email: Email) -> None:
        email.text = re.sub(r"/(log|confirm)/[\w-]+/", r"/\1/«secret»/", email.text)
        email.text = re.sub(r"/(mentorships|sessions)/\d+/", r"/\1/«number»/", email.text)
        compare_with_snapshot(Path(__file__).parent / "snapshots", name, email)

    return compare
