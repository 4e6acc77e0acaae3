"""One meeting of a mentor with several of her holders: planned, moved, cancelled and logged together."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts import actions as accounts
from backend.accounts.models import User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.lib.states import move
from mentoring.actions import gathering_letters
from mentoring.actions.asks import drop_asks
from mentoring.actions.holds import hold_users, still_active
from mentoring.actions.logs import log_session, miss_session
from mentoring.actions.sessions import (
    ASKED_OF_A_TIME,
    check_time,
    end_of,
    meeting_url,
    settle_step,
)
from mentoring.models import Gathering, Mentor, Mentorship, Session
from mentoring.queries.busy import clash
from mentoring.queries.steps import mentoring_step, usual_minutes

FEWEST, MOST = 2, 30


@transaction.atomic
def plan_gathering(
    mentor: Mentor,
    *,
    pairs: Sequence[Mentorship],
    starts_at: datetime,
    minutes: int | None = None,
    medium: str = Session.Medium.IN_PERSON,
    place: str = "",
    url: str = "",
    title: str = "",
    by: User | None,
) -> Gathering:
    """A session for each of these pairs of hers, at one time and place; one event in all their calendars.

    Refused for fewer than two people or more than `MOST`, a pair that is not hers or not under way, and as a session
    would be: whoever has something then is named as far as `by` may know.
    """
    pairs = sorted({pair.pk: pair for pair in pairs}.values(), key=lambda pair: pair.pk)
    if not FEWEST <= len(pairs) <= MOST:
        words = _("Tick from %(low)s to %(high)s people.") % {"low": FEWEST, "high": MOST}
        raise Refused(words, field="pairs")
    if any(pair.mentor_id != mentor.pk or pair.state != Mentorship.State.ACTIVE for pair in pairs):
        raise Refused(_("One of these people is not accompanied by this mentor now."), field="pairs")
    minutes = usual_minutes(mentoring_step(pairs[0].journey)) if minutes is None else minutes
    check_time(starts_at, minutes)
    ends_at = end_of(starts_at, minutes)
    _check_all_free(mentor, pairs, starts_at, ends_at, by=by)
    if len(still_active(pairs)) < len(pairs):  # one has ended meanwhile
        raise Refused(_("One of these people is not accompanied by this mentor now."), field="pairs")
    url = meeting_url(mentor, medium, url)
    gathering = Gathering.objects.create(mentor=mentor, title=title.strip()[:160], made_by=by)
    facts = {"starts_at": starts_at, "ends_at": ends_at, "medium": medium, "place": place.strip(), "url": url}
    for pair in pairs:
        session = Session.objects.create(
            mentorship=pair, gathering=gathering, step=mentoring_step(pair.journey), agenda=gathering.title,
            planned_by=by, **facts,
        )  # fmt: skip
        settle_step(session, by=by)
    history.record("plan_gathering", gathering, by=by, organisation=mentor.organisation, count=len(pairs))
    gathering_letters.invite_to_gathering(gathering, by=by)
    return gathering


@transaction.atomic
def move_gathering(
    gathering: Gathering,
    *,
    starts_at: datetime,
    minutes: int | None = None,
    medium: str | None = None,
    place: str | None = None,
    url: str | None = None,
    by: User | None,
) -> Gathering:
    """Every session of it that is still planned, and the one event, at the new time or place. What is not given stays.

    Refused as for planning, or when nobody is left.
    """
    _hold_all(gathering)
    sessions = _claimed(gathering)
    first = sessions[0]
    minutes = first.minutes if minutes is None else minutes
    ends_at = end_of(starts_at, minutes)
    if medium is not None and url is not None:
        url = meeting_url(gathering.mentor, medium, url)
    given = {"starts_at": starts_at, "ends_at": ends_at, "medium": medium, "place": place, "url": url}
    changed: dict[str, Any] = {
        name: value for name, value in given.items() if value is not None and getattr(first, name) != value
    }
    if not changed:
        return gathering
    if {"starts_at", "ends_at"} & set(changed):
        check_time(starts_at, minutes)
        pairs = [one.mentorship for one in sessions]
        _check_all_free(gathering.mentor, pairs, starts_at, ends_at, by=by, but=first)
        changed |= dict.fromkeys(ASKED_OF_A_TIME)
        accounts.revoke_links(gathering, purpose=gathering_letters.LOG_PURPOSE)
    Session.objects.filter(pk__in=[one.pk for one in sessions]).update(**changed)
    fields = sorted(changed)
    history.record("move_gathering", gathering, by=by, organisation=gathering.mentor.organisation, fields=fields)
    drop_asks(sessions)
    gathering_letters.move_gathering_invite(gathering, by=by)
    return gathering


@transaction.atomic
def cancel_gathering(gathering: Gathering, *, reason: str, by: User | None) -> Gathering:
    """Every session of it that is still planned is off, on the mentor's side; the event leaves all the calendars.

    Refused without a reason, once it has begun, or when nobody is left.
    """
    if not reason.strip():
        raise Refused(_("Say in a few words why: the other person will read it."), field="reason")
    sessions = _claimed(gathering)
    if sessions[0].has_begun:
        raise Refused(_("This meeting has begun: say who came instead."))
    stamps = {"cancelled_at": clock.now(), "cancel_reason": reason.strip()[:240]}
    for session in sessions:
        move(session, Session.State.CANCELLED_BY_MENTOR, stamps=stamps)
        drop_asks([session])
        settle_step(session, by=by)
    organisation = gathering.mentor.organisation
    history.record("cancel_gathering", gathering, by=by, organisation=organisation, reason=reason)
    gathering_letters.cancel_gathering_invite(gathering, sessions[0], by=by)
    return gathering


@transaction.atomic
def log_gathering(
    gathering: Gathering,
    *,
    came: Collection[int],
    held_at: datetime | None = None,
    minutes: int | None = None,
    medium: str = "",
    summary: str = "",
    themes: Sequence[str] = (),
    by: User | None,
) -> list[Session]:
    """The sessions in `came` (their numbers) are logged as held, each in its holder's ledger; the others as not come.

    For the mentor the time counts once (see queries.own_deliveries). Refused when nobody is left to log, when nobody
    came, and as `log_session` would.
    """
    sessions = _claimed(gathering)
    present = [one for one in sessions if one.pk in came]
    if not present:
        raise Refused(_("Tick who came. If nobody did, say so on the session of each."), field="came")
    facts: dict[str, Any] = {"held_at": held_at, "minutes": minutes, "medium": medium}
    for session in sessions:
        if session in present:
            log_session(session, **facts, summary=summary, themes=themes, by=by)
        else:
            miss_session(session, outcome=Session.State.NO_SHOW, by=by)
    organisation = gathering.mentor.organisation
    history.record("log_gathering", gathering, by=by, organisation=organisation, count=len(present))
    return present


def _claimed(gathering: Gathering) -> list[Session]:
    """Its sessions that are still planned, held until the end of the transaction. Refused when there is none."""
    rows = Session.objects.filter(gathering=gathering, state=Session.State.PLANNED)
    rows = rows.select_for_update(of=("self",), no_key=True).order_by("pk")
    sessions = list(
        rows.select_related(
            "mentorship__mentor__user", "mentorship__mentor__organisation", "mentorship__journey__holder__user",
            "mentorship__journey__project", "mentorship__journey__programme__organisation",
        )
    )  # fmt: skip
    if not sessions:
        raise Refused(_("Nobody is expected at this meeting any more: it is cancelled, or logged."))
    return sessions


def _hold_all(gathering: Gathering) -> None:
    """Everybody who is invited, before their sessions. Her meeting may have passed to another mentor meanwhile."""
    planned = gathering.sessions.filter(state=Session.State.PLANNED).order_by()
    holders = planned.values_list("mentorship__journey__holder__user", flat=True)
    hold_users({gathering.mentor.user_id, *holders})
    if Gathering.objects.values_list("mentor", flat=True).get(pk=gathering.pk) != gathering.mentor_id:
        raise Refused(_("Another mentor has this meeting meanwhile. Reload the page to see how it stands now."))


def _check_all_free(
    mentor: Mentor, pairs: Sequence[Mentorship], starts_at: datetime, ends_at: datetime, *, by: User | None,
    but: Session | None = None,
) -> None:  # fmt: skip
    """Refused when one of them has something else then. All their rows are held while we look."""
    people = [mentor.user, *(pair.journey.holder.user for pair in pairs)]
    hold_users(person.pk for person in people)
    if taken := clash(people, starts_at, ends_at, by=by, but=but):
        raise Refused(taken, field="time")
