"""What the holder takes into a company and brings back: questions, observations, lessons, decisions, evidence."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib import clock
from backend.lib.refusal import Refused
from journeys.actions.commitments import add_commitment
from journeys.actions.immersions.drafts import OVER, locked, note, word
from journeys.actions.proposals import propose_milestone
from journeys.models import Immersion, Lesson, Observation, StayQuestion, Step, StepKind

MOST_QUESTIONS = 3
CLOSED = (Immersion.State.REJECTED, Immersion.State.CANCELLED)


@transaction.atomic
def write_questions(
    immersion: Immersion,
    questions: Sequence[str] | None = None,
    *,
    answers: Sequence[str] | None = None,
    by: User | None,
) -> list[StayQuestion]:
    """The questions that she takes along, in order (an empty one leaves its place), and what she found for each.

    None leaves all questions, or all answers, as they are. Refused beyond three questions, for another wording once
    the stay is over, and for a stay rejected or cancelled.
    """
    immersion = locked(immersion)
    known = {one.position: one for one in immersion.questions.all()}
    texts = [(known[n].text if n in known else "") for n in range(1, MOST_QUESTIONS + 1)]
    if questions is not None:
        if len(questions) > MOST_QUESTIONS:
            raise Refused(_("Three questions at most: choose those that matter."), field="questions")
        wanted = [one.strip()[:240] for one in questions]
        texts, was = wanted + [""] * (MOST_QUESTIONS - len(wanted)), texts
        if texts != was and immersion.state in OVER:
            raise Refused(_("The stay is over: its questions stay as they were."))
    if immersion.state in CLOSED:
        raise Refused(_("This immersion is %(state)s.") % {"state": word(immersion)})
    kept = []
    for position, text in enumerate(texts, 1):
        row = known.get(position) or StayQuestion(immersion=immersion, position=position)
        if not text:
            if row.pk:
                row.delete()
            continue
        row.text = text
        if answers is not None and position <= len(answers):
            row.answer = answers[position - 1].strip()
        row.save()
        kept.append(row)
    note("write_questions", immersion, by=by, count=len(kept))
    return kept


@transaction.atomic
def note_observation(
    immersion: Immersion,
    *,
    key: UUID,
    text: str,
    noted_at: datetime | None = None,
    question: StayQuestion | None = None,
    by: User | None,
) -> Observation:
    """One observation of hers is kept. `key` is made where she wrote it: sent again, nothing more happens.

    `noted_at`: when she wrote it, maybe hours before it could be sent. Refused when empty, and before validation; a
    stay that was closed meanwhile still takes it, so that nothing noted on a phone is lost.
    """
    known = immersion.observations.filter(key=key).first()
    if known is not None:
        return known
    if not text.strip():
        raise Refused(_("Write a few words."), field="text")
    if immersion.validated_at is None:
        raise Refused(_("Nothing starts before validation."))
    now = clock.now()
    try:
        with transaction.atomic():
            row = Observation.objects.create(
                immersion=immersion, key=key, text=text.strip(), noted_at=min(noted_at or now, now), noted_by=by,
                question=question if question is not None and question.immersion_id == immersion.pk else None,
            )  # fmt: skip
    except IntegrityError:  # the same, sent from two tabs at once
        return immersion.observations.get(key=key)
    note("note_observation", immersion, by=by)
    return row


@transaction.atomic
def note_lesson(
    immersion: Immersion,
    *,
    text: str,
    decision: str = "",
    owner: User | None = None,
    due_on: date | None = None,
    by: User | None,
) -> Lesson:
    """What she learned there, and maybe what is decided from it (see `decide_lesson`).

    Refused when it says nothing, before validation, and for a stay rejected or cancelled.
    """
    if not text.strip():
        raise Refused(_("Say what was learned."), field="text")
    if immersion.validated_at is None or immersion.state in CLOSED:
        raise Refused(_("This immersion is %(state)s.") % {"state": word(immersion)})
    lesson = Lesson.objects.create(immersion=immersion, text=text.strip(), noted_by=by)
    note("note_lesson", immersion, by=by)
    if decision.strip() or owner is not None:
        decide_lesson(lesson, decision=decision, owner=owner, due_on=due_on, by=by)
    return lesson


@transaction.atomic
def decide_lesson(
    lesson: Lesson, *, decision: str, owner: User | None = None, due_on: date | None = None, by: User | None
) -> Lesson:
    """What is decided from a lesson; with an owner it becomes a commitment of the journey, due on that day.

    Refused when it says nothing, once it is a commitment already, and as `add_commitment`.
    """
    if not decision.strip():
        raise Refused(_("Say what is decided."), field="decision")
    if lesson.commitment_id:
        raise Refused(_("This decision is a commitment already."))
    lesson.decision = decision.strip()
    if owner is not None:
        lesson.commitment = add_commitment(
            lesson.immersion.step.journey, text=lesson.decision, owner=owner, due_on=due_on, by=by
        )
    lesson.save(update_fields=["decision", "commitment"])
    note("decide_lesson", lesson.immersion, by=by)
    return lesson


@transaction.atomic
def show_lesson(lesson: Lesson, *, milestone: Step, reached_on: date, by: User) -> Lesson:
    """The lesson is evidence that this milestone is reached: it is proposed with her words, to whoever may accept it.

    Refused for a step of another journey or kind, while a proposal with this lesson waits, and as `propose_milestone`.
    """
    if milestone.kind != StepKind.MILESTONE or milestone.journey_id != lesson.immersion.step.journey_id:
        raise Refused(_("Choose a milestone of this journey."), field="milestone")
    lesson.proposal = propose_milestone(milestone, reached_on=reached_on, evidence=evidence_words(lesson), by=by)
    lesson.milestone = milestone
    lesson.save(update_fields=["milestone", "proposal"])
    note("show_lesson", lesson.immersion, by=by, milestone=str(milestone))
    return lesson


def evidence_words(lesson: Lesson) -> str:
    """What is written as evidence: where it was learned, the lesson, and what was decided."""
    words = [_("Learned at %(company)s: %(lesson)s") % {"company": lesson.immersion.company, "lesson": lesson.text}]
    if lesson.decision:
        words.append(_("Decided: %(decision)s") % {"decision": lesson.decision})
    return "\n".join(words)
