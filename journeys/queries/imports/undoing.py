"""May an import be undone: is its day over, and what was built since on the rows it created. Set-based."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.accounts.models import Membership, User
from backend.history.models import Entry
from backend.lib import clock
from journeys.models import Carrier, Companion, Holder, Import, ImportedFile, Journey, Project, Step
from journeys.queries.imports.known import in_batches

WITHIN = timedelta(days=1)
MODELS: dict[str, type[models.Model]] = {
    "companion": Companion,
    "journey": Journey,
    "carrier": Carrier,
    "project": Project,
    "holder": Holder,
    "membership": Membership,
    "user": User,
}
"""What an import creates, those that point at others first."""
LOOKED_AT = ("reveal_contacts", "export_data")
"""Verbs of the history that build nothing."""
AT_ONCE = 5000
NAMES_SHOWN = 5


@dataclass(frozen=True)
class Undoing:
    """What stands in the way of undoing an import (nothing: it may be), and what undoing it removes."""

    obstacles: list[str] = field(default_factory=list)
    journeys: int = 0
    people: int = 0
    kept_people: int = 0
    changed: int = 0


def undoing(batch: Import) -> Undoing:
    """What undoing this import would do, or why it can not be done any more."""
    if sentence := too_late(batch):
        return Undoing([sentence])
    removable = set(removable_people(batch))
    created = batch.made.get("user", [])
    looked_at = {MODELS[name]: batch.made.get(name, []) for name in ("journey", "project", "holder")}
    return Undoing(
        [*_built(batch), *_by_other_imports(batch), *changed_since(batch, looked_at)],
        journeys=len(batch.made.get("journey", [])),
        people=len(removable),
        kept_people=len(created) - len(removable),
        changed=len(batch.made.get("changed", {})),
    )


def too_late(batch: ImportedFile) -> str:
    """Why it can not be undone whatever was done since; "" when it still can."""
    if batch.state != "done" or batch.finished_at is None:
        return _("This import is not done, or is undone already.")
    if clock.now() > batch.finished_at + WITHIN:
        return _("An import can be undone within a day; this one is older.")
    if not batch.made:
        return _("This import was made before Jalon kept what it wrote.")
    return ""


# --- What points at the rows of the import -------------------------------------------------------------
def _pointers(model: type[models.Model]) -> Iterator[tuple[type[models.Model], str]]:
    """(table, column) of everything that points at rows of this table, in whatever app."""
    for other in apps.get_models(include_auto_created=True):
        for one in other._meta.get_fields():
            if isinstance(one, models.ForeignKey) and one.related_model is model:
                yield other, one.name


def _own(batch: Import) -> dict[type[models.Model], set[int]]:
    return {MODELS[name]: set(batch.made.get(name, [])) for name in MODELS}


def _steps(batch: Import) -> "models.QuerySet[Step]":
    return Step.objects.filter(journey__in=batch.made.get("journey", []))


def _built(batch: Import) -> list[str]:
    """Rows of others that hang on the journeys, their steps, the projects or the people of this import."""
    own = _own(batch)
    found: dict[type[models.Model], set[int]] = {}
    for model in (Journey, Project, Holder):
        for other, column in _pointers(model):
            if other is Step:
                continue
            for ids in in_batches(sorted(own[model]), AT_ONCE):
                rows = other._default_manager.filter(**{f"{column}__in": ids}).order_by()
                new = set(rows.values_list("pk", flat=True)) - own.get(other, set())
                found.setdefault(other, set()).update(new)
    for other, column in _pointers(Step):
        if other is Step.after.through:
            continue
        rows = other._default_manager.filter(**{f"{column}__journey__in": batch.made.get("journey", [])}).order_by()
        outside = rows.exclude(journey__in=batch.made.get("journey", [])) if other is Step else rows
        found.setdefault(other, set()).update(outside.values_list("pk", flat=True))
    said = [
        _("%(what)s: %(count)d") % {"what": capfirst(str(other._meta.verbose_name_plural)), "count": len(rows)}
        for other, rows in found.items()
        if rows
    ]
    moved = _steps(batch).exclude(state=Step.State.PLANNED).values("journey").distinct().count()
    if moved:
        said.append(
            ngettext("%(n)s journey whose steps have begun", "%(n)s journeys whose steps have begun", moved)
            % {"n": moved}
        )
    return sorted(said)


def changed_since(batch: ImportedFile, created: Mapping[type[models.Model], Sequence[int]]) -> list[str]:
    """What people did since to these rows, from the history: names, so that one knows where to look."""
    names: dict[str, None] = {}
    for model, pks in created.items():
        kind = ContentType.objects.get_for_model(model)
        for ids in in_batches(pks, AT_ONCE):
            rows = Entry.objects.filter(about_type=kind, about_id__in=ids, at__gt=batch.finished_at)
            rows = rows.exclude(verb__in=LOOKED_AT).order_by("pk")
            names.update(dict.fromkeys(rows.values_list("about_label", flat=True)[: NAMES_SHOWN + 1]))
    if not names:
        return []
    shown = ", ".join(list(names)[:NAMES_SHOWN]) + (" …" if len(names) > NAMES_SHOWN else "")
    return [_("Changed since: %(names)s") % {"names": shown}]


def _by_other_imports(batch: Import) -> list[str]:
    """Later files that wrote on the same rows."""
    later = Import.objects.filter(
        programme__organisation=batch.programme.organisation_id, confirmed_at__gte=batch.confirmed_at
    ).exclude(pk=batch.pk)
    found = []
    ours = {f"{name}:{pk}" for name in ("user", "holder", "project", "journey") for pk in batch.made.get(name, [])}
    ours |= {place.rpartition(":")[0] for place in batch.made.get("changed", {})}
    for other in later.exclude(state=Import.State.UNDONE).only("file_name", "made").order_by("pk"):
        if any(place.rpartition(":")[0] in ours for place in other.made.get("changed", {})):
            found.append(_("Another import: %(file)s") % {"file": other.file_name})
    return found


# --- Accounts --------------------------------------------------------------------------------------------
def removable_people(batch: Import) -> list[int]:
    """Of the accounts that this import created, those that nobody has used and nothing else knows."""
    own = _own(batch)
    kept: set[int] = set(
        User.objects.filter(pk__in=own[User], last_login__isnull=False).order_by().values_list("pk", flat=True)
    )
    for other, column in _pointers(User):
        for ids in in_batches(sorted(own[User] - kept), AT_ONCE):
            rows = other._default_manager.filter(**{f"{column}__in": ids}).exclude(pk__in=own.get(other, set()))
            kept.update(rows.order_by().values_list(column, flat=True))
    return sorted(own[User] - kept)


def obstacles_sentence(obstacles: Iterable[str]) -> str:
    """Why an import stays, in one sentence."""
    return _("This import can’t be undone. %(why)s.") % {"why": "; ".join(one.rstrip(".") for one in obstacles)}
