"""Doors of mentors' photos."""

from typing import Any

from mentoring.models import Mentor
from tests.factories.mentoring import make_photo
from tests.house.doors import Row, World, row
from tests.house.doors.mentoring import PAIR_ACTS, PAIRED, a_pair_mentor


def a_photo(world: World) -> dict[str, Any]:
    """Where the photo of the pair's mentor is."""
    mentor: Mentor = make_photo(world.of(a_pair_mentor))
    return {"pk": mentor.pk, "digest": mentor.photo_digest}


ROWS: list[Row] = [
    row("mentoring:mentor_photo", "GET", PAIRED, a_photo),
    row("mentoring:photo_keep", "GET POST", PAIR_ACTS, a_pair_mentor),
    row("mentoring:photo_remove", "POST", PAIR_ACTS, a_pair_mentor),
    row("api:mentors-keep-photo", "POST", PAIR_ACTS, a_pair_mentor),
    row("api:mentors-remove-photo", "POST", PAIR_ACTS, a_pair_mentor),
]
