"""Sample data of the letters about accounts and about letters themselves."""

from datetime import date, datetime
from functools import partial
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.accounts.models import Invitation, Membership
from backend.mail.gallery import SECRET, Cast, sample
from backend.mail.models import Email, FailingAddress
from backend.mail.weekly import Line, Part, sheet


@sample(
    "mail/letters/sign_in_code",
    to="anybody",
    when=gettext_lazy("At once, when somebody asks to sign in."),
)
def sign_in_code(cast: Cast, face: str) -> dict[str, Any]:
    return {"code": "123456", "minutes": 15}


@sample(
    "mail/letters/unknown_address",
    to="anybody",
    when=gettext_lazy("At once, when somebody asks to sign in with an address that nobody here has."),
)
def unknown_address(cast: Cast, face: str) -> dict[str, Any]:
    return {"address": cast.holder.email}


@sample(
    "mail/letters/account_notice",
    to="anybody",
    when=gettext_lazy("At once, when something about an account changes."),
)
def account_notice(cast: Cast, face: str) -> dict[str, Any]:
    return {"notice_subject": _("Your account"), "notice": _("Your e-mail address was changed.")}


@sample(
    "mail/letters/invitation",
    to="anybody",
    when=gettext_lazy("When a lead invites somebody into the organisation."),
)
def invitation(cast: Cast, face: str) -> dict[str, Any]:
    row = Invitation(
        organisation=cast.organisation, email=cast.holder.email, role=Membership.Role.MENTOR, invited_by=cast.lead,
        expires_at=cast.at(14, 12),
    )  # fmt: skip
    return {"invitation": row, "token": SECRET, "inviter": cast.lead}


def _answered(cast: Cast) -> str:
    return _("How was your session with %(person)s?") % {"person": cast.holder}


@sample(
    "mail/letters/reply",
    to="mentor holder lead",
    when=gettext_lazy("When somebody answers a letter in words: to whom the letter was about, or to the leads."),
    faces={"unknown": gettext_lazy("from somebody who is not known, with files")},
)
def reply(cast: Cast, face: str) -> dict[str, Any]:
    words = _("Thank you for your letter. Could we talk about it on Friday?")
    if face == "unknown":
        return {"who": "", "answered": _answered(cast), "said": words, "files": 2}
    return {"who": str(cast.holder), "answered": _answered(cast), "said": words, "files": 0}


@sample(
    "mail/letters/files_refused",
    to="anybody",
    when=gettext_lazy("Once, when somebody answers a letter with a file."),
)
def files_refused(cast: Cast, face: str) -> dict[str, Any]:
    return {"answered": _answered(cast)}


@sample(
    "mail/letters/address_failing",
    to="lead",
    when=gettext_lazy("When a letter comes back for good: once for each address."),
)
def address_failing(cast: Cast, face: str) -> dict[str, Any]:
    letter = Email(subject=_answered(cast), to_name=str(cast.mentor), to_address=cast.mentor.email)
    failing = FailingAddress(address=cast.mentor.email, status="5.1.1", words="550 5.1.1 User unknown", letter=letter)
    return {"letter": letter, "who": str(cast.mentor), "failing": failing}


@sample(
    "mail/letters/not_through",
    to="lead",
    when=gettext_lazy("When letters were refused or given up: at most once an hour."),
)
def not_through(cast: Cast, face: str) -> dict[str, Any]:
    to_mentor = Email(subject=_answered(cast), to_name=str(cast.mentor), state=Email.State.FAILED)
    to_holder = Email(subject=_("Your account"), to_name=str(cast.holder), state=Email.State.DEAD)
    rows = [(to_mentor, "550 5.1.1 User unknown"), (to_holder, "451 4.7.1 Try again later")]
    return {"rows": rows, "count": len(rows), "more": 0}


@sample(
    "mail/letters/weekly",
    to="holder mentor lead companion",
    when=gettext_lazy("Once a week, on the day and at the hour of the organisation; not when there is nothing to say."),
    faces={"mentor": gettext_lazy("to a mentor"), "lead": gettext_lazy("to a programme lead")},
)
def weekly(cast: Cast, face: str) -> dict[str, Any]:
    person = {"person": cast.holder}
    said: dict[str, list[tuple[Part, str, str]]] = {
        "": [
            (Part.WEEK, _("Session with %(person)s") % {"person": cast.mentor}, day_and_hour(cast.at(2, 14))),
            (Part.OWED, _("To confirm: 1 h 30 of mentoring"), day_of(cast.on(-3))),
            (Part.OWED, _("To answer: a questionnaire"), _("open until %(day)s") % {"day": day_of(cast.on(20))}),
        ],
        "mentor": [
            (Part.WEEK, _("Session with %(person)s") % person, day_and_hour(cast.at(2, 14))),
            (Part.OWED, _("To log: your session with %(person)s") % person, day_and_hour(cast.at(-5, 10))),
            (Part.BESIDE, _("%(person)s: call the bank") % person, day_of(cast.on(3))),
        ],
        "lead": [
            (Part.NEEDS, f"{cast.holder}", _("Nothing for 35 days, and no date ahead.")),
            (Part.DECIDE, _("%(person)s asks for more time") % person, day_of(cast.on(-2))),
            (Part.LETTERS, _("2 letters did not get through"), ""),
        ],
    }
    lines = [
        Line(0, part, words, partial(str, words), f"/{SECRET}/", partial(str, note)) for part, words, note in said[face]
    ]
    return {"sections": sheet(lines, {}, cast.at(7, 8)).sections, "first": cast.at(0, 8)}


def day_of(on: date) -> str:
    return formats.date_format(on, "l j F")


def day_and_hour(at: datetime) -> str:
    return f"{day_of(at.date())}, {_('%(hour)d:00') % {'hour': at.hour}}"
