"""Duties on the clock: each is a sweep over the rows that are due now."""

from datetime import timedelta

from backend.lib import clock
from backend.lib.sweeps import duty, each
from backend.mail.queries.weekly import in_weekly_letter
from mentoring import actions, queries
from mentoring.models import Gathering, MentorImport, Mentorship, Session, TimeProposal
from mentoring.queries.coming import briefings_due, questions_due

CATCH_UP = timedelta(days=14)
REMIND_AFTER = timedelta(days=3)


@duty
def sweep_sessions_to_log() -> int:
    """Ask for the log of each session that is over; how many letters. After a long stop, not beyond 14 days back."""
    now = clock.now()
    due = Session.objects.to_log(now).filter(log_asked_at=None, ends_at__gt=now - CATCH_UP)
    return each(
        due.select_related("mentorship__mentor__user", "mentorship__journey__holder__user"), actions.ask_session_log
    )


@duty
def sweep_passed_times() -> int:
    """Times put forward that have all passed without an answer are no longer open; how many."""
    return each(TimeProposal.objects.open().order_by("pk"), actions.expire_times)


@duty
def sweep_log_reminders() -> int:
    """Ask once more, three days later, for each log still missing; how many letters. After a long stop, not beyond 14
    days after the session.
    """
    now = clock.now()
    due = Session.objects.to_log(now).filter(
        log_asked_at__lte=now - REMIND_AFTER, log_reminded_at=None, ends_at__gt=now - CATCH_UP
    )
    due = due.exclude(mentorship__state=Mentorship.State.ENDED).exclude(
        in_weekly_letter(Session, "mentorship__mentor__user")
        | in_weekly_letter(Gathering, "mentorship__mentor__user", row="gathering")
    )
    return each(
        due.select_related("mentorship__mentor__user", "mentorship__journey__holder__user"), actions.remind_session_log
    )


@duty
def sweep_log_drafts() -> int:
    """Forget the drafts of logs that nobody came back to; how many."""
    return actions.forget_drafts()


@duty
def sweep_mentor_imports() -> int:
    """Discard the files nobody came back to, and throw away what finished imports say of people once it served."""
    before = clock.now() - MentorImport.KEPT
    rows = MentorImport.objects.select_related("organisation").order_by("pk")
    waiting = rows.filter(state=MentorImport.State.PREVIEW, created_at__lt=before)
    done = each(waiting, lambda batch: actions.discard_mentor_import(batch, by=None))
    old = rows.filter(state__in=MentorImport.FINISHED, finished_at__lt=before).exclude(result__has_key="forgotten")
    return done + each(old, actions.forget_mentor_import)


@duty
def sweep_questions() -> int:
    """Ask each holder, two days before, what she would like from the session; how many letters."""
    return each(questions_due(clock.now()), actions.ask_question)


@duty
def sweep_briefings() -> int:
    """Brief each mentor the day before; how many letters. What has begun meanwhile is dropped."""
    return each(briefings_due(clock.now()), actions.brief_mentor)


@duty
def sweep_pairs() -> int:
    """Once a day: start what both accepted for today, ask again who has not answered, ask for mid-term reviews.

    How many pairs had something done.
    """
    return (
        each(queries.due_to_start(), lambda pair: bool(actions.start_mentorship(pair)))
        + each(queries.due_again(), lambda pair: bool(actions.ask_again(pair)))
        + each(queries.due_for_review(), lambda pair: bool(actions.ask_review(pair)))
    )
