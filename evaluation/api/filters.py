"""The filters of a page of figures, as the document of the API tells them."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

FILTERS = [
    OpenApiParameter("organisation", OpenApiTypes.INT, description="Her own; for a steward, none is all of them."),
    OpenApiParameter("programme", OpenApiTypes.INT),
    OpenApiParameter("period", OpenApiTypes.STR, enum=["year", "last", "all", "dates"]),
    OpenApiParameter("since", OpenApiTypes.DATE),
    OpenApiParameter("until", OpenApiTypes.DATE),
    OpenApiParameter("cohort", OpenApiTypes.STR, description="The quarter of the start, as 2026-1."),
]
KNOWN = OpenApiParameter("known", OpenApiTypes.DATE, description="As known at the end of that day; leads only.")
