"""What stands between Jalon and a calendar on somebody's own server, in words, and what to do about it. Pure."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from backend.calendars.models import OwnCalendar

Reason = OwnCalendar.Reason
STOPS = {Reason.PASSWORD, Reason.SECRET, Reason.SIGN_IN, Reason.LOST, Reason.READ_ONLY}
"""These wait for her: trying again by ourselves would change nothing, and could lock her account there."""
NEW_PASSWORD = {Reason.PASSWORD, Reason.SECRET, Reason.SIGN_IN}
OTHER_CALENDAR = {Reason.LOST, Reason.READ_ONLY}

SENTENCES: dict[str, Promise] = {
    "address": _("This is not the address of a server: it looks like https://cloud.example.org."),
    "scheme": _("This server wants to be spoken to without encryption: Jalon sends no password that way."),
    "port": _("This address names a port that Jalon does not use."),
    "private": _("This address leads into a private network, where Jalon does not go."),
    "unknown": _("There is no server of this name: check the address."),
    "tls": _("This server’s certificate is not valid: Jalon sends no password there."),
    "redirect": _("This server leads to another one: give the address of that one."),
    "large": _("This server answers something that Jalon does not understand."),
    "no_caldav": _("There is no calendar service (CalDAV) at this address: your provider’s help gives the right one."),
    "no_calendar": _("The server knows you, but has no calendar in which you may write: make one there first."),
    "elsewhere": _(
        "Google and Microsoft let no other program write with a password: make an address to subscribe to instead."
    ),
    Reason.PASSWORD: _(
        "The server refuses this user name or this password. Most servers want a password made for Jalon alone."
    ),
    Reason.SECRET: _("Jalon can no longer read the password you gave: type it once more."),
    Reason.SIGN_IN: _("The server asks for a way of signing in that Jalon does not have."),
    Reason.LOST: _("This calendar is no longer on the server."),
    Reason.READ_ONLY: _("The server no longer lets Jalon write into this calendar."),
    Reason.FULL: _("There is no room left on the server."),
    Reason.BUSY: _("The server is busy and asks us to come again later."),
    Reason.SERVER: _("The server is in trouble."),
    Reason.UNREACHABLE: _("The server can’t be reached."),
    Reason.SLOW: _("The server takes too long to answer."),
    Reason.BROKEN: _("This server answers something that Jalon does not understand."),
    Reason.REFUSED: _("The server leads to a place where Jalon does not go."),
}  # fmt: skip
SENTENCES["forbidden"] = SENTENCES[Reason.PASSWORD]
KEPT_AS: dict[str, str] = {
    "forbidden": Reason.PASSWORD,
    **dict.fromkeys(("unknown", "tls"), Reason.UNREACHABLE),
    **dict.fromkeys(("address", "scheme", "port", "private", "redirect"), Reason.REFUSED),
}


def sentence_of(reason: str) -> Promise:
    """What a person reads; that of an answer not understood for anything unknown."""
    return SENTENCES.get(reason, SENTENCES[Reason.BROKEN])


def kept_as(reason: str) -> str:
    """The reason as a calendar keeps it."""
    return KEPT_AS.get(reason, reason if reason in Reason.values and reason else Reason.BROKEN)
