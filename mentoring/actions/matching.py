"""What matching needs said: what a holder looks for, who must not meet, what counts most; and pairs made together."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import Organisation, User
from backend.history import actions as history
from backend.lib.refusal import Refused
from journeys.models import Holder, Journey
from mentoring.actions.holds import hold_around, hold_mentors
from mentoring.actions.mentorships import pair_mentor
from mentoring.models import Conflict, MatchWeights, Mentor, Mentorship, Need, SpokenLanguage, Theme

AT_ONCE = 500
"""Pairs made by one press: the work of one web request."""


@transaction.atomic
def say_need(
    journey: Journey,
    *,
    by: User | None,
    themes: Iterable[str] = (),
    languages: Iterable[str] = (),
    meeting: str = Need.Meeting.ANY,
    words: str = "",
) -> Need:
    """What is looked for in a mentor on this journey is as given. Refused on a journey that is over, or other codes."""
    if not journey.is_live:
        raise Refused(_("This journey is over: there is nobody to accompany any more."))
    facts = {
        "themes": _known("themes", themes, Theme.values),
        "languages": _known("languages", languages, SpokenLanguage.values),
        "meeting": _known("meeting", [meeting], Need.Meeting.values)[0],
        "words": words.strip(),
        "said_by": by,
    }
    need, _is_new = Need.objects.update_or_create(journey=journey, defaults=facts)
    history.record("say_need", need, by=by, organisation=journey.programme.organisation)
    return need


def _known(field: str, given: Iterable[str], choices: list[str]) -> list[str]:
    """Without doubles, in the order of the choices."""
    wanted = set(given)
    if wanted - set(choices):
        raise Refused(_("Choose among what is proposed."), field=field)
    return [code for code in choices if code in wanted]


@transaction.atomic
def declare_conflict(mentor: Mentor, holder: Holder, *, reason: str, by: User | None) -> Conflict:
    """This mentor is never proposed for this person, nor can be chosen.

    Refused without a reason, or across organisations.
    Said twice, the last reason stands. A pair that stands is not ended by it: a person decides.
    """
    if mentor.organisation_id != holder.organisation_id:
        raise Refused(_("This mentor belongs to another organisation."), field="mentor")
    if not reason.strip():
        raise Refused(_("Say why in a few words."), field="reason")
    facts = {"reason": reason.strip()[:240], "said_by": by}
    conflict, _is_new = Conflict.objects.update_or_create(mentor=mentor, holder=holder, defaults=facts)
    history.record("declare_conflict", conflict, by=by, organisation=mentor.organisation)
    return conflict


@transaction.atomic
def lift_conflict(conflict: Conflict, *, by: User | None) -> None:
    """Nothing stands between them any more."""
    history.record("lift_conflict", conflict, by=by, organisation=conflict.mentor.organisation)
    conflict.delete()


@transaction.atomic
def keep_weights(organisation: Organisation, weights: Mapping[str, int], *, by: User | None) -> MatchWeights:
    """The organisation matches with these weights from now on, each brought within 0 to 5; others keep the house's."""
    kept = {
        name: min(MatchWeights.MOST, max(0, int(weights[name]))) for name in MatchWeights.DEFAULTS if name in weights
    }
    row, _is_new = MatchWeights.objects.update_or_create(organisation=organisation, defaults={"weights": kept})
    history.record("keep_weights", row, by=by, organisation=organisation)
    return row


@dataclass(frozen=True)
class Paired:
    """What became of one pair that was asked: the pair, or the sentence of the refusal."""

    journey: Journey
    mentor: Mentor
    pair: Mentorship | None
    refusal: str = ""


@transaction.atomic
def pair_many(wanted: Iterable[tuple[Journey, Mentor]], *, by: User | None) -> list[Paired]:
    """Each pair is made as `pair_mentor` does, to its own savepoint: one that is refused does not hold up the others.

    A journey that has found a mentor meanwhile is refused, never paired again. Refused as a whole over `AT_ONCE`.
    """
    return one_by_one(wanted, lambda journey, mentor: pair_mentor(journey, mentor, by=by))


def one_by_one(wanted: Iterable[tuple[Journey, Mentor]], act: Callable[[Journey, Mentor], Mentorship]) -> list[Paired]:
    """`act` for each, to its own savepoint: one that is refused does not hold up the others."""
    rows = list(wanted)
    if len(rows) > AT_ONCE:
        raise Refused(_("At most %(most)s pairs at once.") % {"most": AT_ONCE})
    _hold_rows(rows)
    made = []
    for journey, mentor in rows:
        try:
            made.append(Paired(journey, mentor, act(journey, mentor)))
        except Refused as refusal:
            made.append(Paired(journey, mentor, None, refusal.sentence))
    return made


def _hold_rows(rows: Iterable[tuple[Journey, Mentor]]) -> None:
    """Held in one order before anything is written, so that two who press at once wait for each other."""
    rows = list(rows)
    held = Journey.objects.select_for_update(of=("self",), no_key=True)
    list(held.filter(pk__in={journey.pk for journey, _mentor in rows}).order_by("pk").values_list("pk"))
    hold_mentors(mentor.pk for _journey, mentor in rows)
    hold_around([journey for journey, _mentor in rows], [mentor for _journey, mentor in rows])
