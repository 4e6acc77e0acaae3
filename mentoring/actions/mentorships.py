"""The pair: made within the mentor's capacity, ended with a reason, its history kept."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.lib.states import move
from backend.mail.actions import drop_letters
from journeys import actions as journeys
from journeys.models import Companion, Journey
from mentoring.actions import pair_letters as letters
from mentoring.actions.holds import hold_around, hold_mentor, hold_people
from mentoring.actions.sessions import cancel_session
from mentoring.actions.times import withdraw_times_of
from mentoring.models import Mentor, Mentorship, Session
from mentoring.queries.leaving import has_left
from mentoring.queries.matching import without_hours

NOT_BY_THE_MENTOR = (Mentorship.EndReason.HOLDER_LEFT, Mentorship.EndReason.COMPLETED, Mentorship.EndReason.BRIDGED)


@transaction.atomic
def pair_mentor(
    journey: Journey,
    mentor: Mentor,
    *,
    by: User | None,
    started_on: date | None = None,
    end_reason: str = "",
    end_note: str = "",
    is_primary: bool = True,
    tells: bool = True,
) -> Mentorship:
    """The mentor accompanies this journey from `started_on` (today): she sees it, and both are told by letter.

    Both have agreed already: nobody is asked. What was proposed to them begins; other proposals for the same place are
    withdrawn. With `end_reason`, the pair that stands is ended first, its history kept; with `is_primary` False the
    mentor comes beside it. Refused when one stands and no reason is given, when the mentor is full, paused, of another
    organisation, in conflict or the holder herself, or when the journey is over.
    However many people pair at the same moment, a mentor never has more than her capacity. With `tells` False, whoever
    calls writes to these two; other mentors who were proposed are told all the same.
    """
    mentor = hold_mentor(mentor)
    hold_around([journey], [mentor])
    check_choice(journey, mentor)
    hers = journey.mentorships.live().filter(mentor=mentor).select_related("mentor__user").first()
    if hers is not None and not hers.is_waiting:
        raise Refused(_("%(mentor)s is already the mentor of this journey.") % {"mentor": mentor}, field="mentor")
    follows = _make_way(journey, end_reason, end_note, by, but=hers, tells=tells) if is_primary else None
    check_room(mentor, but=hers)
    facts = {
        "is_primary": is_primary,
        "started_on": started_on or clock.today(),
        "follows": follows,
        "end_reason": "",
        "end_note": "",
    }
    if hers is None:
        pair = create_pair(journey, mentor, state=Mentorship.State.ACTIVE, **facts)
    else:
        pair = move(hers, Mentorship.State.ACTIVE, stamps=facts)
    settle(pair, "pair_mentor", by=by, tells=tells)
    return pair


def create_pair(journey: Journey, mentor: Mentor, **facts: Any) -> Mentorship:
    """The row. Refused when somebody has just made another of the kind."""
    try:
        with transaction.atomic():
            return Mentorship.objects.create(journey=journey, mentor=mentor, **facts)
    except IntegrityError:
        raise Refused(_("Someone has just chosen a mentor for this journey. Reload the page.")) from None


def settle(pair: Mentorship, verb: str, *, by: User | None, tells: bool = True) -> None:
    """What follows when a pair begins: the mentor sees the journey, both are told (unless whoever calls does it)."""
    journeys.add_companion(pair.journey, pair.mentor.user, Companion.Role.MENTOR, by=by)
    history.record(verb, pair, by=by, organisation=pair.journey.programme.organisation)
    if tells:
        letters.pair_made(pair)


def check_choice(journey: Journey, mentor: Mentor, *, even_paused: bool = False) -> None:
    """Refused when these two may not be a pair, whoever else there is."""
    if not journey.is_live:
        raise Refused(_("This journey is over: there is nobody to accompany any more."))
    if mentor.organisation_id != journey.programme.organisation_id:
        raise Refused(_("This mentor belongs to another organisation."), field="mentor")
    if mentor.user_id == journey.holder.user_id:
        raise Refused(_("Nobody can be their own mentor."), field="mentor")
    if mentor.conflicts.filter(holder=journey.holder_id).exists():
        raise Refused(_("A conflict of interest was declared between them."), field="mentor")
    if has_left(mentor):
        raise Refused(_("%(mentor)s is a mentor here no more.") % {"mentor": mentor}, field="mentor")
    if mentor.is_paused() and not even_paused:
        raise Refused(_("%(mentor)s is taking a break just now.") % {"mentor": mentor}, field="mentor")


def open_proposals(journey: Journey) -> list[Mentorship]:
    """What is proposed for the place of primary mentor, and has not begun."""
    rows = journey.mentorships.waiting().select_related("mentor__user", "journey__holder__user", "follows")
    rows = rows.order_by("pk")
    return [one for one in rows if one.to_be_primary]


def standing_of(journey: Journey) -> Mentorship | None:
    """The primary pair under way, held until the end of the transaction."""
    rows = journey.mentorships.select_for_update(of=("self",), no_key=True).select_related("mentor__user")
    return rows.filter(is_primary=True, state=Mentorship.State.ACTIVE).order_by("pk").first()


def check_reason(standing: Mentorship, reason: str) -> None:
    """Refused when nobody says why the pair that stands is to end."""
    if not reason:
        raise Refused(
            _("%(mentor)s is the mentor of this journey: say why this changes.") % {"mentor": standing.mentor},
            field="end_reason",
        )
    if reason not in Mentorship.EndReason.values:
        raise Refused(_("Choose one of the reasons for the end."), field="end_reason")


def _make_way(
    journey: Journey, reason: str, note: str, by: User | None, *, but: Mentorship | None, tells: bool
) -> Mentorship | None:
    """The place of primary mentor is free; the pair that this one follows."""
    standing = standing_of(journey)
    if standing is not None:
        check_reason(standing, reason)
    for one in open_proposals(journey):
        if one != but:
            untold = () if tells else (journey.holder.user_id,)
            let_go(one, reason=Mentorship.EndReason.WITHDRAWN, by=by, untold=untold)
    if standing is not None:
        end_mentorship(standing, reason=reason, note=note, by=by)
    return standing or last_pair(journey)


def last_pair(journey: Journey) -> Mentorship | None:
    """The primary pair that ended last on this journey."""
    return journey.mentorships.begun().filter(is_primary=True).order_by("-ended_on", "-pk").first()


def check_room(mentor: Mentor, *, but: Mentorship | None = None) -> None:
    """Refused when she has nobody's place left. `but` has its place already."""
    live = mentor.mentorships.live()
    load = (live.exclude(pk=but.pk) if but else live).count()
    if load >= mentor.capacity:
        raise Refused(
            _("%(mentor)s is full: %(load)s of %(capacity)s.")
            % {"mentor": mentor, "load": load, "capacity": mentor.capacity},
            field="mentor",
        )
    if but is None and without_hours([mentor]):
        words = _("%(mentor)s has given the %(hours)s hours of this month.")
        raise Refused(words % {"mentor": mentor, "hours": mentor.hours_a_month}, field="mentor")


