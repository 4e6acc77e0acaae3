"""A pair that every test of mentoring may start from."""

import pytest

from backend.accounts.models import Organisation, User
from journeys.models import Journey
from mentoring.models import Mentor, Mentorship
from tests.factories.journeys import make_journey
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
