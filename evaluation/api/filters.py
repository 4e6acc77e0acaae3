"""The filters of a page of figures, as the document of the API tells them."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import APIException, PermissionDenied

from evaluation import policies
from evaluation.queries.publishing.pages import why_published

FILTERS = [
    OpenApiParameter(
        "organisation",
        OpenApiTypes.INT,
        description="Her own; of the territory, for a steward, none is all of them.",
    ),
    OpenApiParameter("programme", OpenApiTypes.INT),
    OpenApiParameter("period", OpenApiTypes.STR, enum=["year", "last", "all", "dates"]),
    OpenApiParameter("since", OpenApiTypes.DATE),
    OpenApiParameter("until", OpenApiTypes.DATE),
    OpenApiParameter("cohort", OpenApiTypes.STR, description="The quarter of the start, as 2026-1."),
]
KNOWN = OpenApiParameter("known", OpenApiTypes.DATE, description="As known at the end of that day; leads only.")


def require_live(user: Any, allowed: bool) -> None:
    """403 unless allowed to read figures as they stand now; whoever reads published ones is told why, and where."""
    if not allowed:
        raise PermissionDenied(why_published() if policies.may_read_publications(user) else None)


class NoParquet(APIException):
    """501: the server has not what writes such a file."""

    status_code = 501
    default_code = "no_parquet"
