"""What a measure is: one set of rows, what each of them adds, and what a person reads about it."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, IntegerField, Q, QuerySet, TextChoices, Value, When, Window
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, RowNumber
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from evaluation import policies
from evaluation.queries.scope import Scope

Text = str | Promise
NOT_KNOWN = Cast(Value(None), IntegerField())  # PostgreSQL adds up nothing whose type it does not know
ONE, NONE, ALL = Value(1), Value(0), Q()


class Level(TextChoices):
    """Under which heading of the page a measure stands, in the order of the page: from what is put in to what lasts."""

    MEANS = "means", _("Means")
    ACTIVITIES = "activities", _("Activities")
    OUTPUTS = "outputs", _("Outputs")
    OUTCOMES = "outcomes", _("Outcomes")
    IMPACT = "impact", _("Impact")


def one_if(condition: Q, *, unless_known: Q | None = None) -> Case:
    """1 where the condition holds, else 0; nothing at all where `unless_known` says that it is not known."""
    missing = [] if unless_known is None else [When(unless_known, then=NOT_KNOWN)]
    return Case(*missing, When(condition, then=ONE), default=NONE, output_field=IntegerField())


@dataclass(frozen=True, kw_only=True, eq=False)
class Measure:
    """One thing that can be counted. Its `code` never changes; its `version` does when what is counted changes.

    `base`: the population and the period, shared by measures that are counted together; `only`: which of those rows.
    Each row has a subject (the person or journey counted), a value (nothing where it is not known), a weight (its part
    of the denominator), a part (of the value: how much is sure) and a day. `path` leads from a row to
    its journey. `is_once`: a subject counts once, however many rows it has. `is_time`: values are minutes.
    """

    code: str
    level: Level
    title: Text
    definition: Text
    head: Text
    """Of the column of values, on the page of rows."""
    base: Callable[[Scope], "QuerySet[Any]"]
    subject: str
    day: str
    path: str = "journey__"
    unit: Text = ""
    """Of one row: "minutes" for hours, "points" for a change; none for a count."""
    only: Q = ALL
    value: Combinable = ONE
    weight: Combinable = ONE
    part: Combinable = NONE
    is_once: bool = False
    is_time: bool = False
    is_share: bool = False
    """Is its figure in per cent?"""
    version: int = 1
    made_of: Hashable = None
    """All that its sums are made from, of a measure made from another: its statements are remembered by it."""
    may_open: Callable[[User, int | None], bool] = policies.may_open_rows

    def rows(self, scope: Scope) -> "QuerySet[Any]":
        """The rows behind the figure, with `subject`, `value`, `weighs`, `part` and `happened`, on any database.

        Where a subject counts once, it has one row: the one that says most, else the oldest.
        """
        found = self._annotated(scope)
        if not self.is_once:
            return found
        alone = Case(When(subject=None, then=F("pk")))  # no subject: a row of its own
        nth = Window(RowNumber(), partition_by=[F("subject"), alone], order_by=[F("rank").desc(), F("pk").asc()])
        first = self._annotated(scope).order_by().annotate(nth=nth).filter(nth=1)
        return found.filter(pk__in=first.values("pk"))

    def every_row(self, scope: Scope) -> "QuerySet[Any]":
        """The same, of subjects that count once too: all of their rows, as in groups."""
        return self._annotated(scope)

    def _annotated(self, scope: Scope) -> "QuerySet[Any]":
        return (
            self.base(scope)
            .filter(self.only)
            .annotate(
                subject=F(self.subject),
                value=self.value,
                weighs=self.weight,
                part=self.part,
                happened=F(self.day),
                rank=Coalesce(self.value, Value(-1), output_field=IntegerField()),
            )
        )
