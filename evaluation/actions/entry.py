"""Answers that somebody gave on paper or by phone, entered by a lead."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib.refusal import Refused
from evaluation.actions.answers import Given, save_answers
from evaluation.models import Request, Response, Wave


@transaction.atomic
def enter_answers(
    request: Request, given: Given, *, by: User, entry: Response.Entry | str, at: datetime | None = None
) -> Response:
    """The answers given on paper or by phone are kept as hers; who entered them stands on the sheet, and she reads it.

    Refused in a wave that is not identified, whoever asks, and whatever refuses `save_answers`.
    """
    if request.wave.mode != Wave.Mode.IDENTIFIED:
        raise Refused(
            _(
                "These answers are promised to be read by nobody of the organisation with a name: nobody but the person"
                " who was asked may give them."
            )
        )
    response = save_answers(request, given, by=by, at=at)
    if (response.entered_by_id, response.entry) != (by.pk, entry):
        Response.objects.filter(pk=response.pk).update(entered_by=by, entry=entry)
        response.entered_by, response.entry = by, str(entry)
        organisation = request.journey.programme.organisation
        history.record("enter_answers", request, by=by, organisation=organisation, entry=str(entry))
    return response
