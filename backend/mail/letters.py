"""From a template to what a person reads: subject, text and page, in her language and on her clock."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone, translation

from backend.accounts.models import Organisation, User
from backend.mail.choosing import token_of
from backend.mail.dress import dressed
from backend.mail.kinds import kind_of

HIDDEN = "«…»"
# Somebody pasted them into a title or a place: no reader shows them, and some take them for the end of a line.
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
PREHEADER = 140
# Keeps mail programs from showing what follows the preheader beside it: they show what is printed, and this is not.
FILLER = "\u034f\u200c\u00a0" * 60
SPACES = re.compile(r"[ \t\r\n]+")
ADDRESS = re.compile(r"<[\w.+'’-]+@[\w-]+(?:\.[\w-]+)+>|[\w.+'’-]+@[\w-]+(?:\.[\w-]+)+")
# The secret of a link is the only thing in an address that is this long and this shapeless.
TOKEN = re.compile(r"(?<=/)[A-Za-z0-9_-]{22,}(?![A-Za-z0-9_-])")


@dataclass(frozen=True)
class Reader:
    """Whom a letter is written to, with or without an account; templates know her as `reader`."""

    address: str
    name: str
    first_name: str
    language: str
    time_zone: str
    user: User | None = None

    def __str__(self) -> str:
        return self.name or self.address

    @property
    def email(self) -> str:
        return self.address

    def get_full_name(self) -> str:
        return self.name


@dataclass(frozen=True)
class Rendered:
    """One letter, ready to be put into bytes."""

    subject: str
    text: str
    html: str


def reader_of(to: User | str, name: str, language: str | None, organisation: Organisation | None) -> Reader:
    """Her own language and clock, else her organisation's, else French in Paris."""
    house = organisation.language if organisation else settings.LANGUAGE_CODE
    zone = organisation.time_zone if organisation else settings.TIME_ZONE
    if isinstance(to, User):
        return Reader(
            address=to.email,
            name=name or to.get_full_name(),
            first_name=to.first_name,
            language=language or to.language or house,
            time_zone=to.time_zone or zone,
            user=to,
        )
    return Reader(address=to.strip(), name=name, first_name="", language=language or house, time_zone=zone)


def zone_of(reader: Reader) -> ZoneInfo:
    """Her clock; that of the house where hers has no name that is known."""
    try:
        return ZoneInfo(reader.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(settings.TIME_ZONE)


def choices_url(reader: Reader) -> str:
    """Where she chooses her letters, signed in or not."""
    return settings.SITE_URL + reverse("mail:letter_choices_link", args=[_token(reader)])


def stop_url(reader: Reader, template: str) -> str:
    """Where one click stops the letters of this kind (RFC 8058); "" when they can't be refused."""
    kind = kind_of(template)
    if not kind.is_refusable:
        return ""
    return settings.SITE_URL + reverse("mail:letters_stop", args=[kind.code, _token(reader)])


def _token(reader: Reader) -> str:
    return token_of(reader.user.pk if reader.user else None, reader.address)


def render(
    template: str, reader: Reader, context: Mapping[str, Any], organisation: Organisation | None = None
) -> Rendered:
    """`<template>_subject.txt`, `<template>.txt` and `<template>.html` for this reader. Only the page is escaped."""
    values = _values(template, reader, context, organisation)
    with translation.override(reader.language), timezone.override(zone_of(reader)):
        values["subject"] = _subject(template, values)
        text = _without_gaps(_plain(f"{template}.txt", values))
        values["preheader"] = _preheader(text)
        html = dressed(CONTROLS.sub("", get_template(f"{template}.html").render(values)))
    return Rendered(subject=values["subject"], text=text, html=html.strip() + "\n")


def render_subject(
    template: str, reader: Reader, context: Mapping[str, Any], organisation: Organisation | None = None
) -> str:
    """What `render` would say as its subject."""
    with translation.override(reader.language), timezone.override(zone_of(reader)):
        return _subject(template, _values(template, reader, context, organisation))


def _values(
    template: str, reader: Reader, context: Mapping[str, Any], organisation: Organisation | None
) -> dict[str, Any]:
    """What templates know besides the context of the letter."""
    kind = kind_of(template)
    return {
        "kind": kind,
        "stop_url": stop_url(reader, template),
        "choices_url": choices_url(reader) if kind.code != "account" else "",
        "site_url": settings.SITE_URL,
        "reader": reader,
        "organisation": organisation,
        "language": reader.language,
        "zone": zone_of(reader).key,
        "filler": FILLER,
        **context,
    }


def _subject(template: str, values: Mapping[str, Any]) -> str:
    """On one line; spaces that hold two words together stay what they are."""
    return SPACES.sub(" ", _plain(f"{template}_subject.txt", values)).strip()


def _preheader(text: str) -> str:
    """What lists of letters show beside the subject: the first words after the greeting, unless they are an address."""
    said = text.split("\n\n")[1:2]
    words = SPACES.sub(" ", said[0]).strip() if said else ""
    if "://" in words or len(words) <= PREHEADER:
        return "" if "://" in words else words
    return words[:PREHEADER].rpartition(" ")[0] + "…"


def _plain(name: str, values: Mapping[str, Any]) -> str:
    """A template that is not HTML: nothing is escaped."""
    found: Any = get_template(name)  # Django's wrapper, whose template can be rendered without escaping
    return CONTROLS.sub("", str(found.template.render(Context(dict(values), autoescape=False))))


def _without_gaps(text: str) -> str:
    """Template tags leave empty lines behind: never more than one in a row, none at the ends."""
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"


def masked(body: str) -> str:
    """`body` with the secret of every link replaced: who reads it over a shoulder can act on nothing."""
    return TOKEN.sub(HIDDEN, body)


def without_addresses(body: str) -> str:
    """`body` with every e-mail address replaced."""
    return ADDRESS.sub(HIDDEN, body)
