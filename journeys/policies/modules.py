"""Who may do what to modules, their dates and the people on them."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backend.accounts.models import User
    from journeys.models import Enrolment, Module, ModuleDate


def may_list_modules(user: "User") -> bool:
    """The catalogue is for every member of an organisation."""
    return bool(user.organisation_ids())


def may_create_module_date(user: "User", module: "Module") -> bool:
    """A lead of the organisation that delivers the module."""
    return user.leads(module.organisation_id)


def may_move_module_date(user: "User", date: "ModuleDate") -> bool:
    return user.leads(date.module.organisation_id)


def may_cancel_module_date(user: "User", date: "ModuleDate") -> bool:
    return user.leads(date.module.organisation_id)


def may_enrol_people(user: "User", date: "ModuleDate") -> bool:
    return user.leads(date.module.organisation_id)


def may_withdraw_enrolment(user: "User", enrolment: "Enrolment") -> bool:
    """A lead of the organisation that delivers the module."""
    return user.leads(enrolment.module_date.module.organisation_id)


def may_mark_attendance(user: "User", date: "ModuleDate") -> bool:
    """A lead of the organisation that delivers the module."""
    return user.leads(date.module.organisation_id)
