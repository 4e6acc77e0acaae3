"""Keys to the API: named, shown once, hashed at rest, expiring, revoked."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from rest_framework.test import APIClient

from backend.accounts import actions
from backend.accounts.models import ApiToken, User
from backend.lib.refusal import Refused
from tests.backend.api.conftest import BASE

pytestmark = pytest.mark.django_db


def ask(secret: str, language: str = "") -> int:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client.get(f"{BASE}/people/").status_code


def test_a_token_made_on_the_page_opens_the_api_and_is_shown_once(
    lead: User, client_of: Callable[[User], Client]
) -> None:
    browser = client_of(lead)
    page = browser.post("/tokens/", {"name": "Rapport", "days": "30"})
    found = re.search(r'value="([0-9a-f]{64})"', page.content.decode())
    assert found is not None
    secret = found.group(1)
    assert "no-store" in page.headers["Cache-Control"]
    assert ask(secret) == 200
    later = browser.get("/tokens/").content.decode()
    assert "Rapport" in later and secret not in later
    token = ApiToken.objects.get()
    assert (token.user, token.name) == (lead, "Rapport")
    assert secret not in (token.digest, token.token_key)
    browser.post(f"/tokens/{token.digest}/revoke/")
    assert ask(secret) == 401


def test_several_tokens_live_side_by_side(lead: User) -> None:
    _first, one = actions.create_api_token(lead, name="Un", days=30, by=lead)
    second, two = actions.create_api_token(lead, name="Deux", days=30, by=lead)
    actions.revoke_api_token(second, by=lead)
    assert [ask(one), ask(two)] == [200, 401]


def test_a_token_ends_on_its_day(lead: User, clock: time_machine.Traveller) -> None:
    _token, secret = actions.create_api_token(lead, name="Un", days=30, by=lead)
    clock.shift(timedelta(days=29))
    assert ask(secret) == 200
    clock.shift(timedelta(days=2))
    assert ask(secret) == 401


@pytest.mark.parametrize(("name", "days", "field"), [("  ", 30, "name"), ("Un", 0, "days"), ("Un", 366, "days")])
def test_an_impossible_token_is_refused(lead: User, name: str, days: int, field: str) -> None:
    with pytest.raises(Refused) as refusal:
        actions.create_api_token(lead, name=name, days=days, by=lead)
    assert refusal.value.field == field


def test_twenty_tokens_are_enough(lead: User) -> None:
    for number in range(20):
        actions.create_api_token(lead, name=str(number), days=30, by=lead)
    with pytest.raises(Refused):
        actions.create_api_token(lead, name="Encore", days=30, by=lead)


@pytest.mark.parametrize("secret", ["", "x", "0" * 64])
def test_a_wrong_token_opens_nothing(db: None, secret: str) -> None:
    assert ask(secret) == 401


def test_a_person_who_may_no_longer_sign_in_opens_nothing(lead: User) -> None:
    _token, secret = actions.create_api_token(lead, name="Un", days=30, by=lead)
    User.objects.filter(pk=lead.pk).update(is_active=False)
    assert ask(secret) == 401
