"""Kinds of immersion that companies offer."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib.refusal import Refused
from backend.lib.texts import read_words
from journeys.models import Company, Objective, Offer

FACTS = (
    "title", "objective", "description", "themes", "site", "accessibility", "shortest_days", "longest_days",
)  # fmt: skip
MOST_DAYS = 30


@transaction.atomic
def create_offer(company: Company, *, by: User | None, **facts: Any) -> Offer:
    """One more kind of immersion there (see FACTS; the title is needed), open to requests at once.

    Refused without a title, for days out of order or over thirty, for a site of another company or closed.
    """
    offer = _given(Offer(company=company), facts)
    offer.save()
    history.record("create_offer", offer, by=by, organisation=company.organisation)
    return offer


@transaction.atomic
def update_offer(offer: Offer, *, by: User | None, **facts: Any) -> Offer:
    """The given facts are as given; the rest stays. Refused as for a new one."""
    was = {name: getattr(offer, name) for name in FACTS}
    offer = _given(offer, facts)
    changed = sorted(name for name in FACTS if getattr(offer, name) != was[name])
    if changed:
        offer.save(update_fields=changed)
        history.record("update_offer", offer, by=by, organisation=offer.company.organisation, fields=changed)
    return offer


def _given(offer: Offer, facts: dict[str, Any]) -> Offer:
    unknown = set(facts) - set(FACTS)
    assert not unknown, f"not a fact of an offer: {unknown}"
    had_site = offer.site_id
    for name, value in facts.items():
        clean = read_words(value) if name == "themes" else value.strip() if isinstance(value, str) else value
        setattr(offer, name, clean)
    if not offer.title:
        raise Refused(_("Give the offer a title."), field="title")
    if offer.objective not in Objective.values:
        raise Refused(_("Choose what the stay is for."), field="objective")
    if not 1 <= offer.shortest_days <= offer.longest_days <= MOST_DAYS:
        raise Refused(_("Between 1 and 30 days; the most cannot be less than the least."), field="longest_days")
    site = offer.site
    if site and (site.company_id != offer.company_id or (site.is_closed and site.pk != had_site)):
        raise Refused(_("Choose an open site of this company."), field="site")
    return offer


@transaction.atomic
def close_offer(offer: Offer, *, by: User | None) -> Offer:
    """Nobody asks for it any more; requests already made go on. Done twice is done once."""
    return _open_or_close(offer, is_open=False, by=by)


@transaction.atomic
def reopen_offer(offer: Offer, *, by: User | None) -> Offer:
    """It can be asked for again. Done twice is done once."""
    return _open_or_close(offer, is_open=True, by=by)


def _open_or_close(offer: Offer, *, is_open: bool, by: User | None) -> Offer:
    if offer.is_open != is_open:
        offer.is_open = is_open
        offer.save(update_fields=["is_open"])
        verb = "reopen_offer" if is_open else "close_offer"
        history.record(verb, offer, by=by, organisation=offer.company.organisation)
    return offer
