"""Asking, reminding, and stopping to wait."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backend.accounts import actions as accounts
from backend.accounts.models import User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.lib.states import move
from backend.mail import actions as mail
from evaluation.actions.anonymity import forget_unsent
from evaluation.actions.unsent import withdraw_unsent
from evaluation.models import Request, Wave
from evaluation.queries.answers import items_left
from evaluation.queries.by_hand import due_again, due_by_hand
from evaluation.queries.due import Due
from evaluation.queries.wording import Wording
from journeys.models import Journey

LINK = "request_answer"
AGAIN = (Request.State.EXPIRED, Request.State.BOUNCED, Request.State.WITHDRAWN)


@transaction.atomic
def send_request(wave: Wave, journey: Journey, *, by: User | None, at: datetime | None = None) -> Request:
    """Whoever this wave asks about `journey` is asked by hand, by letter, for as many days as the wave is open.

    For moments that a journey meets once; what follows an occasion is asked by the clock (`send_due`). Refused when
    there is nobody to ask (no mentor, no stay), and like `send_due`.
    """
    return send_due(due_by_hand(wave, journey), by=by, at=at)


@transaction.atomic
def send_due(due: Due, *, by: User | None, at: datetime | None = None) -> Request:
    """This person is asked, by letter with a link of their own, until the wave closes.

    One ask per wave, journey and occasion, whoever asks. One that expired, whose letter came back or never left is
    opened again when a person asks (`by`). Refused when they are being asked already, have answered, or said no; when
    the journey is of another programme; when the wave was stopped or is over; when the questionnaire has no published
    version.
    """
    wave, journey, now = due.asking.wave, due.journey, at or clock.now()
    # Held until this is written: stopping the wave comes before, or finds this request.
    wave.stopped_at = Wave.objects.select_for_update(no_key=True).only("stopped_at").get(pk=wave.pk).stopped_at
    if journey.programme_id != wave.programme_id:
        raise Refused(_("This questionnaire is asked in another programme."))
    known = (
        Request.objects.filter(wave=wave, journey=journey, occasion=due.asking.occasion).order_by("-sent_at").first()
    )
    request = _ask_again(known, due, by, now) if known else _ask(due, by, now)
    _post("survey_request", request, key=f"request:{request.pk}:{now:%Y%m%d%H%M}")
    history.record("send_request", request, by=by, organisation=journey.programme.organisation, moment=wave.moment)
    return request


@transaction.atomic
def resend_request(request: Request, *, by: User | None, at: datetime | None = None) -> Request:
    """One that expired, or whose letter came back, is asked again, at the address known now.

    Refused like `send_due`."""
    return send_due(due_again(request), by=by, at=at)


def _closes(wave: Wave, now: datetime) -> datetime:
    """When an ask of now closes: a campaign as its last day ends. Refused once it is stopped or over."""
    if wave.stopped_at:
        raise Refused(_("This wave was stopped: it asks nobody any more."))
    if wave.closes_on is None:
        return now + clock.days(wave.open_days)
    zone = ZoneInfo(wave.programme.organisation.time_zone)
    closes = datetime.combine(wave.closes_on + clock.days(1), time.min, zone)
    if closes <= now:
        raise Refused(_("This wave is over: its last day has passed."))
    return closes


def _ask(due: Due, by: User | None, now: datetime) -> Request:
    wave = due.asking.wave
    # Held likewise: a version that is asked is not withdrawn, and one withdrawn is not asked.
    versions = wave.questionnaire.versions.published().order_by("-number").select_for_update(no_key=True)
    version = versions.first()
    if version is None:
        raise Refused(_("This questionnaire has no published version yet."))
    try:
        with transaction.atomic():
            return Request.objects.create(
                wave=wave,
                version=version,
                journey=due.journey,
                respondent=due.respondent,
                email=due.asking.email,
                name=due.asking.name,
                occasion=due.asking.occasion,
                occasion_on=due.asking.on,
                asked_by=by,
                sent_at=now,
                expires_at=_closes(wave, now),
            )
    except IntegrityError:
        raise Refused(_("This person has just been asked.")) from None


def _ask_again(known: Request, due: Due, by: User | None, now: datetime) -> Request:
    """Of an anonymous wave the refusal is one for all who may have answered: it tells nobody who has."""
    told = (Request.State.REFUSED, Request.State.BOUNCED, Request.State.WITHDRAWN)
    if due.asking.wave.is_anonymous and known.state not in told:
        raise Refused(
            _("This person was asked already. Whether they have answered is not told: the wave is anonymous.")
        )
    if known.state in Request.OPEN:
        raise Refused(_("This person has already been asked, and can still answer."))
    if known.state == Request.State.COMPLETE:
        raise Refused(_("This person has already answered."))
    if known.state == Request.State.EXPIRED and _may_know_others(known):
        raise Refused(
            _("Their time to answer is over, and what others answered is open to them since: it is too late to ask.")
        )
    closes = _closes(due.asking.wave, now)
    if known.state not in AGAIN or by is None:
        raise Refused(_("This person said no, or can’t be asked again."))
    stamps = {"sent_at": now, "expires_at": closes, "asked_by": by, "reminders": 0}
    if known.respondent_id is None and due.asking.email:
        stamps |= {"email": due.asking.email, "name": due.asking.name}
    return move(known, Request.State.SENT, stamps={**stamps, "reminded_at": None})


def _may_know_others(known: Request) -> bool:
    """Where answers stand side by side, whoever let their time go by reads those of the others."""
    same = Request.objects.filter(
        journey=known.journey_id, wave__is_shared=True, wave__questionnaire=known.wave.questionnaire_id,
        state=Request.State.COMPLETE,
    )  # fmt: skip
    return known.wave.is_shared and same.exclude(pk=known.pk).exists()


@transaction.atomic
def remind_request(request: Request, *, by: User | None, at: datetime | None = None) -> Request:
    """One more letter to somebody who has not sent her answers. Refused after two, once it is closed, or its wave was
    stopped."""
    now = at or clock.now()
    changed = (
        Request.objects.remindable(now)
        .filter(pk=request.pk, reminders=request.reminders)
        .update(reminders=request.reminders + 1, reminded_at=now)
    )
    if not changed:
        raise Refused(_("Two reminders at most, and only while the questionnaire is open and its wave goes on."))
    request.refresh_from_db()
    _post("survey_reminder", request, key=f"request:{request.pk}:{request.sent_at:%Y%m%d}:reminder:{request.reminders}")
    if not request.wave.is_anonymous:  # a line of history would tell who had not answered by then
        history.record("remind_request", request, by=by, organisation=request.journey.programme.organisation)
    return request


def _post(letter: str, request: Request, *, key: str) -> None:
    """One letter, with a link that opens this questionnaire and nothing else until it closes."""
    days = max(1, (request.expires_at - clock.now()).days + 1)
    _link, token = accounts.make_link(
        LINK, about=request, user=request.respondent, email="" if request.respondent else request.email, days=days
    )
    organisation = request.journey.programme.organisation
    mail.post(
        f"evaluation/letters/{letter}",
        to=request.respondent or request.email,
        name=request.name,
        key=key,
        about=request,
        organisation=organisation,
        drop_after=request.expires_at,
        mentions=[(request, request.expires_at)],
        # Who is reminded has not answered yet; an ask that does not leave any more was answered before it did.
        is_discreet=request.wave.is_anonymous,
        context={
            "request": request,
            "wording": Wording(request),
            "questionnaire": request.wave.questionnaire,
            "minutes": request.version.minutes,
            # A reminder stays: that of an anonymous wave tells nothing of what was answered.
            "left": None if letter == "survey_reminder" and request.wave.is_anonymous else items_left(request),
            "token": token,
        },
    )


@transaction.atomic
def drop_asks_of(journey: Journey) -> int:
    """The journey was left: questionnaires and reminders about it that still wait stay here, and whoever none of them
    reached was never asked; how many. What was asked can still be answered on its page.
    """
    if journey.state != Journey.State.LEFT:
        return 0
    return withdraw_unsent(Request.objects.filter(journey=journey), journey.programme.organisation, by=None)


@transaction.atomic
def bounce_request(request: Request, *, by: User | None) -> Request:
    """The letter came back: she was never reached. Refused once she has begun, for then she was."""
    move(request, Request.State.BOUNCED)
    accounts.revoke_links(request, purpose=LINK)
    history.record("bounce_request", request, by=by, organisation=request.journey.programme.organisation)
    return request


@transaction.atomic
def expire_requests(*, at: datetime | None = None) -> int:
    """Whatever is past its day and has not enough answers to count expires, all at once; how many did. What was not
    sent by then in an anonymous wave is forgotten.
    """
    over = Request.objects.filter(expires_at__lte=at or clock.now())
    forget_unsent(over.exclude(state=Request.State.COMPLETE))
    waiting = [Request.State.SENT, Request.State.OPENED, Request.State.STARTED]
    return over.filter(state__in=waiting).update(state=Request.State.EXPIRED)
