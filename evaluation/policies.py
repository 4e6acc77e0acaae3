"""Who may see what was asked and answered, and who may read the figures."""

from typing import TYPE_CHECKING

from django.db.models import Q

if TYPE_CHECKING:
    from backend.accounts.models import Organisation, User
    from evaluation.models import Request
    from journeys.models import Journey


def visible_questionnaires(user: "User") -> Q:
    """The shared ones, and those of her organisation."""
    if user.has_role("steward"):
        return Q()
    return Q(organisation=None) | Q(organisation__in=user.organisation_ids())


def visible_waves(user: "User") -> Q:
    if user.has_role("steward"):
        return Q()
    return Q(programme__organisation__in=user.organisation_ids("lead"))


def visible_requests(user: "User") -> Q:
    """What was asked of oneself; for a lead, what was asked in her organisation (identified mode)."""
    return Q(respondent=user.pk) | Q(journey__programme__organisation__in=user.organisation_ids("lead"))


def visible_responses(user: "User") -> Q:
    """The answers one gave; for a lead, identified answers in her organisation."""
    return Q(request__respondent=user.pk) | Q(
        request__journey__programme__organisation__in=user.organisation_ids("lead"),
        request__wave__mode="identified",
    )


def may_answer_request(user: "User", request: "Request") -> bool:
    """Only the person who was asked."""
    return request.respondent_id == user.pk


def may_send_request(user: "User", journey: "Journey") -> bool:
    """A lead of the programme."""
    return user.leads(journey.programme.organisation_id)


def may_list_requests(user: "User") -> bool:
    """The follow-up list is for leads."""
    return user.has_role("lead")


def may_read_indicators(user: "User") -> bool:
    """Leads and stewards read figures with their breakdowns; observers the published ones."""
    return user.has_role("lead") or user.has_role("steward") or user.has_role("observer")


def may_open_rows(user: "User", organisation: "Organisation") -> bool:
    """The rows behind a figure: by right of access, the leads of the organisation."""
    return user.leads(organisation.pk)
