"""How long lists of the API are cut."""

from typing import Any

from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination, PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response

from backend.lib.doors import number


class Pages(PageNumberPagination):
    """Fifty rows a page; `page_size` up to 200."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


class Along(CursorPagination):
    """Row by row in the order of their numbers, from where the last page ended: as fast at the end as at the start,
    and a row written meanwhile moves none of the others. `count`: of all pages together.
    """

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 1000
    ordering = ("pk",)

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> tuple[str, ...]:
        return self.ordering

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        self.count = queryset.order_by().count()
        found: list[Any] | None = super().paginate_queryset(queryset, request, view)
        return found

    def decode_cursor(self, request: Request) -> Cursor | None:
        """404 for one that is none of ours, whatever it says."""
        found = super().decode_cursor(request)
        if found is not None and found.position is not None and number(str(found.position)) is None:
            raise NotFound(self.invalid_cursor_message)
        return found

    def get_paginated_response(self, data: Any) -> Response:
        return Response(
            {"count": self.count, "next": self.get_next_link(), "previous": self.get_previous_link(), "results": data}
        )

    def get_paginated_response_schema(self, schema: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().get_paginated_response_schema(schema)
        found["required"] = ["count", "results"]
        found["properties"] = {"count": {"type": "integer"}, **found["properties"]}
        return found
