"""A territory as a file: its communes, or its priority neighbourhoods. A line that is wrong is told in a sentence."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from backend.lib import spreadsheets
from journeys.models import Commune, Neighbourhood

INSEE = re.compile(r"\d{5}|2[AB]\d{3}")
POSTCODE = re.compile(r"\d{5}")
QPV_CODE = re.compile(r"[0-9A-Z]{3,10}")
SIREN = re.compile(r"\d{9}|")
APART = re.compile(r"[/,;\s]+")
MOST = 100_000_000
"""Inhabitants: more is a slip of the finger."""
NO_COLUMNS = gettext_noop(
    "The first line must name the columns: insee and nom for communes; code_qp, libelle and insee_communes for "
    "priority neighbourhoods."
)
# what a column is called in the files people have → what it holds; the first line of a file says which it has
COMMUNE_COLUMNS = {
    "insee": ("insee", "code_insee", "codgeo"),
    "name": ("nom", "name", "libelle"),
    "siren": ("siren",),
    "postcodes": ("codes_postaux", "postcodes", "code_postal"),
    "population": ("pop_municipale", "population"),
}
QPV_COLUMNS = {
    "code": ("code_qp_2024", "code_qp", "code_qpv", "code"),
    "name": ("libelle", "nom", "name"),
    "communes": ("insee_communes", "communes_insee", "insee"),
    "population": ("population", "pop_municipale", "pop_municipale_source_secondaire"),
    "source": ("source_population", "source"),
}
NEEDED = {"insee", "code", "name", "communes"}


@dataclass(frozen=True)
class Problem:
    """What is wrong on one line of the file (line 1 names the columns)."""

    line: int
    sentence: str


@dataclass
class Places:
    """What a file holds: communes or neighbourhoods (each with the INSEE codes it lies in), and what is wrong in it."""

    communes: list[Commune] = field(default_factory=list)
    neighbourhoods: list[tuple[Neighbourhood, list[str]]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    columns: set[str] = field(default_factory=set)
    """What the file tells; the rest of a row that is there already stays."""


class Wrong(Exception):
    """One line can’t be kept; the sentence says why."""


def read_places(data: bytes, known: set[str]) -> Places:
    """The communes or the neighbourhoods of a CSV or a workbook. `known`: INSEE codes a neighbourhood may lie in.

    Lines that are wrong are left out and told; a file that can’t be read at all has one problem, on line 1.
    """
    found = Places()
    try:
        rows = spreadsheets.read(data)[0].rows
    except spreadsheets.Unreadable:
        rows = []
    heads = [spreadsheets.clean(cell).lower().replace(" ", "_") for cell in rows[0]] if rows else []
    for columns, keep in ((QPV_COLUMNS, _neighbourhood), (COMMUNE_COLUMNS, _commune)):
        places = _places_of(columns, heads)
        if NEEDED & set(columns) <= set(places):
            found.columns = set(places)
            _read_lines(rows, places, keep, found, known)
            return found
    found.problems.append(Problem(1, _(NO_COLUMNS)))
    return found


def _places_of(columns: Mapping[str, tuple[str, ...]], heads: list[str]) -> dict[str, int]:
    """{what it holds: which column}"""
    found = {}
    for name, called in columns.items():
        place = next((heads.index(one) for one in called if one in heads), None)
        if place is not None:
            found[name] = place
    return found


Keep = Callable[[dict[str, str], Places, set[str]], str]


def _read_lines(rows: list[list[str]], places: dict[str, int], keep: Keep, found: Places, known: set[str]) -> None:
    seen: dict[str, int] = {}
    for line, row in enumerate(rows[1:], start=2):
        cells = {name: row[place].strip() if place < len(row) else "" for name, place in places.items()}
        if not any(cells.values()):
            continue
        try:
            code = keep(cells, found, known if keep is _neighbourhood else set(seen))
            first = seen.setdefault(code, line)
            if first != line:
                (found.communes or found.neighbourhoods).pop()
                raise Wrong(_("“%(code)s” stands on line %(line)s already.") % {"code": code, "line": first})
        except Wrong as wrong:
            found.problems.append(Problem(line, str(wrong)))


def _commune(cells: dict[str, str], found: Places, known: set[str]) -> str:
    insee = cells["insee"].upper()
    if not INSEE.fullmatch(insee):
        raise Wrong(_("“%(code)s” is not an INSEE code: five digits, or 2A or 2B and three.") % {"code": insee})
    if not SIREN.fullmatch(cells.get("siren", "").replace(" ", "")):
        raise Wrong(_("“%(code)s” is not a SIREN: nine digits.") % {"code": cells["siren"]})
    postcodes = [one for one in APART.split(cells.get("postcodes", "")) if one]
    for one in postcodes:
        if not POSTCODE.fullmatch(one):
            raise Wrong(_("“%(code)s” is not a postcode: five digits.") % {"code": one})
    found.communes.append(
        Commune(
            insee=insee, name=_name(cells, 80), siren=cells.get("siren", "").replace(" ", ""), postcodes=postcodes,
            population=_people(cells) or 0,
        )
    )  # fmt: skip
    return insee


def _neighbourhood(cells: dict[str, str], found: Places, known: set[str]) -> str:
    code = cells["code"].upper()
    if not QPV_CODE.fullmatch(code):
        told = _("“%(code)s” is not the code of a neighbourhood: three to ten letters and digits.")
        raise Wrong(told % {"code": code})
    communes = [one.upper() for one in APART.split(cells["communes"]) if one]
    strange = [one for one in communes if one not in known]
    if strange or not communes:
        raise Wrong(_("No commune loaded has the INSEE code “%(code)s”.") % {"code": ", ".join(strange)})
    population, source = _people(cells), cells.get("source", "")
    if population is not None and not source:
        raise Wrong(_("A population needs its source: add it in a column “source”."))
    if len(source) > 200:
        raise Wrong(_("The source is longer than 200 characters."))
    area = Neighbourhood(code=code, name=_name(cells, 120), population=population, population_source=source)
    found.neighbourhoods.append((area, communes))
    return code


def _name(cells: dict[str, str], longest: int) -> str:
    if not cells["name"]:
        raise Wrong(_("The name is missing."))
    if len(cells["name"]) > longest:
        raise Wrong(_("The name is longer than %(most)s characters.") % {"most": longest})
    return cells["name"]


def _people(cells: dict[str, str]) -> int | None:
    """How many live there; None where nothing is written."""
    text = re.sub(r"\s", "", cells.get("population", ""))
    if not text:
        return None
    number = text.lstrip("0") or "0"
    if not (text.isascii() and text.isdecimal()) or int(number[:12]) > MOST:
        raise Wrong(_("“%(text)s” is not a number of inhabitants.") % {"text": cells["population"]})
    return int(number)
