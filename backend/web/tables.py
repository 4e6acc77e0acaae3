"""Tables that become cards on a phone: each cell carries the name of its column."""

import re

from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe

_HEAD = re.compile(r"<thead\b.*?</thead>", re.S | re.I)
_HEADER_CELL = re.compile(r"<th\b[^>]*>(.*?)</th>", re.S | re.I)
_ROW = re.compile(r"<tr\b.*?</tr>", re.S | re.I)
_CELL = re.compile(r"<(td|th)\b(?![^>]*\bdata-label=)", re.I)


def label_cells(content: SafeString) -> SafeString:
    """The same rows, each cell with the text of its column as `data-label`. Rows with a colspan are left alone."""
    head = _HEAD.search(content)
    if head is None:
        return content
    # The text of a cell is already escaped; only quotes could leave the attribute.
    labels = [" ".join(strip_tags(cell).split()).replace('"', "&quot;") for cell in _HEADER_CELL.findall(head.group())]

    def label_row(match: re.Match[str]) -> str:
        row = match.group()
        if "colspan" in row:
            return row
        names = iter(labels)
        return _CELL.sub(lambda cell: _labelled(cell.group(), next(names, "")), row)

    return mark_safe(content[: head.end()] + _ROW.sub(label_row, content[head.end() :]))


def _labelled(opening: str, label: str) -> str:
    return f'{opening} data-label="{label}"' if label else opening
