"""The board as a file: first the columns that the page shows, in its order, then those that are useful elsewhere."""

from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from backend.accounts.models import User
from journeys.models import Journey
from journeys.queries.board import Filters, Row, board, rows_of


def export_head(*, with_contacts: bool = False) -> list[str]:
    """The columns of the page, then what a spreadsheet wants besides; addresses only when they were asked for."""
    shown = [
        _("Last name"), _("First name"), _("Project"), _("Programme"), _("Health"), _("Reason"), _("Progress (%)"),
        _("Next step"), _("Next date"), _("Due"), _("Last contact"), _("Referent"), _("Update available"),
    ]  # fmt: skip
    added = [
        _("State"), _("Phase"), _("Track"), _("Commune"), _("QPV"), _("Start"), _("Planned end"),
        _("Ended on"), _("Programme version"),
    ]  # fmt: skip
    return shown + ([_("E-mail")] if with_contacts else []) + added


def _shown(row: Row) -> list[Any]:
    journey, step = row.journey, row.next_step
    return [
        journey.holder.user.last_name,
        journey.holder.user.first_name,
        journey.project.name,
        journey.programme.title,
        row.health.word,
        row.health.reason,
        row.percent,
        step.title if step else "",
        row.next_on,
        step.due_on if step else None,
        row.last_contact.date() if row.last_contact else None,
        str(journey.referent or ""),
        _("yes") if row.is_outdated else "",
    ]


def _added(row: Row) -> list[Any]:
    journey = row.journey
    return [
        str(journey.get_state_display()),
        str(journey.project.get_phase_display()),
        str(journey.programme.get_track_display()),
        str(journey.project.commune or ""),
        str(journey.project.get_qpv_display()),
        journey.started_on,
        journey.planned_end_on,
        journey.ended_on,
        journey.version.number,
    ]


def exported(user: User, filters: Filters, *, by_phase: bool = False) -> list[Row]:
    """The whole filtered list, in its order."""
    rows = rows_of(list(board(user, filters, by_phase=by_phase).values_list("pk", flat=True)))
    prefetch_related_objects([row.journey for row in rows], "project__commune")
    return rows


def with_addresses(user: User, rows: list[Row]) -> list[Journey]:
    """Those of them whose holder's address she may take away: her organisation's (a steward takes none)."""
    own = user.organisation_ids("lead")
    return [row.journey for row in rows if row.journey.programme.organisation_id in own]


def export_rows(rows: list[Row], *, reachable: list[Journey] | None = None) -> list[list[Any]]:
    """These as plain values; with the addresses of those `reachable`."""
    if reachable is None:
        return [_shown(row) + _added(row) for row in rows]
    known = {one.pk for one in reachable}
    return [
        [*_shown(row), row.journey.holder.user.email if row.journey.pk in known else "", *_added(row)] for row in rows
    ]
