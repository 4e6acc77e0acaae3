"""What takes people's time: found with few questions, and named only where it stands in the way."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType

from backend.lib import clock
from journeys.models import Enrolment, ModuleDate
from mentoring import actions
from mentoring.models import Gathering, Mentorship, Session
from mentoring.queries.busy import clash

pytestmark = pytest.mark.django_db


def test_who_sits_in_a_session_is_asked_only_once_it_stands_in_the_way(
    pair: Mentorship, django_assert_num_queries: Any
) -> None:
    starts_at, hour = clock.now() + timedelta(days=3), timedelta(hours=1)
    actions.plan_session(pair, starts_at=starts_at, place="Nantes", by=pair.mentor.user)
    people = [pair.mentor.user, pair.journey.holder.user]
    ContentType.objects.get_for_models(Session, Gathering, Enrolment, ModuleDate)
    with django_assert_num_queries(4):  # sessions, dates followed, dates given, other events
        assert clash(people, starts_at - hour, starts_at, by=None) == ""
    with django_assert_num_queries(5):
        assert clash(people, starts_at, starts_at + hour, by=None)
