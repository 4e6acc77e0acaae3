"""What a clock on the wall says, as an instant: in autumn one hour comes twice, in spring one never comes."""

from datetime import UTC, datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _


def is_real(naive: datetime) -> bool:
    """Does this time exist on the reader's clock? One hour of a spring night does not."""
    zone = timezone.get_current_timezone()
    return naive.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) == naive


def is_twice(naive: datetime) -> bool:
    """Does it come twice? One hour of an autumn night does."""
    zone = timezone.get_current_timezone()
    first, second = (naive.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    return is_real(naive) and first.utcoffset() != second.utcoffset()


def instant(naive: datetime, shown: datetime | None = None) -> datetime:
    """This time on the reader's clock. Of one that comes twice the first, unless it stands as it was `shown` (naive):
    nobody moved it then, and it is that very one. ValidationError for one that does not exist."""
    if not is_real(naive):
        raise ValidationError(_("The clocks go forward that night: this time does not exist. Choose another."))
    return naive.replace(tzinfo=timezone.get_current_timezone(), fold=shown.fold if is_same(naive, shown) else 0)


def is_same(naive: datetime, shown: datetime | None) -> bool:
    """Is it the minute that was shown?"""
    return shown is not None and shown.replace(second=0, microsecond=0) == naive.replace(second=0, microsecond=0)
