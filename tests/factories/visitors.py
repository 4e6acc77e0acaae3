"""Somebody who walks through the house as through any site: links by their words, forms as the page holds them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.test.html import Element, parse_html


def plain(text: str) -> str:
    """Every space the same, one at a time."""
    return re.sub(r"\s+", " ", text.replace("\u00a0", " ").replace("\u202f", " ")).strip()


def words_of(node: Any) -> str:
    """What a node says, without its drawings."""
    if isinstance(node, str):
        return node
    if node.name in ("svg", "script", "style"):
        return ""
    return " ".join(words_of(child) for child in node.children)


def said(node: Any) -> str:
    return plain(words_of(node))


def every(node: Element, *names: str) -> Iterator[Element]:
    for child in node.children:
        if not isinstance(child, str):
            if child.name in names:
                yield child
            yield from every(child, *names)


def attribute(node: Element, name: str) -> str | None:
    """ "" for one without a value; None where it is not there."""
    return next((value or "" for key, value in node.attributes if key == name), None)


@dataclass
class Visitor:
    """A browser without scripts. Every page must answer 200, and what is looked for must stand there."""

    client: Client = field(default_factory=Client)
    path: str = ""
    main: Element = field(default_factory=lambda: Element("main", ()), repr=False)
    answer: Any = None

    def open(self, path: str, data: dict[str, Any] | None = None, *, method: str = "get") -> "Visitor":
        self.answer = getattr(self.client, method)(path, data, follow=True)
        moves = getattr(self.answer, "redirect_chain", [])
        self.path = re.sub(r"#.*", "", moves[-1][0] if moves else path)
        if self.answer.get("Content-Type", "").startswith("text/html"):
            assert self.answer.status_code == 200, f"{self.path}: {self.answer.status_code}"
            self.main = next(every(parse_html(self.answer.content.decode()), "main"))
        return self

    @property
    def words(self) -> str:
        return said(self.main)

    def reads(self, *texts: str) -> "Visitor":
        found = self.words
        for text in texts:
            assert plain(text) in found, f"“{text}” is not on {self.path}:\n{found}"
        return self

    def reads_nowhere(self, *texts: str) -> "Visitor":
        found = self.words
        for text in texts:
            assert plain(text) not in found, f"“{text}” is on {self.path}:\n{found}"
        return self

    def follow(self, words: str, within: str = "") -> "Visitor":
        """The first link of these very words; `within`: the id of the part of the page it stands in."""
        part = self.part(within) if within else self.main
        links = [one for one in every(part, "a") if said(one) == plain(words)]
        assert links, f"no link “{words}” on {self.path}: {[said(one) for one in every(part, 'a')]}"
        href = attribute(links[0], "href") or ""
        return self.open(href if not href.startswith("?") else self.path.partition("?")[0] + href)

    def part(self, name: str) -> Element:
        found = next(
            (one for one in every(self.main, "section", "article", "li") if attribute(one, "id") == name), None
        )
        assert found, f"no part #{name} on {self.path}"
        return found

    def last_part(self, kind: str) -> str:
        """The id of the last part of the page of this class."""
        return [attribute(one, "id") or "" for one in every(self.main, "section") if kind == attribute(one, "class")][
            -1
        ]

    def value_of(self, words: str) -> str:
        """Of the option that says this."""
        return next(attribute(one, "value") or "" for one in every(self.main, "option") if said(one) == plain(words))

    def press(self, words: str, within: str = "", **typed: Any) -> "Visitor":
        """The button of these words, with what stands in its form and what is typed over it; None takes a tick away."""
        part = self.part(within) if within else self.main
        pairs = [(form, button) for form in every(part, "form") for button in every(form, "button")]
        known = [(form, button) for form, button in pairs if said(button) == plain(words)]
        assert known, f"no button “{words}” on {self.path}: {[said(button) for _form, button in pairs]}"
        form, button = known[0]
        data = fields_of(form)
        strange = [name for name in typed if name not in names_of(form)]
        assert not strange, f"{strange} can't be typed on {self.path}: {sorted(names_of(form))}"
        data |= typed
        if name := attribute(button, "name"):
            data[name] = attribute(button, "value") or ""
        data = {name: value for name, value in data.items() if value is not None}
        return self.open(attribute(form, "action") or self.path, data, method=attribute(form, "method") or "get")


def names_of(form: Element) -> set[str]:
    return {attribute(one, "name") or "" for one in every(form, "input", "select", "textarea")} - {""}


def fields_of(form: Element) -> dict[str, Any]:
    """What a browser would send of it as it stands."""
    data: dict[str, Any] = {}
    for one in every(form, "input", "select", "textarea"):
        name, kind = attribute(one, "name"), attribute(one, "type")
        if not name or attribute(one, "disabled") is not None or kind in ("submit", "file"):
            continue
        if one.name == "select":
            options = list(every(one, "option"))
            chosen = [row for row in options if attribute(row, "selected") is not None] or options[:1]
            data[name] = next((attribute(row, "value") for row in chosen), "")
        elif one.name == "textarea":
            data[name] = "".join(child for child in one.children if isinstance(child, str))
        elif kind not in ("radio", "checkbox") or attribute(one, "checked") is not None:
            data[name] = attribute(one, "value") or ""
    return data
