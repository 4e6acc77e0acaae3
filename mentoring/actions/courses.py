"""The course of a pair: its objectives, what both say half-way and at the end, how it feels after two sessions."""

from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from mentoring.actions import pair_letters as letters
from mentoring.actions.holds import hold_around
from mentoring.actions.letters import organisation_of
from mentoring.models import Fit, Mentorship, Objective, Review, Session
from mentoring.models.course import HIGHEST, LOWEST

MOST_OBJECTIVES = 5
ASKED_AFTER = (1, 2)
"""The held sessions of a pair after which each is asked how it feels, and never again."""


def _hold(pair: Mentorship) -> None:
    Mentorship.objects.select_for_update(of=("self",), no_key=True).get(pk=pair.pk)


@transaction.atomic
def set_objective(pair: Mentorship, *, text: str, start: int, wanted: int, by: User | None) -> Objective:
    """The pair works towards this, from where she starts to where she wants to be (1 to 8).

    Refused when the pair is not under way, beyond five at once, without words, off the scale, or when she wants to be
    lower than she starts.
    """
    _hold(pair)
    if pair.state != Mentorship.State.ACTIVE:
        raise Refused(_("This pair is not under way: no objective can be set."))
    if pair.objectives.filter(dropped_at=None).count() >= MOST_OBJECTIVES:
        raise Refused(_("Five objectives at once are plenty: drop one first."))
    if not text.strip():
        raise Refused(_("Say in a few words what it is about."), field="text")
    for name, point in (("start", start), ("wanted", wanted)):
        _check_point(point, name)
    if wanted < start:
        raise Refused(_("The point aimed at is lower than the point of departure."), field="wanted")
    objective = Objective.objects.create(
        mentorship=pair, text=text.strip()[:240], start=start, wanted=wanted, set_by=by
    )
    history.record("set_objective", objective, by=by, organisation=organisation_of(pair))
    return objective


def _check_point(point: int, field: str) -> None:
    if not LOWEST <= point <= HIGHEST:
        raise Refused(_("Choose a point from 1 to 8."), field=field)


@transaction.atomic
def drop_objective(objective: Objective, *, by: User | None) -> Objective:
    """The pair works towards it no more; the trace stays. Twice is once."""
    if Objective.objects.filter(pk=objective.pk, dropped_at=None).update(dropped_at=clock.now()):
        history.record("drop_objective", objective, by=by, organisation=organisation_of(objective.mentorship))
    objective.refresh_from_db()
    return objective


@transaction.atomic
def say_review(
    pair: Mentorship,
    *,
    moment: str,
    side: str,
    went_well: str = "",
    to_change: str = "",
    points: Mapping[int, int] | None = None,
    by: User | None,
) -> Review:
    """What this side says half-way or at the end, and where the holder stands on each objective (`points`: by number).

    Said again, the newer words stand; on an objective, what the holder says goes before what the mentor says. Refused
    when nothing is said, off the scale, half-way of a pair that is not under way, or at the end of one that has not
    ended.
    """
    _hold(pair)
    pair.refresh_from_db(fields=["state", "end_reason"])
    wanted = Mentorship.State.ENDED if moment == Review.Moment.END else Mentorship.State.ACTIVE
    if pair.state != wanted or not pair.has_begun:
        raise Refused(_("This is not asked any more: the pair has changed since."))
    words = {"went_well": went_well.strip(), "to_change": to_change.strip()}
    given = {pk: point for pk, point in (points or {}).items() if point}
    if not any(words.values()) and not given:
        raise Refused(_("Say at least one of the two, or place an objective."), field="went_well")
    facts = {**words, "said_by": by, "said_at": clock.now()}
    review, _is_new = Review.objects.update_or_create(mentorship=pair, moment=moment, side=side, defaults=facts)
    _place(pair, moment, side, given)
    history.record("say_review", review, by=by, organisation=organisation_of(pair), moment=str(moment))
    return review


def _place(pair: Mentorship, moment: str, side: str, given: Mapping[int, int]) -> None:
    """Where the holder stands on her objectives now."""
    field = "midway" if moment == Review.Moment.MIDWAY else "end"
    holder_spoke = pair.reviews.filter(moment=moment, side="holder").exists() and side != "holder"
    for objective in pair.objectives.filter(pk__in=given, dropped_at=None).order_by("pk"):
        _check_point(given[objective.pk], f"objective_{objective.pk}")
        if not (holder_spoke and getattr(objective, field)):
            setattr(objective, field, given[objective.pk])
            objective.save(update_fields=[field])


@transaction.atomic
def ask_review(pair: Mentorship) -> bool:
    """Both are asked for the mid-term review, once ever. False when they were already, or the pair has ended."""
    rows = Mentorship.objects.filter(pk=pair.pk, state=Mentorship.State.ACTIVE, review_asked_at=None)
    if not rows.update(review_asked_at=clock.now()):
        return False
    letters.review_asked(pair)
    return True


@transaction.atomic
def say_fit(pair: Mentorship, *, side: str, answer: str, words: str = "", by: User | None) -> Fit:
    """How this side feels about the pair after its first or second held session; the other never reads it.

    Said again before the next session, the newer answer stands. Refused before the first session, after the third, for
    another answer, or when the pair is not under way.
    """
    if answer not in Fit.Answer.values:
        raise Refused(_("Choose one of the answers."), field="answer")
    nth = pair.sessions.filter(state=Session.State.HELD).count()
    if pair.state != Mentorship.State.ACTIVE or nth not in ASKED_AFTER:
        raise Refused(_("This is asked after the first two sessions only."))
    facts = {"answer": answer, "words": words.strip()[:500], "said_by": by}
    try:
        fit, _is_new = Fit.objects.update_or_create(mentorship=pair, nth=nth, side=side, defaults=facts)
    except IntegrityError:
        raise Refused(_("This was sent already.")) from None
    history.record("say_fit", fit, by=by, organisation=organisation_of(pair), side=str(side))
    return fit


@transaction.atomic
def change_primary(pair: Mentorship, *, by: User | None) -> Mentorship:
    """This mentor is the primary one of the journey from now on; whoever was stays as a second one.

    Refused when the pair is not under way, or while another is proposed as the primary one. Twice is once.
    """
    hold_around([pair.journey])
    rows = Mentorship.objects.select_for_update(of=("self",), no_key=True)
    live = list(rows.filter(journey=pair.journey_id, state__in=Mentorship.LIVE).order_by("pk"))
    mine = next((one for one in live if one.pk == pair.pk), None)
    if mine is None or mine.state != Mentorship.State.ACTIVE:
        raise Refused(_("This pair is not under way: it cannot be the primary one."))
    if mine.is_primary:
        return mine
    if any(one.is_waiting and one.to_be_primary for one in live):
        raise Refused(_("Somebody is proposed as the primary mentor: withdraw that first, or wait for the answer."))
    Mentorship.objects.filter(pk__in=[one.pk for one in live], is_primary=True).update(is_primary=False)
    Mentorship.objects.filter(pk=mine.pk).update(is_primary=True)
    mine.is_primary = True
    history.record("change_primary", mine, by=by, organisation=organisation_of(pair))
    return mine
