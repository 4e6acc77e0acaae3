"""Links by which people without an account sign: one party, one text; used once, it opens nothing."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts import actions as accounts
from backend.accounts.models import User
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.web.reading import day as read_day
from backend.web.reading import moment
from journeys.actions.immersions import signing_letters as letters
from journeys.actions.immersions.drafts import locked, note
from journeys.models import Amendment, Immersion, Party, Signature
from journeys.queries.signing import PAUSE, signatories

PURPOSE = "signature"
OPEN_FOR_DAYS = 60
State = Signature.State


def ask_parties(immersion: Immersion, parties: list[Party], *, amendment: Amendment | None = None) -> list[Signature]:
    """Each of these parties is asked to sign the text as it reads now, by a letter with her own link.

    The caller holds the immersion, and has sealed the text. A party without an e-mail signs on paper.
    """
    people, text = signatories(immersion), (amendment or immersion).fingerprint
    rows = []
    for party in parties:
        name, email = people[party]
        row = Signature.objects.create(
            immersion=immersion, amendment=amendment, party=party, state=State.ASKED, name=name, email=email.lower(),
            asked_at=clock.now(), fingerprint=text, method=Signature.Method.LINK,
        )  # fmt: skip
        if email:
            send_link(row, letter=letters.ASK, key=f"sign_ask:{row.pk}")
        rows.append(row)
    return rows


def send_link(signature: Signature, *, letter: str, key: str, **context: Any) -> None:
    """A letter with a fresh link to this party; a former link opens nothing any more."""
    accounts.revoke_links(signature, purpose=PURPOSE)
    _link, token = accounts.make_link(PURPOSE, about=signature, email=signature.email, days=OPEN_FOR_DAYS)
    letters.ask(signature, token, letter=letter, key=key, **context)


def close_link(signature: Signature) -> None:
    """The links of this party open nothing any more."""
    accounts.revoke_links(signature, purpose=PURPOSE)


def last_letter_at(signature: Signature) -> datetime | None:
    """When this party was last written to."""
    return max((one for one in (signature.asked_at, signature.reminded_at) if one), default=None)


def refuse_other_day(signed_on: date, sent_at: datetime | None, immersion: Immersion) -> None:
    """A paper is signed on a day that has come, and not before its text went out."""
    zone = immersion.step.journey.programme.organisation.time_zone
    if signed_on > clock.today(zone):
        raise Refused(_("A paper is signed on a day that has come."), field="signed_on")
    if sent_at and signed_on < sent_at.astimezone(ZoneInfo(zone)).date():
        words = {"day": read_day(sent_at.astimezone(ZoneInfo(zone)).date())}
        raise Refused(_("This text went out on %(day)s: nobody signed it before.") % words, field="signed_on")


@transaction.atomic
def resend_signature(signature: Signature, *, by: User | None) -> Signature:
    """This party gets the letter again, with a fresh link: her alone.

    Refused once she has answered, when the text has changed or is not out to be signed any more, without an e-mail, and
    within 24 hours of the last letter, which is named.
    """
    locked(signature.immersion)
    signature.refresh_from_db()
    if not signature.is_awaited:
        raise Refused(_("This party is not awaited any more."))
    if not signature.email:
        raise Refused(_("No e-mail is known: they sign on paper."))
    last = last_letter_at(signature)
    if last is not None and clock.now() < last + PAUSE:
        raise Refused(
            _("The last letter left on %(when)s: wait until %(until)s before writing again.")
            % {"when": moment(last), "until": moment(last + PAUSE)}
        )
    signature.reminded_at = clock.now()
    signature.save(update_fields=["reminded_at"])
    note("resend_signature", signature.immersion, by=by, party=signature.party)
    send_link(signature, letter=letters.ASK, key=f"sign_again:{signature.pk}:{signature.reminded_at:%Y%m%d%H%M%S}")
    return signature
