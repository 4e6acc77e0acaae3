"""Which letters somebody does without."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.history.actions import record
from backend.lib.refusal import Refused
from backend.mail.actions.pacing import choose_hours, choose_near
from backend.mail.kinds import KINDS, templates_of
from backend.mail.models import Email, LetterChoice
from backend.mail.queries import unwanted_kinds


@transaction.atomic
def choose_letters(
    to: User | str, wanted: Mapping[str, bool], *, by: User | None, hours: tuple[int, int] | None = None,
    near: str | None = None,
) -> None:  # fmt: skip
    """From now on this person (or this address of nobody known) gets the letters of these kinds, or does not.

    Those that still wait to leave stay here as well. `hours`: between which of her day letters come that can wait.
    `near`: when she is reminded of dates. Refused for a kind that nobody can do without.
    """
    refused = unwanted_kinds(to)
    for code, is_wanted in wanted.items():
        if code not in KINDS or not KINDS[code].is_refusable:
            raise Refused(_("These letters can’t be stopped: they are needed."), field="kind")
        if is_wanted == (code in refused):
            _choose(to, code, is_wanted, by)
    if hours and isinstance(to, User):
        choose_hours(to, opens_at=hours[0], closes_at=hours[1], by=by)
    if near is not None and isinstance(to, User):
        choose_near(to, near, by=by)


def _choose(to: User | str, code: str, is_wanted: bool, by: User | None) -> None:
    if isinstance(to, User):
        choice, _new = LetterChoice.objects.update_or_create(user=to, kind=code, defaults={"is_wanted": is_wanted})
        LetterChoice.objects.filter(user=None, address=to.email.lower(), kind=code).update(is_wanted=is_wanted)
    else:
        choice, _new = LetterChoice.objects.update_or_create(
            user=None, address=to.strip().lower(), kind=code, defaults={"is_wanted": is_wanted}
        )
    record("choose_letters", choice, by=by, kind=code, is_wanted=is_wanted)
    if not is_wanted:
        waiting = Email.objects.written_to(to).filter(state__in=[Email.State.PENDING, Email.State.HELD], attempts=0)
        waiting.filter(template__in=templates_of(code)).update(state=Email.State.UNWANTED, message=b"")
