"""The demo a newcomer meets: the people promised, a past with every state in it, and something to do for each role."""

from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Membership, Organisation, User
from backend.lib import clock
from backend.mail.models import Email
from evaluation.models import Request
from journeys.models import Commune, Company, Delivery, Holder, Immersion, Journey, Programme
from journeys.queries.group import accompanied, first_adviser
from mentoring.models import Mentor, Session
from mentoring.queries import mentor_home

# The actions that it replays are tried on every database one by one.
pytestmark = [pytest.mark.django_db, pytest.mark.any_database, pytest.mark.long]


def first(role: str) -> User:
    return Membership.objects.filter(role=role).order_by("organisation_id", "pk")[0].user


def test_the_demo_is_whole_and_lively(client_of: Callable[[User], Client]) -> None:
    call_command("load_demo", verbosity=0)
    assert [model.objects.count() for model in (Organisation, Programme, Holder, Journey, Mentor, Company)] == [
        3, 4, 62, 63, 24, 20,
    ]  # fmt: skip
    assert not Commune.objects.filter(projects=None).exists()
    assert set(Journey.objects.values_list("state", flat=True)) == {"active", "paused", "completed", "left"}
    assert {"declared", "confirmed", "disputed", "signed"} == set(Delivery.objects.values_list("state", flat=True))
    assert {"held", "no_show", "planned", "cancelled_by_mentor"} <= set(Session.objects.values_list("state", flat=True))
    assert {"completed", "cancelled"} <= set(Immersion.objects.values_list("state", flat=True))
    assert {"complete", "partial", "sent"} <= set(Request.objects.values_list("state", flat=True))
    waiting = Email.objects.exclude(state__in=("sent", "superseded", "dropped"))
    assert not waiting.exclude(state="pending", not_before__gt=clock.now()).exists()  # put off to their reader's hours
    with pytest.raises(CommandError, match="not empty"):
        call_command("load_demo", verbosity=0)
    for role in ("lead", "mentor", "holder"):
        page = client_of(first(role)).get(reverse("home"))
        assert page.status_code == 200
        assert b'class="next-act' in page.content  # one main act, so something to do
    adviser = first_adviser()
    assert adviser is not None
    assert [one.journey.holder.user for one in accompanied(adviser)] == [first("holder")]  # each finds the other
    assert len(mentor_home(first("mentor"), clock.now()).proposals) == 1
    assert Session.objects.exclude(opening=None).exclude(planned_by=None).exists()
