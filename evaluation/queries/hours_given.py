"""The rows behind hours given: the lines of the ledger by who gave them, each hour once."""

from typing import Any

from django.db.models import Case, IntegerField, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Cast, Substr

from evaluation.queries.rows import deliveries
from evaluation.queries.scope import Scope
from journeys.models import Delivery
from mentoring.models import Session
from mentoring.models.sessions import SOURCE
from mentoring.queries.hours import lines_told_twice

BY_MENTORS = Q(kind=Delivery.Kind.MENTORING)
BY_COMPANIES = Q(kind=Delivery.Kind.IMMERSION, sort=Delivery.Sort.CONTACT)


def given_hours(scope: Scope) -> "QuerySet[Delivery]":
    """Standing lines of the period that a mentor or a company gave, a group session once: its surest line, of several
    as sure the longest, the same whatever the scope. With the `giver`: the user of the session’s mentor, where it is
    one of the house.
    """
    one = Session.objects.filter(pk=Cast(Substr(OuterRef("source"), len(SOURCE) + 1), IntegerField())).order_by()
    mentor = Subquery(one.values("mentorship__mentor__user")[:1])
    return (
        deliveries(scope)
        .filter(BY_MENTORS | BY_COMPANIES)
        .exclude(pk__in=lines_told_twice())
        .annotate(giver=Case(When(source__regex=rf"^{SOURCE}[0-9]{{1,9}}$", then=mentor), output_field=IntegerField()))
    )


def givers(scope: Scope, which: Q) -> int:
    """How many mentors of the house gave these hours. One query."""
    found: QuerySet[Any] = given_hours(scope)
    return found.filter(which, giver__isnull=False).order_by().values("giver").distinct().count()


def people_told_twice(scope: Scope) -> int:
    """How many people received the hours of group sessions that are not counted again. One query."""
    twice = deliveries(scope).filter(BY_MENTORS, sort=Delivery.Sort.CONTACT, pk__in=lines_told_twice())
    return twice.order_by().values("journey__holder__user").distinct().count()
