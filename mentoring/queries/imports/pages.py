"""What the pages of an import of mentors show beside its lines: the model to fill in, the last ones."""

from django.utils.translation import gettext as _

from backend.accounts.models import User
from journeys.models import Phase
from journeys.queries import sheets
from journeys.queries.imports.lines import MODEL_EMAIL
from mentoring.models import MentorImport, SpokenLanguage, Theme
from mentoring.queries.imports.columns import LABELS


def model_workbook() -> bytes:
    """An XLSX in the reader's language. Its example line is recognised and never imported."""
    example = {
        "first_name": "Awa",
        "last_name": _("Example"),
        "email": MODEL_EMAIL,
        "phone": "06 12 34 56 78",
        "language": _("French"),
        "capacity": "3",
        "hours_a_month": "6",
        "expertise": f"{Theme.FUNDING.label}, {Theme.MARKET.label}",
        "sectors": _("food, social ties"),
        "phases": str(Phase.CREATION.label),
        "languages": f"{SpokenLanguage.FRENCH.label}, {SpokenLanguage.ENGLISH.label}",
        "commune": "Nantes",
        "communes": "Rezé, Vertou",
        "meets_remotely": _("yes"),
        "headline": _("This line is an example: it is never imported."),
    }
    return sheets.as_xlsx(
        _("Mentors"), [str(one) for one in LABELS.values()], [[example.get(name, "") for name in LABELS]]
    )


def recent_mentor_imports(user: User, most: int = 5) -> list[MentorImport]:
    """The last imports of her organisations, without their lines."""
    rows = (
        MentorImport.objects.visible_to(user)
        .exclude(state=MentorImport.State.DISCARDED)
        .defer("rows", "raw", "outcomes", "made")
    )
    return list(rows.order_by("-created_at", "pk")[:most])
