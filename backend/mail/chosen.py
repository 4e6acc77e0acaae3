"""What organisations and people chose about reminders of dates: read for many at once."""

from collections.abc import Callable, Iterable

from backend.accounts.models import Organisation, User
from backend.mail.models import LetterChoice, LetterHours, LetterRules
from backend.mail.near import CHOICES, NEAR, known, moments_of
from backend.mail.rules import NearChoice, NearRule


def near_rules(organisations: Iterable[int]) -> dict[tuple[int, str], frozenset[str]]:
    """{(organisation, kind of dates): when its people are reminded}, for every kind. One query."""
    numbers = list(organisations)
    found = {(pk, kind.code): kind.usual for pk in numbers for kind in NEAR}
    for rule in NearRule.objects.filter(organisation__in=numbers).order_by("pk"):
        said = {"week": rule.week_before, "day": rule.day_before}
        found[rule.organisation_id, rule.kind] = known(moment for moment, is_on in said.items() if is_on)
    return found


def near_rules_of(organisation: Organisation) -> dict[str, frozenset[str]]:
    """{kind of dates: when people are reminded} of this organisation."""
    return {kind: moments for (_pk, kind), moments in near_rules([organisation.pk]).items()}


def near_choices(people: Iterable[int]) -> dict[int, frozenset[str]]:
    """{person: when she wants to be reminded}, of those who chose. One query."""
    rows = NearChoice.objects.filter(user__in=list(people)).order_by("pk")
    return {user: moments_of(moments) for user, moments in rows.values_list("user", "moments")}


def near_choice(to: User | str) -> str:
    """One of `near.CHOICES`: hers."""
    row = NearChoice.objects.filter(user=to).first() if isinstance(to, User) else None
    return row.moments if row else CHOICES[0][0]


def without(kind: str) -> set[int | str]:
    """Everybody (`whom`) who does without letters of this kind. One query."""
    rows = LetterChoice.objects.filter(kind=kind, is_wanted=False).order_by("pk")
    return {user or address for user, address in rows.values_list("user", "address")}


def opening_hours(people: Iterable[int], organisations: Iterable[int]) -> Callable[[int | None, int], tuple[int, int]]:
    """(person or None, organisation) -> between which hours letters that can wait reach her. Two queries."""
    own = {row.user_id: row for row in LetterHours.objects.filter(user__in=list(people)).order_by("pk")}
    rules = {row.organisation_id: row for row in LetterRules.objects.filter(organisation__in=list(organisations))}

    def of(person: int | None, organisation: int) -> tuple[int, int]:
        hours = own.get(person or 0) or rules.get(organisation) or LetterRules()
        return hours.opens_at, hours.closes_at

    return of
