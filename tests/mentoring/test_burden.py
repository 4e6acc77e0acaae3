"""The tool measures its own burden, and says what it does not know."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from backend.accounts.models import Membership, Organisation, User
from backend.lib import clock
from backend.mail.models import Email
from journeys import actions as journeys
from journeys.models import Delivery
from mentoring.models import Mentorship, Session
from mentoring.queries.burden import Share, Spread, burden, spread
from tests.factories.mail import make_email
from tests.factories.mentoring import make_held_session, make_pair, make_past_session

ClientOf = Callable[[User], Client]
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)


def test_the_ninetieth_is_the_least_value_that_nine_in_ten_do_not_exceed() -> None:
    assert spread([*range(1, 11), None]) == Spread(10, 1, 5.5, 9, 10)
    assert spread([None]) == Spread(0, 1)


def test_every_figure_is_reckoned_from_the_rows(organisation: Organisation, pair: Mentorship, holder: User) -> None:
    for day, (seconds, reminded) in enumerate([(20, False), (40, False), (90, True), (None, True)], start=8):
        session = make_held_session(pair, hours_ago=24 * day)
        Session.objects.filter(pk=session.pk).update(
            log_seconds=seconds, log_taps=2 if seconds else None,
            logged_at=session.ends_at + timedelta(days=2), log_reminded_at=clock.now() if reminded else None,
        )  # fmt: skip
    make_past_session(pair, hours_ago=5)
    old = clock.now() - timedelta(days=10)
    Delivery.objects.update(created_at=old)
    lines = list(Delivery.objects.order_by("pk"))
    journeys.confirm_delivery(lines[0], by=holder, at=old + timedelta(days=6))
    journeys.confirm_delivery(lines[1], by=holder, at=old + timedelta(days=8))
    found = burden(organisation, FIRST, LAST)
    assert found.seconds == Spread(3, 1, 40, 90, 90)
    assert (found.taps.middle, found.taps.missing, found.keys) == (2, 1, Spread(0, 4))
    assert (found.days_to_log.middle, found.days_to_log.count) == (2.0, 4)
    assert (found.unasked, found.unlogged, found.confirmed) == (Share(2, 4), Share(1, 5), Share(1, 4))
    weeks = (clock.now() - timezone.localtime().replace(day=1, hour=0, minute=0, second=0)) / timedelta(weeks=1)
    to_holder = Email.objects.filter(to_user=holder).exclude(state="superseded").count()
    of_holders = [one for role, one in found.letters.by_role if role == Membership.Role.HOLDER.label]
    assert [one.most for one in of_holders] == [pytest.approx(to_holder / weeks, rel=0.01)]
    assert found.letters.total == Email.objects.filter(organisation=organisation).exclude(state="superseded").count()
    assert sum(number for _kind, number in found.letters.by_kind) == found.letters.total


def test_what_a_person_gets_is_all_she_gets_and_what_is_written_is_what_left_from_here(
    organisation: Organisation, other_organisation: Organisation, holder: User, lead: User, client_of: ClientOf
) -> None:
    for written, key in ((organisation, "a"), (other_organisation, "b"), (other_organisation, "c"), (None, "d")):
        make_email(holder, key=key, organisation=written)
    make_email("denis@example.org", key="e", organisation=other_organisation)
    found = burden(organisation, FIRST, LAST).letters
    began = timezone.localtime().replace(day=1, hour=0, minute=0, second=0)
    assert (found.total, found.people, sum(one.letters for one in found.by_kind)) == (1, 1, 1)
    assert found.a_week.most == pytest.approx(4 / ((clock.now() - began) / timedelta(weeks=1)), rel=0.01)
    said = client_of(lead).get(reverse("api:mentors-burden"), {"starts_on": FIRST, "ends_on": LAST}).json()
    assert [(one["role"], one["letters_a_week"]["most"]) for one in said["by_role"]] == [
        (role, one.most) for role, one in found.by_role
    ]
    assert said["by_kind"] == [one._asdict() for one in found.by_kind]


@pytest.mark.parametrize("number", [1, 3])
def test_it_asks_as_often_for_one_as_for_three(
    organisation: Organisation, number: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    for _one in range(number):
        make_held_session(make_pair(organisation))
    with django_assert_num_queries(5):
        burden(organisation, FIRST, LAST)


def test_an_empty_period_says_so(lead: User, pair: Mentorship, client_of: ClientOf) -> None:
    page = client_of(lead).get(reverse("mentoring:burden"), {"starts_on": "2020-01-01", "ends_on": "2020-01-31"})
    assert page.context["burden"].is_empty
    assert "Rien à mesurer sur ces jours" in page.content.decode()
