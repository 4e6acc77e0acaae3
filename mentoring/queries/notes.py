"""What is written about a session, and what was, each for its readers; and what a log may propose."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from backend.accounts.models import User
from backend.lib import clock
from mentoring.models import LogDraft, Mentorship, NoteEdit, Session

NOTES = ("summary", "private_note", "programme_note")
WORDS = (*NOTES, "themes", "competencies")
USUAL_PAUSE = timedelta(days=14)
LONGEST_PAUSE = timedelta(days=63)


def as_written(text: str) -> str:
    """Without spaces around it, whichever way a browser ends its lines."""
    return text.replace("\r\n", "\n").strip()


def fingerprint(value: Any) -> str:
    """Enough to see whether a text or a list of codes has changed."""
    text = json.dumps(as_written(value) if isinstance(value, str) else sorted(value), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def fingerprints(session: Session) -> dict[str, str]:
    """{field: fingerprint} of what stands in the log; `times` is of when it was held and for how long."""
    times = f"{session.held_at and session.held_at.timestamp()} {session.held_minutes}"
    return {name: fingerprint(getattr(session, name)) for name in WORDS} | {"times": fingerprint(times)}


def edits_of(session: Session, user: User) -> dict[str, list[NoteEdit]]:
    """{kind of note: what it was, the latest first}, of the notes that she may read."""
    found: dict[str, list[NoteEdit]] = {name: [] for name in NOTES}
    rows = NoteEdit.objects.visible_to(user).filter(session=session).select_related("changed_by")
    for edit in rows.order_by("-created_at", "-pk"):
        found[edit.kind].append(edit)
    return found


def draft_about(about: Session | Mentorship) -> dict[str, Any]:
    """What a draft says it is about: a session, or a pair that met without one being planned."""
    return {"session": about} if isinstance(about, Session) else {"mentorship": about}


def draft_of(about: Session | Mentorship, user: User) -> LogDraft | None:
    """What she was writing, herself."""
    return LogDraft.objects.filter(**draft_about(about), user=user, revision__gt=0).first()


def suggest_next(session: Session, zone: str) -> datetime:
    """When the pair may meet next: at the same time of day (on the wall of `zone`), as long after this session as this
    one was after the one before, else two weeks; weeks are added until it is ahead.
    """
    held = Session.objects.filter(mentorship=session.mentorship_id, state=Session.State.HELD).exclude(pk=session.pk)
    before = held.filter(starts_at__lt=session.starts_at).order_by("-starts_at").first()
    pause = session.starts_at - before.starts_at if before else USUAL_PAUSE
    weeks = max(1, round(min(pause, LONGEST_PAUSE) / timedelta(weeks=1)))
    there = ZoneInfo(zone)
    wall = session.starts_at.astimezone(there).replace(tzinfo=None) + timedelta(weeks=weeks)
    while wall.replace(tzinfo=there) <= clock.now() + timedelta(days=1):
        wall += timedelta(weeks=1)
    return wall.replace(tzinfo=there).astimezone(UTC)


def next_planned(session: Session) -> Session | None:
    """The next one of the pair, if it stands already."""
    return Session.objects.upcoming(clock.now()).filter(mentorship=session.mentorship_id).first()
