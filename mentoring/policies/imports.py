"""Who may import mentors: the leads of the organisation."""

from typing import TYPE_CHECKING

from django.db.models import Q

if TYPE_CHECKING:
    from backend.accounts.models import Organisation, User
    from mentoring.models import MentorImport


def visible_mentor_imports(user: "User") -> Q:
    """The leads of the organisation: the file holds addresses and phone numbers."""
    return Q(organisation__in=user.organisation_ids("lead"))


def may_import_mentors(user: "User", organisation: "Organisation") -> bool:
    return user.leads(organisation.pk)


def may_correct_mentor_import(user: "User", batch: "MentorImport") -> bool:
    return user.leads(batch.organisation_id)


def may_map_mentor_columns(user: "User", batch: "MentorImport") -> bool:
    return user.leads(batch.organisation_id)


def may_skip_mentor_lines(user: "User", batch: "MentorImport") -> bool:
    return user.leads(batch.organisation_id)


def may_confirm_mentor_import(user: "User", batch: "MentorImport") -> bool:
    return user.leads(batch.organisation_id)


def may_discard_mentor_import(user: "User", batch: "MentorImport") -> bool:
    return user.leads(batch.organisation_id)


def may_undo_mentor_import(user: "User", batch: "MentorImport") -> bool:
    return user.leads(batch.organisation_id)
