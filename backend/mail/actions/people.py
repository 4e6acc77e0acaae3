"""Letters about people's accounts."""

from django.db import transaction

from backend.accounts import actions as accounts
from backend.accounts.models import Invitation, Organisation, User
from backend.accounts.queries import find_person
from backend.history.actions import record
from backend.mail.actions.letters import post


@transaction.atomic
def invite_person(organisation: Organisation, email: str, role: str, *, by: User | None) -> Invitation:
    """This person gets a letter whose link gives her `role` in `organisation`.

    An older open invitation for the same role opens nothing any more. Refused when she already holds the role.
    """
    invitation, token = accounts.create_invitation(organisation, email, role, by=by)
    post(
        "mail/letters/invitation",
        to=find_person(email) or invitation.email,
        key=f"invitation:{invitation.pk}",
        context={"invitation": invitation, "token": token, "inviter": by},
        about=invitation,
        organisation=organisation,
        stream=f"invitation:{organisation.pk}:{role}:{invitation.email}",
    )
    record("invite_person", invitation, by=by, organisation=organisation)
    return invitation