def let_go(
    pair: Mentorship, *, reason: str, by: User | None, note: str = "", verb: str = "withdraw_proposal",
    declined_by: User | None = None, on: date | None = None, untold: Collection[int] = (),
) -> Mentorship:  # fmt: skip
    """A proposal comes to nothing: it is over for this reason, and those who had not said no are told so, kindly.

    Not those `untold` (numbers of people), who read it in another letter of the same act.
    """
    stamps = {
        "ended_on": on or clock.today(),
        "end_reason": reason,
        "end_note": note.strip()[:240],
        "declined_by": declined_by,
    }
    move(pair, Mentorship.State.ENDED, stamps=stamps)
    drop_letters(pair)
    history.record(verb, pair, by=by, organisation=pair.journey.programme.organisation)
    letters.pair_not_made(pair, untold=untold)
    return pair


@transaction.atomic
def end_mentorship(
    pair: Mentorship,
    *,
    reason: str,
    by: User | None,
    note: str = "",
    on: date | None = None,
    keeps: Collection[int] = (),
    tells: bool = True,
) -> Mentorship:
    """The pair is over: the mentor sees the journey no more, sessions still ahead are cancelled, both are told.

    Not those sessions that it `keeps` for the pair that follows; with `tells` False, whoever calls writes the letters.

    Sessions already begun stay, to be logged. When they have met, the letter asks both for a last word. What was only
    proposed is withdrawn. Refused without one of the known reasons, or when it is over already.
    """
    if reason not in Mentorship.EndReason.values:
        raise Refused(_("Choose one of the reasons for the end."), field="reason")
    hold_people(pair)
    if pair.is_waiting:
        untold = () if tells else (pair.mentor.user_id, pair.journey.holder.user_id)
        return let_go(pair, reason=Mentorship.EndReason.WITHDRAWN, note=note, by=by, on=on, untold=untold)
    stamps = {"ended_on": on or clock.today(), "end_reason": reason, "end_note": note.strip()[:240]}
    move(pair, Mentorship.State.ENDED, stamps=stamps)
    drop_letters(pair)
    organisation = pair.journey.programme.organisation
    by_mentor = reason not in NOT_BY_THE_MENTOR
    ahead = pair.sessions.filter(state=Session.State.PLANNED, starts_at__gt=clock.now()).order_by("pk")
    ahead = ahead.exclude(pk__in=keeps)
    for session in ahead.select_related("mentorship__mentor__user", "mentorship__journey__holder__user", "step"):
        cancel_session(session, reason=_("The mentorship has ended."), for_mentor=by_mentor, by=by)
    withdraw_times_of(pair, by=by)
    journeys.end_companion(pair.journey, pair.mentor.user, Companion.Role.MENTOR, by=by)
    history.record("end_mentorship", pair, by=by, organisation=organisation, reason=reason)
    if tells:
        letters.pair_ended(pair)
    return pair


@transaction.atomic
def end_mentorships_of(journey: Journey) -> int:
    """A journey that is over takes its pairs with it, for the reason it gives; how many there were."""
    if journey.state == Journey.State.COMPLETED:
        reason = Mentorship.EndReason.COMPLETED
    elif journey.leave_reason == Journey.LeaveReason.MENTOR_LEFT:
        reason = Mentorship.EndReason.MENTOR_LEFT
    elif journey.leave_reason == Journey.LeaveReason.BRIDGED:
        reason = Mentorship.EndReason.BRIDGED
    else:
        reason = Mentorship.EndReason.HOLDER_LEFT
    hold_around([journey])
    pairs = list(journey.mentorships.live().select_related("mentor__user").order_by("pk"))
    for pair in pairs:
        end_mentorship(pair, reason=reason, on=journey.ended_on, by=None)
    return len(pairs)
