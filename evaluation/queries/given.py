"""An answer as it is given, in whatever shape a form, the API or a file has it, read into the columns of `Answer`."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.lib.refusal import Refused
from backend.lib.texts import writable
from evaluation.models import Answer, Choice, Item

LONGEST = {Item.Kind.TEXT: 300, Item.Kind.LONG_TEXT: 5000}
OTHER_LONGEST = 300
MISSING = ("na", "no_say")
WHOLE = re.compile(r"-?\d{1,7}")


@dataclass(frozen=True)
class Kept:
    """The columns of one answer; all empty: nothing was said, and nothing is kept."""

    value: int | None = None
    number: Decimal | None = None
    day: date | None = None
    text: str = ""
    chosen: str = ""
    missing: str = ""

    @property
    def is_empty(self) -> bool:
        return self == Kept()

    @property
    def plain(self) -> Any:
        """As conditions compare it: None where it is missing, an ISO day for a date."""
        if self.missing:
            return None
        codes = tuple(self.chosen.split()) or None
        day = self.day.isoformat() if self.day else None
        return next((one for one in (self.value, self.number, day, codes) if one is not None), self.text or None)

    @property
    def json(self) -> dict[str, Any]:
        """Only the columns that say something, plain enough for JSON."""
        said = {name: one for name, one in asdict(self).items() if one not in (None, "")}
        return {name: one if isinstance(one, int | str) else str(one) for name, one in said.items()}


def kept_of(answer: Answer) -> Kept:
    return Kept(**{name: getattr(answer, name) for name in Answer.COLUMNS})


def from_json(columns: Mapping[str, Any]) -> Kept:
    """Back from `Kept.json`."""
    number, day = columns.get("number"), columns.get("day")
    return Kept(
        value=columns.get("value"),
        number=None if number is None else Decimal(number),
        day=None if day is None else date.fromisoformat(day),
        text=columns.get("text", ""),
        chosen=columns.get("chosen", ""),
        missing=columns.get("missing", ""),
    )


@dataclass(frozen=True)
class Picked:
    """A choice with the words it asks for."""

    codes: tuple[str, ...]
    text: str = ""


@dataclass(frozen=True)
class Reading:
    """One item and the choices it has, read once for many answers."""

    item: Item
    choices: tuple[Choice, ...] = field(default=())

    def read(self, given: Any) -> Kept:
        """`given`: a whole number, Decimal, date, text (also of a number or a day), a code, codes, `Picked` or
        {"codes": […], "text": "…"}; "na" or None for “not applicable”, "no_say" for “I prefer not to say” (where words
        are asked for, {"missing": "no_say"}); "" for nothing, which takes back what was said. Refused, naming the
        item, when it does not fit the item.
        """
        item = self.item
        if isinstance(given, Mapping) and given.get("missing") in MISSING:
            return self._missing(given["missing"])
        if given is None or (isinstance(given, str) and given in MISSING and not self._is_code(given)):
            return self._missing(given or "na")
        if isinstance(given, str) and not given.strip():
            return Kept()
        if item.kind in Item.POINTS:
            return self._point(given)
        if item.kind in Item.CHOSEN:
            return self._chosen(given)
        readers = {Item.Kind.NUMBER: self._number, Item.Kind.DATE: self._day}
        return readers.get(Item.Kind(item.kind), self._written)(given)

    def _is_code(self, given: str) -> bool:
        """A choice or a word may be called “na”: in those kinds it is what it says."""
        return self.item.kind in Item.WRITTEN or any(one.code == given for one in self.choices)

    def _no(self, sentence: str) -> Refused:
        return Refused(sentence, field=self.item.code)

    def _missing(self, why: str) -> Kept:
        allowed = {"na": self.item.allows_na, "no_say": self.item.allows_no_say}
        if not allowed[why] or not self.item.is_asked:
            raise self._no(_("This question takes an answer of its own."))
        return Kept(missing=why)

    def _point(self, given: Any) -> Kept:
        low, high = self.item.bounds
        value = {True: 1, False: 0}[given] if isinstance(given, bool) else _whole(given)
        if value is None or not low <= value <= high:
            raise self._no(_("This answer is not on the scale."))
        return Kept(value=value)

    def _chosen(self, given: Any) -> Kept:
        picked = _picked(given)
        known = {one.code: one for one in self.choices if not one.is_retired}
        if picked is None or any(code not in known for code in picked.codes):
            raise self._no(_("This choice is not offered."))
        taken = [one for one in self.choices if one.code in set(picked.codes)]
        if not taken:
            return Kept()
        if self.item.kind == Item.Kind.SINGLE and len(taken) > 1:
            raise self._no(_("Choose one answer only."))
        if len(taken) > 1 and (alone := next((one for one in taken if one.is_exclusive), None)):
            raise self._no(_("“%(choice)s” goes with no other choice.") % {"choice": alone.text})
        text = writable(picked.text).strip() if any(one.takes_text for one in taken) else ""
        if len(text) > OTHER_LONGEST:
            raise self._no(_too_long(OTHER_LONGEST))
        return Kept(chosen=f" {' '.join(one.code for one in taken)} ", text=text)

    def _number(self, given: Any) -> Kept:
        item, number = self.item, _decimal(given)
        if number is None:
            raise self._no(_("Write a number, such as 12 or 3.5."))
        if item.least is not None and number < item.least:
            raise self._no(_("At least %(number)s.") % {"number": _plain(item.least)})
        if item.most is not None and number > item.most:
            raise self._no(_("At most %(number)s.") % {"number": _plain(item.most)})
        if number != round(number, item.decimals):
            raise self._no(
                ngettext("%(n)d decimal at most.", "%(n)d decimals at most.", item.decimals) % {"n": item.decimals}
                if item.decimals
                else _("A whole number is asked for.")
            )
        return Kept(number=round(number, 4))

    def _day(self, given: Any) -> Kept:
        try:
            day = given if isinstance(given, date) else date.fromisoformat(str(given).strip())
        except ValueError:
            raise self._no(_("Write a day, such as 2026-11-23.")) from None
        if not 1900 <= day.year <= 2200:
            raise self._no(_("This year is too far away."))
        return Kept(day=day)

    def _written(self, given: Any) -> Kept:
        if not self.item.is_asked or not isinstance(given, str):
            raise self._no(_("This question takes words."))
        longest, text = LONGEST[Item.Kind(self.item.kind)], writable(given).strip()
        if len(text) > longest:
            raise self._no(_too_long(longest))
        return Kept(text=text)


def _too_long(longest: int) -> str:
    return ngettext("%(n)d character at most.", "%(n)d characters at most.", longest) % {"n": longest}


def _whole(given: Any) -> int | None:
    if isinstance(given, int):
        return given
    text = str(given).strip()
    return int(text) if WHOLE.fullmatch(text) else None


def _decimal(given: Any) -> Decimal | None:
    text = str(given).strip().replace("\xa0", "").replace("\u202f", "").replace(" ", "").replace(",", ".")
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < 10**12 else None


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")


def _picked(given: Any) -> Picked | None:
    if isinstance(given, Picked):
        return given
    if isinstance(given, str):
        return Picked((given,))
    if isinstance(given, Mapping):
        codes, text = given.get("codes", ()), given.get("text", "")
        if isinstance(codes, str):
            codes = [codes]
        if not isinstance(codes, list | tuple) or not isinstance(text, str):
            return None
        return Picked(tuple(codes), text) if all(isinstance(one, str) for one in codes) else None
    if isinstance(given, list | tuple) and all(isinstance(one, str) for one in given):
        return Picked(tuple(given))
    return None
