"""An import taken back whole, within a day, if nothing was built on it."""

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, connection, models, transaction
from django.utils.translation import gettext as _

from backend.accounts import actions as accounts
from backend.accounts.models import User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.lib.states import move
from journeys.actions.companions import follow_referents
from journeys.models import Import, Journey, Programme, Step
from journeys.queries.imports.known import in_batches
from journeys.queries.imports.undoing import AT_ONCE, MODELS, obstacles_sentence, removable_people, undoing


def undo_import(batch: Import, *, by: User | None) -> list[str]:
    """The organisation is as before this import; answers with what was left because somebody changed it since.

    Journeys, steps, projects, holders and accounts that it created are removed; accounts that were there before, or
    that somebody has used since, stay; changed facts return to what they were where they still say what the import
    wrote. Refused after a day, and when anything was built on these rows, with its names. Twice is refused. The history
    remembers both.
    """
    try:
        with transaction.atomic():
            return _undo(batch, by)
    except IntegrityError:
        raise Refused(_("Somebody has just built on this import: it stays. Reload the page to see what.")) from None


def _undo(batch: Import, by: User | None) -> list[str]:
    Programme.objects.select_for_update().get(pk=batch.programme_id)
    batch.refresh_from_db()
    for some in in_batches(sorted(batch.made.get("journey", [])), AT_ONCE):
        held = Journey.objects.select_for_update().filter(pk__in=some)
        list(held.order_by("pk").values_list("pk"))  # whoever changes the plan of one comes before or after
    found = undoing(batch)
    if found.obstacles:
        raise Refused(obstacles_sentence(found.obstacles))
    people, made = removable_people(batch), batch.made
    left = _put_back(made.get("changed", {}), by)
    for journeys in in_batches(made["journey"], AT_ONCE):
        _delete(Step.after.through.objects.filter(from_step__journey__in=journeys))
        _delete(Step.objects.filter(journey__in=journeys))
    for name in ("companion", "journey", "carrier", "project", "holder"):
        _delete_rows(MODELS[name], made[name])
    accounts.remove_people(people, memberships=made["membership"], by=by)
    move(batch, Import.State.UNDONE, stamps={"undone_at": clock.now(), "undone_by": by, "made": {}})
    history.record(
        "undo_import", batch, by=by, organisation=batch.programme.organisation, journeys=found.journeys,
        people=len(people), left=len(left),
    )  # fmt: skip
    connection.check_constraints()  # now, inside the transaction: whatever points at a removed row stops it all
    return left


def _delete(rows: "models.QuerySet[Any]") -> None:
    """By one statement: what may point at these rows was looked at before, and the database says no otherwise."""
    rows.order_by()._raw_delete(rows.db)


def _delete_rows(model: type[models.Model], ids: Sequence[int]) -> None:
    for some in in_batches(ids, AT_ONCE):
        _delete(model._default_manager.filter(pk__in=some))


def _put_back(changed: dict[str, list[Any]], by: User | None) -> list[str]:
    """Each changed fact returns, unless it says something else by now: those are named."""
    by_row: dict[tuple[str, int], dict[str, list[Any]]] = {}
    for place, values in changed.items():
        table, pk, attribute = place.split(":")
        by_row.setdefault((table, int(pk)), {})[attribute] = values
    left: list[str] = []
    for table in ("user", "holder", "project", "journey"):
        model = MODELS[table]
        facts = {pk: values for (name, pk), values in by_row.items() if name == table}
        for ids in in_batches(sorted(facts), AT_ONCE):
            rows = list(model._default_manager.select_for_update().filter(pk__in=ids).order_by("pk"))
            names = {name for row in rows for name in facts[row.pk]}
            for row in rows:
                left += _return(row, facts[row.pk])
            if rows and names:
                columns = [name.removesuffix("_id") for name in sorted(names)]
                model._default_manager.bulk_update(rows, columns, batch_size=200)
            if "referent_id" in names:
                follow_referents([row for row in rows if isinstance(row, Journey)], by=by)
    return left


def _return(row: Any, facts: dict[str, list[Any]]) -> list[str]:
    left = []
    for name, (old, new) in facts.items():
        column = row._meta.get_field(name.removesuffix("_id"))
        read = column.target_field.to_python if column.is_relation else column.to_python
        if getattr(row, name) == read(new):
            setattr(row, name, read(old))
        else:
            left.append(f"{row} ({column.verbose_name})")
    return left
