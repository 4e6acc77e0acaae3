"""Asking, reminding, and stopping to wait."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backend.accounts import actions as accounts
from backend.accounts.models import User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.lib.states import move
from backend.mail import actions as mail
from evaluation.models import Request, Wave
from evaluation.queries.answers import items_left
from journeys.models import Journey

MOST_REMINDERS = 2
LINK = "request_answer"
AGAIN = (Request.State.EXPIRED, Request.State.BOUNCED)


@transaction.atomic
def send_request(wave: Wave, journey: Journey, *, by: User | None, at: datetime | None = None) -> Request:
    """The holder of `journey` is asked, by letter with a link of her own, for as many days as the wave is open.

    One ask per wave, journey and person, whoever asks. One that expired or whose letter came back is opened again when
    a person asks (`by`). Refused when she is being asked already, has answered, or said no; when the journey is of
    another programme; when the questionnaire has no published version.
    """
    if journey.programme_id != wave.programme_id:
        raise Refused(_("This questionnaire is asked in another programme."))
    now = at or clock.now()
    known = Request.objects.filter(wave=wave, journey=journey, respondent=journey.holder.user_id).first()
    request = _ask_again(known, wave, by, now) if known else _ask(wave, journey, by, now)
    _post("posture_request", request, key=f"request:{request.pk}:{now:%Y%m%d%H%M}")
    history.record("send_request", request, by=by, organisation=journey.programme.organisation, moment=wave.moment)
    return request


def _ask(wave: Wave, journey: Journey, by: User | None, now: datetime) -> Request:
    version = wave.questionnaire.versions.filter(published_at__isnull=False).order_by("-number").first()
    if version is None:
        raise Refused(_("This questionnaire has no published version yet."))
    try:
        with transaction.atomic():
            return Request.objects.create(
                wave=wave,
                version=version,
                journey=journey,
                respondent=journey.holder.user,
                asked_by=by,
                sent_at=now,
                expires_at=now + clock.days(wave.open_days),
            )
    except IntegrityError:
        raise Refused(_("This person has just been asked.")) from None


def _ask_again(known: Request, wave: Wave, by: User | None, now: datetime) -> Request:
    if known.state in Request.OPEN:
        raise Refused(_("This person has already been asked, and can still answer."))
    if known.state == Request.State.COMPLETE:
        raise Refused(_("This person has already answered."))
    if known.state not in AGAIN or by is None:
        raise Refused(_("This person said no, or can’t be asked again."))
    stamps = {"sent_at": now, "expires_at": now + clock.days(wave.open_days), "asked_by": by, "reminders": 0}
    return move(known, Request.State.SENT, stamps={**stamps, "reminded_at": None})


@transaction.atomic
def remind_request(request: Request, *, by: User | None, at: datetime | None = None) -> Request:
    """One more letter to somebody who has not sent her answers. Refused after two, or once it is closed."""
    now = at or clock.now()
    changed = (
        Request.objects.answerable(now)
        .filter(pk=request.pk, reminders=request.reminders, reminders__lt=MOST_REMINDERS)
        .update(reminders=request.reminders + 1, reminded_at=now)
    )
    if not changed:
        raise Refused(_("Two reminders at most, and only while the questionnaire is open."))
    request.refresh_from_db()
    _post(
        "posture_reminder", request, key=f"request:{request.pk}:{request.sent_at:%Y%m%d}:reminder:{request.reminders}"
    )
    history.record("remind_request", request, by=by, organisation=request.journey.programme.organisation)
    return request


def _post(letter: str, request: Request, *, key: str) -> None:
    """One letter, with a link that opens this questionnaire and nothing else until it closes."""
    days = max(1, (request.expires_at - clock.now()).days + 1)
    _link, token = accounts.make_link(LINK, about=request, user=request.respondent, days=days)
    organisation = request.journey.programme.organisation
    mail.post(
        f"evaluation/letters/{letter}",
        to=request.respondent,
        key=key,
        about=request,
        organisation=organisation,
        drop_after=request.expires_at,
        context={
            "request": request,
            "programme": request.journey.programme,
            "questionnaire": request.wave.questionnaire,
            "minutes": request.version.minutes,
            "is_exit": request.wave.moment == Wave.Moment.EXIT,
            "left": items_left(request),
            "token": token,
        },
    )


@transaction.atomic
def bounce_request(request: Request, *, by: User | None) -> Request:
    """The letter came back: she was never reached. Refused once she has begun, for then she was."""
    move(request, Request.State.BOUNCED)
    accounts.revoke_links(request, purpose=LINK)
    history.record("bounce_request", request, by=by, organisation=request.journey.programme.organisation)
    return request


@transaction.atomic
def expire_requests(*, at: datetime | None = None) -> int:
    """Whatever is past its day and has not enough answers to count expires, all at once; how many did."""
    waiting = [Request.State.SENT, Request.State.OPENED, Request.State.STARTED]
    return Request.objects.filter(state__in=waiting, expires_at__lte=at or clock.now()).update(
        state=Request.State.EXPIRED
    )
