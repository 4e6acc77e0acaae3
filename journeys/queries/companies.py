"""Companies that host, as lists and pages show them."""

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from backend.accounts.models import User
from journeys.models import Company, Immersion

CLOSED = (Immersion.State.REJECTED, Immersion.State.CANCELLED)


def companies(user: User, *, q: str = "", commune: str = "", show: str = "") -> QuerySet[Company]:
    """The hosts she may see, by name, narrowed by words, commune and whether they receive; with places used this year.

    `show`: "" those that receive, "free" those with a place left this year, "all" the ones set aside too.
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
        rows = rows.filter(commune=commune)
    if show != "all":
        rows = rows.filter(is_set_aside=False)
    return rows.filter(used__lt=F("places_a_year")) if show == "free" else rows


def stays_at(company: Company, user: User) -> QuerySet[Immersion]:
    """The immersions there that she may see, the latest first."""
    return (
        company.immersions.visible_to(user)
        .select_related("step__journey__holder__user", "step__journey__project", "company")
        .order_by("-starts_on", "pk")
    )
