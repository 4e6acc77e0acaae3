"""Letters received, as a lead and a steward see them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.mail import actions
from backend.mail.models import FailingAddress, Incoming
from tests.backend.mail import raw
from tests.factories.journeys import make_journey
from tests.factories.mail import make_email

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
PAGE = "/letters/received/"


def come(number: int, organisation: Organisation, holder: User) -> Incoming:
    """A letter set aside, and another address that fails."""
    letter = make_email(holder, organisation=organisation)
    FailingAddress.objects.create(address=f"gone{number}@example.org", letter=letter, words="550 unknown")
    incoming = actions.keep_incoming(raw.note(f"Oui {number}.", mark=f"m{number}"), way="imap")
    actions.treat_incoming(incoming.pk)
    return Incoming.objects.get(pk=incoming.pk)


def test_the_list_costs_the_same_for_one_letter_and_for_three(
    client_of: SignIn, organisation: Organisation, holder: User, lead: User,
    assert_num_queries_same: Callable[..., int],
) -> None:  # fmt: skip
    come(1, organisation, holder)
    client = client_of(lead)
    assert_num_queries_same(lambda: client.get(PAGE), lambda: [come(n, organisation, holder) for n in (2, 3)])


def test_a_lead_reads_what_was_set_aside_and_settles_it_once(
    client_of: SignIn, organisation: Organisation, holder: User, lead: User
) -> None:
    incoming = come(1, organisation, holder)
    make_journey(organisation)  # without any, her home shows how to begin
    client = client_of(lead)
    assert "1 courrier reçu est mis de côté" in client.get(reverse("home")).content.decode()
    page = client.get(f"{PAGE}{incoming.pk}/").content.decode()
    assert ("Oui 1." in page, "Il ne répond à aucun courrier connu." in page, holder.email in page) == (
        True, True, True,
    )  # fmt: skip
    assert holder.email in client.get(f"{PAGE}?state=aside").content.decode()  # several may have the same subject
    client.post(f"{PAGE}{incoming.pk}/settle/")
    after = client.get(f"{PAGE}{incoming.pk}/").content.decode() + client.get(PAGE).content.decode()
    assert holder.email not in after
    assert ("Oui 1." in after, "mis de côté" in client.get(reverse("home")).content.decode()) == (False, False)


def test_a_lead_lets_letters_go_to_an_address_again(
    client_of: SignIn, organisation: Organisation, holder: User, lead: User
) -> None:
    come(1, organisation, holder)
    failing = FailingAddress.objects.get()
    client_of(lead).post(f"/letters/addresses/{failing.pk}/clear/")
    failing.refresh_from_db()
    assert failing.cleared_at is not None


def test_a_steward_sees_how_the_mailbox_fares_and_no_letter(
    settings: Any, client_of: SignIn, organisation: Organisation, holder: User, steward: User
) -> None:
    come(1, organisation, holder)
    settings.INBOUND_IMAP_URL = "imap://rdv:a-secret-word@127.0.0.1:1/INBOX"
    actions.read_inbox()
    page = client_of(steward).get(PAGE).content.decode()
    assert ("ConnectionRefusedError" in page, "a-secret-word" in page, "Séance" in page, "gone1" in page) == (
        True, False, False, False,
    )  # fmt: skip
