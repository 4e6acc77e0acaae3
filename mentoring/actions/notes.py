"""The words of a log: two who write at once lose none, and what stood before is kept for whoever may read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib import clock
from backend.lib.refusal import Refused
from mentoring.models import Competence, LogDraft, Mentorship, NoteEdit, Session, Theme
from mentoring.queries.notes import NOTES, as_written, draft_about, fingerprint

KNOWN = {"themes": Theme, "competencies": Competence}
DRAFT_DAYS = 30
LONGEST_DRAFT = 40_000  # characters, all its fields together
MOST = {"seconds": 4 * 3600, "taps": 2000, "keys": 40_000}


@dataclass(frozen=True)
class Burden:
    """What the log cost its writer: seconds from the first view to the tap, taps, keystrokes; never what was typed."""

    seconds: int = 0
    taps: int = 0
    keys: int = 0

    def on(self, session: Session) -> dict[str, int]:
        """{field: value} once added to what the session's log cost until now; out of bounds counts as the bound."""
        costs = {"seconds": self.seconds, "taps": self.taps, "keys": self.keys}
        return {
            f"log_{name}": min(MOST[name], (getattr(session, f"log_{name}") or 0) + max(0, cost))
            for name, cost in costs.items()
        }


@dataclass(frozen=True)
class Words:
    """What is written in a log; None stays as it is.

    `seen`: {field: fingerprint} of what stood when the writer opened it. `adds`: put below what stands, in its place.
    """

    summary: str | None = None
    private_note: str | None = None
    programme_note: str | None = None
    themes: Sequence[str] | None = None
    competencies: Sequence[str] | None = None
    seen: Mapping[str, str] = field(default_factory=dict)
    adds: bool = False

    def on(self, session: Session) -> dict[str, Any]:
        """{field: value} of what changes. Refused, with what stands, for a note that changed meanwhile."""
        notes = {name: self._note(session, name) for name in NOTES}
        choices = {name: self._choices(session, name) for name in KNOWN}
        changed: dict[str, Any] = {name: value for name, value in {**notes, **choices}.items() if value is not None}
        crossed = {
            name: getattr(session, name) for name in changed if name in NOTES and self._is_crossed(session, name)
        }
        if crossed:
            raise Refused(
                _("This was changed meanwhile, elsewhere. Both texts are below: keep one, or both."),
                crossed=crossed,
                seen={name: fingerprint(text) for name, text in crossed.items()},
            )
        return changed

    def _note(self, session: Session, name: str) -> str | None:
        given, stands = getattr(self, name), getattr(session, name)
        if given is None:
            return None
        text = as_written(given)
        if self.adds:
            text = below(stands, text)
        is_untouched = not self.adds and fingerprint(text) == self.seen.get(name)
        return None if text == stands or is_untouched else text

    def _choices(self, session: Session, name: str) -> list[str] | None:
        given, stands = getattr(self, name), getattr(session, name)
        if given is None:
            return None
        wanted = set(given)
        was_changed = name in self.seen and self.seen[name] != fingerprint(stands)
        if self.adds or was_changed:
            wanted |= set(stands)
        value = [code for code in KNOWN[name].values if code in wanted]
        return None if value == stands else value

    def _is_crossed(self, session: Session, name: str) -> bool:
        return not self.adds and name in self.seen and self.seen[name] != fingerprint(getattr(session, name))


def below(stands: str, added: str) -> str:
    """`added` under what stands, unless it stands there already (a page sent twice)."""
    if not added or added in stands.split("\n\n") or added == stands:
        return stands
    return f"{stands}\n\n{added}" if stands else added


def check_private(session: Session, note: str | None, *, by: User | None) -> None:
    """Refused for anybody but the mentor of the pair: a private note has one reader, and she writes it."""
    if note and by is not None and session.mentorship.mentor.user_id != by.pk:
        raise Refused(_("Only the mentor of this session writes a private note."), field="private_note")


def keep_what_stood(session: Session, changed: Mapping[str, Any], *, by: User | None) -> None:
    """The text of each note before this change; nothing for one that was empty."""
    for name in NOTES:
        if name in changed and getattr(session, name):
            NoteEdit.objects.create(session=session, kind=name, was=getattr(session, name), changed_by=by)


@transaction.atomic
def keep_draft(
    about: Session | Mentorship, *, fields: Mapping[str, Sequence[str]], revision: int, device: str, by: User
) -> LogDraft:
    """What `by` is typing is kept for her alone, on any device of hers, until she keeps the log or 30 days pass.

    `about` a session, or the pair that met without one being planned. `revision` is that of the draft she writes on (0
    for none yet). Refused, with the draft that stands, when another device has saved something else since; and for more
    than 40,000 characters.
    """
    kept = {name: [as_written(one) for one in values] for name, values in fields.items() if values}
    if sum(len(name) + len(str(value)) for name, value in kept.items()) > LONGEST_DRAFT:
        raise Refused(_("This is too long to be kept as a draft."))
    rows = LogDraft.objects.select_for_update(no_key=True)  # one that is thrown away meanwhile is begun anew
    draft, _is_new = rows.get_or_create(**draft_about(about), user=by)
    if draft.fields == kept and draft.revision:
        return draft
    if draft.revision != revision:
        raise Refused(_("Another device has saved something else meanwhile."), draft=draft)
    draft.fields, draft.device, draft.saved_at = kept, device[:40], clock.now()
    draft.revision += 1
    draft.save(update_fields=["fields", "device", "saved_at", "revision"])
    return draft


@transaction.atomic
def drop_draft(about: Session | Mentorship, *, by: User | None, revision: int | None = None) -> None:
    """Kept, hence no draft any more. With `revision`, only if no other device has typed since."""
    newest = {} if revision is None else {"revision__lte": revision}
    LogDraft.objects.filter(**draft_about(about), user=by, **newest).delete()


@transaction.atomic
def forget_drafts() -> int:
    """Drafts that nobody has touched for 30 days are gone; how many."""
    return LogDraft.objects.filter(saved_at__lt=clock.now() - timedelta(days=DRAFT_DAYS)).delete()[0]
