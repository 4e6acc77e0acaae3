"""A pair proposed to both, accepted or declined by each, begun on its day."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.lib.states import move
from journeys.models import Journey
from mentoring.actions import pair_letters as letters
from mentoring.actions.holds import hold_around, hold_mentor, hold_pair, hold_people
from mentoring.actions.matching import Paired, one_by_one
from mentoring.actions.mentorships import (
    check_choice,
    check_reason,
    check_room,
    create_pair,
    end_mentorship,
    last_pair,
    let_go,
    open_proposals,
    settle,
    standing_of,
)
from mentoring.models import Mentor, Mentorship, Side, Terms

ASK_AGAIN_DAYS = 7
PEOPLE = ("mentor__user", "journey__holder__user", "journey__project", "journey__programme__organisation")


@transaction.atomic
def propose_mentor(
    journey: Journey,
    mentor: Mentor,
    *,
    by: User | None,
    pitch: str = "",
    started_on: date | None = None,
    is_primary: bool = True,
    end_reason: str = "",
    end_note: str = "",
    tells: bool = True,
) -> Mentorship:
    """Both are asked by letter whether they want to be a pair from `started_on` (as soon as both accept).

    The place is taken meanwhile. The mentor who stands stays until both have accepted; she then leaves for
    `end_reason`. The charter of the organisation as it reads now is what they will sign. Refused like `pair_mentor`,
    and while somebody else is proposed for the same place. With `tells` False, whoever calls asks them.
    """
    mentor = hold_mentor(mentor)
    hold_around([journey], [mentor])
    _check_apart(journey, mentor)
    standing = standing_of(journey) if is_primary else None
    if standing is not None:
        check_reason(standing, end_reason)
    if is_primary:
        _check_unproposed(journey)
    check_room(mentor)
    terms = Terms.objects.filter(organisation=journey.programme.organisation_id).first()
    pair = create_pair(
        journey,
        mentor,
        state=Mentorship.State.PROPOSED,
        is_primary=is_primary and standing is None,
        follows=standing or (last_pair(journey) if is_primary else None),
        end_reason=end_reason if standing else "",
        end_note=end_note.strip()[:240] if standing else "",
        started_on=started_on,
        proposed_by=by,
        pitch=pitch.strip(),
        charter=terms.charter if terms else "",
    )
    history.record("propose_mentor", pair, by=by, organisation=journey.programme.organisation)
    if tells:
        letters.pair_proposed(pair)
    return pair


def _check_apart(journey: Journey, mentor: Mentor) -> None:
    """Refused when these two may not be a pair, or are one already, or are proposed to be."""
    check_choice(journey, mentor)
    if journey.mentorships.live().filter(mentor=mentor).exists():
        words = _("%(mentor)s is already the mentor of this journey, or proposed for it.") % {"mentor": mentor}
        raise Refused(words, field="mentor")


def _check_unproposed(journey: Journey) -> None:
    """Refused while somebody is proposed for the place of primary mentor."""
    for other in open_proposals(journey):
        words = _("%(mentor)s is proposed already, and somebody has still to answer: withdraw that first.")
        raise Refused(words % {"mentor": other.mentor}, field="mentor")


@transaction.atomic
def propose_many(wanted: Iterable[tuple[Journey, Mentor]], *, by: User | None, pitch: str = "") -> list[Paired]:
    """Each is proposed as `propose_mentor` does; one that is refused does not hold up the others."""
    return one_by_one(wanted, lambda journey, mentor: propose_mentor(journey, mentor, pitch=pitch, by=by))


@transaction.atomic
def accept_proposal(pair: Mentorship, *, side: str, by: User | None) -> Mentorship:
    """She (`side`) signs the charter of the pair, now. When both have, the pair begins, or waits for its day.

    Twice is once. Refused when it was withdrawn or declined meanwhile, or when the two may not be a pair any more: the
    mentor is full or in conflict, another mentor was chosen, the journey is over.
    """
    mentor = hold_mentor(pair.mentor)
    hold_around([pair.journey], [mentor])
    pair = hold_pair(pair, *PEOPLE)
    if pair.state == Mentorship.State.ENDED:
        raise Refused(_("This proposal does not stand any more: there is nothing to accept."))
    mine = "mentor_accepted_at" if side == Side.MENTOR else "holder_accepted_at"
    if pair.state != Mentorship.State.PROPOSED or getattr(pair, mine):
        return pair
    check_choice(pair.journey, mentor, even_paused=True)
    check_room(mentor, but=pair)
    setattr(pair, mine, clock.now())
    pair.save(update_fields=[mine])
    history.record("accept_proposal", pair, by=by, organisation=pair.journey.programme.organisation, side=str(side))
    if pair.mentor_accepted_at and pair.holder_accepted_at:
        _agreed(pair, by)
    return pair


def _agreed(pair: Mentorship, by: User | None) -> None:
    if pair.started_on and pair.started_on > clock.today():
        move(pair, Mentorship.State.ACCEPTED)
        letters.pair_agreed(pair)
    else:
        _begin(pair, by)


def _begin(pair: Mentorship, by: User | None) -> None:
    """The mentor who stands leaves for the reason given, and the pair begins."""
    is_primary, standing = pair.to_be_primary, standing_of(pair.journey)
    if is_primary and standing is not None:
        if standing.pk != pair.follows_id:
            raise Refused(_("%(mentor)s was chosen for this journey meanwhile.") % {"mentor": standing.mentor})
        end_mentorship(standing, reason=pair.end_reason, note=pair.end_note, by=pair.proposed_by)
    stamps = {
        "is_primary": is_primary,
        "started_on": max(pair.started_on or clock.today(), clock.today()),
        "end_reason": "",
        "end_note": "",
    }
    move(pair, Mentorship.State.ACTIVE, stamps=stamps)
    settle(pair, "start_mentorship", by=by)


@transaction.atomic
def start_mentorship(pair: Mentorship) -> bool:
    """Accepted by both, its day has come: it begins. True once, False when there was nothing to start."""
    hold_around([pair.journey], [hold_mentor(pair.mentor)])
    pair = hold_pair(pair, *PEOPLE)
    if pair.state != Mentorship.State.ACCEPTED or (pair.started_on or clock.today()) > clock.today():
        return False
    _begin(pair, None)
    return True


@transaction.atomic
def decline_proposal(pair: Mentorship, *, reason: str, by: User | None) -> Mentorship:
    """She says no, and why: the leads read it. The other only learns, kindly, that it will not happen.

    Refused without a reason, or when it was withdrawn, declined or begun meanwhile.
    """
    if not reason.strip():
        raise Refused(_("Say why in a few words."), field="reason")
    hold_people(pair)
    declined = let_go(
        pair, reason=Mentorship.EndReason.DECLINED, note=reason, verb="decline_proposal", declined_by=by, by=by
    )
    letters.pair_declined(declined)
    return declined


@transaction.atomic
def withdraw_proposal(pair: Mentorship, *, by: User | None, note: str = "") -> Mentorship:
    """The lead takes it back: both learn that it will not happen. Refused once it has begun or is over."""
    hold_people(pair)
    if not pair.is_waiting:
        raise Refused(_("This can’t be done any more: it is now “%(state)s”.") % {"state": pair.get_state_display()})
    return let_go(pair, reason=Mentorship.EndReason.WITHDRAWN, note=note, by=by)


@transaction.atomic
def ask_again(pair: Mentorship, *, by: User | None = None) -> Mentorship:
    """Whoever has not answered is asked once more, once ever: by the clock after a week, or sooner by a lead.

    Refused when that is done, or when there is nothing left to answer.
    """
    pair = hold_pair(pair, *PEOPLE)
    if pair.state != Mentorship.State.PROPOSED:
        raise Refused(_("This can’t be done any more: it is now “%(state)s”.") % {"state": pair.get_state_display()})
    if pair.asked_again_at is not None:
        raise Refused(_("They were asked twice already: call, or withdraw the proposal."))
    pair.asked_again_at = clock.now()
    pair.save(update_fields=["asked_again_at"])
    history.record("ask_again", pair, by=by, organisation=pair.journey.programme.organisation)
    letters.ask_again(pair)
    return pair
