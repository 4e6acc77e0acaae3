"""Communes and priority neighbourhoods as people write them. Postcodes and INSEE codes look alike and differ."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property

from journeys.models import Commune, Neighbourhood
from journeys.queries.imports.words import key, read_yes_no

ARTICLES = re.compile(r"^(?:qpv |quartier |cite |le |la |les |l )+")
SHORT = ((r"\bst\b", "saint"), (r"\bste\b", "sainte"), (r"\bs (?=(?:loire|erdre)\b)", "sur "), (r"\bcedex\b.*", ""))
CODE = re.compile(r"(?<!\d)\d{5}(?!\d)")


@dataclass(frozen=True)
class Found:
    """What a cell names: `value` when it is one place; else `choices` to take one of, or nothing at all."""

    value: str = ""
    choices: tuple[str, ...] = ()
    is_elsewhere: bool = False
    is_two_codes: bool = False


def commune_key(text: str) -> str:
    """A commune's name without abbreviations, codes, articles or arrondissements."""
    said = key(CODE.sub(" ", text))
    for short, long in SHORT:
        said = re.sub(short, long, said)
    said = re.sub(r"^(?:commune|ville) (?:de |d )?", "", said)
    return " ".join(re.sub(r"\b\d+\b|\b\d+e\b|\bfrance\b|\bloire atlantique\b", " ", said).split())


class Territory:
    """The communes and neighbourhoods loaded here, indexed for reading. Reads both tables once."""

    def __init__(self, communes: Iterable[Commune], neighbourhoods: Sequence[Neighbourhood]) -> None:
        self.communes = {commune.insee: commune for commune in communes}
        self.neighbourhoods = {one.code: one for one in neighbourhoods}
        self.by_name = {commune_key(commune.name): insee for insee, commune in self.communes.items()}
        self.by_postcode: dict[str, list[str]] = {}
        for insee, commune in self.communes.items():
            for postcode in commune.postcodes:
                self.by_postcode.setdefault(postcode, []).append(insee)
        self._read: dict[tuple[str, str], Found] = {}
        self._read_qpv: dict[str, tuple[str, Found]] = {}

    @classmethod
    def load(cls) -> "Territory":
        return cls(
            Commune.objects.order_by("name"), list(Neighbourhood.objects.prefetch_related("communes").order_by("name"))
        )

    def commune_name(self, insee: str) -> str:
        return self.communes[insee].name if insee in self.communes else insee

    def neighbourhood_name(self, code: str) -> str:
        return self.neighbourhoods[code].name if code in self.neighbourhoods else code

    @cached_property
    def names(self) -> list[str]:
        return [commune.name for commune in self.communes.values()]

    # --- Communes ---------------------------------------------------------------------------------
    def find_commune(self, text: str, kind: str) -> Found:
        """The INSEE code of what `text` names; `kind` is the column it stands in: commune, postcode or insee."""
        known = self._read.get((kind, text))
        if known is None:
            known = self._read[kind, text] = self._find_commune(text, kind)
        return known

    def _find_commune(self, text: str, kind: str) -> Found:
        named = commune_key(text)
        if named in self.by_name:
            return Found(self.by_name[named])
        codes = CODE.findall(re.sub(r"(?<=\d)[ .](?=\d)", "", text))
        if not codes and kind != "commune" and re.fullmatch(r"\d{4}", text):
            codes = [f"0{text}"]  # a spreadsheet took the leading zero
        if codes:
            found = sorted({insee for code in codes for insee in self._by_code(code, kind)}, key=self.commune_name)
            if len(found) == 1:
                return Found(found[0])
            doubled = kind == "commune" and any(code in self.communes and code in self.by_postcode for code in codes)
            return Found("", tuple(self.commune_name(insee) for insee in found), not found, doubled)
        close = get_close_matches(named, self.by_name, n=3, cutoff=0.75)
        return Found(
            choices=tuple(self.commune_name(self.by_name[name]) for name in close),
            is_elsewhere=not close and bool(named),
        )

    def _by_code(self, code: str, kind: str) -> list[str]:
        """A bare code under "Commune" may be either: 44120 is Vertou's postcode and Le Pellerin's INSEE code."""
        insee = [code] if code in self.communes else []
        postcode = self.by_postcode.get(code, [])
        return {"insee": insee or postcode, "postcode": postcode or insee}.get(kind, [*insee, *postcode])

    # --- Priority neighbourhoods ------------------------------------------------------------------
    @cached_property
    def _quarters(self) -> dict[str, str]:
        """{name without its article: code}, each part of a long name standing for the whole."""
        found: dict[str, str] = {}
        for code, one in self.neighbourhoods.items():
            for part in [one.name, *one.name.split(" - ")]:
                found.setdefault(ARTICLES.sub("", key(part)), code)
        return found

    def find_qpv(self, text: str) -> tuple[str, Found]:
        """("inside" | "outside" | "", the neighbourhood if one is named). A name we do not know gives choices."""
        if text not in self._read_qpv:
            self._read_qpv[text] = self._find_qpv(text)
        return self._read_qpv[text]

    def _find_qpv(self, text: str) -> tuple[str, Found]:
        said = ARTICLES.sub("", key(text))
        if said in self._quarters:
            return "inside", Found(self._quarters[said])
        for code in self.neighbourhoods:
            if code.lower() in said.split() or code[:-1].lower() in said.split():
                return "inside", Found(code)
        answer = read_yes_no(text)
        if answer is not None:
            rest = ARTICLES.sub("", re.sub(r"^(?:oui|yes) ?", "", key(text)))
            return ("inside", Found(self._quarters.get(rest, ""))) if answer else ("outside", Found())
        close = get_close_matches(said, self._quarters, n=3, cutoff=0.6)
        return "", Found(choices=tuple(dict.fromkeys(self.neighbourhood_name(self._quarters[name]) for name in close)))
