"""The first organisation of a server, from the command line."""

import pytest
from django.core.management import CommandError, call_command

from backend.accounts.models import Invitation, Membership, Organisation
from backend.mail.models import Email

pytestmark = pytest.mark.django_db


def test_an_organisation_is_ready_and_its_lead_is_invited() -> None:
    call_command("create_organisation", "L’Atelier des Essais", "--lead", "Lead@Example.org", verbosity=0)
    organisation = Organisation.objects.get()
    assert organisation.slug == "latelier-des-essais"
    codes = ["consolidation-ess", "creation-classique", "incubation-ess"]
    assert sorted(organisation.programmes.values_list("code", flat=True)) == codes
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.role, invitation.is_open) == ("lead@example.org", Membership.Role.LEAD, True)
    assert Email.objects.get().to_address == "lead@example.org"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("Une autre", "--slug", "essais", "--lead", "b@example.org"), "déjà ce nom court"),
        (("Une autre", "--lead", "not-an-address"), "is not an e-mail address"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_written(arguments: tuple[str, ...], sentence: str) -> None:
    call_command("create_organisation", "Essais", "--slug", "essais", "--lead", "a@example.org", verbosity=0)
    with pytest.raises(CommandError, match=sentence):
        call_command("create_organisation", *arguments)
    assert Organisation.objects.count() == 1
    assert Email.objects.count() == 1
