"""Which journeys have which kind of mentor: at ease with what was looked for, with other things, or none."""

from datetime import date

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from mentoring.models import Mentorship, Theme

SOUGHT, OTHER, UNTOLD, WITHOUT = "sought", "other", "untold", "without"
KINDS: dict[str, Promise] = {
    SOUGHT: gettext_lazy("a mentor at ease with what was looked for"),
    OTHER: gettext_lazy("a mentor at ease with other things"),
    UNTOLD: gettext_lazy("a mentor, and what was looked for is not told"),
    WITHOUT: gettext_lazy("no mentor so far"),
}
"""Each journey is in one of them; of several primary mentors the closest to what was looked for counts."""


def mentored(kind: str, until: date, path: str = "") -> Q:
    """On rows that reach their journey through `path`: those whose primary mentors, pairs begun by `until`, are of this
    kind; nothing for a kind that there is not. Pairs that were only ever proposed do not count.
    """
    here = f"{path}pk__in"
    followed = begun(until)
    if kind == WITHOUT:
        return ~Q(**{here: followed.values("journey")})
    knows = Q(**{here: _sharing_a_theme(followed).values("journey")})
    if kind == SOUGHT:
        return knows
    told = followed.filter(journey__mentoring_need__isnull=False).exclude(journey__mentoring_need__themes=[])
    told = told.exclude(mentor__expertise=[])
    others = Q(**{here: told.values("journey")}) & ~knows
    if kind == OTHER:
        return others
    if kind == UNTOLD:
        return Q(**{here: followed.values("journey")}) & ~Q(**{here: told.values("journey")}) & ~knows
    return Q(**{here: []})


def begun(until: date) -> "QuerySet[Mentorship]":
    """Pairs with a primary mentor that began by this day, over or not."""
    rows = Mentorship.objects.order_by().filter(is_primary=True, started_on__lte=until)
    return rows.exclude(end_reason__in=Mentorship.NEVER)


def _sharing_a_theme(rows: "QuerySet[Mentorship]") -> "QuerySet[Mentorship]":
    """Lists of codes are held as text on both databases: a code stands in quotes in both lists, or not."""
    shared = Q()
    for code in Theme.values:
        shared |= Q(sought__contains=f'"{code}"', known__contains=f'"{code}"')
    texts = {
        "sought": Cast("journey__mentoring_need__themes", TextField()),
        "known": Cast("mentor__expertise", TextField()),
    }
    return rows.annotate(**texts).filter(shared)
