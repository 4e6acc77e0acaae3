"""The company completes its side of a draft from a link, without an account; the team hears when it comes back."""

from collections.abc import Mapping

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from backend.accounts import actions as accounts
from backend.accounts.models import Link, User
from backend.accounts.queries import leads_of
from backend.lib.refusal import Refused
from backend.mail import actions as mail
from journeys.actions.companies import read_siret, update_company
from journeys.actions.immersions.drafts import locked, note, update_immersion
from journeys.actions.immersions.facts import OF_COMPANY, Stay, facts_of
from journeys.actions.immersions.rules import missing
from journeys.models import Immersion

PURPOSE = "agreement_facts"
OPEN_FOR_DAYS = 14
# Facts of the directory that the company may fill, where they are empty.
COMPANY_FACTS = ("siret", "activity", "address")
SHARE, BACK = "journeys/letters/agreement_share", "journeys/letters/agreement_back"


@transaction.atomic
def share_immersion(immersion: Immersion, *, email: str, by: User | None) -> Immersion:
    """A letter to the company, whose link opens its side of this draft; a former link opens nothing any more.

    Good for fourteen days, until it is sent back, withdrawn, or the agreement goes out to be signed. Refused unless it
    is a draft, without an e-mail, or with one of the holder.
    """
    immersion = locked(immersion)
    if immersion.state != Immersion.State.DRAFT:
        raise Refused(_("Only a draft is shared: this agreement is out to be signed, or further."))
    email = email.strip().lower()
    if not email:
        raise Refused(_("Write the e-mail of somebody at the company."), field="email")
    if email == immersion.step.journey.holder.user.email.lower():
        raise Refused(_("This is the project holder’s e-mail: write to somebody at the company."), field="email")
    accounts.revoke_links(immersion, purpose=PURPOSE)
    link, token = accounts.make_link(PURPOSE, about=immersion, email=email, days=OPEN_FOR_DAYS)
    note("share_immersion", immersion, by=by, email=email)
    name = immersion.company.contact_name if email == immersion.company.contact_email else ""
    mail.post(
        SHARE,
        to=email,
        name=name,
        key=f"agreement_share:{link.pk}",
        context={
            "immersion": immersion,
            "holder": str(immersion.step.journey.holder),
            "company": immersion.company.name,
            "until": link.expires_at,
            "link": settings.SITE_URL + reverse("journeys:agreement_link", args=[token]),
        },
        about=immersion,
        organisation=immersion.step.journey.programme.organisation,
    )
    return immersion


@transaction.atomic
def revoke_share(immersion: Immersion, *, by: User | None) -> Immersion:
    """The company’s link opens nothing any more; what it saved stays. Done twice is done once."""
    immersion = locked(immersion)
    if accounts.revoke_links(immersion, purpose=PURPOSE):
        note("revoke_share", immersion, by=by)
    return immersion


@transaction.atomic
def fill_shared_immersion(
    immersion: Immersion, stay: Stay, *, link: Link, revision: int | None, company: Mapping[str, str] | None = None
) -> Immersion:
    """The company’s side is as given, from its link; `company` fills what the directory leaves empty of it.

    Only the facts of OF_COMPANY may differ. ChangedMeanwhile as `update_immersion`, and refused as it is.
    """
    immersion = locked(immersion)
    if immersion.state != Immersion.State.DRAFT:
        raise Refused(_("This agreement is no draft any more: nothing was changed."))
    _complete_company(immersion, company or {})
    row = update_immersion(immersion, stay, revision=revision, only=OF_COMPANY, by=None, through=link.email)
    accounts.use_link(link)
    return row


def _complete_company(immersion: Immersion, facts: Mapping[str, str]) -> None:
    host = immersion.company
    given = {name: value.strip() for name, value in facts.items() if value.strip() and not getattr(host, name)}
    assert set(given) <= set(COMPANY_FACTS), given
    if "siret" in given:
        given["siret"] = read_siret(given["siret"])
    try:
        if given:
            update_company(host, by=None, **given)
    except Refused as refusal:  # never the name of the company that has it already
        raise Refused(_("This SIRET can’t be used: tell whoever wrote to you."), field=refusal.field) from None


@transaction.atomic
def return_shared_immersion(immersion: Immersion, *, link: Link) -> Immersion:
    """The company has done its side: its link is closed, and whoever follows the journey has one letter."""
    immersion = locked(immersion)
    if not accounts.revoke_links(immersion, purpose=PURPOSE):
        return immersion
    note("return_shared_immersion", immersion, by=None, through=link.email)
    organisation = immersion.step.journey.programme.organisation
    referent = immersion.step.journey.referent
    left = [sentence for _name, sentence in missing(facts_of(immersion), immersion.step)]
    for reader in [referent] if referent else leads_of(organisation).order_by("pk"):
        mail.post(
            BACK,
            to=reader,
            key=f"agreement_back:{link.pk}:{reader.pk}",
            context={
                "immersion": immersion,
                "holder": str(immersion.step.journey.holder),
                "company": immersion.company.name,
                "left": len(left),
                "link": settings.SITE_URL + reverse("journeys:immersion_detail", args=[immersion.pk]),
            },
            about=immersion,
            organisation=organisation,
        )
    return immersion
