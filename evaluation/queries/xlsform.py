"""XLSForm (KoBo, ODK, SurveyCTO): its sheets “survey”, “choices” and “settings” read into the shape of our file.

What we have no question for (places, pictures, sums, repeats) is left out and named. Columns called `jalon_…` keep what
XLSForm has no word for, so that what leaves comes back the same.
Source: XLSForm reference tables (xlsform.org).
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain, count
from typing import Any

from django.utils.translation import gettext as _

from backend.lib.spreadsheets import Rows, Sheet
from evaluation.models import Item
from evaluation.queries.codes import is_choice_code, is_item_code
from evaluation.queries.design_file import FORMAT, MOST
from evaluation.queries.relevance import is_well_formed
from evaluation.queries.xlsform_relevant import NotOurs, read_relevant

K = Item.Kind
Row = dict[str, str]
KINDS = {
    "text": K.TEXT, "string": K.TEXT, "integer": K.NUMBER, "int": K.NUMBER, "decimal": K.NUMBER, "range": K.SCALE,
    "date": K.DATE, "note": K.NOTE, "acknowledge": K.CONSENT, "trigger": K.CONSENT, "select_one": K.SINGLE,
    "select_multiple": K.MULTIPLE, "yes_no": K.YES_NO,
}  # fmt: skip
SILENT = {"start", "end", "today", "deviceid", "username", "email", "phonenumber", "simserial", "subscriberid", "audit"}
"""What a tool notes by itself; nobody is asked."""
GROUPS = {"begin group": True, "begin_group": True, "end group": False, "end_group": False}
YES, NO = {"yes", "oui", "1", "true"}, {"no", "non", "0", "false"}
BOUND = re.compile(r"\.\s*(>=|<=|>|<)\s*(-?\d{1,15}(?:\.\d{1,15})?)(?![\d.])")
LONGEST_CONDITION, LONGEST_TOLD = 5000, 200
MOST_GROUPS = 300
"""Of a file with more of them, empty ones too, nothing more is read: it is too long."""
LANGUAGES = {"fr": ("french", "français", "francais", "(fr)"), "en": ("english", "anglais", "(en)")}


@dataclass
class Imported:
    """A questionnaire in the shape of `design_file`, and what was left out on the way, in sentences."""

    data: dict[str, Any]
    notes: list[str] = field(default_factory=list)


def from_xlsform(sheets: Iterable[Sheet]) -> Imported | None:
    """None when there is no sheet “survey” with a column “type”. What is wrong in it is for `wrong_with` to say."""
    by_name = {sheet.name.strip().lower(): _records(sheet.rows) for sheet in sheets}
    survey = by_name.get("survey")
    if not survey or "type" not in survey[0]:
        return None
    settings = (by_name.get("settings") or [{}])[0]
    return _Reader(survey, by_name.get("choices") or [], settings).read()


def _records(rows: Rows) -> list[Row]:
    """One dictionary a line that says anything: {heading in small letters: cell}."""
    if not rows:
        return []
    heads = [head.strip().lower() for head in rows[0]]
    lines = ({head: cell.strip() for head, cell in zip(heads, row, strict=False) if head} for row in rows[1:])
    return [line for line in lines if any(line.values())]


def _text(row: Row, name: str, language: str) -> str:
    """“label::French (fr)”, “label::fr”; a bare “label” is taken for French, the first language here."""
    for head, cell in row.items():
        stem, _colons, told = head.partition("::")
        if stem == name and (told == language or any(word in told for word in LANGUAGES[language])):
            return cell
    return row.get(name, "") if language == "fr" else ""


def _json(row: Row, name: str) -> Any:
    """What a column of ours keeps; None when nothing does."""
    try:
        return json.loads(row.get(name) or "null")
    except (ValueError, RecursionError):
        return None


def _count(text: str) -> int | None:
    """The number of minutes or answers that a cell says."""
    return int(text) if text.isdecimal() and len(text) < 5 else None


class _Reader:
    def __init__(self, survey: list[Row], choices: list[Row], settings: Row) -> None:
        self.survey, self.settings, self.notes = survey, settings, list[str]()
        self.choices: dict[str, list[Row]] = {}
        for row in choices:
            rows = self.choices.setdefault(row.get("list_name") or row.get("list name", ""), [])
            if len(rows) <= MOST["choices"]:  # one more than may be: that is said
                rows.append(row)
        self.sections: list[dict[str, Any]] = []
        self.codes: set[str] = set()
        self.renamed: dict[str, str] = {}
        self.points: dict[str, dict[str, int]] = {}
        self.chosen: set[str] = set()
        self.depth = self.repeats = self.asked = 0
        self.is_open = False

    def read(self) -> Imported:
        for row in self.survey:
            if self.is_too_long:
                break
            self._line(row)
        sections = [section for section in self.sections if section["items"] or self.is_too_long]
        for row in [*sections, *(item for section in sections for item in section["items"])]:
            if "relevance" in row:
                row["relevance"] = self._in_our_words(row["relevance"])
        title = self.settings.get("form_title", "")
        data = {"jalon": FORMAT, "title_fr": title[:160] or _("Imported questionnaire"), "sections": sections}
        if english := self.settings.get("jalon_title_en"):
            data["title_en"] = english[:160]
        if (minutes := _count(self.settings.get("jalon_minutes", ""))) is not None:
            data["minutes"] = minutes
        if anchors := _json(self.settings, "jalon_anchors"):
            data["anchors"] = anchors
        return Imported(data, self.notes)

    @property
    def is_too_long(self) -> bool:
        return self.asked > MOST["items"] or len(self.sections) > MOST_GROUPS

    def _line(self, row: Row) -> None:
        words = row.get("type", "").lower().split()
        kind = " ".join(words)
        if kind in ("begin repeat", "begin_repeat"):
            self.repeats += 1
            self._leave_out(row, _("questions that repeat"))
        elif kind in ("end repeat", "end_repeat"):
            self.repeats -= 1
        elif self.repeats or not words or kind in SILENT:
            return
        elif kind in GROUPS:
            self._group(row, begins=GROUPS[kind])
        elif words[0] in KINDS:
            self._question(row, words)
        else:
            self._leave_out(row, words[0])

    def _leave_out(self, row: Row, what: str) -> None:
        self.notes.append(_("“%(name)s” was left out: %(what)s.") % {"name": row.get("name") or "…", "what": what})

    def _group(self, row: Row, *, begins: bool) -> None:
        self.depth += 1 if begins else -1
        if begins:
            self._open(row)
        elif not self.depth:
            self.is_open = False

    def _open(self, row: Row) -> None:
        section = self._section(row.get("name", ""), row)
        if "table-list" in row.get("appearance", "") or row.get("jalon_layout") == "matrix":
            section["layout"] = "matrix"
        if (least := _count(row.get("jalon_least_answered", ""))) is not None:
            section["least_answered"] = least
        self.sections.append(section)
        self.is_open = True

    def _section(self, name: str, row: Row) -> dict[str, Any]:
        texts = {f"title_{language}": _text(row, "label", language)[:120] for language in LANGUAGES}
        texts |= {f"text_{language}": _text(row, "hint", language) for language in LANGUAGES}
        relevance = self._relevance(row)
        given = {key: text for key, text in {**texts, "relevance": relevance}.items() if text}
        return {"code": self._code(name, "S"), **given, "items": []}

    def _code(self, name: str, letter: str) -> str:
        """The name where it is a code of ours, else as much of it as can be; always another one."""
        stem = re.sub(r"[^A-Za-z0-9_]", "_", name)[:20]
        stem = stem if is_item_code(stem) else letter + stem[:19]
        more = (f"{letter}{n}" if not name else f"{stem[:16]}_{n}" for n in count(2 if name else 1))
        code = next(one for one in chain([stem] if name else [], more) if one not in self.codes)
        self.codes.add(code)
        return code

    def _relevance(self, row: Row) -> dict[str, Any]:
        text = row.get("relevant", "")
        ours = _json(row, "jalon_relevance")
        if ours is not None and is_well_formed(ours):
            return ours
        try:
            if len(text) > LONGEST_CONDITION:
                raise NotOurs(text)
            return read_relevant(text)
        except NotOurs as part:
            name = row.get("name") or "…"
            self.notes.append(
                _("“%(name)s” is asked of everybody: its condition (%(condition)s) can’t be read at “%(part)s”.")
                % {"name": name, "condition": text[:LONGEST_TOLD], "part": str(part)[:LONGEST_TOLD]}
            )
            return {}

    def _in_our_words(self, condition: Any) -> Any:
        """Names as the codes they became, and “yes” of a question that is yes or no as its point."""
        if isinstance(condition, list):
            return [self._in_our_words(one) for one in condition]
        if "fact" in condition:
            return condition
        if "item" not in condition:
            return {key: self._in_our_words(one) for key, one in condition.items()}
        code, verb, than = (
            self.renamed.get(condition["item"], condition["item"]),
            condition["is"],
            condition.get("than"),
        )
        if isinstance(than, str) and than in self.points.get(code, {}):
            return {"item": code, "is": "eq" if verb == "has" else verb, "than": self.points[code][than]}
        if isinstance(than, str) and code in self.chosen:
            than = _choice_code(than)
        return {**condition, "item": code} | ({"than": than} if "than" in condition else {})

    def _question(self, row: Row, words: list[str]) -> None:
        if not self.is_open:
            self._open({})
        given = row.get("jalon_kind", "")
        kind = K(given) if given in K.values else KINDS[words[0]]
        item: dict[str, Any] = {"code": self._code(row.get("name", ""), "Q"), "kind": str(kind)}
        self.renamed[row.get("name", "")] = item["code"]
        for language in LANGUAGES:
            texts = {"text": _text(row, "label", language)[:600], "help": _text(row, "hint", language)[:300]}
            texts |= {
                "label": row.get(f"jalon_label_{language}", "")[:120],
                "unit": row.get(f"jalon_unit_{language}", "")[:40],
            }
            item |= {f"{name}_{language}": text for name, text in texts.items() if text}
        if not item.get("text_fr"):
            item["text_fr"] = item.get("text_en") or row.get("name", "")
        if relevance := self._relevance(row):
            item["relevance"] = relevance
        if row.get("required", "").lower() in YES | {"true()"} and kind != K.NOTE:
            item["is_required"] = True
        item["allows_na"] = row.get("jalon_allows_na", "").lower() in YES
        if anchors := _json(row, "jalon_anchors"):
            item["anchors"] = anchors
        if row.get("jalon_allows_no_say", "").lower() in YES:
            item["allows_no_say"] = True
        _SPECIAL.get(kind, _plain_question)(self, item, row, words)
        self.sections[-1]["items"].append(item)
        self.asked += 1

    def choices_of(self, row: Row, words: list[str]) -> list[dict[str, Any]]:
        name = row.get("type", "").split()[1] if len(words) > 1 else ""
        found: list[dict[str, Any]] = []
        for line in self.choices.get(name, []):
            code = _choice_code(line.get("name") or line.get("value", ""))
            texts = {f"text_{language}": _text(line, "label", language)[:240] for language in LANGUAGES}
            choice: dict[str, Any] = {"code": code} | {key: text for key, text in texts.items() if text}
            choice.setdefault("text_fr", choice.get("text_en", code))
            flags = ("is_retired", "is_exclusive", "takes_text")
            choice |= {flag: True for flag in flags if line.get(f"jalon_{flag}", "").lower() in YES}
            found.append(choice)
        if "or_other" in words:
            found.append({"code": "other", "text_fr": "Autre", "text_en": "Other", "takes_text": True})
        return found


def _choice_code(name: str) -> str:
    code = re.sub(r"[^A-Za-z0-9_-]", "_", name)[:20]
    return code if is_choice_code(code) or not code else f"_{code[:19]}"


def _plain_question(reader: _Reader, item: dict[str, Any], row: Row, words: list[str]) -> None:
    if item["kind"] == K.TEXT and "multiline" in row.get("appearance", ""):
        item["kind"] = str(K.LONG_TEXT)


def _chosen(reader: _Reader, item: dict[str, Any], row: Row, words: list[str]) -> None:
    choices = reader.choices_of(row, words)
    codes = {choice["code"].lower() for choice in choices}
    if item["kind"] == K.SINGLE and len(choices) == 2 and codes & YES and codes & NO and not row.get("jalon_kind"):
        item["kind"] = str(K.YES_NO)
        reader.points[item["code"]] = {choice["code"]: int(choice["code"].lower() in YES) for choice in choices}
    elif item["kind"] != K.YES_NO:
        item["choices"] = choices
        reader.chosen.add(item["code"])


def _number(reader: _Reader, item: dict[str, Any], row: Row, words: list[str]) -> None:
    decimals = row.get("jalon_decimals", "")
    item["decimals"] = int(decimals) if decimals in ("0", "1", "2", "3", "4") else 2 if words[0] == "decimal" else 0
    for sign, bound in BOUND.findall(row.get("constraint", "")):
        if sign in (">=", "<="):
            item["least" if sign == ">=" else "most"] = bound
        elif not item["decimals"] and "." not in bound:  # whole numbers above 0 begin at 1
            item["least" if sign == ">" else "most"] = str(int(bound) + (1 if sign == ">" else -1))
    if not item["decimals"]:
        del item["decimals"]


def _scale(reader: _Reader, item: dict[str, Any], row: Row, words: list[str]) -> None:
    told = dict(part.split("=", 1) for part in row.get("parameters", "").replace(";", " ").split() if "=" in part)
    ends = [told.get(name, usual) for name, usual in (("start", "1"), ("end", "10"))]
    if all(re.fullmatch(r"-?\d{1,3}", end) for end in ends) and told.get("step", "1") == "1":
        low, high = (int(end) for end in ends)
        if (low, high) == (0, 10) and not row.get("jalon_kind"):
            item["kind"] = str(K.RECOMMEND)
        elif item["kind"] == K.SCALE:
            item["scale_min"], item["scale_max"] = low, high
    else:
        item["kind"] = str(K.NUMBER)


_SPECIAL: Mapping[Item.Kind, Callable[[_Reader, dict[str, Any], Row, list[str]], None]] = {
    K.SINGLE: _chosen, K.MULTIPLE: _chosen, K.YES_NO: _chosen, K.NUMBER: _number, K.SCALE: _scale, K.RECOMMEND: _scale,
}  # fmt: skip
