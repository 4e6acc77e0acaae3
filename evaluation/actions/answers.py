"""What the person who was asked does: begin, answer, send, or say no."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts import actions as accounts
from backend.accounts.models import User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.lib.states import move
from backend.mail import actions as mail
from evaluation.actions.anonymity import cut_loose, forget_unsent
from evaluation.models import Answer, Item, Request, Response, Section, Wave
from evaluation.queries.answers import Sheet, is_partly_answered, sections_of, sheet
from evaluation.queries.correcting import correctable_until, is_correctable
from evaluation.queries.given import Kept, Reading
from evaluation.queries.relevance import facts_of

COLUMNS = Answer.COLUMNS
LINK = "request_answer"
LONGEST_WAIT = 90 * 24 * 3600  # seconds that an answer may have waited in a browser

Given = Mapping[str, Any]
"""{item code: the answer in whatever shape `Reading.read` takes}; an item left out stays as it was."""


@transaction.atomic
def begin_request(request: Request, *, by: User | None, at: datetime | None = None) -> Request:
    """She has opened it; also after having said no, while it is still time. Begun twice is begun once."""
    now = at or clock.now()
    if request.state == Request.State.REFUSED and request.expires_at > now:
        move(request, Request.State.OPENED)
        history.record("reopen_request", request, by=by, organisation=request.journey.programme.organisation)
        return request
    _require_open(request, now)
    if request.state == Request.State.SENT:
        move(request, Request.State.OPENED)
    return request


@transaction.atomic
def save_answers(
    request: Request,
    given: Given,
    *,
    by: User | None,
    at: datetime | None = None,
    ago: Mapping[str, int] | None = None,
) -> Response:
    """The answers given are kept as they come, item by item; two devices at once: the last one stands.

    `ago`: {item code: seconds since it was given}, where it waited for a network; what was said later elsewhere stands
    before it. An empty answer takes back what was said. Within the days of correction what was sent can be changed:
    each change counts at once. Refused once sent and final, refused or closed; for an unknown item, or what does not
    fit it (the first one is named).
    """
    now = at or clock.now()
    response = _claim(request, now)
    sections = sections_of(request.version)
    kept = _read(sections, given)
    waited = {code: min(max(seconds, 0), LONGEST_WAIT) for code, seconds in (ago or {}).items()}
    given_at = {code: now - timedelta(seconds=seconds) for code, seconds in waited.items()}
    _write(response, _newest(response, kept, given_at), now, given_at)
    shown = sheet(request, sections)
    if request.state == Request.State.COMPLETE:
        return _correct(request, response, kept, shown, by)
    state = Request.State.PARTIAL if is_partly_answered(response, shown) else Request.State.STARTED
    if state != request.state:
        Request.objects.filter(pk=request.pk).update(state=state)
        request.state = state
    return response


def _newest(response: Response, kept: Mapping[Item, Kept], given_at: Mapping[str, datetime]) -> dict[Item, Kept]:
    """Without those that another device has answered since."""
    if not given_at:
        return dict(kept)
    waited = [item for item in kept if item.code in given_at]
    known = dict(response.answers.filter(item__in=waited).values_list("item__code", "updated_at"))
    return {
        item: one
        for item, one in kept.items()
        if item.code not in known or item.code not in given_at or known[item.code] <= given_at[item.code]
    }


def _correct(
    request: Request, response: Response, kept: Mapping[Item, Kept], shown: Sheet, by: User | None
) -> Response:
    """What was sent stays whole: nothing that needs an answer is emptied, nothing that is not asked is left."""
    changed = {item.code for item in kept}
    if empty := next((line for line in shown.lacking if line.item.code in changed), None):
        raise Refused(_("This question needs an answer."), field=empty.item.code)
    _drop_not_asked(response, shown)
    told: dict[str, Any] = {}
    if request.wave.mode == Wave.Mode.IDENTIFIED:  # else whose answers changed would tell what they were
        told = {"organisation": request.journey.programme.organisation, "items": sorted(changed)}
    history.record("correct_answers", request, by=by, **told)
    return response


def _drop_not_asked(response: Response, shown: Sheet) -> None:
    response.answers.exclude(item__code__in=[line.item.code for line in shown.lines]).delete()


def _read(sections: Iterable[Section], given: Given) -> dict[Item, Kept]:
    wanted = [item for section in sections for item in section.items.all() if item.code in given]
    known = {item.code: Reading(item, tuple(item.choices.all())) for item in wanted}
    if unknown := next((code for code in given if code not in known), None):
        raise Refused(_("This questionnaire has no such question."), field=str(unknown))
    return {known[code].item: known[code].read(answer) for code, answer in sorted(given.items())}


def _write(response: Response, kept: Mapping[Item, Kept], now: datetime, given_at: Mapping[str, datetime]) -> None:
    if taken_back := [item for item, one in kept.items() if one.is_empty]:
        response.answers.filter(item__in=taken_back).delete()
    rows = [
        Answer(
            response=response,
            item=item,
            created_at=now,
            updated_at=given_at.get(item.code, now),
            **{name: getattr(one, name) for name in COLUMNS},
        )
        for item, one in kept.items()
        if not one.is_empty
    ]
    Answer.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["response", "item"],
        update_fields=[*COLUMNS, "updated_at"],
    )


def _claim(request: Request, now: datetime) -> Response:
    """The answer sheet of a request that takes answers, held until the transaction ends: sending waits for saving."""
    hold_request(request)
    if not is_correctable(request, now):
        _require_open(request, now)
    response, _made = Response.objects.get_or_create(request=request, defaults={"created_at": now})
    return response


def hold_request(request: Request) -> None:
    """Nobody else changes it until the transaction ends; its state is read anew. Not an UPDATE, which would move it."""
    held = Request.objects.select_for_update().only("state", "expires_at").get(pk=request.pk)
    request.state, request.expires_at = held.state, held.expires_at


def _require_open(request: Request, now: datetime) -> None:
    if request.state == Request.State.COMPLETE:
        raise Refused(_("These answers have been sent: they are final. Thank you."))
    if request.state == Request.State.REFUSED:
        raise Refused(_("You chose not to answer this questionnaire."))
    if not request.is_answerable(now):
        raise Refused(_("This questionnaire is closed: its time is over."))


@transaction.atomic
def complete_request(request: Request, *, by: User | None, at: datetime | None = None) -> Response | None:
    """The answers are sent; items left empty stay so, what turned out not to be asked is not kept. Sent twice is sent
    once. In an anonymous wave they are cut from who gave them, and there is no sheet of hers any more (None).

    Refused while there is no answer at all, while a required one is missing (named), or once refused or closed.
    """
    now = at or clock.now()
    hold_request(request)  # a save under way on another device comes first
    response = Response.objects.filter(request=request).first()
    if request.state == Request.State.COMPLETE:
        return response
    _require_open(request, now)
    if response is None or not response.answers.exists():
        raise Refused(_("Answer at least one question before sending."))
    shown = sheet(request)
    if shown.lacking:
        raise Refused(_("This question needs an answer."), field=shown.lacking[0].item.code)
    _drop_not_asked(response, shown)
    move(request, Request.State.COMPLETE)
    if is_cut := request.wave.is_anonymous:
        cut_loose(request, response, now)  # holds the wave: before the letters, as stopping it does
    mail.drop_letters(request)
    if is_cut:
        return None
    # Kept as they are now: whoever changed one of them afterwards would see whose answers change their group.
    Response.objects.filter(pk=response.pk).update(completed_at=now, facts=facts_of(request.journey))
    response.refresh_from_db()
    if until := correctable_until(request, response):
        accounts.prolong_links(request, purpose=LINK, until=until)
    organisation = request.journey.programme.organisation
    history.record("complete_request", request, by=by, organisation=organisation)
    return response


@transaction.atomic
def refuse_request(request: Request, *, by: User | None) -> Request:
    """She would rather not: no reminder follows, and nothing else changes for her. Refused twice is refused once."""
    if request.state == Request.State.REFUSED:
        return request
    move(request, Request.State.REFUSED)
    forget_unsent([request])
    mail.drop_letters(request)
    history.record("refuse_request", request, by=by, organisation=request.journey.programme.organisation)
    return request
