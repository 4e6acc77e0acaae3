"""Companies that host."""

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError
from stdnum.fr import siret as stdnum_siret

from backend.accounts.models import Organisation, User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.lib.texts import read_words
from journeys.models import Commune, Company, Site
from journeys.signals import company_changed

FACTS = (
    "name", "siret", "activity", "sectors", "address", "commune", "accessibility", "contact_name", "contact_email",
    "contact_phone", "places_a_year", "starts_a_month",
)  # fmt: skip
SITE_FACTS = ("name", "siret", "address", "commune")


def read_siret(text: str) -> str:
    """The fourteen digits of a SIRET typed with or without spaces; "" for nothing. Refused with what is wrong in it."""
    compact = stdnum_siret.compact(text or "")
    if not compact:
        return ""
    try:
        return str(stdnum_siret.validate(compact))
    except InvalidLength:
        sentence = _("A SIRET has 14 digits: this one has %(count)d.") % {"count": len(compact)}
    except InvalidChecksum:
        sentence = _("This SIRET has a typing error: its check digits do not match.")
    except ValidationError:
        sentence = _("A SIRET is made of 14 digits only.")
    raise Refused(sentence, field="siret")


@transaction.atomic
def create_company(
    organisation: Organisation,
    *,
    name: str,
    siret: str = "",
    activity: str = "",
    sectors: Iterable[str] = (),
    address: str = "",
    commune: Commune | None = None,
    accessibility: str = "",
    contact_name: str = "",
    contact_email: str = "",
    contact_phone: str = "",
    places_a_year: int = 2,
    starts_a_month: int | None = None,
    by: User | None,
) -> Company:
    """A host of this organisation. Refused without a name, for a SIRET that cannot be, or that it already has."""
    if not name.strip():
        raise Refused(_("Give the company a name."), field="name")
    company = Company(
        organisation=organisation,
        name=name.strip(),
        siret=read_siret(siret),
        activity=activity.strip(),
        sectors=read_words(sectors),
        address=address.strip(),
        commune=commune,
        accessibility=accessibility.strip(),
        contact_name=contact_name.strip(),
        contact_email=contact_email.strip().lower(),
        contact_phone=contact_phone.strip(),
        places_a_year=places_a_year,
        starts_a_month=starts_a_month,
    )
    _save(company)
    history.record("create_company", company, by=by, organisation=organisation)
    return company


@transaction.atomic
def update_company(company: Company, *, by: User | None, **facts: Any) -> Company:
    """The given facts (see FACTS) are as given; the rest stays. Refused as for a new one."""
    unknown = set(facts) - set(FACTS)
    assert not unknown, f"not a fact of a company: {unknown}"
    if "siret" in facts:
        facts["siret"] = read_siret(facts["siret"])
    if "sectors" in facts:
        facts["sectors"] = read_words(facts["sectors"])
    if not facts.get("name", company.name).strip():
        raise Refused(_("Give the company a name."), field="name")
    changed = sorted(name for name, value in facts.items() if getattr(company, name) != value)
    if changed:
        for name in changed:
            setattr(company, name, facts[name])
        _save(company, fields=changed)
        history.record("update_company", company, by=by, organisation=company.organisation, fields=changed)
        company_changed.send(Company, company=company, by=by)
    return company


@transaction.atomic
def set_aside_company(company: Company, *, reason: str, by: User | None) -> Company:
    """It receives nobody and its offers are hidden, from today on, for a reason that is kept; what runs goes on.

    Refused without a reason, or when it is set aside already.
    """
    company = locked(company)
    if not reason.strip():
        raise Refused(_("Say why it is set aside."), field="reason")
    if company.is_set_aside:
        raise Refused(_("This company is set aside already."))
    company.is_set_aside, company.set_aside_on, company.set_aside_reason = True, clock.today(), reason.strip()
    company.save(update_fields=["is_set_aside", "set_aside_on", "set_aside_reason"])
    history.record("set_aside_company", company, by=by, organisation=company.organisation, reason=reason.strip())
    return company


@transaction.atomic
def bring_back_company(company: Company, *, by: User | None) -> Company:
    """It receives again; why it had been set aside stays in the history. Refused unless it is set aside."""
    company = locked(company)
    if not company.is_set_aside:
        raise Refused(_("This company is not set aside."))
    reason = company.set_aside_reason
    company.is_set_aside, company.set_aside_on, company.set_aside_reason = False, None, ""
    company.save(update_fields=["is_set_aside", "set_aside_on", "set_aside_reason"])
    history.record("bring_back_company", company, by=by, organisation=company.organisation, was=reason)
    return company


def locked(company: Company) -> Company:
    """The company as it stands now, held until the transaction ends."""
    return Company.objects.select_related("organisation").select_for_update(of=("self",)).get(pk=company.pk)


# --- Sites ----------------------------------------------------------------------------------------
@transaction.atomic
def add_site(
    company: Company, *, name: str, siret: str = "", address: str = "", commune: Commune | None = None, by: User | None
) -> Site:
    """One more place of this company. Refused without a name, for a SIRET that cannot be, or that it already has."""
    site = Site(company=company, name=name.strip(), siret=read_siret(siret), address=address.strip(), commune=commune)
    _check_site(site)
    site.save()
    history.record("add_site", site, by=by, organisation=company.organisation)
    return site


@transaction.atomic
def update_site(site: Site, *, by: User | None, **facts: Any) -> Site:
    """The given facts (see SITE_FACTS) are as given; the rest stays. Refused as for a new one."""
    unknown = set(facts) - set(SITE_FACTS)
    assert not unknown, f"not a fact of a site: {unknown}"
    if "siret" in facts:
        facts["siret"] = read_siret(facts["siret"])
    changed = sorted(name for name, value in facts.items() if getattr(site, name) != value)
    if changed:
        for name in changed:
            setattr(site, name, facts[name])
        _check_site(site)
        site.save(update_fields=changed)
        history.record("update_site", site, by=by, organisation=site.company.organisation, fields=changed)
        company_changed.send(Company, company=site.company, by=by)
    return site


def _check_site(site: Site) -> None:
    company = locked(site.company)
    if not site.name.strip():
        raise Refused(_("Give the site a name."), field="name")
    twin = company.sites.filter(siret=site.siret).exclude(pk=site.pk).first() if site.siret else None
    if twin:
        raise Refused(_("This SIRET is already that of %(name)s.") % {"name": twin.name}, field="siret")


@transaction.atomic
def close_site(site: Site, *, by: User | None) -> Site:
    """Nobody is sent there any more; former stays keep it. Done twice is done once."""
    return _open_or_close(site, is_closed=True, by=by)


@transaction.atomic
def reopen_site(site: Site, *, by: User | None) -> Site:
    """It receives again. Done twice is done once."""
    return _open_or_close(site, is_closed=False, by=by)


def _open_or_close(site: Site, *, is_closed: bool, by: User | None) -> Site:
    if site.is_closed != is_closed:
        site.is_closed = is_closed
        site.save(update_fields=["is_closed"])
        verb = "close_site" if is_closed else "reopen_site"
        history.record(verb, site, by=by, organisation=site.company.organisation)
    return site


def _save(company: Company, fields: list[str] | None = None) -> None:
    try:
        with transaction.atomic():
            company.save(update_fields=fields)
    except IntegrityError:
        twin = Company.objects.filter(organisation=company.organisation_id, siret=company.siret).first()
        raise Refused(
            _("This SIRET is already that of %(name)s.") % {"name": twin.name if twin else company.siret}, field="siret"
        ) from None
