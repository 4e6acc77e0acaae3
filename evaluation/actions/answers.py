"""What the person who was asked does: begin, answer, send, or say no."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.lib.states import move
from backend.mail import actions as mail
from evaluation.models import Answer, Request, Response
from evaluation.queries.answers import has_one_score

Given = Mapping[str, int | None]
"""{item code: value on its scale, or None for “not applicable”}; an item left out stays as it was."""


@transaction.atomic
def begin_request(request: Request, *, by: User | None, at: datetime | None = None) -> Request:
    """She has opened it; also after having said no, while it is still time. Begun twice is begun once."""
    now = at or clock.now()
    if request.state == Request.State.REFUSED and request.expires_at > now:
        return move(request, Request.State.OPENED)
    _require_open(request, now)
    if request.state == Request.State.SENT:
        move(request, Request.State.OPENED)
    return request


@transaction.atomic
def save_answers(request: Request, given: Given, *, by: User | None, at: datetime | None = None) -> Response:
    """The answers given are kept as they come, item by item; two devices at once: the last one stands.

    Refused once sent, refused or closed; for an unknown item, or a value outside its scale.
    """
    now = at or clock.now()
    response = _claim(request, now)
    items = {item.code: item for item in request.version.items.all()}
    for code, value in given.items():
        item = items.get(code)
        if item is None or (value is not None and not item.scale_min <= value <= item.scale_max):
            raise Refused(_("This answer is not on the scale."), field=code)
    Answer.objects.bulk_create(
        [
            Answer(
                response=response,
                item=items[code],
                value=value,
                is_not_applicable=value is None,
                created_at=now,
                updated_at=now,
            )
            for code, value in sorted(given.items())
        ],
        update_conflicts=True,
        unique_fields=["response", "item"],
        update_fields=["value", "is_not_applicable", "updated_at"],
    )
    state = Request.State.PARTIAL if has_one_score(response) else Request.State.STARTED
    Request.objects.filter(pk=request.pk, state__in=Request.OPEN).exclude(state=state).update(state=state)
    request.state = state
    return response


def _claim(request: Request, now: datetime) -> Response:
    """The answer sheet of a request that is open, held until the transaction ends: sending waits for saving."""
    if not Request.objects.answerable(now).filter(pk=request.pk).update(version=request.version_id):
        request.refresh_from_db()
        _require_open(request, now)
    Response.objects.bulk_create([Response(request=request, created_at=now)], ignore_conflicts=True)
    return Response.objects.get(request=request)


def _require_open(request: Request, now: datetime) -> None:
    if request.state == Request.State.COMPLETE:
        raise Refused(_("These answers have been sent: they are final. Thank you."))
    if request.state == Request.State.REFUSED:
        raise Refused(_("You chose not to answer this questionnaire."))
    if not request.is_answerable(now):
        raise Refused(_("This questionnaire is closed: its time is over."))


@transaction.atomic
def complete_request(request: Request, *, by: User | None, at: datetime | None = None) -> Response:
    """The answers are sent, and final; items left empty stay so. Sent twice is sent once.

    Refused while there is no answer at all, or once refused or closed.
    """
    now = at or clock.now()
    Request.objects.select_for_update().get(pk=request.pk)  # a save under way on another device comes first
    request.refresh_from_db()
    if request.state == Request.State.COMPLETE:
        return request.response
    _require_open(request, now)
    response = Response.objects.filter(request=request).first()
    if response is None or not response.answers.exists():
        raise Refused(_("Answer at least one sentence before sending."))
    move(request, Request.State.COMPLETE)
    Response.objects.filter(pk=response.pk).update(completed_at=now)
    mail.drop_letters(request)
    response.refresh_from_db()
    history.record("complete_request", request, by=by, organisation=request.journey.programme.organisation)
    return response


@transaction.atomic
def refuse_request(request: Request, *, by: User | None) -> Request:
    """She would rather not: no reminder follows, and nothing else changes for her. Refused twice is refused once."""
    if request.state == Request.State.REFUSED:
        return request
    move(request, Request.State.REFUSED)
    mail.drop_letters(request)
    history.record("refuse_request", request, by=by, organisation=request.journey.programme.organisation)
    return request
