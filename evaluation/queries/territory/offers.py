"""What people under way look for today, and what is offered, commune by commune. Ten queries, whatever the communes."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Count, Exists, OuterRef
from django.db.models.functions import Coalesce

from backend.accounts.models import Organisation
from evaluation.queries.scope import Scope
from evaluation.queries.small_groups import hidden_parts
from journeys.models import Company, Immersion, Journey, Offer, Site, Step, StepKind
from journeys.queries.places import CLOSED, Limits, places_of
from mentoring.models import Mentor
from mentoring.queries import journeys_without_mentor

Key = str | None
"""The INSEE code of a commune; None where it is not known."""


@dataclass(frozen=True)
class Balance:
    """One commune: people who look for something, and what there is. None: hidden, since few people stand behind it."""

    code: str
    name: str
    stays_sought: int | None = 0
    """People with a company immersion still to plan."""
    hosts: int = 0
    """Companies with a seat or an open site there."""
    offers: int = 0
    """Open offers of immersion, where the site is, else the company."""
    places: int = 0
    """Stays that may still begin this year with companies seated there; published, what they take in a year: how many
    are left would tell that somebody is there."""
    mentors_sought: int | None = 0
    """People with a mentoring step ahead and no mentor."""
    mentors: int | None = 0
    """Mentors who live there, not paused."""
    mentor_places: int | None = 0
    """People they could still take."""

    @property
    def lacks_stays(self) -> int:
        """How many more look for a stay than there are places."""
        return max(0, (self.stays_sought or 0) - self.places)

    @property
    def lacks_mentors(self) -> int:
        """How many more wait for a mentor than could be taken there; nothing is said where one of them is hidden."""
        return 0 if self.mentor_places is None else max(0, (self.mentors_sought or 0) - self.mentor_places)

    @property
    def is_blank(self) -> bool:
        """Nothing is looked for, nothing is offered."""
        return self == Balance(self.code, self.name)


@dataclass
class _Found:
    """{commune: how many} of each thing."""

    live: Counter[Key] = field(default_factory=Counter)
    stays_sought: Counter[Key] = field(default_factory=Counter)
    mentors_sought: Counter[Key] = field(default_factory=Counter)
    hosts: Counter[Key] = field(default_factory=Counter)
    offers: Counter[Key] = field(default_factory=Counter)
    places: Counter[Key] = field(default_factory=Counter)
    mentors: Counter[Key] = field(default_factory=Counter)
    mentor_places: Counter[Key] = field(default_factory=Counter)


def balances(scope: Scope, communes: Sequence[tuple[Key, str]], *, gone: Collection[Key] = ()) -> list[Balance]:
    """One line for each commune (code, name), in this order. `gone`: those whose people are hidden on the same page."""
    found = _Found()
    ids = [scope.organisation] if scope.organisation is not None else list(_everybody())
    _people(found, scope, ids)
    _companies(found, ids, is_published=scope.is_published)
    _mentors(found, ids)
    names = ("stays_sought", "hosts", "offers", "places", "mentors_sought", "mentors", "mentor_places")
    made = [
        Balance(key or "", name, **{column: getattr(found, column)[key] for column in names}) for key, name in communes
    ]
    return _discreet(made, found, scope, [key for key, _name in communes], gone) if scope.is_published else made


def _everybody() -> Any:
    return Organisation.objects.order_by().values_list("pk", flat=True)


def _people(found: _Found, scope: Scope, ids: list[int]) -> None:
    """Journeys under way today, paused ones aside; the period plays no part."""
    placed = Immersion.objects.filter(step=OuterRef("pk")).exclude(state__in=CLOSED)
    to_plan = Step.objects.filter(journey=OuterRef("pk"), kind=StepKind.IMMERSION, state=Step.State.PLANNED)
    live = Journey.objects.active().filter(scope.journeys())
    found.live = _by_commune(live)
    found.stays_sought = _by_commune(live.filter(Exists(to_plan.filter(~Exists(placed)).order_by())))
    found.mentors_sought = _by_commune(journeys_without_mentor(ids).filter(scope.journeys()))


def _by_commune(journeys: Any) -> Counter[Key]:
    """People, each once in each commune she has a project in."""
    rows = journeys.order_by().values_list("project__commune").annotate(n=Count("holder__user", distinct=True))
    return Counter(dict(rows))


def _companies(found: _Found, ids: list[int], *, is_published: bool) -> None:
    rows = list(
        Company.objects.filter(organisation__in=ids, is_set_aside=False)
        .order_by("pk")
        .values_list("pk", "commune", "places_a_year", "starts_a_month")
    )
    where: dict[int, set[Key]] = defaultdict(set)
    sites = Site.objects.filter(company__organisation__in=ids, company__is_set_aside=False, is_closed=False)
    for pk, commune in sites.exclude(commune=None).order_by().values_list("company", "commune"):
        where[pk].add(commune)
    for pk, commune, _year, _month in rows:
        found.hosts.update(where[pk] | {commune} if commune else where[pk] or {None})
    left = {} if is_published else places_of([Limits(pk, year, month) for pk, _commune, year, month in rows])
    for pk, commune, year, _month in rows:
        found.places[commune] += left[pk].left if pk in left else year
    offers = Offer.objects.open().filter(company__organisation__in=ids)
    placed = offers.annotate(place=Coalesce("site__commune", "company__commune"))
    found.offers = Counter(dict(placed.order_by().values_list("place").annotate(n=Count("pk"))))


def _mentors(found: _Found, ids: list[int]) -> None:
    rows = Mentor.objects.here().filter(organisation__in=ids).with_load().order_by("pk")
    for mentor in rows:
        if not mentor.is_paused():
            found.mentors[mentor.commune_id] += 1
            found.mentor_places[mentor.commune_id] += max(0, mentor.capacity - mentor.load)


def _discreet(
    made: list[Balance], found: _Found, scope: Scope, keys: list[Key], gone: Collection[Key]
) -> list[Balance]:
    """Published: people who look for something, those under way who do not, and mentors, are told from enough of them
    up, with what would give them away."""
    away = {place for place, key in enumerate(keys) if key in gone}
    sought: dict[str, set[int]] = {}
    for name in ("stays_sought", "mentors_sought"):
        counts: Counter[Key] = getattr(found, name)
        sides = [(found.live[key], counts[key], found.live[key] - counts[key]) for key in keys]
        sought[name] = hidden_parts(sides, scope.smallest_group, gone=away)
    few = hidden_parts([(found.mentors[key],) for key in keys], scope.smallest_group)
    hidden = {**sought, "mentors": few, "mentor_places": few}
    return [_without(one, {name for name, places in hidden.items() if i in places}) for i, one in enumerate(made)]


def _without(one: Balance, hidden: set[str]) -> Balance:
    closed: dict[str, Any] = dict.fromkeys(hidden)
    return replace(one, **closed)
