"""What happened: logged in one tap, completed or corrected afterwards, or said not to have taken place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts import actions as accounts
from backend.accounts.models import Organisation, User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.lib.states import move
from backend.web import reading
from journeys import actions as journeys
from journeys.models import Delivery
from mentoring.actions import letters
from mentoring.actions.holds import hold_people, still_active
from mentoring.actions.notes import Burden, Words, check_private, drop_draft, keep_what_stood
from mentoring.actions.sessions import check_minutes, end_of, plan_session, settle_step
from mentoring.models import Mentorship, Session
from mentoring.queries.notes import fingerprints
from mentoring.queries.steps import mentoring_step, usual_minutes


@dataclass(frozen=True)
class NextStep:
    """A decided next action: what, whose (mentor's, else the holder's), by when."""

    text: str
    is_mentors: bool = False
    due_on: date | None = None


@transaction.atomic
def log_session(
    session: Session,
    *,
    by: User | None,
    held_at: datetime | None = None,
    minutes: int | None = None,
    medium: str = "",
    summary: str = "",
    themes: Sequence[str] = (),
    private_note: str = "",
    programme_note: str = "",
    competencies: Sequence[str] = (),
    next_steps: Sequence[NextStep] = (),
    next_at: datetime | None = None,
    burden: Burden | None = None,
) -> Session:
    """The session is held, its minutes stand in the ledger as declared, and the holder is asked once to confirm.

    What is not given is as planned. The mentoring step is in progress, or done with its last session. With `next_at`
    the next session is planned, as `plan_session` does. Refused when it was already logged, has not begun, lasts under
    5 or over 600 minutes, is said to have been held in the future, or for a private note that is not its mentor's.
    """
    held_at = held_at or session.starts_at
    minutes = session.minutes if minutes is None else minutes
    _check_held(held_at, minutes)
    check_private(session, private_note, by=by)
    words = Words(summary, private_note, programme_note, themes, competencies)
    stamps = {
        "held_at": held_at,
        "held_minutes": minutes,
        "medium": medium or session.medium,
        **words.on(session),
        **(burden.on(session) if burden else {}),
        "logged_at": clock.now(),
        "logged_by": by,
        "cancelled_at": None,
        "cancel_reason": "",
    }
    _hold_for(session, next_at)
    move(session, Session.State.HELD, stamps=stamps)
    _declare(session, by=by)
    _decide(session, next_steps, by=by)
    settle_step(session, by=by)
    plan_next(session, next_at, by=by)
    history.record("log_session", session, by=by, organisation=_organisation(session), minutes=minutes)
    return session


@transaction.atomic
def update_log(
    session: Session,
    *,
    by: User | None,
    held_at: datetime | None = None,
    minutes: int | None = None,
    medium: str | None = None,
    summary: str | None = None,
    themes: Sequence[str] | None = None,
    private_note: str | None = None,
    programme_note: str | None = None,
    competencies: Sequence[str] | None = None,
    next_steps: Sequence[NextStep] = (),
    next_at: datetime | None = None,
    seen: Mapping[str, str] | None = None,
    adds: bool = False,
    burden: Burden | None = None,
    draft: int | None = None,
) -> Session:
    """What is given is written on the log; the rest stays, and what a note was is kept for its readers.

    `seen` ({field: fingerprint} when the writer opened it): what she left alone is not put back over another's words,
    and a note, or the hours, that both changed are refused with what stands. `adds` writes below what stands. Other
    minutes or another time void the line of the ledger and put a new one in its place, which the holder is asked to
    confirm. Her draft, up to revision `draft`, is gone. Refused when the session is not held, for other minutes
    or another time that logging would refuse, and for hours that the ledger has voided: a lead alone counts them again.
    """
    _hold_for(session, next_at)
    _hold_line(session)
    current = Session.objects.select_for_update(no_key=True).get(pk=session.pk)
    if current.state != Session.State.HELD:
        raise Refused(_("Only a session that was held has a log to complete."))
    check_private(session, private_note, by=by)
    given: dict[str, Any] = {"held_at": held_at, "held_minutes": minutes, "medium": medium}
    changed = {name: value for name, value in given.items() if value is not None and getattr(current, name) != value}
    _check_held(changed.get("held_at"), changed.get("held_minutes"))
    _check_seen(current, changed, seen or {})
    _check_counted(current, changed, by=by)
    words = Words(summary, private_note, programme_note, themes, competencies, seen=seen or {}, adds=adds)
    changed |= words.on(current)
    _write(current, changed, burden, by=by)
    for name in changed:
        setattr(session, name, changed[name])
    _decide(current, next_steps, by=by)
    plan_next(session, next_at, by=by)
    drop_draft(session, by=by, revision=draft)
    return session


def _write(session: Session, changed: Mapping[str, Any], burden: Burden | None, *, by: User | None) -> None:
    keep_what_stood(session, changed, by=by)
    values = {**changed, **(burden.on(session) if burden else {})}
    for name, value in values.items():
        setattr(session, name, value)
    if values:
        session.save(update_fields=list(values))
    if changed:
        history.record("update_log", session, by=by, organisation=_organisation(session), fields=sorted(changed))
    if {"held_at", "held_minutes"} & set(changed):
        _replace(session, by=by)


def plan_next(session: Session, next_at: datetime | None, *, by: User | None) -> None:
    """The next session of the pair, as long, and by the same way, as this one; not twice at the same time."""
    if next_at is None:
        return
    pair = session.mentorship
    if not pair.sessions.filter(state=Session.State.PLANNED, starts_at=next_at).exists():
        place, url = session.place, session.url
        try:
            plan_session(
                pair, starts_at=next_at, minutes=session.minutes, medium=session.medium, place=place, url=url, by=by
            )
        except Refused as refusal:
            beside = f"plan_{refusal.field}" if refusal.field in ("day", "time") else None
            raise Refused(refusal.sentence, field=beside, **refusal.details) from None


@transaction.atomic
def miss_session(session: Session, *, outcome: str, by: User | None, reason: str = "") -> Session:
    """The session did not take place: the holder did not come, or one of the two called it off.

    A log tapped by mistake is undone the same way, its hours voided, as long as the holder has not confirmed them.
    Refused before it has begun, for another outcome, or once it has one.
    """
    if outcome not in Session.MISSED:
        raise Refused(_("Say what happened: choose one of the three."), field="outcome")
    if not session.has_begun:
        raise Refused(_("This session has not begun: cancel it instead."))
    was_held = session.state == Session.State.HELD
    stamps = {
        "held_at": None,
        "held_minutes": None,
        "logged_at": clock.now(),
        "logged_by": by,
        "cancelled_at": None if outcome == Session.State.NO_SHOW else clock.now(),
        "cancel_reason": reason.strip()[:240],
    }
    move(session, outcome, stamps=stamps)
    if was_held:
        _retract(session, by=by)
    settle_step(session, by=by, reopen=was_held)
    history.record("miss_session", session, by=by, organisation=_organisation(session), outcome=outcome)
    return session


@transaction.atomic
def record_session(
    pair: Mentorship,
    *,
    held_at: datetime,
    minutes: int | None = None,
    medium: str = Session.Medium.PHONE,
    by: User | None,
    draft: int | None = None,
    **words: Any,
) -> Session:
    """A session that nobody had planned (a call, a visit) is logged as `log_session` does, with the same `words`; no
    invite goes out. Her draft, up to revision `draft`, is gone.

    Refused when the pair is not active, when it was recorded already (the same start), or for the times and minutes
    that logging would refuse.
    """
    hold_people(pair)  # first, as planning does
    if still_active([pair]) != [pair.pk]:  # two taps, one after the other
        raise Refused(_("This mentorship has ended: no session can be recorded any more."))
    step = mentoring_step(pair.journey)
    minutes = usual_minutes(step) if minutes is None else minutes
    check_minutes(minutes)
    if pair.sessions.filter(state=Session.State.HELD, held_at=held_at).exists():
        raise Refused(_("A session that began then is already logged: nothing was counted twice."), field="time")
    session = Session.objects.create(
        mentorship=pair,
        step=step,
        starts_at=held_at,
        ends_at=end_of(held_at, minutes),
        medium=medium,
        planned_by=by,
        log_asked_at=clock.now(),
    )
    drop_draft(pair, by=by, revision=draft)
    return log_session(session, by=by, **words)


def _organisation(session: Session) -> Organisation:
    return session.mentorship.journey.programme.organisation


def _check_held(held_at: datetime | None, minutes: int | None) -> None:
    if minutes is not None:
        check_minutes(minutes)
    if held_at is not None and held_at > clock.now():
        raise Refused(_("A session is logged once it has begun."), field="day")


def _check_seen(session: Session, changed: Mapping[str, Any], seen: Mapping[str, str]) -> None:
    """Refused, with what stands, for hours that somebody else has corrected since the writer saw them."""
    stands = fingerprints(session)["times"]
    if {"held_at", "held_minutes"} & set(changed) and seen.get("times", stands) != stands:
        raise Refused(
            _(
                "The hours were corrected meanwhile, elsewhere: they are %(length)s, %(when)s. "
                "Send yours again if they are right."
            )
            % {"length": reading.hours(session.held_minutes), "when": reading.moment(session.held_at)},
            crossed={"held_at": session.held_at, "minutes": session.held_minutes},
            seen={"times": stands},
        )


def _check_counted(session: Session, changed: Mapping[str, Any], *, by: User | None) -> None:
    """Refused when these hours were voided, and the log would count them again by the word of no lead."""
    is_void = session.held_minutes == 0 and "held_minutes" in changed
    if is_void and by is not None and not by.leads(_organisation(session).pk):
        raise Refused(
            _("The hours of this session were voided in the ledger: only a programme lead can count them again."),
            field="minutes",
        )


def _declare(session: Session, *, by: User | None) -> None:
    """One declared line of the ledger, and the letter that asks the holder to confirm it."""
    delivery = journeys.record_delivery(
        session.mentorship.journey,
        step=session.step,
        kind=Delivery.Kind.MENTORING,
        source=session.source,
        happened_at=session.held_at or session.starts_at,
        minutes=session.held_minutes or session.minutes,
        by=by,
    )
    letters.confirm_hours(session, delivery)


def _hold_for(session: Session, next_at: datetime | None) -> None:
    """Whoever plans the next one holds its people before this one."""
    if next_at is not None:
        hold_people(session.mentorship)


def _hold_line(session: Session) -> None:
    """Its lines before the session, in the order of whoever corrects a line: each waits for the other."""
    rows = Delivery.objects.filter(journey=session.mentorship.journey_id, source=session.source)
    list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def _line(session: Session) -> Delivery | None:
    return (
        Delivery.objects.filter(
            journey=session.mentorship.journey_id, source=session.source, sort=Delivery.Sort.CONTACT
        )
        .exclude(state=Delivery.State.VOID)
        .select_related("journey__programme__organisation", "step")
        .first()
    )


def _replace(session: Session, *, by: User | None) -> None:
    line = _line(session)
    if line is None:
        if session.held_minutes:
            _declare(session, by=by)
        return
    accounts.revoke_links(line, purpose=letters.CONFIRM_PURPOSE)
    corrected = journeys.replace_delivery(
        line,
        minutes=session.held_minutes or session.minutes,
        happened_at=session.held_at,
        reason=_("The log of the session was corrected."),
        by=by,
    )
    letters.confirm_hours(session, corrected)


def _retract(session: Session, *, by: User | None) -> None:
    line = _line(session)
    if line is None:
        return
    if line.state in (Delivery.State.CONFIRMED, Delivery.State.SIGNED):
        raise Refused(_("%(holder)s has confirmed these hours.") % {"holder": session.mentorship.journey.holder})
    accounts.revoke_links(line, purpose=letters.CONFIRM_PURPOSE)
    journeys.void_delivery(line, reason=_("The session did not take place."), by=by)


def _decide(session: Session, next_steps: Sequence[NextStep], *, by: User | None) -> None:
    """The next steps become commitments of the journey; one that stands already is not written twice."""
    pair = session.mentorship
    for step in next_steps:
        if not step.text.strip():
            continue
        owner = pair.mentor.user if step.is_mentors else pair.journey.holder.user
        text = step.text.strip()[:240]
        if not pair.journey.commitments.open().filter(text=text, owner=owner, due_on=step.due_on).exists():
            journeys.add_commitment(pair.journey, text=text, owner=owner, due_on=step.due_on, by=by)
