"""A snapshot as a workbook: what it is, all figures on one sheet, then a sheet for each, the tables by group, codebook
and method. Numbers are numbers, texts are texts and never formulas. The same snapshot gives the same bytes."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from evaluation.models import Snapshot
from evaluation.queries.publishing.cells import CODES
from evaluation.queries.publishing.content import title_of
from evaluation.queries.publishing.files import about, method, period_words
from evaluation.queries.publishing.flat import TABLES, TITLES, FlatRow, flat, language

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST = 31
"""Letters of the name of a sheet, as workbooks take it."""
FORBIDDEN = "[]:*?/\\"
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
NUMBERS = ("value", "numerator", "denominator", "missing", "low", "high")


@dataclass(frozen=True)
class Sheet:
    """`above`: lines of text over the table. `widths`: of its columns, in letters; the others are of 13."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[Any]]
    above: Sequence[str] = ()
    widths: Sequence[int] = field(default=(24, 44))


def as_xlsx(snapshot: Snapshot) -> bytes:
    """In the reader's language."""
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory, OPTIONS) as book:
        title = f"{title_of(snapshot.content)} · {period_words(snapshot.content)}"
        book.set_properties({"title": title, "created": snapshot.published_at.replace(tzinfo=None)})
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        plain = book.add_format({"text_wrap": True, "valign": "top"})
        sheets = sheets_of(snapshot)
        for name, sheet in zip(names_of(one.title for one in sheets), sheets, strict=True):
            _write(book.add_worksheet(name), sheet, bold, plain)
    return memory.getvalue()


def names_of(titles: Iterable[str]) -> list[str]:
    """A name that a workbook takes for each sheet: at most 31 letters, none of those it refuses, each once."""
    found: list[str] = []
    for title in titles:
        clean = "".join(sign for sign in title if sign not in FORBIDDEN and sign.isprintable()).strip(" '") or "–"
        clean = clean[:1].upper() + clean[1:]
        name, again = _cut(clean), 1
        while name.casefold() in {one.casefold() for one in found}:
            again += 1
            name = _cut(clean, f" ({again})")
        found.append(name)
    return found


def _cut(name: str, ending: str = "") -> str:
    """The name with its ending; "…" where it is cut."""
    room = LONGEST - len(ending)
    return (name if len(name) <= room else name[: room - 1].rstrip(" '") + "…") + ending


def sheets_of(snapshot: Snapshot) -> list[Sheet]:
    """All of them, in the order of the workbook."""
    found = snapshot.content
    rows = list(flat(found))
    return [
        Sheet(_("About"), (), about(snapshot), widths=(26, 80)),
        _summary(found),
        *(_figure(one, rows) for one in found["figures"]),
        *(_table(table) for table in found["tables"]),
        _codebook(found),
        Sheet(_("Method"), (), [(line,) for line in method(found)], widths=(110,)),
    ]


def _summary(found: dict[str, Any]) -> Sheet:
    """Each figure on a line."""
    head = (
        "code", "title", "level", "shown", *NUMBERS, "interval", "target", "target_upto", "target_since",
        "target_until", "standing", "is_hidden", "definition",
    )  # fmt: skip
    rows = []
    for one in found["figures"]:
        said, aim = one[language()], one.get("target") or {}
        shown = f"{said['shown']} {said['unit']}".strip()
        rows.append(
            (
                one["code"], said["title"], said["level"], shown, *(one.get(name) for name in NUMBERS),
                said["precision"], *(aim.get(name) for name in ("value", "upto", "since", "until")),
                aim[language()]["standing"] if aim else None, one["is_hidden"], one["definition"],
            )
        )  # fmt: skip
    return Sheet(_("Summary"), head, rows, widths=(18, 44, 16, 14))


