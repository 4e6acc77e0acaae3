"""Who may import holders."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backend.accounts.models import User
    from journeys.models import Import, Programme


def may_import_holders(user: "User", programme: "Programme") -> bool:
    """A lead, into the programmes of her organisation."""
    return user.leads(programme.organisation_id)


def may_correct_import(user: "User", batch: "Import") -> bool:
    return user.leads(batch.programme.organisation_id)


def may_map_columns(user: "User", batch: "Import") -> bool:
    return user.leads(batch.programme.organisation_id)


def may_skip_lines(user: "User", batch: "Import") -> bool:
    return user.leads(batch.programme.organisation_id)


def may_confirm_import(user: "User", batch: "Import") -> bool:
    return user.leads(batch.programme.organisation_id)


def may_discard_import(user: "User", batch: "Import") -> bool:
    return user.leads(batch.programme.organisation_id)


def may_undo_import(user: "User", batch: "Import") -> bool:
    return user.leads(batch.programme.organisation_id)
