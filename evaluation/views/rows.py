"""The rows behind a figure as they leave: lines with their address on a page, CSV, XLSX."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.urls import NoReverseMatch, reverse

from backend.lib import clock
from evaluation.queries import exports
from evaluation.queries.line import Line
from evaluation.queries.lines import RowSet
from evaluation.queries.measures import Measure

PAGE = 50
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAGES = {"session": "mentoring:session", "immersion": "journeys:immersion_detail"}


def query_of(data: QueryDict, *, without: Sequence[str] = (), **more: str) -> str:
    """The filters of this page as the end of another address."""
    kept = data.copy()
    for name in ("page", "by", "file", *without):
        kept.pop(name, None)
    for name, value in more.items():
        kept[name] = value
    return kept.urlencode()


def compare_query(data: QueryDict, *, without: Sequence[str] = ()) -> str:
    """The same for the page that compares groups, which looks at all the time there is unless it is told otherwise."""
    has_period = any(data.get(name) for name in ("period", "since", "until"))
    return query_of(data, without=without, **({} if has_period else {"period": "year"}))


def page_of(request: HttpRequest, found: RowSet) -> dict[str, Any]:
    """One page of rows, each with the address where it is told; the addresses of the files."""
    page = Paginator(found.rows, PAGE).get_page(request.GET.get("page"))
    return {
        "page": page,
        "lines": [(line, address_of(line)) for line in found.lines(page.object_list)],
        "csv_url": f"?{query_of(request.GET, file='csv')}",
        "xlsx_url": f"?{query_of(request.GET, file='xlsx')}",
    }


def file_of(kind: str, found: RowSet, measure: Measure, name: str, notes: Sequence[tuple[str, str]]) -> Any:
    """All rows as a file ("csv", "xlsx"); None for any other kind. Minutes, which a sheet adds up without rounding."""
    head = str(measure.unit).capitalize() if measure.is_time else measure.head
    if kind == "csv":
        answer: Any = StreamingHttpResponse(exports.as_csv(found, head), content_type="text/csv; charset=utf-8")
        return _download(answer, name, "csv")
    if kind == "xlsx":
        return _download(HttpResponse(exports.as_xlsx(found, head, list(notes)), content_type=SHEET), name, "xlsx")
    return None


def _download(answer: Any, code: str, ending: str) -> Any:
    name = code.replace(":", "-")
    answer["Content-Disposition"] = f'attachment; filename="jalon-{name}-{clock.today():%Y-%m-%d}.{ending}"'
    return answer


def address_of(line: Line) -> str:
    """Where the row is: the session, the immersion, else the journey."""
    kind, _colon, pk = line.about.partition(":")
    wanted = [(PAGES[kind], pk)] if kind in PAGES and pk.isdecimal() else []
    for name, key in [*wanted, ("journeys:journey_detail", str(line.journey))]:
        try:
            return reverse(name, args=[int(key)])
        except NoReverseMatch:
            continue
    return ""
