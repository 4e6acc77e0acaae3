"""Which tables keep their past, and which of their columns: a short list, so that nothing personal is kept twice."""

import hashlib
from dataclasses import dataclass

from django.db import models


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One table. `columns`: the names of its fields that figures read, never a name, an address nor words.

    `organisation`: the way from a row to its organisation, by names of fields ("journey__programme__organisation").
    `only`: which rows, as SQL about `{row}`; all of them without it. Others are in no view of the past either.
    `recorded`: when a row was written; kept too, since a row that is taken away has it nowhere else. `is_final`: no row
    ever changes, so that nothing is kept and the past is what was written by then.
    """

    model: type[models.Model]
    columns: tuple[str, ...]
    organisation: str
    only: str = ""
    recorded: str = "created_at"
    is_final: bool = False

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def names(self) -> tuple[str, ...]:
        """The columns in the database."""
        wanted = dict.fromkeys((*self.columns, self.recorded))
        return tuple(str(self.model._meta.get_field(name).column) for name in wanted)  # type: ignore[union-attr]  # fields of its own

    @property
    def mark(self) -> str:
        """Another one whenever what is kept is another: a trigger bears it in its name."""
        said = repr((self.names, self.organisation, self.only))
        return hashlib.sha256(said.encode()).hexdigest()[:8]


KEPT: dict[str, Kept] = {}
"""{table: what is kept of it}; the apps above say it with `keep`."""


def keep(*tables: Kept) -> None:
    """These tables keep their past from the next `manage.py migrate` on."""
    for one in tables:
        KEPT[one.table] = one
