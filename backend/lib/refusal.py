"""How an action says no: a sentence for the person, never a stack trace."""

import logging
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, OperationalError
from django.utils.translation import gettext as _

log = logging.getLogger("jalon.refusal")

CROSSED = ("40P01", "40001")  # PostgreSQL: two people waited for one another; one of them was let go
GONE = "23503"  # PostgreSQL: a foreign key leads nowhere


class Refused(Exception):
    """Raised by an action that will not be done; the sentence is shown as it is, beside `field` if one is named.

    `details` go with it to the API, as JSON: what stands in the way, for instance.
    """

    def __init__(self, sentence: object, field: str | None = None, **details: Any) -> None:
        super().__init__(str(sentence))
        self.sentence = str(sentence)
        self.field = field
        self.details = details


MAY_BE_REFUSALS = (Refused, OperationalError, IntegrityError, ObjectDoesNotExist)
"""What to catch around an action, and to hand to `refusal_of`."""


def refusal_of(error: Exception) -> Refused:
    """The refusal to show for what an action raised; anything that is no refusal is raised again.

    Two people whose acts crossed, of whom the database let one go, are told so: nothing of hers was written. So is who
    acts on what another removed since it was read; the journal keeps the trace, in case it is a mistake of ours.
    """
    if isinstance(error, Refused):
        return error
    if isinstance(error, OperationalError) and getattr(error.__cause__, "sqlstate", "") in CROSSED:
        return Refused(_("Someone changed this meanwhile. Reload the page to see how it stands now."))
    if isinstance(error, ObjectDoesNotExist) or _leads_nowhere(error):
        log.warning("refused, since what it was about is gone", exc_info=error)
        return Refused(_("Someone removed this meanwhile: it can’t be done any more."))
    raise error


def _leads_nowhere(error: Exception) -> bool:
    is_gone = getattr(error.__cause__, "sqlstate", "") == GONE or "FOREIGN KEY" in str(error)  # as SQLite says it
    return isinstance(error, IntegrityError) and is_gone
