"""Duties on the clock: each is a sweep over the rows that are due now."""

import logging
from datetime import timedelta

from backend.lib import clock
from mentoring import actions, queries
from mentoring.models import MentorImport, Mentorship, Session, TimeProposal
from mentoring.queries.coming import briefings_due, questions_due

log = logging.getLogger("jalon.mentoring")

CATCH_UP = timedelta(days=14)
REMIND_AFTER = timedelta(days=3)


def sweep_sessions_to_log() -> int:
    """Ask for the log of each session that is over; how many letters. After a long stop, not beyond 14 days back."""
    now = clock.now()
    due = Session.objects.to_log(now).filter(log_asked_at=None, ends_at__gt=now - CATCH_UP)
    asked = 0
    for session in due.select_related("mentorship__mentor__user", "mentorship__journey__holder__user"):
        try:
            asked += actions.ask_session_log(session)
        except Exception:  # one session that cannot be asked about must not silence the others
            log.exception("session %s: its log could not be asked", session.pk)
    return asked


def sweep_passed_times() -> int:
    """Times put forward that have all passed without an answer are no longer open; how many."""
    return sum(actions.expire_times(proposal) for proposal in TimeProposal.objects.open().order_by("pk"))


def sweep_log_reminders() -> int:
    """Ask once more, three days later, for each log still missing; how many letters. After a long stop, not beyond 14
    days after the session.
    """
    now = clock.now()
    due = Session.objects.to_log(now).filter(
        log_asked_at__lte=now - REMIND_AFTER, log_reminded_at=None, ends_at__gt=now - CATCH_UP
    )
    due = due.exclude(mentorship__state=Mentorship.State.ENDED)
    asked = 0
    for session in due.select_related("mentorship__mentor__user", "mentorship__journey__holder__user"):
        try:
            asked += actions.remind_session_log(session)
        except Exception:  # as above
            log.exception("session %s: its log could not be asked again", session.pk)
    return asked


def sweep_log_drafts() -> int:
    """Forget the drafts of logs that nobody came back to; how many."""
    return actions.forget_drafts()


def sweep_mentor_imports() -> int:
    """Discard the files nobody came back to, and throw away what finished imports say of people once it served."""
    before = clock.now() - MentorImport.KEPT
    rows = MentorImport.objects.select_related("organisation").order_by("pk")
    waiting = rows.filter(state=MentorImport.State.PREVIEW, created_at__lt=before)
    for batch in waiting:
        actions.discard_mentor_import(batch, by=None)
    old = rows.filter(state__in=MentorImport.FINISHED, finished_at__lt=before).exclude(result__has_key="forgotten")
    for batch in old:
        actions.forget_mentor_import(batch)
    return len(waiting) + len(old)


def sweep_questions() -> int:
    """Ask each holder, two days before, what she would like from the session; how many letters."""
    asked = 0
    for session in questions_due(clock.now()):
        try:
            asked += actions.ask_question(session)
        except Exception:  # one session that cannot be asked about must not silence the others
            log.exception("session %s: its question could not be asked", session.pk)
    return asked


def sweep_briefings() -> int:
    """Brief each mentor the day before; how many letters. What has begun meanwhile is dropped."""
    briefed = 0
    for sessions in briefings_due(clock.now()):
        try:
            briefed += actions.brief_mentor(sessions)
        except Exception:  # nor one briefing the others
            log.exception("session %s: its mentor could not be briefed", sessions[0].pk)
    return briefed


def sweep_pairs() -> int:
    """Once a day: start what both accepted for today, ask again who has not answered, ask for mid-term reviews.

    How many pairs had something done.
    """
    done = 0
    duties = (
        (queries.due_to_start(), actions.start_mentorship),
        (queries.due_again(), actions.ask_again),
        (queries.due_for_review(), actions.ask_review),
    )
    for pairs, act in duties:
        for pair in pairs:
            try:
                done += bool(act(pair))
            except Exception:  # one pair that cannot begin or be asked must not hold up the others
                log.exception("pair %s: %s failed", pair.pk, act.__name__)
    return done
