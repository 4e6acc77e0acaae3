"""Many rows of one table at once: what `bulk_create` does, without an instance and a long statement for each."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, cast

from django.db import connection, models

if TYPE_CHECKING:
    Field = models.Field[Any, Any]


def insert_many(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of plain values in the order of `names` (foreign keys by their `_id`): COPY where there is one.

    For tens of thousands of rows: a third of the time of `bulk_create`. No instance is made, no signal sent, no default
    filled in, so name every column. Texts, numbers, days and moments only. Raises IntegrityError.
    """
    fields = [cast("Field", model._meta.get_field(name)) for name in names]
    quote = connection.ops.quote_name
    table, columns = quote(model._meta.db_table), ", ".join(quote(str(field.column)) for field in fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with connection.wrap_database_errors, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        places = ", ".join(["%s"] * len(fields))
        sql = f"INSERT INTO {table} ({columns}) VALUES ({places})"  # noqa: S608 - names of columns, from the model
        cursor.executemany(sql, list(_as_stored(fields, rows)))


def _as_stored(fields: "Sequence[Field]", rows: Iterable[Sequence[Any]]) -> Iterator[list[Any]]:
    """Days and moments as this database keeps them, each worked out once."""
    dated = [place for place, field in enumerate(fields) if isinstance(field, models.DateField)]
    known: dict[tuple[int, Any], Any] = {}
    for row in rows:
        values = list(row)
        for place in dated:
            wanted = (place, values[place])
            if wanted not in known:
                known[wanted] = fields[place].get_db_prep_save(values[place], connection)
            values[place] = known[wanted]
        yield values
