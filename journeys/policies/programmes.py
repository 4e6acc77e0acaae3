"""Who may do what to programmes, their versions and the steps of a draft: the leads of the organisation."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backend.accounts.models import Organisation, User
    from journeys.models import Programme, ProgrammeVersion, StepTemplate


def may_create_programme(user: "User", organisation: "Organisation") -> bool:
    return user.leads(organisation.pk)


def may_import_programme(user: "User", organisation: "Organisation") -> bool:
    return user.leads(organisation.pk)


def may_update_programme(user: "User", programme: "Programme") -> bool:
    return user.leads(programme.organisation_id)


def may_duplicate_programme(user: "User", programme: "Programme") -> bool:
    return user.leads(programme.organisation_id)


def may_export_programme(user: "User", programme: "Programme") -> bool:
    return user.leads(programme.organisation_id)


def may_start_draft(user: "User", programme: "Programme") -> bool:
    return user.leads(programme.organisation_id)


def may_publish_version(user: "User", version: "ProgrammeVersion") -> bool:
    return user.leads(version.programme.organisation_id)


def may_discard_version(user: "User", version: "ProgrammeVersion") -> bool:
    return user.leads(version.programme.organisation_id)


def may_add_programme_step(user: "User", version: "ProgrammeVersion") -> bool:
    return user.leads(version.programme.organisation_id)


def may_update_programme_step(user: "User", step: "StepTemplate") -> bool:
    return user.leads(step.version.programme.organisation_id)


def may_move_programme_step(user: "User", step: "StepTemplate") -> bool:
    return user.leads(step.version.programme.organisation_id)


def may_remove_programme_step(user: "User", step: "StepTemplate") -> bool:
    return user.leads(step.version.programme.organisation_id)
