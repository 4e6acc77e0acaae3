"""Companies that host, as lists, pages and files show them."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.accounts.models import User
from journeys import policies
from journeys.models import Company, Immersion, Offer, Site
from journeys.queries.places import CLOSED, Places, places_of


def companies(
    user: User,
    *,
    q: str = "",
    commune: str = "",
    show: str = "",
    sector: str = "",
    objective: str = "",
    accessible: bool = False,
) -> QuerySet[Company]:
    """The hosts she may see, by name, narrowed; with the places used this year.

    `show`: "" those that receive, "free" those with a place left this year, "aside" those set aside, "all".
    `objective`: those with an open offer for it. `accessible`: those that say how they are.
    """
    year = timezone.localdate().year
    live = Q(immersions__starts_on__year=year) & ~Q(immersions__state__in=CLOSED)
    rows = (
        Company.objects.visible_to(user)
        .annotate(used=Count("immersions", filter=live, distinct=True))
        .select_related("commune", "organisation")
        .order_by("name", "pk")
    )
    for word in q.split():
        digits = "".join(letter for letter in word if letter.isdigit())
        found = Q(name__icontains=word) | Q(activity__icontains=word) | Q(contact_name__icontains=word)
        rows = rows.filter(found | Q(siret__startswith=digits) if digits else found)
    if commune:
        there = Site.objects.filter(company=OuterRef("pk"), commune=commune, is_closed=False)
        rows = rows.filter(Q(commune=commune) | Exists(there))
    if sector:
        rows = rows.filter(pk__in=[pk for pk, words in sectors_of(user) if sector.casefold() in words])
    if objective:
        rows = rows.filter(Exists(Offer.objects.filter(company=OuterRef("pk"), objective=objective, is_open=True)))
    if accessible:
        rows = rows.exclude(accessibility="")
    if show != "all":
        rows = rows.filter(is_set_aside=show == "aside")
    return rows.filter(used__lt=F("places_a_year")) if show == "free" else rows


def sectors_of(user: User) -> list[tuple[int, set[str]]]:
    """(company, its sectors folded): JSON is searched here, so that accents and capitals count alike everywhere."""
    rows = Company.objects.visible_to(user).exclude(sectors=[]).order_by("pk").values_list("pk", "sectors")
    return [(pk, {word.casefold() for word in words}) for pk, words in rows]


def known_sectors(user: User) -> list[str]:
    """Every sector written in the directory, once each, in order."""
    found: dict[str, str] = {}
    for words in Company.objects.visible_to(user).exclude(sectors=[]).order_by("pk").values_list("sectors", flat=True):
        for word in words:
            found.setdefault(word.casefold(), word)
    return sorted(found.values(), key=str.casefold)


def with_places(rows: Sequence[Company]) -> list[tuple[Company, Places]]:
    """Each with its places, in two queries more."""
    places = places_of(rows)
    return [(row, places[row.pk]) for row in rows]


def stays_at(company: Company, user: User) -> QuerySet[Immersion]:
    """The immersions there that she may see, the latest first."""
    return (
        company.immersions.visible_to(user)
        .select_related("step__journey__holder__user", "step__journey__project", "company")
        .order_by("-starts_on", "pk")
    )


def export_head() -> list[str]:
    """The columns of the directory as a file."""
    return [
        _("Company"), _("SIRET"), _("Activity"), _("Sectors"), _("Address"), _("Commune"), _("Accessibility"),
        _("Contact"), _("Contact e-mail"), _("Contact phone"), _("Places a year"), _("Places left"), _("Free from"),
        _("Open offers"), _("Open sites"), _("Set aside on"), _("Reason"),
    ]  # fmt: skip


def export_rows(rows: QuerySet[Company], user: User) -> list[list[Any]]:
    """The directory as it is narrowed, as plain values; contacts only where she may read them."""
    offers = Count("offers", filter=Q(offers__is_open=True), distinct=True)
    sites = Count("sites", filter=Q(sites__is_closed=False), distinct=True)
    lines = []
    for one, places in with_places(list(rows.annotate(open_offers=offers, open_sites=sites))):
        may_read = policies.reads_host_contacts(user, one)
        contact = [one.contact_email, one.contact_phone] if may_read else ["", ""]
        lines.append([
            one.name, one.siret, one.activity, ", ".join(one.sectors), one.address, str(one.commune or ""),
            one.accessibility, one.contact_name, *contact, one.places_a_year, places.left, places.free_from,
            getattr(one, "open_offers", 0), getattr(one, "open_sites", 0), one.set_aside_on, one.set_aside_reason,
        ])  # fmt: skip
    return lines
