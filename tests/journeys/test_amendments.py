"""Amending an agreement in force: beside it, numbered, signed by those concerned, and only then in force."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from backend.accounts.models import Organisation, User
from backend.lib.refusal import Refused
from journeys import actions
from journeys.actions.immersions.facts import facts_of
from journeys.actions.immersions.schedule import follow
from journeys.models import Amendment, Immersion, Journey
from tests.factories.journeys import make_journey
from tests.factories.mail import letters_to, link_in
from tests.factories.stays import make_immersion

pytestmark = pytest.mark.django_db
COMPANY, HOLDER, TEAM = "dominique@exemple.fr", "holder@example.org", "camille@exemple.fr"


@pytest.fixture
def journey(organisation: Organisation, holder: User, lead: User) -> Journey:
    return make_journey(organisation, holder, by=lead)


@pytest.fixture
def stay(journey: Journey) -> Immersion:
    """In force, five days from 30 November 2026 to 4 December, seven hours each."""
    return make_immersion(journey, state="validated", signatory_email=COMPANY, validator_email=TEAM)


def later(stay: Immersion, days: int = 7) -> actions.Stay:
    """The same stay, `days` later."""
    was, shift = facts_of(stay), timedelta(days=days)
    now = (was.starts_on + shift, was.ends_on + shift)
    moved, _fallen = follow(was.schedule, (was.starts_on, was.ends_on), now)
    return replace(was, starts_on=now[0], ends_on=now[1], schedule=moved)


def amend(stay: Immersion, wanted: actions.Stay | None = None, reason: str = "Travaux") -> Amendment:
    return actions.draft_amendment(stay, wanted or later(stay), reason=reason, by=None)


def path_for(email: str) -> str:
    asked = [one for one in letters_to(email) if one.template.endswith("sign_ask")]
    return link_in(asked[-1], "/signing/").removeprefix("http://testserver")


def titles(email: str) -> list[str]:
    return [one.template.removeprefix("journeys/letters/") for one in letters_to(email)]


def in_force(amendment: Amendment) -> Amendment:
    amendment = actions.send_amendment_to_sign(amendment, by=None)
    for party in amendment.concerned:
        actions.record_amendment_signature(amendment, party=party, signed_on=date(2026, 11, 23), by=None)
    return actions.validate_amendment(amendment, by=None)


def fresh(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)


def test_nothing_changes_until_everybody_concerned_has_signed_and_it_is_validated(stay: Immersion) -> None:
    agreed = stay.fingerprint
    amendment = actions.send_amendment_to_sign(amend(stay), by=None)
    assert (amendment.number, amendment.concerned) == (1, ["holder", "company", "organisation"])
    for email in (HOLDER, COMPANY):
        assert Client().post(path_for(email), {"act": "sign", "agreed": "on"}).status_code == 302
    with pytest.raises(Refused, match="structure"):
        actions.validate_amendment(amendment, by=None)
    assert (fresh(stay).starts_on, fresh(amendment).state) == (date(2026, 11, 30), "partly_signed")
    Client().post(path_for(TEAM), {"act": "sign", "agreed": "on"})
    assert (fresh(stay).starts_on, fresh(amendment).state) == (date(2026, 11, 30), "to_validate")
    actions.validate_amendment(amendment, by=None)
    now = fresh(stay)
    assert (now.starts_on, now.ends_on, now.schedule[0]["on"]) == (date(2026, 12, 7), date(2026, 12, 11), "2026-12-07")
    assert (now.state, now.fingerprint) == ("validated", agreed)
    with pytest.raises(Refused):
        actions.validate_amendment(amendment, by=None)
    for email in (HOLDER, COMPANY, stay.tutor_email):
        assert titles(email).count("amendment_news") == 1, email
