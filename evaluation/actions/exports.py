"""What leaves the house: the data of a wave, and that it left."""

from django.db import transaction

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from evaluation.models import Wave
from evaluation.queries.results.data import data_set
from evaluation.queries.results.files import Parcel, parcel


@transaction.atomic
def export_wave(wave: Wave, *, by: User | None, file: str, shape: str = "wide") -> Parcel:
    """The sheets sent in this wave as one file; that it was taken away, by whom and how, stands in history.

    `file` (FORMS) and `shape` (SHAPES) of `queries.results.files`. Refused for fewer than five sheets of a wave that is
    not identified.
    """
    data = data_set(wave)
    if data.hidden:
        raise Refused(data.hidden)
    made = parcel(data, file, shape, clock.today())
    history.record(
        "export_wave", wave, by=by, organisation=wave.programme.organisation, file=file, sheets=len(data.rows),
        **({"shape": shape} if file == "csv" else {}),
    )  # fmt: skip
    return made
