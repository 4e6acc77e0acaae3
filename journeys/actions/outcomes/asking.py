"""The follow-up: asked 6, 12 and 36 months after the end of a journey, answered from the letter in one tap."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.lib.states import move
from backend.mail import actions as mail
from journeys.actions.outcomes.facts import add_outcome, correct_outcome
from journeys.actions.outcomes.letters import ask_holder
from journeys.models import FollowUp, Journey, Outcome
from journeys.queries.follow_ups import months_after

Kind, State = Outcome.Kind, FollowUp.State
BY_HOLDER = Outcome.Source.HOLDER


@transaction.atomic
def send_follow_up(journey: Journey, months: int) -> FollowUp:
    """Its holder is asked once what became of the project, so many months after the end.

    Refused before that day where the organisation is, and when it was asked already.
    """
    today = clock.today(journey.programme.organisation.time_zone)
    if journey.ended_on is None or months_after(journey.ended_on, months) > today:
        raise Refused(_("This day is still to come."))
    try:
        with transaction.atomic():
            made = FollowUp.objects.create(journey=journey, months=months)
    except IntegrityError:
        raise Refused(_("This was asked already.")) from None
    _note("send_follow_up", made)
    ask_holder(made)
    return made


def _note(verb: str, follow_up: FollowUp, **details: object) -> None:
    journey = follow_up.journey
    by = None if verb == "send_follow_up" else journey.holder.user
    history.record(verb, follow_up, by=by, organisation=journey.programme.organisation, **details)


@transaction.atomic
def answer_follow_up(follow_up: FollowUp, *, activity: str) -> Outcome:
    """Still active, changed, or stopped, in one tap: a fact of today, in the name of the holder whose link it is.

    Tapped twice is said once; another answer corrects the former, which stays in history. Refused for any other word.
    """
    _answered(follow_up)
    return _say(follow_up, Kind.ACTIVITY, None, code=activity)


@transaction.atomic
def tell_follow_up(follow_up: FollowUp, *, told: Mapping[str, tuple[date | None, dict[str, Any]]]) -> list[Outcome]:
    """What else came of it: for each kind of outcome told, its day (None: today) and its facts.

    Said again is corrected; what a lead has proven meanwhile stays. Refused, all of it, as `add_outcome`.
    """
    _answered(follow_up)
    return [_say(follow_up, kind, day, **facts) for kind, (day, facts) in told.items()]


@transaction.atomic
def refuse_follow_ups(follow_up: FollowUp) -> FollowUp:
    """She does not want to be asked any more about this journey; what she said stays. Twice is once."""
    if follow_up.state != State.REFUSED:
        move(follow_up, State.REFUSED)
        _note("refuse_follow_ups", follow_up)
        mail.drop_letters(*follow_up.journey.follow_ups.all())
    return follow_up


def _answered(follow_up: FollowUp) -> None:
    """One who answers after a no has changed her mind."""
    if follow_up.state != State.ANSWERED:
        move(follow_up, State.ANSWERED, stamps={"answered_at": clock.now()})
        _note("answer_follow_up", follow_up)
        mail.drop_letters(follow_up)


def _say(follow_up: FollowUp, kind: str, day: date | None, **facts: Any) -> Outcome:
    """One fact of this kind a follow-up: written, corrected, or left where it says the same."""
    holder = follow_up.journey.holder.user
    known = _known(follow_up, kind)
    on = day or clock.today(follow_up.journey.programme.organisation.time_zone)
    if known is None:
        return add_outcome(
            follow_up.journey, kind=kind, happened_on=on, by=holder, source=BY_HOLDER, follow_up=follow_up, **facts
        )
    is_same = all(getattr(known, name) == value for name, value in facts.items())
    if known.state == Outcome.State.PROVEN or (is_same and day in (None, known.happened_on)):
        return known
    reason = _("Corrected by the project holder.")
    return correct_outcome(known, happened_on=on, reason=reason, by=holder, source=BY_HOLDER, **facts)


def _known(follow_up: FollowUp, kind: str) -> Outcome | None:
    """The line of this follow-up; of a creation the one there is, whoever said it."""
    rows = Outcome.objects.standing().filter(kind=kind).select_related("journey__programme__organisation")
    if kind == Kind.CREATED:
        return rows.filter(journey__project=follow_up.journey.project_id).order_by("pk").first()
    return rows.filter(follow_up=follow_up).first()
