"""A paper of a stay as a PDF: tagged, lasting, the same bytes for the same data."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from backend.lib.documents import typeset
from backend.web.reading import clock_time
from journeys.models import Paper
from journeys.queries.paper_words import written
from journeys.queries.papers import Sheet

TEMPLATE = Path(__file__).resolve().parent.parent / "data" / "agreement.typ"


def grouped(fingerprint: str) -> str:
    """In eights, to be read aloud and typed again."""
    return " ".join(fingerprint[at : at + 8] for at in range(0, len(fingerprint), 8))


def sheet_data(sheet: Sheet) -> dict[str, Any]:
    """What the typst template reads: every cell in words, in the language of the paper."""
    with override(sheet.language):
        known = timezone.localtime(sheet.at)
        day = f"{written(known.date())}, {clock_time(known)}"
        return {
            "language": sheet.language,
            "title": sheet.title,
            "subtitle": sheet.subtitle,
            "author": sheet.author,
            "status": sheet.status,
            "footer": _("%(organisation)s · as known on %(day)s") % {"organisation": sheet.author, "day": day},
            "colon": pgettext("term and words", ": "),
            "text": sheet.text,
            "sections": [
                {"title": title, "facts": [list(fact) for fact in facts]} for title, facts in sheet.sections if facts
            ],
            "grids": [vars(grid) for grid in sheet.grids if grid.rows],
            "signatures": [vars(sheet.signatures)] if sheet.signatures else [],
            "clauses_title": _("What the parties agree on") if sheet.kind == Paper.Kind.AGREEMENT else "",
            "clauses": sheet.clauses,
            "fingerprint_title": _("Check this document"),
            "fingerprint": grouped(sheet.fingerprint),
            "check": _("Type this fingerprint at %(address)s to know whether the document stands.")
            % {"address": settings.SITE_URL + reverse("journeys:paper_check")},
        }


def sheet_pdf(sheet: Sheet) -> bytes:
    """PDF/UA-1 and PDF/A-2a."""
    return typeset(TEMPLATE, sheet_data(sheet), at=sheet.at)
