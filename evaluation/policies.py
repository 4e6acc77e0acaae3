"""Who may see what was asked and answered, and who may read the figures."""

from typing import TYPE_CHECKING

from django.db.models import Q

if TYPE_CHECKING:
    from backend.accounts.models import User
    from evaluation.models import Request
    from journeys.models import Journey


def visible_questionnaires(user: "User") -> Q:
    """The shared ones, and those of her organisation."""
    if user.has_role("steward"):
        return Q()
    return Q(organisation=None) | Q(organisation__in=user.organisation_ids())


def visible_waves(user: "User") -> Q:
    """Those of the programmes she leads; all for a steward."""
    if user.has_role("steward"):
        return Q()
    return Q(programme__organisation__in=user.organisation_ids("lead"))


def visible_requests(user: "User") -> Q:
    """What was asked of oneself; for a lead, what was asked in her organisation."""
    return Q(respondent=user.pk) | Q(journey__programme__organisation__in=user.organisation_ids("lead"))


def visible_responses(user: "User") -> Q:
    """The answers one gave; for a lead, the identified ones sent in her organisation."""
    return Q(request__respondent=user.pk) | Q(
        request__journey__programme__organisation__in=user.organisation_ids("lead"),
        request__wave__mode="identified",
        completed_at__isnull=False,
    )


def may_answer_request(user: "User", request: "Request") -> bool:
    """Only the person who was asked: nobody answers for another."""
    return request.respondent_id == user.pk


def may_begin_request(user: "User", request: "Request") -> bool:
    return may_answer_request(user, request)


def may_save_answers(user: "User", request: "Request") -> bool:
    return may_answer_request(user, request)


def may_complete_request(user: "User", request: "Request") -> bool:
    return may_answer_request(user, request)


def may_refuse_request(user: "User", request: "Request") -> bool:
    """The person who was asked."""
    return may_answer_request(user, request)


def may_send_request(user: "User", journey: "Journey") -> bool:
    """A lead of the programme."""
    return user.leads(journey.programme.organisation_id)


def may_remind_request(user: "User", request: "Request") -> bool:
    """A lead of the programme."""
    return may_send_request(user, request.journey)


def may_bounce_request(user: "User", request: "Request") -> bool:
    """A lead of the programme, who learned that the letter came back."""
    return may_send_request(user, request.journey)


def may_list_requests(user: "User") -> bool:
    """The follow-up list is for leads."""
    return user.has_role("lead")


def may_read_indicators(user: "User") -> bool:
    """Leads read everything of their organisation; observers and stewards the published figures."""
    return user.has_role("lead") or user.has_role("steward") or user.has_role("observer")


def figure_organisation_ids(user: "User") -> set[int] | None:
    """The organisations whose figures she reads; None = all of them (a steward)."""
    if user.has_role("steward"):
        return None
    return user.organisation_ids("lead", "observer")


def may_open_rows(user: "User", organisation_id: int | None) -> bool:
    """The rows behind a figure: by right of access, the leads of that one organisation."""
    return user.leads(organisation_id)
