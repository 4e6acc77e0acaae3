"""The outcome of each line of an import of mentors, as a file to take away."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from journeys.queries.imports.outcomes import became, became_head
from mentoring.models import MentorImport
from mentoring.queries.imports.columns import LABELS

WELCOMED = pgettext_lazy("line of a file", "mentor welcomed")


def outcome_head() -> list[str]:
    return [_("Line"), _("Name"), _("E-mail"), *became_head(), _("Profile")]


def outcome_rows(batch: MentorImport) -> Iterator[list[Any]]:
    """One row a line of the file. The profiles that an undone import had opened are no more: no link leads to them."""
    base = settings.SITE_URL + reverse("mentoring:mentor", args=[0]).replace("/0/", "/{}/")
    for one in batch.outcomes:
        is_gone = batch.state == MentorImport.State.UNDONE and one["kind"] == "create"
        yield [
            one["line"],
            one["name"],
            one["email"],
            *became(one, LABELS, created=WELCOMED),
            "" if is_gone or not one["mentor"] else base.format(one["mentor"]),
        ]
