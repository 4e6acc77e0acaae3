"""What is remembered of statements (`prepared`) gives nobody another's rows, nor rows that a change has taken away.

Each statement that is found again is written anew besides, and has to be the same: whatever a key does not tell shows.
"""

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Membership, Organisation, User
from backend.lib import clock, prepared
from journeys.models import Companion, Delivery, Journey
from tests.factories.accounts import end_role, make_member
from tests.factories.journeys import make_companion, make_delivery, make_journey, make_programme
from tests.factories.mentoring import make_pair, make_past_session, make_session

Browser = Callable[[User], Client]


@pytest.fixture(autouse=True)
def found(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The keys of the statements found again, each of which is what would be written now."""
    real, keys = prepared.prepared, list[Any]()

    def checked(key: Any, make: Callable[[], prepared.Made]) -> prepared.Made:
        known = len(prepared._kept)
        made = real(key, make)
        if len(prepared._kept) == known:
            anew, _has_read = prepared._made(make)
            assert (made[0], list(made[1])) == (anew.text, list(prepared._now(anew))), key
            keys.append(key)
        return made

    for module in ("backend.lib.prepared", "journeys.queries.sets", "evaluation.queries.measures.totals"):
        monkeypatch.setattr(import_module(module), "prepared", checked)
    return keys


@pytest.fixture
def journey(organisation: Organisation, lead: User, mentor: User, holder: User) -> Journey:
    """With a pair, hours that wait, a session over and one to come; it is the lead's own to follow."""
    made = make_journey(
        organisation, holder, programme=make_programme(organisation, hole_days=10), referent=lead,
        started_on=clock.today() - timedelta(days=60),
    )  # fmt: skip
    pair = make_pair(organisation, mentor, journey=made)
    make_past_session(pair)
    make_session(pair, clock.now() + timedelta(days=2))
    line = make_delivery(made, by=mentor)
    Delivery.objects.filter(pk=line.pk).update(state=Delivery.State.DISPUTED, dispute="Not two hours")
    return made


def pages(journey: Journey) -> list[str]:
    return [
        "/",
        reverse("journeys:journey_detail", args=[journey.pk]),
        reverse("journeys:needs"),
        reverse("evaluation:indicators"),
        "/api/v1/journeys/",
    ]


def visit(browser: Client, journey: Journey) -> list[tuple[int, bool]]:
    """(status, is she named?) of each page."""
    answers = [browser.get(address) for address in pages(journey)]
    return [(one.status_code, "Diallo" in one.content.decode()) for one in answers]


def test_each_person_finds_her_own_again(
    journey: Journey, lead: User, mentor: User, holder: User, outsider: User, steward: User, client_of: Browser,
    found: list[Any],
) -> None:  # fmt: skip
    people = (lead, mentor, holder, outsider, steward)
    first = [visit(client_of(one), journey) for one in people]
    assert first == [visit(client_of(one), journey) for one in reversed(people)][::-1]
    assert len(found) > 100, "most are found again"
    assert [page[1] for page in first] == [(200, True)] * 3 + [(404, False), (200, True)]
    assert not any(is_named for _status, is_named in first[3])


def test_what_ends_is_over_at_once(
    journey: Journey, lead: User, mentor: User, outsider: User, other_organisation: Organisation, client_of: Browser
) -> None:
    """A role, a pair, a journey that moves to another organisation: the next page knows."""
    for person in (lead, mentor, outsider):
        visit(client_of(person), journey)
    Companion.objects.filter(user=mentor).update(ended_at=clock.now())
    assert visit(client_of(mentor), journey)[1] == (404, False)
    end_role(lead, journey.programme.organisation, "lead")
    assert not any(is_named for _status, is_named in visit(client_of(lead), journey))
    Membership.objects.create(user=lead, organisation=other_organisation, role="lead")
    assert visit(client_of(lead), journey)[1] == (404, False)
    Journey.objects.filter(pk=journey.pk).update(programme=make_programme(other_organisation, "other"))
    assert [visit(client_of(one), journey)[1] for one in (lead, outsider)] == [(200, True)] * 2


def test_another_zone_or_day_reads_another_page(
    journey: Journey, lead: User, client_of: Browser, clock: Any, organisation: Organisation
) -> None:
    """What was remembered of the day before, or of her former zone, is not what is found."""
    browser = client_of(lead)
    at_home = visit(browser, journey)
    User.objects.filter(pk=lead.pk).update(time_zone="Pacific/Auckland", language="en")
    assert visit(browser, journey) == at_home
    clock.shift(timedelta(days=3))
    make_companion(make_journey(organisation, make_member(organisation, "holder")), lead)
    assert visit(browser, journey) == at_home
