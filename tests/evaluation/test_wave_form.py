"""The form of a wave once somebody was asked: what was promised is told, what can still change is offered."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import User
from evaluation.models import Wave
from journeys.models import Programme
from tests.evaluation.test_wave_pages import typed
from tests.factories.evaluation import make_request, wave_of
from tests.factories.journeys import make_journey

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def asked(programme: Programme) -> Wave:
    """A wave that has asked somebody."""
    make_request(make_journey(programme.organisation, programme=programme))
    return wave_of(programme)


def test_only_what_can_still_change_is_drawn_and_the_rest_stays(
    client_of: Callable[[User], Client], lead: User, asked: Wave
) -> None:
    client, address = client_of(lead), reverse("evaluation:wave_edit", args=[asked.pk])
    page = client.get(address).content.decode()
    assert 'name="open_days"' in page
    assert 'name="correction_days"' in page
    for name in ("questionnaire", "moment", "audience", "mode", "is_shared", "shows_previous", "closes_on"):
        assert f'name="{name}"' not in page
    assert asked.questionnaire.title in page
    Wave.objects.filter(pk=asked.pk).update(shows_previous=True)
    assert client.post(address, {"fixed": "1", "open_days": "45", "correction_days": "7"}).status_code == 302
    asked.refresh_from_db()
    assert (asked.open_days, asked.correction_days) == (45, 7)
    assert (asked.mode, asked.moment, asked.shows_previous) == ("identified", "start", True)


def test_a_page_older_than_the_first_letter_is_refused_beside_the_field(
    client_of: Callable[[User], Client], lead: User, asked: Wave
) -> None:
    address = reverse("evaluation:wave_edit", args=[asked.pk])
    sent = typed(asked.programme, moment="start", days=asked.days, mode="anonymous", open_days="31")
    answered = client_of(lead).post(address, sent)
    assert answered.status_code == 200
    assert "mode" in answered.context["form"].errors
    page = answered.content.decode()
    assert 'value="31"' in page
    assert 'name="mode"' in page
    asked.refresh_from_db()
    assert (asked.mode, asked.open_days) == ("identified", 30)


def test_before_anybody_was_asked_everything_is_free(
    client_of: Callable[[User], Client], lead: User, programme: Programme
) -> None:
    address = reverse("evaluation:wave_edit", args=[wave_of(programme).pk])
    page = client_of(lead).get(address).content.decode()
    assert 'name="mode"' in page
    assert 'name="fixed"' not in page
