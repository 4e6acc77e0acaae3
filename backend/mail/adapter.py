"""How allauth writes: through the outbox, so that a sign-in code is a letter like any other."""

import uuid
from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from backend.accounts.models import Organisation, User
from backend.accounts.queries import find_person
from backend.lib import clock
from backend.mail.actions import post

MINUTES = settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by herself: an organisation invites. Every address gets an answer, so none is given away."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """The letter stands in the outbox and its bell rings; the newest code replaces one that still waits."""
        person = find_person(email)
        letter, values = self._letter(template_prefix, email, context)
        post(
            letter,
            to=person or email,
            key=f"account:{letter.rpartition('/')[2]}:{uuid.uuid4().hex}",
            context=values,
            organisation=_first_organisation(person),
            language=None if person and person.language else get_language(),
            is_secret=True,
            drop_after=clock.now() + timedelta(minutes=MINUTES) if "code" in values else None,
            stream=f"account:{letter.rpartition('/')[2]}:{email.strip().lower()}",
        )

    def _letter(self, prefix: str, email: str, context: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """Our letter for one of allauth's, and what it needs; those we do not know keep allauth's own words."""
        if prefix.endswith("/login_code"):
            return "mail/letters/sign_in_code", {"code": context["code"], "minutes": MINUTES}
        if prefix.endswith("/unknown_account"):
            return "mail/letters/unknown_address", {"address": email}
        message = self.render_mail(prefix, email, {"email": email, "current_site": {"name": "Jalon"}, **context})
        return "mail/letters/account_notice", {"notice_subject": message.subject, "notice": message.body}

    def format_email_subject(self, subject: str) -> str:
        return str(subject)


def _first_organisation(person: User | None) -> Organisation | None:
    """Whose lead may see that the letter left (never what it says)."""
    if person is None:
        return None
    active = person.memberships.filter(ended_at=None).select_related("organisation").order_by("pk").first()
    return active.organisation if active else None
