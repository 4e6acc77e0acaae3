"""Until when what was sent can be taken up again."""

from datetime import datetime

from django.db.models import Q

from backend.lib import clock
from evaluation.models import Request, Response, Wave


def correctable_until(request: Request, response: Response | None = None) -> datetime | None:
    """The end of the days of correction, counted from when it was sent; None where there are none: an anonymous sheet
    is nobody's any more.
    """
    wave = request.wave
    if request.state != Request.State.COMPLETE or not wave.correction_days or wave.is_anonymous:
        return None
    sent = response or Response.objects.filter(request=request).first()
    return sent.completed_at + clock.days(wave.correction_days) if sent and sent.completed_at else None


def is_correctable(request: Request, now: datetime) -> bool:
    until = correctable_until(request)
    return until is not None and until > now


def can_still_change(wave: Wave, now: datetime) -> bool:
    """May one more sheet of the wave come in, or one that was sent be changed? One query at most. A last day that has
    passed is no end: it can be put off, and who was asked before still answers."""
    if wave.stopped_at is None:
        return True
    refused = Q(state=Request.State.REFUSED, expires_at__gt=now)  # a no can be taken back until then
    sent = Q(state=Request.State.COMPLETE, response__completed_at__gt=now - clock.days(wave.correction_days))
    corrected = sent if wave.correction_days and not wave.is_anonymous else Q(pk__in=())
    return Request.objects.filter(Request.objects.is_answerable(now) | refused | corrected, wave=wave).exists()
