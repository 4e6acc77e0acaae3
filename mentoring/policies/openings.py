"""Who may publish hours to book, and who may book them."""

from typing import TYPE_CHECKING

from django.db.models import Q

from mentoring.policies.mentors import may_update_mentor
from mentoring.policies.times import may_find_times

if TYPE_CHECKING:
    from backend.accounts.models import User
    from mentoring.models import Absence, Mentor, Mentorship, Opening, OpeningDay


def visible_openings(user: "User") -> Q:
    """The mentor's own openings and absences, and the leads of her organisation; a holder sees the free times only."""
    return Q(mentor__organisation__in=user.organisation_ids("lead")) | Q(mentor__user=user.pk)


def may_publish_opening(user: "User", mentor: "Mentor") -> bool:
    """The mentor herself, or a lead of the organisation."""
    return may_update_mentor(user, mentor)


def may_update_opening(user: "User", opening: "Opening") -> bool:
    return may_publish_opening(user, opening.mentor)


def may_end_opening(user: "User", opening: "Opening") -> bool:
    return may_publish_opening(user, opening.mentor)


def may_change_opening_day(user: "User", opening: "Opening") -> bool:
    return may_publish_opening(user, opening.mentor)


def may_restore_opening_day(user: "User", day: "OpeningDay") -> bool:
    return may_publish_opening(user, day.opening.mentor)


def may_declare_absence(user: "User", mentor: "Mentor") -> bool:
    return may_publish_opening(user, mentor)


def may_lift_absence(user: "User", absence: "Absence") -> bool:
    return may_publish_opening(user, absence.mentor)


def may_book_opening(user: "User", pair: "Mentorship") -> bool:
    """The holder of this pair; its mentor or a lead for her (the history says who), while it is active."""
    return may_find_times(user, pair)
