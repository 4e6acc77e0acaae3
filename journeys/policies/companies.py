"""Who may do what to the companies that host."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backend.accounts.models import Organisation, User
    from journeys.models import Company


def may_list_companies(user: "User") -> bool:
    """Hosts and their contacts are for those who plan with them: leads, mentors, stewards."""
    return any(user.has_role(role) for role in ("lead", "mentor", "steward"))


def may_read_tutor_contacts(user: "User", organisation_id: int) -> bool:
    """How to reach the tutor of a stay: whoever sees the stay, but for stewards, who only look on."""
    return not user.only_looks_on(organisation_id)


def may_create_company(user: "User", organisation: "Organisation") -> bool:
    return user.leads(organisation.pk)


def may_update_company(user: "User", company: "Company") -> bool:
    return user.leads(company.organisation_id)
