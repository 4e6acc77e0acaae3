"""The demo a newcomer meets: the people promised, a past with every state in it, and something to do for each role."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Membership, Organisation, User
from backend.lib import clock
from backend.mail.models import Email
from backend.mail.policies import RELAYED
from evaluation.models import POSTURE, Baseline, Indicator, Questionnaire, Request
from evaluation.queries.agreement import groups_of
from evaluation.queries.figures import board
from evaluation.queries.indicators.pool import Pool
from evaluation.queries.indicators.valued import valued
from evaluation.queries.scope import Scope
from evaluation.queries.voices import compare
from journeys.models import Commune, Company, Delivery, FollowUp, Holder, Immersion, Journey, Programme
from journeys.queries.group import accompanied, first_adviser
from journeys.queries.journeys import full
from journeys.queries.letters import Correspondence
from mentoring.models import Mentor, Session
from mentoring.queries import mentor_home

# The actions that it replays are tried on every database one by one.
pytestmark = [pytest.mark.django_db, pytest.mark.any_database, pytest.mark.long]


OF_NO_JOURNEY = {"mentoring/letters/welcome_mentor", "mentoring/letters/wish_to_leave"}
"""Letters about a row that belongs to no journey. Any other has to be found on the page of its journey's letters: its
app names the row (see journeys/queries/letters.py)."""


def letters_on_no_journey() -> set[str]:
    """The templates of letters about some row that a lead reads on no journey; none is to find discreet ones."""
    found: set[int] = set()
    for journey in full(Journey.objects.order_by("pk")):
        leads = Membership.objects.filter(role="lead", organisation=journey.programme.organisation)
        for rows in Correspondence(journey, leads.order_by("pk")[0].user).letters:
            found |= set(rows.values_list("pk", flat=True))
    rest = Email.objects.filter(is_discreet=False).exclude(about_type=None).exclude(pk__in=found)
    rest = rest.exclude(template__in=RELAYED)
    return set(rest.order_by().values_list("template", flat=True))


def worked_out(indicator: Indicator, since: date, until: date) -> Decimal:
    """What Jalon makes of this indicator over a period, in the unit people read."""
    scope = Scope(organisation=indicator.organisation_id, since=since, until=until)
    found = valued(indicator.versions.published().order_by("number")[0], Pool(scope))
    assert found is not None and found.value is not None
    return round(Decimal(found.value), 2)


def first(role: str) -> User:
    return Membership.objects.filter(role=role).order_by("organisation_id", "pk")[0].user


def test_the_demo_is_whole_and_lively(client_of: Callable[[User], Client]) -> None:
    call_command("load_demo", verbosity=0)
    assert [model.objects.count() for model in (Organisation, Programme, Holder, Journey, Mentor, Company)] == [
        3, 4, 84, 85, 24, 20,
    ]  # fmt: skip
    empty = Commune.objects.filter(projects=None).order_by("name").values_list("name", flat=True)
    assert list(empty) == ["Carquefou", "Le Pellerin", "Mauves-sur-Loire", "Saint-Léger-les-Vignes"]
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
    assert letters_on_no_journey() == OF_NO_JOURNEY
    journey = Journey.objects.get(holder__user=first("holder"))
    (views,) = compare([journey])[journey.pk]
    assert [(voice.role, voice.standing) for voice in views.heard] == [
        ("holder", "answered"), ("mentor", "answered"), ("tutor", "answered"),
    ]  # fmt: skip
    assert len(views.apart(5)) == 5
    pair = groups_of(journey.programme, Questionnaire.objects.get(code=POSTURE))[0]
    assert (pair.roles, pair.is_enough) == (("holder", "mentor"), True)  # so a lead reads how far views agree
    everything = Scope(organisation=journey.programme.organisation_id, until=clock.today())
    for scope in (everything, everything.narrowed(since=clock.today().replace(month=1, day=1))):
        assert [one.code for one in board(scope).figures if one.value is None] == []  # each has something to tell
    for line in Baseline.objects.order_by("pk"):  # facts and what was said of them agree
        year = line.day.replace(month=1, day=1)
        assert line.value == worked_out(line.indicator, year, line.day) > 0
    before = Delivery.objects.filter(happened_at__year=clock.today().year - 1)
    assert before.count() > 8 and set(before.values_list("state", flat=True)) == {"confirmed"}
    waiting = FollowUp.objects.filter(state="sent").values_list("months", flat=True)
    assert {12, 36} <= set(waiting) and FollowUp.objects.filter(state="answered", months=36).exists()
    assert Session.objects.exclude(opening=None).exclude(planned_by=None).exists()
