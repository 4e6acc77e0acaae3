"""A mentor's photo: kept as a small square made here, or taken away."""

import hashlib

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib.pictures import make_square
from backend.lib.refusal import Refused
from backend.lib.uploads import Unacceptable
from mentoring.models import Mentor, Photo

SIDE = 512  # px


@transaction.atomic
def keep_photo(mentor: Mentor, *, content: bytes, by: User | None) -> Mentor:
    """Her profile shows this picture, cut to a square of at most 512 px, in place of the one before. The file itself,
    and what a camera wrote in it (place, day, device), are not kept.

    Refused, with the former one left in place, for what is no JPEG, PNG or WebP whatever its name says, over 10 MB or
    50 million pixels, under 64 px a side, or damaged.
    """
    try:
        square = make_square(content, side=SIDE)
    except Unacceptable as wrong:
        raise Refused(_why_not(wrong.reason), field="photo") from None
    Mentor.objects.select_for_update(of=("self",)).get(pk=mentor.pk)
    Photo.objects.update_or_create(mentor=mentor, defaults={"content": square})
    mentor.photo_digest = hashlib.sha256(square).hexdigest()[:16]
    mentor.save(update_fields=["photo_digest"])
    history.record("keep_photo", mentor, by=by, organisation=mentor.organisation)
    return mentor


@transaction.atomic
def remove_photo(mentor: Mentor, *, by: User | None) -> Mentor:
    """The picture is gone; her initials stand in its place. Without one, nothing happens."""
    gone, _rows = Photo.objects.filter(mentor=mentor).delete()
    if gone:
        mentor.photo_digest = ""
        mentor.save(update_fields=["photo_digest"])
        history.record("remove_photo", mentor, by=by, organisation=mentor.organisation)
    return mentor


def _why_not(reason: str) -> str:
    words = {
        "empty": _("This file is empty."),
        "too_heavy": _("This picture is too large: send one under 10 MB and 50 million pixels."),
        "too_small": _("This picture is too small to recognise anybody: 64 pixels a side at least."),
        "damaged": _("This picture cannot be opened: it is damaged. Save it again, or choose another."),
    }
    return words.get(reason, _("This is no picture that we can show: choose a JPEG, a PNG or a WebP."))
