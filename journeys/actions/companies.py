"""Companies that host."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError
from stdnum.fr import siret as stdnum_siret

from backend.accounts.models import Organisation, User
from backend.history import actions as history
from backend.lib.refusal import Refused
from journeys.models import Commune, Company

FACTS = (
    "name", "siret", "activity", "address", "commune", "contact_name", "contact_email", "contact_phone",
    "places_a_year", "is_set_aside",
)  # fmt: skip


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
    address: str = "",
    commune: Commune | None = None,
    contact_name: str = "",
    contact_email: str = "",
    contact_phone: str = "",
    places_a_year: int = 2,
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
        address=address.strip(),
        commune=commune,
        contact_name=contact_name.strip(),
        contact_email=contact_email.strip().lower(),
        contact_phone=contact_phone.strip(),
        places_a_year=places_a_year,
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
    if not facts.get("name", company.name).strip():
        raise Refused(_("Give the company a name."), field="name")
    changed = sorted(name for name, value in facts.items() if getattr(company, name) != value)
    if changed:
        for name in changed:
            setattr(company, name, facts[name])
        _save(company, fields=changed)
        history.record("update_company", company, by=by, organisation=company.organisation, fields=changed)
    return company


def _save(company: Company, fields: list[str] | None = None) -> None:
    try:
        with transaction.atomic():
            company.save(update_fields=fields)
    except IntegrityError:
        twin = Company.objects.filter(organisation=company.organisation_id, siret=company.siret).first()
        raise Refused(
            _("This SIRET is already that of %(name)s.") % {"name": twin.name if twin else company.siret}, field="siret"
        ) from None
