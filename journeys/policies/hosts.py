"""Who may do what to sites, offers, and requests for a stay."""

from typing import TYPE_CHECKING

from django.apps import apps

from journeys.policies.people import carries, leads

if TYPE_CHECKING:
    from backend.accounts.models import User
    from journeys.models import Company, HostAsk, Journey, Offer, Site, Step


def reads_host_contacts(user: "User", company: "Company") -> bool:
    """E-mail and phone of who answers: those who plan stays with it; never holders, stewards or observers."""
    return company.organisation_id in user.organisation_ids("lead", "mentor")


def may_set_aside_company(user: "User", company: "Company") -> bool:
    return user.leads(company.organisation_id)


def may_bring_back_company(user: "User", company: "Company") -> bool:
    return user.leads(company.organisation_id)


def may_add_site(user: "User", company: "Company") -> bool:
    return user.leads(company.organisation_id)


def may_update_site(user: "User", site: "Site") -> bool:
    return user.leads(site.company.organisation_id)


def may_close_site(user: "User", site: "Site") -> bool:
    return user.leads(site.company.organisation_id)


def may_reopen_site(user: "User", site: "Site") -> bool:
    return user.leads(site.company.organisation_id)


def may_create_offer(user: "User", company: "Company") -> bool:
    return user.leads(company.organisation_id)


def may_update_offer(user: "User", offer: "Offer") -> bool:
    return user.leads(offer.company.organisation_id)


def may_close_offer(user: "User", offer: "Offer") -> bool:
    return user.leads(offer.company.organisation_id)


def may_reopen_offer(user: "User", offer: "Offer") -> bool:
    return user.leads(offer.company.organisation_id)


def may_list_offers(user: "User") -> bool:
    """Holders look for a host; those who plan look with them."""
    return any(user.has_role(role) for role in ("holder", "lead", "mentor", "steward"))


def may_list_host_asks(user: "User") -> bool:
    """The list is for those who arrange stays, and stewards; a holder finds hers beside the offers."""
    return any(user.has_role(role) for role in ("lead", "mentor", "steward"))


def may_wish_host(user: "User", step: "Step") -> bool:
    """The holder for herself, or whoever arranges her stay on her behalf: a lead, or the referent of the journey."""
    return carries(user, step.journey) or _arranges(user, step.journey)


def _arranges(user: "User", journey: "Journey") -> bool:
    return leads(user, journey) or journey.referent_id == user.pk


def may_wish_for_other(user: "User", company: "Company") -> bool:
    """Ask this company for somebody: a lead there, or whoever is the referent of a journey there."""
    followed = apps.get_model("journeys", "Journey").objects.filter(referent=user.pk)
    return user.leads(company.organisation_id) or (
        user.is_authenticated and followed.filter(programme__organisation=company.organisation_id).exists()
    )


def may_send_host_ask(user: "User", ask: "HostAsk") -> bool:
    """Whoever arranges the stay: a lead, or the referent of the journey."""
    return _arranges(user, ask.step.journey)


def may_record_host_answer(user: "User", ask: "HostAsk") -> bool:
    """The same, after a phone call or before asking at all."""
    return _arranges(user, ask.step.journey)


def may_withdraw_host_ask(user: "User", ask: "HostAsk") -> bool:
    return carries(user, ask.step.journey) or _arranges(user, ask.step.journey)
