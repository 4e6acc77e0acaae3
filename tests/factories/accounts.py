"""People, organisations and roles, made by calling the actions."""

from itertools import count
from typing import Any

from backend.accounts import actions
from backend.accounts.models import Membership, Organisation, User

_numbers = count(1)


def make_organisation(name: str = "", **fields: Any) -> Organisation:
    """A support organisation."""
    number = next(_numbers)
    return Organisation.objects.create(
        name=name or f"Organisation {number}",
        slug=fields.pop("slug", f"organisation-{number}"),
        **{"contact_email": f"contact{number}@example.org", **fields},
    )


def make_user(email: str = "", **fields: Any) -> User:
    """A person without any role; she reads French unless told otherwise."""
    number = next(_numbers)
    person = actions.ensure_person(
        email or f"person{number}@example.org",
        by=None,
        first_name=fields.pop("first_name", "Camille"),
        last_name=fields.pop("last_name", f"Personne{number}"),
        language=fields.pop("language", "fr"),
        phone=fields.pop("phone", ""),
    )
    for name, value in fields.items():
        setattr(person, name, value)
    if fields:
        person.save(update_fields=list(fields))
    return person


def make_member(organisation: Organisation, role: str, email: str = "", **fields: Any) -> User:
    """A person with this role in this organisation."""
    person = make_user(email, **fields)
    actions.grant_role(person, organisation, role, by=None)
    return person


def make_staff(email: str = "staff@example.org") -> User:
    """A person who runs this server (Django's admin, the style guide)."""
    return User.objects.create_superuser(email, "a password for the tests", first_name="Sacha", last_name="Serveur")


def end_role(person: User, organisation: Organisation, role: str) -> User:
    """Her role there is over."""
    membership = Membership.objects.get(user=person, organisation=organisation, role=role, ended_at=None)
    actions.end_role(membership, by=None)
    person.__dict__.pop("active_roles", None)
    return person
