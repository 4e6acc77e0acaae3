"""What figures and indicators have in common over the API: scope, past, rows one by one, why they have changed."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response as ApiResponse

from backend.lib.paging import Along, Pages
from evaluation import policies
from evaluation.api.filters import require_live
from evaluation.forms import read_scope
from evaluation.forms.past import WhyForm, as_asked, day_asked, end_of
from evaluation.queries.lines import RowSet
from evaluation.queries.past.why import Cause, Told, Why, told
from evaluation.queries.scope import Scope

DAYS = [
    OpenApiParameter("before", OpenApiTypes.DATE, required=True, description="As known at the end of that day."),
    OpenApiParameter("after", OpenApiTypes.DATE, description="And of that one; without it: today."),
]
PART = OpenApiParameter("part", OpenApiTypes.STR, enum=list(Cause.values), description="Of one cause only.")


class LineSerializer(serializers.Serializer[Any]):
    """One row behind a figure, and what it adds to it."""

    person = serializers.CharField()
    programme = serializers.CharField()
    commune = serializers.CharField()
    day = serializers.DateField()
    what = serializers.CharField()
    state = serializers.CharField()
    value = serializers.FloatField(allow_null=True)
    journey = serializers.IntegerField()


class SumsSerializer(serializers.Serializer[Any]):
    """What the rows added up to, as known at the end of `on`."""

    on = serializers.DateField()
    numerator = serializers.FloatField()
    denominator = serializers.FloatField()


class CauseSerializer(serializers.Serializer[Any]):
    """What one cause adds to numerator and denominator, and by how many rows."""

    cause = serializers.ChoiceField(choices=Cause.choices)
    words = serializers.CharField()
    numerator = serializers.FloatField()
    denominator = serializers.FloatField()
    rows = serializers.IntegerField()


class WhySerializer(serializers.Serializer[Any]):
    """Why a figure has changed: `before` and the four `parts` add up to `after` exactly, in the unit of its rows."""

    unit = serializers.CharField()
    before = SumsSerializer()
    after = SumsSerializer()
    parts = CauseSerializer(many=True)


class ChangedRowSerializer(serializers.Serializer[Any]):
    """One row as it was told and as it is: null on the side where it did not count; and what that changes."""

    cause = serializers.ChoiceField(choices=Cause.choices)
    numerator = serializers.FloatField()
    denominator = serializers.FloatField()
    before = LineSerializer(allow_null=True)
    after = LineSerializer(allow_null=True)


def scope_asked(request: ApiRequest, **fixed: int) -> Scope:
    """The scope of the address, within what this person may read; 400 beside what is wrong in it, for a figure of
    another scope than the one asked for would be believed. `fixed`: an organisation that is not to be chosen.
    """
    user: Any = request.user
    require_live(user, policies.may_read_indicators(user))
    data = request.query_params.copy()
    if fixed:
        data["organisation"] = str(fixed["organisation"])
    scope, form, choices = read_scope(user, data)
    if form.errors:
        raise ValidationError(form.errors)
    asked = data.get("organisation")
    if asked and asked not in {pk for pk, _name in choices.organisations}:
        raise ValidationError({"organisation": [_("No such row for you.")]})
    return scope


def past_asked(request: ApiRequest, *, is_territory: bool = False) -> Any:
    """The past that is asked for: a day that can't be told is refused, never answered by the present."""
    user: Any = request.user
    may_read = policies.may_read_territory if is_territory else policies.may_read_indicators
    require_live(user, may_read(user))
    day, wrong = day_asked(user, request.query_params, is_territory=is_territory)
    if wrong:
        raise ValidationError({"known": wrong})
    return as_asked(day)


def require_rows(allowed: bool) -> None:
    """403, with what there is instead, for whoever reads the rule and the counts only."""
    if not allowed:
        raise PermissionDenied(_("Rows are for leads of the organisation; the figure gives the rule and the counts."))


def rows_answer(request: ApiRequest, view: Any, found: RowSet) -> ApiResponse:
    """A batch of rows, by cursor; by pages for whoever asks for one by its number."""
    pages: Any = Pages() if "page" in request.query_params else Along()
    batch = pages.paginate_queryset(found.rows, request, view=view)
    answer: ApiResponse = pages.get_paginated_response(LineSerializer(found.lines(batch or []), many=True).data)
    return answer


def days_asked(request: ApiRequest) -> tuple[date, date]:
    """The two days between which a figure has changed; 400 beside what is wrong."""
    form = WhyForm(request.query_params)
    if not form.is_valid():
        raise ValidationError(form.errors)
    return form.cleaned_data["before"], form.cleaned_data["after"]


def why_answer(found: Why, days: tuple[date, date]) -> ApiResponse:
    """The sums on both days and what each cause adds."""
    before, after = (
        {"on": day, "numerator": sums[0], "denominator": sums[1]}
        for day, sums in zip(days, (found.before, found.after), strict=True)
    )
    parts = [
        {"cause": cause, "words": cause.label, "numerator": value, "denominator": weight, "rows": rows}
        for cause, value, weight, rows in found.parts
    ]
    body = {"unit": str(found.measure.unit), "before": before, "after": after, "parts": parts}
    return ApiResponse(WhySerializer(body).data)


def changes_answer(request: ApiRequest, view: Any, found: Why, days: tuple[date, date]) -> ApiResponse:
    """The rows of one cause, or of all, as they were and as they are."""
    part = request.query_params.get("part", "")
    if part and part not in Cause.values:
        raise ValidationError({"part": [", ".join(Cause.values)]})
    changes = found.of(part) if part else [one for cause in Cause for one in found.of(cause)]
    pages = Pages()
    batch: Any = pages.paginate_queryset(changes, request, view=view)
    rows = told(found, list(batch or []), end_of(days[0]), end_of(days[1]))
    return pages.get_paginated_response(ChangedRowSerializer(_printed(rows), many=True).data)


def _printed(rows: Iterable[Told]) -> list[dict[str, Any]]:
    return [
        {"cause": one.cause, "numerator": one.value, "denominator": one.weight, "before": was, "after": now}
        for one, was, now in rows
    ]
