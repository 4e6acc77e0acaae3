"""Small helpers that write HTML for the components; everything that comes from outside is escaped here."""

import functools
from collections.abc import Iterable, Mapping
from html import escape
from importlib.resources import files
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe

TONES = ("neutral", "good", "info", "warn", "bad")
BUTTON_TONES = ("main", "quiet", "plain", "danger")
NOTHING = SafeString("")


def escaped(value: object) -> str:
    """As a page says it: what is safe already stays, everything else is written with its signs escaped."""
    if isinstance(value, Promise):
        value = str(value)
    if isinstance(value, int | SafeString):
        return str(value)
    return value.__html__() if hasattr(value, "__html__") else escape(str(value))


def format_html(pattern: str, *args: object) -> SafeString:
    """Django's, in a third of the time: a page of figures asks for it five hundred times."""
    return SafeString(pattern.format(*map(escaped, args)))


def format_html_join(separator: str, pattern: str, lines: Iterable[Iterable[object]]) -> SafeString:
    """The same of each line, with something between them."""
    return SafeString(escaped(separator).join(pattern.format(*map(escaped, line)) for line in lines))


def one_of(value: str, allowed: Iterable[str], what: str) -> str:
    """`value`, or ValueError: a mistyped tone must not pass in silence."""
    if value not in allowed:
        raise ValueError(f"{what} {value!r} is not one of {', '.join(allowed)}")
    return str(value)


def classes(*names: str) -> str:
    """The names that are not empty, in one attribute."""
    return " ".join(name for name in names if name)


def attributes(values: Mapping[str, object]) -> SafeString:
    """` name="value"` for each; True writes the bare name; False, None and "" are left out."""
    kept = {name: value for name, value in values.items() if value not in (False, None, "")}
    return format_html_join(
        "",
        "{}",
        (
            (format_html(" {}", name) if value is True else format_html(' {}="{}"', name, value),)
            for name, value in kept.items()
        ),
    )


@functools.lru_cache(maxsize=512)
def icon_svg(name: str, size: int = 20, label: str = "", style: str = "outline") -> SafeString:
    """A heroicon; hidden from screen readers unless it has a label. An unknown name raises."""
    spoken = {"role": "img", "aria-label": label} if label else {"aria-hidden": "true"}
    try:
        icon = ElementTree.fromstring(_drawings().read(f"{style}/{name}.svg"))  # noqa: S314 - a package, pinned by hash
    except KeyError:
        raise ValueError(f"The icon {name!r} in {style!r} does not exist.") from None
    for node in icon.iter():
        node.tag = node.tag.rpartition("}")[2]
    icon.attrib.update(
        {"width": str(size), "height": str(size), "class": f"icon icon-{size}", "focusable": "false", **spoken}
    )
    # The drawing comes from the heroicons package; its attributes are escaped by ElementTree.
    return mark_safe(ElementTree.tostring(icon, encoding="unicode"))


@functools.cache
def _drawings() -> ZipFile:
    """The icons of the heroicons package, opened once: its list of 1,300 was read for each icon of a first page."""
    return ZipFile(BytesIO((files("heroicons") / "heroicons.zip").read_bytes()))
