"""A mentor's own hours: what she gave, whatever the number of people she gave it to."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Case, CharField, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When, Window
from django.db.models.functions import Cast, Concat, RowNumber

from backend.accounts.models import User
from journeys.models import Delivery
from journeys.models.ledger import DeliveryQuerySet
from journeys.queries.ledger import APART
from mentoring.models import Session
from mentoring.models.sessions import SOURCE

SUREST = (
    Delivery.State.SIGNED,
    Delivery.State.CONFIRMED,
    Delivery.State.DECLARED,
    Delivery.State.DISPUTED,
    Delivery.State.PLANNED,
    Delivery.State.VOID,
)


def own_deliveries(user: User, *, once: bool = True) -> DeliveryQuerySet:
    """The lines of the ledger that are this mentor's own time: the sessions she held; apart, preparation and travel.

    A meeting of several has a line for each of them and is her time once: the surest line stands for it, and of
    several as sure the longest. Every total of a mentor's hours (her home, her attestation) starts from these lines.
    `once` False: every line of such a meeting, to count the people.
    """
    held = Session.objects.filter(mentorship__mentor__user=user, state=Session.State.HELD).order_by()
    sources = held.values_list(Concat(Value(SOURCE), Cast("pk", CharField())))
    hers = Q(source__in=sources) | Q(declared_by=user, sort__in=APART)
    rows = Delivery.objects.filter(hers, kind=Delivery.Kind.MENTORING)
    if not once:
        return rows
    twice = _told_twice(held.filter(gathering__isnull=False).values_list("pk", "gathering"))
    return rows.exclude(pk__in=twice) if twice else rows


def ledger_line(session: Session, user: User) -> Delivery | None:
    """The line of the ledger that says how long this session was, to whoever may read it: the one that stands, else the
    last that was voided.
    """
    rows = Delivery.objects.visible_to(user).filter(
        journey=session.mentorship.journey_id, source=session.source, sort=Delivery.Sort.CONTACT
    )
    is_void = Case(When(state=Delivery.State.VOID, then=1), default=0)
    return rows.order_by(is_void, "-pk").first()


def lines_told_twice() -> "QuerySet[Any, Any]":
    """The numbers of the lines of all gatherings but for one each: of the surest the longest, as in `own_deliveries`.

    For a filter: the database works them out, from gatherings alone.
    """
    line = Delivery.objects.standing().filter(
        journey=OuterRef("mentorship__journey"), source=Concat(Value(SOURCE), Cast(OuterRef("pk"), CharField())),
        sort=Delivery.Sort.CONTACT,
    )  # fmt: skip
    places = [When(state=state, then=Value(place)) for place, state in enumerate(SUREST)]
    ranked = line.annotate(place=Case(*places, output_field=IntegerField())).order_by()
    first = Window(RowNumber(), partition_by="gathering", order_by=[F("sureness"), F("length").desc(), F("line")])
    held = Session.objects.filter(state=Session.State.HELD, gathering__isnull=False).order_by()
    told = held.annotate(
        line=Subquery(line.order_by().values("pk")[:1]),
        sureness=Subquery(ranked.values("place")[:1]),
        length=Subquery(line.order_by().values("minutes")[:1]),
    ).filter(line__isnull=False)
    return told.annotate(nth=first).filter(nth__gt=1).values("line")


def _told_twice(gathered: Iterable[tuple[int, int | None]]) -> list[int]:
    """The numbers of the lines of gatherings but for one each."""
    gathering_of = {f"{SOURCE}{session}": gathering for session, gathering in gathered}
    if not gathering_of:
        return []
    rows = Delivery.objects.filter(source__in=gathering_of, sort=Delivery.Sort.CONTACT).order_by("pk")
    lines = list(rows.values_list("pk", "source", "state", "minutes"))
    lines.sort(key=lambda line: (SUREST.index(Delivery.State(line[2])), -line[3], line[0]))
    seen: set[int | None] = set()
    twice = []
    for pk, source, state, _minutes in lines:
        if state == Delivery.State.VOID:
            continue
        if gathering_of[source] in seen:
            twice.append(pk)
        seen.add(gathering_of[source])
    return twice