def _figure(one: dict[str, Any], rows: list[FlatRow]) -> Sheet:
    """One figure: the whole, then its groups; what each line counts is in `column`."""
    said = one[language()]
    whole = (_("all"), "", one["code"], said["title"], *(one.get(name) for name in NUMBERS), one["is_hidden"])
    lines = [
        (_part(row.part), row.group, row.code, row.title, *_numbers(row), row.is_hidden)
        for row in rows
        if row.part != "figures" and _measure(row) == one["code"]
    ]
    head = ("breakdown", "group", "column", "title", *NUMBERS, "is_hidden")
    above = [said["title"], f"{said['definition']} ({_('definition no.')} {one['definition']})"]
    above += [words for words in (said["precision"], said["note"]) if words]
    return Sheet(said["title"], head, [whole, *lines], above, widths=(24, 30, 16, 40))


def _part(code: str) -> str:
    return str((TABLES | {"milestones": _("Milestones"), "hours": _("Hours")}).get(code, code))


def _numbers(row: FlatRow) -> tuple[float | None, ...]:
    return tuple(getattr(row, name) for name in NUMBERS)


def _measure(row: FlatRow) -> str:
    """The code of the figure that this line is a part of."""
    return row.part if row.part in ("hours", "milestones") else CODES.get(row.code, row.code)


def _table(table: dict[str, Any]) -> Sheet:
    """One line a group, each column a number; of "n of N" both."""
    names = [name for name in TITLES if any(name in line["cells"] for line in table["lines"])]
    pairs = {name for name in names if any(isinstance(line["cells"].get(name), list) for line in table["lines"])}
    head = ["key", "group", *(one for name in names for one in ([name, f"{name}_of"] if name in pairs else [name]))]
    rows = []
    for line in table["lines"]:
        cells: list[Any] = ["" if line["key"] is None else str(line["key"]), line[language()]]
        for name in names:
            value = line["cells"].get(name)
            cells += (value or [None, None]) if name in pairs else [value["mean"] if isinstance(value, dict) else value]
        rows.append((*cells, line["is_hidden"]))
    return Sheet(_part(table["code"]), (*head, "is_hidden"), rows, widths=(14, 36))


def _codebook(found: dict[str, Any]) -> Sheet:
    """What each code counts, with the version of its definition; what each column holds."""
    rows: list[tuple[Any, ...]] = [
        (one["code"], one[language()]["title"], f"{one[language()]['definition']} ({one['definition']})")
        for one in found["figures"]
    ]
    rows += [(name, str(label), _("column of the tables by group")) for name, label in TITLES.items()]
    columns = {
        "value": _("the figure, in its unit; minutes for hours, percent for shares; empty where hidden or not known"),
        "numerator": _("of a share: those counted"),
        "denominator": _("of a share: all of them"),
        "missing": _("of how many it is not known: they count neither way"),
        "low": _("lower end of the interval at 95 %"),
        "high": _("upper end of the interval at 95 %"),
        "target": _("what was aimed at, in the unit people read (hours, percent); until when, beside it"),
        "is_hidden": _("true: hidden, since it would tell of few people"),
        "definition": _("version of the definition"),
    }
    rows += [(name, "", words) for name, words in columns.items()]
    return Sheet(_("Codebook"), [_("Code"), _("Title"), _("Definition")], rows, widths=(18, 40, 90))


def _write(sheet: Any, made: Sheet, bold: Any, plain: Any) -> None:
    for at, width in enumerate((*made.widths, *[13] * (len(made.head) - len(made.widths)))):
        sheet.set_column(at, at, width)
    for r, line in enumerate(made.above):
        sheet.write_string(r, 0, line, None if r else bold)
    top = len(made.above) + 1 if made.above else 0
    if made.head:
        sheet.write_row(top, 0, [str(one) for one in made.head], bold)
        sheet.freeze_panes(top + 1, 2)
        sheet.autofilter(top, 0, top + max(len(made.rows), 1), len(made.head) - 1)
        top += 1
    for r, row in enumerate(made.rows, start=top):
        for c, cell in enumerate(row):
            if isinstance(cell, bool):
                sheet.write_boolean(r, c, cell)
            elif isinstance(cell, int | float):
                sheet.write_number(r, c, cell)
            elif cell not in (None, ""):
                sheet.write_string(r, c, str(cell), bold if not made.head and c == 0 and len(row) > 1 else plain)
