"""How an action says no: a sentence for the person, never a stack trace."""

from typing import Any

from django.db import OperationalError
from django.utils.translation import gettext as _

CROSSED = ("40P01", "40001")  # PostgreSQL: two people waited for one another; one of them was let go


class Refused(Exception):
    """Raised by an action that will not be done; the sentence is shown as it is, beside `field` if one is named.

    `details` go with it to the API, as JSON: what stands in the way, for instance.
    """

    def __init__(self, sentence: object, field: str | None = None, **details: Any) -> None:
        super().__init__(str(sentence))
        self.sentence = str(sentence)
        self.field = field
        self.details = details


def refusal_of(error: Exception) -> Refused:
    """The refusal to show for what an action raised; anything that is no refusal is raised again.

    Two people whose acts crossed, of whom the database let one go, are told so: nothing of hers was written.
    """
    if isinstance(error, Refused):
        return error
    if isinstance(error, OperationalError) and getattr(error.__cause__, "sqlstate", "") in CROSSED:
        return Refused(_("Someone changed this meanwhile. Reload the page to see how it stands now."))
    raise error
