"""The board as a file: first the columns that the page shows, in its order, then those that are useful elsewhere."""

from typing import Any

from django.utils.translation import gettext as _

from backend.accounts.models import User
from journeys.queries.board import Filters, Row, board, rows_of


def export_head() -> list[str]:
    """The columns of the page, then what a spreadsheet wants besides."""
    shown = [
        _("Last name"), _("First name"), _("Project"), _("Programme"), _("Health"), _("Reason"), _("Progress (%)"),
        _("Next step"), _("Next date"), _("Due"), _("Last contact"), _("Referent"), _("Update available"),
    ]  # fmt: skip
    added = [
        _("E-mail"), _("State"), _("Phase"), _("Track"), _("Commune"), _("QPV"), _("Start"), _("Planned end"),
        _("Ended on"), _("Programme version"),
    ]  # fmt: skip
    return shown + added


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


def _added(row: Row, with_contacts: bool) -> list[Any]:
    journey = row.journey
    return [
        journey.holder.user.email if with_contacts else "",
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


def export_rows(user: User, filters: Filters, *, by_phase: bool = False) -> list[list[Any]]:
    """The whole filtered list as plain values; e-mails only for those who accompany (a steward reads no contacts)."""
    own = user.organisation_ids("lead")
    rows = rows_of(list(board(user, filters, by_phase=by_phase).values_list("pk", flat=True)))
    return [_shown(row) + _added(row, row.journey.programme.organisation_id in own) for row in rows]
