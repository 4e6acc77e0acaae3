"""Whom a lead asks by hand: the same people as the clock would, without its days."""

from django.utils.translation import gettext as _

from backend.lib import clock
from backend.lib.refusal import Refused
from evaluation.models import Request, Wave
from evaluation.queries.due import Asking, Due, with_rows
from evaluation.queries.happened import half_way, mentors_of, stays_of
from journeys.models import Journey


def due_by_hand(wave: Wave, journey: Journey) -> Due:
    """The one ask of this wave about this journey, whether or not it was made. Refused when nobody could be asked.

    Mentor: the present one, else the last. Tutor and company: of the latest stay that took place.
    """
    if wave.moment not in Wave.ONCE:
        raise Refused(_("This wave asks by itself, after each occasion."))
    on = {
        Wave.Moment.START: journey.started_on,
        Wave.Moment.MID: half_way(journey.started_on, journey.planned_end_on),
        Wave.Moment.EXIT: journey.ended_on or clock.today(),
    }.get(Wave.Moment(wave.moment), wave.opens_on or clock.today())
    if wave.audience == Wave.Audience.HOLDER:
        return Due(Asking(wave, journey.pk, "", on, journey.holder.user_id), journey, journey.holder.user)
    if wave.audience == Wave.Audience.MENTOR:
        mentors = mentors_of([journey.pk])[journey.pk]
        if not mentors:
            raise Refused(_("This journey has had no mentor yet."))
        (due,) = with_rows([Asking(wave, journey.pk, "", on, mentors[-1].mentor)])
        return due
    email, name = _host(wave, journey, "")
    return Due(Asking(wave, journey.pk, "", on, None, email, name), journey, None)


def due_again(request: Request) -> Due:
    """The ask that `request` was; whoever has no account, at the address that is known now."""
    wave, journey = request.wave, request.journey
    email, name = request.email, request.name
    if request.respondent is None:
        email, name = _host(wave, journey, request.occasion)
    on = request.occasion_on or clock.today()
    asking = Asking(wave, journey.pk, request.occasion, on, request.respondent_id, email, name)
    return Due(asking, journey, request.respondent)


def _host(wave: Wave, journey: Journey, occasion: str) -> tuple[str, str]:
    stays = [one for one in stays_of([journey.pk])[journey.pk] if occasion in ("", one.occasion)]
    if not stays:
        raise Refused(_("No stay of this journey has taken place yet."))
    email, name = stays[-1].tutor if wave.audience == Wave.Audience.TUTOR else stays[-1].company
    if not email:
        raise Refused(_("Nobody’s e-mail is known for that stay: complete it there first."))
    return email.strip().lower(), name
