"""Doors of mentors' photos, and of their import from a spreadsheet."""

from typing import Any

from mentoring import actions
from mentoring.models import Mentor, MentorImport
from tests.factories.mentoring import make_photo
from tests.house.doors import ANY_LEAD, LEAD_HIDDEN, SIGNED_IN, Row, World, row
from tests.house.doors.mentoring import PAIR_ACTS, PAIRED, a_pair_mentor


def a_photo(world: World) -> dict[str, Any]:
    """Where the photo of the pair's mentor is."""
    mentor: Mentor = make_photo(world.of(a_pair_mentor))
    return {"pk": mentor.pk, "digest": mentor.photo_digest}


def an_import(world: World) -> MentorImport:
    """A file waiting to be checked."""
    return actions.import_mentors(world.organisation, b"nom;email\nDiallo;awa@example.org\n", "m.csv", by=world.lead)


def an_outcome(world: World) -> dict[str, Any]:
    """What became of each line of a file, before it is confirmed: a head without lines."""
    return {"pk": world.of(an_import).pk, "form": "csv"}


ROWS: list[Row] = [
    row("mentoring:mentor_photo", "GET", PAIRED, a_photo),
    row("mentoring:photo_keep", "GET POST", PAIR_ACTS, a_pair_mentor),
    row("mentoring:photo_remove", "POST", PAIR_ACTS, a_pair_mentor),
    row("mentoring:mentor_import", "GET POST", ANY_LEAD),
    row("mentoring:mentor_import_model", "GET", ANY_LEAD),
    row("mentoring:mentor_import_preview", "GET", LEAD_HIDDEN, an_import),
    row("mentoring:mentor_import_correct", "POST", LEAD_HIDDEN, an_import, data={"line": "2", "headline": "Banque"}),
    row("mentoring:mentor_import_skip", "POST", LEAD_HIDDEN, an_import, data={"line": "2", "skip": "1"}),
    row("mentoring:mentor_import_columns", "POST", LEAD_HIDDEN, an_import),
    row("mentoring:mentor_import_outcome", "GET", LEAD_HIDDEN, an_outcome),
    row("mentoring:mentor_import_undo", "GET POST", LEAD_HIDDEN, an_import),
    *(row(f"mentoring:mentor_import_{act}", "POST", LEAD_HIDDEN, an_import) for act in ("confirm", "discard")),
    row("api:mentor-imports-list", "GET", SIGNED_IN),
    row("api:mentor-imports-list", "POST", SIGNED_IN),
    *(
        row(f"api:mentor-imports-{act}", "GET", LEAD_HIDDEN, an_import)
        for act in ("detail", "preview", "outcome", "undoing")
    ),
    row("api:mentor-imports-model", "GET", ANY_LEAD),
    *(
        row(f"api:mentor-imports-{act}", "POST", LEAD_HIDDEN, an_import)
        for act in ("map-columns", "correct", "skip", "confirm", "discard", "undo")
    ),
    row("api:mentors-keep-photo", "POST", PAIR_ACTS, a_pair_mentor),
    row("api:mentors-remove-photo", "POST", PAIR_ACTS, a_pair_mentor),
]
