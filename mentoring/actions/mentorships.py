"""The pair: made within the mentor's capacity, ended with a reason, its history kept."""

from collections.abc import Collection
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backend.accounts.models import Membership, User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.lib.states import move
from journeys import actions as journeys
from journeys.models import Companion, Journey
from mentoring.actions import letters
from mentoring.actions.sessions import cancel_session
from mentoring.actions.times import withdraw_times_of
from mentoring.models import Mentor, Mentorship, Session
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
    tells: bool = True,
) -> Mentorship:
    """The mentor accompanies this journey from `started_on` (today): she sees it, and both are told by letter.

    With `end_reason`, the pair that stands is ended first, its history kept. Refused when one stands and no reason is
    given, when the mentor is full, paused, of another organisation, in conflict or the holder herself, or when the
    journey is over.
    However many people pair at the same moment, a mentor never has more than her capacity.
    """
    mentor = Mentor.objects.select_for_update(of=("self",), no_key=True).select_related("user").get(pk=mentor.pk)
    _check_choice(journey, mentor)
    standing = journey.mentorships.live().filter(is_primary=True).select_related("mentor__user").first()
    if standing is not None:
        _make_way(standing, mentor, end_reason, end_note, by)
    _check_room(mentor)
    try:
        with transaction.atomic():
            pair = Mentorship.objects.create(
                mentor=mentor,
                journey=journey,
                state=Mentorship.State.ACTIVE,
                started_on=started_on or clock.today(),
            )
    except IntegrityError:
        raise Refused(_("Someone has just chosen a mentor for this journey. Reload the page.")) from None
    journeys.add_companion(journey, mentor.user, Companion.Role.MENTOR, by=by)
    history.record("pair_mentor", pair, by=by, organisation=journey.programme.organisation)
    if tells:
        letters.pair_made(pair)
    return pair


def _check_choice(journey: Journey, mentor: Mentor) -> None:
    if not journey.is_live:
        raise Refused(_("This journey is over: there is nobody to accompany any more."))
    if mentor.organisation_id != journey.programme.organisation_id:
        raise Refused(_("This mentor belongs to another organisation."), field="mentor")
    if mentor.user_id == journey.holder.user_id:
        raise Refused(_("Nobody can be her own mentor."), field="mentor")
    if mentor.conflicts.filter(holder=journey.holder_id).exists():
        raise Refused(_("A conflict of interest was declared between them."), field="mentor")
    if not Mentor.objects.here().filter(pk=mentor.pk).exists():
        raise Refused(_("%(mentor)s is a mentor here no more.") % {"mentor": mentor}, field="mentor")
    if mentor.is_paused():
        raise Refused(_("%(mentor)s is taking a break just now.") % {"mentor": mentor}, field="mentor")


def _make_way(standing: Mentorship, mentor: Mentor, reason: str, note: str, by: User | None) -> None:
    if standing.mentor_id == mentor.pk:
        raise Refused(_("%(mentor)s is already the mentor of this journey.") % {"mentor": mentor}, field="mentor")
    if not reason:
        raise Refused(
            _("%(mentor)s is the mentor of this journey: say why this changes.") % {"mentor": standing.mentor},
            field="end_reason",
        )
    end_mentorship(standing, reason=reason, note=note, by=by)


def _check_room(mentor: Mentor) -> None:
    load = mentor.mentorships.live().count()
    if load >= mentor.capacity:
        raise Refused(
            _("%(mentor)s is full: %(load)s of %(capacity)s.")
            % {"mentor": mentor, "load": load, "capacity": mentor.capacity},
            field="mentor",
        )
    if without_hours([mentor]):
        words = _("%(mentor)s has given the %(hours)s hours of this month.")
        raise Refused(words % {"mentor": mentor, "hours": mentor.hours_a_month}, field="mentor")


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

    Sessions already begun stay, to be logged. Refused without one of the known reasons, or when it is over already.
    """
    if reason not in Mentorship.EndReason.values:
        raise Refused(_("Choose one of the reasons for the end."), field="reason")
    stamps = {"ended_on": on or clock.today(), "end_reason": reason, "end_note": note.strip()[:240]}
    move(pair, Mentorship.State.ENDED, stamps=stamps)
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
    pairs = list(journey.mentorships.live().select_related("mentor__user").order_by("pk"))
    for pair in pairs:
        end_mentorship(pair, reason=reason, on=journey.ended_on, by=None)
    return len(pairs)


@transaction.atomic
def end_mentorships_of_mentor(membership: Membership, *, by: User | None) -> int:
    """A mentor's role that ends takes her pairs of this organisation with it: she left; how many there were."""
    pairs = Mentorship.objects.live().filter(
        mentor__user=membership.user_id, mentor__organisation=membership.organisation_id
    )
    rows = list(pairs.select_related("mentor__user", "journey__programme__organisation").order_by("pk"))
    for pair in rows:
        end_mentorship(pair, reason=Mentorship.EndReason.MENTOR_LEFT, by=by)
    return len(rows)
