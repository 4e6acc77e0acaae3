"""Numbers in addresses are anybody's typing."""

from collections.abc import Callable

import pytest
from django.test import Client

from backend.accounts.models import User
from backend.lib.doors import number

ENDLESS = "1" * 5000


@pytest.mark.parametrize(
    ("text", "found"), [("12", 12), ("٣", 3), ("", None), ("-1", None), ("1.0", None), ("²", None), (ENDLESS, None)]
)
def test_a_number_in_an_address_is_a_row_number_or_nothing(text: str, found: int | None) -> None:
    assert number(text) == found


@pytest.mark.parametrize(
    "address",
    ["/?journey=", "/programmes/add/?organisation=", "/modules/add/?organisation=", "/companies/add/?organisation="],
)
def test_a_number_without_end_opens_the_usual_page(
    address: str, lead: User, holder: User, client_of: Callable[[User], Client]
) -> None:
    browser = client_of(holder if address.startswith("/?") else lead)
    assert browser.get(address + ENDLESS).status_code == 200


def test_what_a_signed_in_person_reads_is_kept_by_no_cache_on_the_way(
    lead: User, client_of: Callable[[User], Client]
) -> None:
    shown = client_of(lead).get("/")
    assert shown["Cache-Control"] == "private, no-cache"
