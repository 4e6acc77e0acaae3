"""The conditions of XLSForm, `${Q1} = 'yes' and not(selected(${Q2}, 'b'))`, read into ours and written back."""

import re
from collections.abc import Mapping
from typing import Any

TOKEN = re.compile(
    r"\s*(?:(?P<name>\$\{[^}]+\})|(?P<text>'[^']*'|\"[^\"]*\"|‘[^’]*’|’[^’]*’)|(?P<number>-?\d{1,15}(?:\.\d{1,15})?)"
    r"|(?P<sign>!=|<=|>=|=|<|>|\(|\)|,)|(?P<word>[A-Za-z_-]+))"
)
SIGNS = {"=": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
MIRRORED = {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le"}
BACK = {verb: sign for sign, verb in SIGNS.items()}


class NotOurs(Exception):
    """A condition that we do not have; the message is the part that is not understood."""


def read_relevant(text: str) -> dict[str, Any]:
    """The condition of one cell; {} for an empty one. Raises NotOurs."""
    if not text.strip():
        return {}
    parser = _Parser(_tokens(text))
    found = parser.either()
    parser.end()
    return found


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at, text = [], 0, text.strip()
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            raise NotOurs(text[at:])
        kind = str(match.lastgroup)
        found.append((kind, match[kind]))
        at = match.end()
    return found


class _Parser:
    """or, below it and, below it not(…), (…), selected(…, …) and comparisons."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens, self.at, self.depth = tokens, 0, 0

    def end(self) -> None:
        if self.at < len(self.tokens):
            raise NotOurs(self.tokens[self.at][1])

    def _peek(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")

    def _take(self, value: str = "") -> tuple[str, str]:
        token = self._peek()
        if token[0] == "end" or (value and token[1].lower() != value):
            raise NotOurs(token[1] or "…")
        self.at += 1
        return token

    def either(self) -> dict[str, Any]:
        return self._joined("or", "any", self.both)

    def both(self) -> dict[str, Any]:
        return self._joined("and", "all", self.one)

    def _joined(self, word: str, key: str, part: Any) -> dict[str, Any]:
        parts = [part()]
        while self._peek()[1].lower() == word:
            self._take()
            parts.append(part())
        return parts[0] if len(parts) == 1 else {key: parts}

    def one(self) -> dict[str, Any]:
        kind, value = self._peek()
        if kind == "word" and value.lower() == "not":
            self._take()
            return {"not": self._inside()}
        if kind == "word" and value.lower() == "selected":
            return self._selected()
        return self._inside() if value == "(" else self._compared()

    def _inside(self) -> dict[str, Any]:
        self.depth += 1
        if self.depth > 5:
            raise NotOurs("((((((")
        self._take("(")
        found = self.either()
        self._take(")")
        self.depth -= 1
        return found

    def _selected(self) -> dict[str, Any]:
        self._take()
        self._take("(")
        name = self._name(self._take())
        self._take(",")
        code = _plain(self._take())
        self._take(")")
        return {"item": name, "is": "has", "than": str(code)}

    def _compared(self) -> dict[str, Any]:
        left, sign, right = self._take(), self._take(), self._take()
        if sign[1] not in SIGNS:
            raise NotOurs(sign[1])
        verb = SIGNS[sign[1]]
        if left[0] != "name":
            left, right, verb = right, left, MIRRORED.get(verb, verb)
        name, than = self._name(left), _plain(right)
        if than == "" and verb in ("eq", "ne"):
            return {"item": name, "is": "unanswered" if verb == "eq" else "answered"}
        return {"item": name, "is": verb, "than": than}

    @staticmethod
    def _name(token: tuple[str, str]) -> str:
        if token[0] != "name":
            raise NotOurs(token[1])
        return token[1][2:-1].strip()


def _plain(token: tuple[str, str]) -> str | int | float:
    kind, value = token
    if kind == "text":
        return value[1:-1]
    if kind != "number":
        raise NotOurs(value)
    return float(value) if "." in value else int(value)


def write_relevant(condition: Mapping[str, Any]) -> str:
    """Our condition as XLSForm has it. Raises NotOurs for facts of the journey, which no other tool knows."""
    if not condition:
        return ""
    if "all" in condition or "any" in condition:
        word = " and " if "all" in condition else " or "
        parts = [write_relevant(one) for one in condition["all" if "all" in condition else "any"]]
        return parts[0] if len(parts) == 1 else word.join(f"({one})" for one in parts)
    if "not" in condition:
        return f"not({write_relevant(condition['not'])})"
    if "fact" in condition:
        raise NotOurs(condition["fact"])
    name, verb, than = f"${{{condition['item']}}}", condition["is"], condition.get("than")
    if verb in ("answered", "unanswered"):
        return f"{name} {'!=' if verb == 'answered' else '='} ''"
    if verb == "in":
        return " or ".join(f"{name} = {_quoted(one)}" for one in than or ())
    if verb == "has":
        return f"selected({name}, {_quoted(than)})"
    return f"{name} {BACK[verb]} {_quoted(than)}"


def _quoted(value: Any) -> str:
    return f"'{value}'" if isinstance(value, str) else str(value)
