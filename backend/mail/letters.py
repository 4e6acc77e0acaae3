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
from backend.mail.kinds import kind_of

HIDDEN = "«…»"
ADDRESS = re.compile(r"[\w.+'’-]+@[\w-]+(?:\.[\w-]+)+")
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
    kind, zone = kind_of(template), zone_of(reader)
    values = {
        "kind": kind,
        "stop_url": stop_url(reader, template),
        "choices_url": choices_url(reader) if kind.code != "account" else "",
        "site_url": settings.SITE_URL,
        "reader": reader,
        "organisation": organisation,
        "language": reader.language,
        "zone": zone.key,
        **context,
    }
    with translation.override(reader.language), timezone.override(zone):
        subject = " ".join(_plain(f"{template}_subject.txt", values).split())
        text = _plain(f"{template}.txt", {**values, "subject": subject})
        html = get_template(f"{template}.html").render({**values, "subject": subject})
    return Rendered(subject=subject, text=_without_gaps(text), html=html.strip() + "\n")


def _plain(name: str, values: Mapping[str, Any]) -> str:
    """A template that is not HTML: nothing is escaped."""
    found: Any = get_template(name)  # Django's wrapper, whose template can be rendered without escaping
    return str(found.template.render(Context(dict(values), autoescape=False)))


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
