"""Companies that host, as lists, pages and files show them."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import BooleanField, Count, Exists, F, Func, JSONField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib.texts import fold
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
    written: Iterable[str] | None = None,
    objective: str = "",
    accessible: bool = False,
) -> QuerySet[Company]:
    """The hosts she may see, by name, narrowed.

    `sector`: however it is written; `written` are the spellings known already, else read here.
    `show`: "" those that receive, "free" those with a place left this year, "aside" those set aside, "all".
    `objective`: those with an open offer for it. `accessible`: those that say how they are.
    """
    rows = Company.objects.visible_to(user).select_related("commune", "organisation").order_by("name", "pk")
    for word in q.split():
        digits = "".join(letter for letter in word if letter.isdigit())
        found = Q(name__icontains=word) | Q(activity__icontains=word) | Q(contact_name__icontains=word)
        rows = rows.filter(found | Q(siret__startswith=digits) if digits else found)
    if commune:
        there = Site.objects.filter(company=OuterRef("pk"), commune=commune, is_closed=False)
        rows = rows.filter(Q(commune=commune) | Exists(there))
    if sector:
        same = [word for word in (written_sectors(user) if written is None else written) if fold(word) == fold(sector)]
        rows = rows.filter(HasWord("sectors", same)) if same else rows.none()
    if objective:
        rows = rows.filter(Exists(Offer.objects.filter(company=OuterRef("pk"), objective=objective, is_open=True)))
    if accessible:
        rows = rows.exclude(accessibility="")
    if show != "all":
        rows = rows.filter(is_set_aside=show == "aside")
    return rows.filter(places_a_year__gt=_used_this_year()) if show == "free" else rows


def _used_this_year() -> Coalesce:
    """How many stays begin this year at the company of the outer query, those called off left out."""
    live = Immersion.objects.filter(company=OuterRef("pk"), starts_on__year=timezone.localdate().year)
    counted = live.exclude(state__in=CLOSED).order_by().values("company").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0)


class HasWord(Func):
    """Does a JSON list of texts hold one of these, as they are written? On SQLite and PostgreSQL."""

    function = "json_each"
    template = "EXISTS (SELECT 1 FROM %(function)s(%(expressions)s) AS wanted WHERE its.value = wanted.value)"
    output_field = BooleanField()

    def __init__(self, column: str, words: list[str], **extra: Any) -> None:
        super().__init__(F(column), Value(words, JSONField()), **extra)

    def as_sql(self, *args: Any, **extra: Any) -> Any:
        name = extra.get("function", self.function)
        return super().as_sql(*args, **{**extra, "arg_joiner": f") AS its, {name}("})

    def as_postgresql(self, *args: Any, **extra: Any) -> Any:
        return self.as_sql(*args, function="jsonb_array_elements_text", **extra)


def written_sectors(user: User) -> list[str]:
    """Every sector of the directory as it is written, once each; the database sorts out lists that are the same."""
    rows = Company.objects.visible_to(user).exclude(sectors=[]).order_by("sectors")
    return sorted({word for words in rows.values_list("sectors", flat=True).distinct() for word in words})


def known_sectors(written: Iterable[str]) -> list[str]:
    """Each sector once, however it is written, in order; the spelling with accents rather than without."""
    found: dict[str, str] = {}
    for word in sorted(written, reverse=True):
        found.setdefault(fold(word), word)
    return [found[key] for key in sorted(found)]


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
