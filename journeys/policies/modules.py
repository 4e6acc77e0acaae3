"""Who may do what to modules, their dates and the people on them."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backend.accounts.models import Organisation, User
    from journeys.models import Enrolment, Module, ModuleDate


def may_list_modules(user: "User") -> bool:
    """The catalogue is for every member of an organisation."""
    return bool(user.organisation_ids())


def may_create_module(user: "User", organisation: "Organisation") -> bool:
    """A lead, in her organisation’s catalogue."""
    return user.leads(organisation.pk)


def may_update_module(user: "User", module: "Module") -> bool:
    return user.leads(module.organisation_id)


def may_retire_module(user: "User", module: "Module") -> bool:
    return user.leads(module.organisation_id)


def may_restore_module(user: "User", module: "Module") -> bool:
    return user.leads(module.organisation_id)


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


def may_send_trainer_link(user: "User", date: "ModuleDate") -> bool:
    """A lead of the organisation that delivers the module."""
    return user.leads(date.module.organisation_id)


def may_revoke_trainer_link(user: "User", date: "ModuleDate") -> bool:
    return user.leads(date.module.organisation_id)


def _is_holder_here(user: "User", date: "ModuleDate") -> bool:
    return date.module.organisation_id in user.organisation_ids("holder")


def may_take_seat(user: "User", date: "ModuleDate") -> bool:
    """Holders of the organisation come by themselves; whether their journey needs it, the act says in a sentence."""
    return _is_holder_here(user, date)


def may_switch_seat(user: "User", date: "ModuleDate") -> bool:
    return _is_holder_here(user, date)


def may_give_up_seat(user: "User", date: "ModuleDate") -> bool:
    return _is_holder_here(user, date)


def may_join_waiting(user: "User", date: "ModuleDate") -> bool:
    return _is_holder_here(user, date)


def may_leave_waiting(user: "User", date: "ModuleDate") -> bool:
    return _is_holder_here(user, date)
