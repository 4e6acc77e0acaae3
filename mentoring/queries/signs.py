"""Signs of journeys that mentoring decides: nobody to accompany, a proposal without an answer, a pair in doubt."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.lib import clock
from backend.web.reading import day
from journeys.models import Companion, Journey, Step, StepKind
from journeys.queries.holes import Sign
from journeys.queries.sets import OPEN_STEPS
from mentoring.models import Fit, Mentorship, MentorshipQuerySet, Side
from mentoring.queries.health import holder_lines_of, unmet_pairs
from mentoring.queries.pairs import pairs_in_doubt

Told = dict[tuple[int, str], Sign]
PEOPLE = ("mentor__user", "journey__holder__user", "journey__programme")
QUOTED = 140


def sign_rows(journeys: Any) -> dict[str, QuerySet[Any, Any]]:
    """{sign: the journeys under way that show it, as a `values_list`}; `journeys`: ids, or a subquery of them."""
    here = {"journey__in": journeys, "journey__state": Journey.State.ACTIVE}
    mentored = Companion.objects.filter(role=Companion.Role.MENTOR, ended_at=None).order_by().values("journey")
    alone = Step.objects.filter(**here, kind=StepKind.MENTORING, state__in=OPEN_STEPS).exclude(journey__in=mentored)
    promised = Mentorship.objects.waiting().order_by().values("journey")
    asked = Mentorship.objects.filter(**here, state=Mentorship.State.PROPOSED)
    found: dict[str, QuerySet[Any]] = {
        "no_mentor": alone.exclude(journey__in=promised),
        "pair_waits": asked.filter(asked_again_at=None, journey__in=alone.order_by().values("journey")),
        "pair_unanswered": asked.exclude(asked_again_at=None),
        "pair_doubt": pairs_in_doubt().filter(**here),
        "pair_unmet": unmet_pairs().filter(**here),
    }
    return {code: rows.order_by().values_list("journey") for code, rows in found.items()}


def sign_words(codes: Mapping[int, Collection[str]]) -> Told:
    """{(journey, sign): who and since when}, for those of `codes` ({journey: its signs}) that are about a pair.

    As many queries for one journey as for fifty.
    """
    found: Told = {}
    for teller, own in ((_proposed, ("pair_waits", "pair_unanswered")), (_in_doubt, ("pair_doubt",)),
                        (_unmet, ("pair_unmet",))):  # fmt: skip
        journeys = [pk for pk, signs in codes.items() if set(own) & set(signs)]
        if journeys:
            found |= teller(journeys)
    return found


def _url(pair: Mentorship) -> str:
    return reverse("mentoring:mentorship", args=[pair.pk])


def _named(pairs: MentorshipQuerySet) -> MentorshipQuerySet:
    """The oldest last: of several on one journey it is the one that is told."""
    return pairs.select_related(*PEOPLE).order_by("-created_at", "-pk")


def awaited(pair: Mentorship) -> list[str]:
    """Whoever of the two has not answered what is proposed."""
    said = ((pair.journey.holder, pair.holder_accepted_at), (pair.mentor, pair.mentor_accepted_at))
    return [str(person) for person, accepted_at in said if accepted_at is None]


def _proposed(journeys: Iterable[int]) -> Told:
    """Since when, with whom, and who has still to answer."""
    found: Told = {}
    for pair in _named(Mentorship.objects.filter(journey__in=journeys, state=Mentorship.State.PROPOSED)):
        words = ngettext(
            "Proposed with %(mentor)s %(count)d day ago; awaited: %(people)s.",
            "Proposed with %(mentor)s %(count)d days ago; awaited: %(people)s.",
            days := (clock.now() - pair.created_at).days,
        )
        facts = {"mentor": pair.mentor, "count": days, "people": ", ".join(awaited(pair))}
        reason = words % facts if days else _("Proposed with %(mentor)s today; awaited: %(people)s.") % facts
        if pair.asked_again_at is None:
            act = _("Ask again or withdraw")
            found[pair.journey_id, "pair_waits"] = Sign(
                "pair_waits", "info", _("mentor proposed"), reason, act, _url(pair)
            )
            continue
        again = _("Asked again on %(day)s.") % {"day": day(pair.asked_again_at, weekday=False)}
        act = _("Call, or withdraw the proposal")
        found[pair.journey_id, "pair_unanswered"] = Sign(
            "pair_unanswered", "warn", _("proposal without an answer"), f"{reason} {again}", act, _url(pair)
        )
    return found


def _in_doubt(journeys: Iterable[int]) -> Told:
    """Who doubts, in her own words."""
    pairs = pairs_in_doubt().filter(journey__in=journeys)
    found: Told = {}
    for pair in _named(pairs).prefetch_related("fits"):
        reason = " ".join(words for side in Side.values if (words := _doubt(pair, side)))
        found[pair.journey_id, "pair_doubt"] = Sign(
            "pair_doubt", "bad", _("pair in doubt"), reason, _("Talk to each of them apart"), _url(pair)
        )
    return found


def _doubt(pair: Mentorship, side: str) -> str:
    """What this side says; "" when it does not doubt."""
    said = sorted((one for one in pair.fits.all() if one.side == side), key=lambda one: one.nth)
    if not said:
        return ""
    who = str(pair.journey.holder if side == Side.HOLDER else pair.mentor)
    if said[-1].answer == Fit.Answer.NOT_A_FIT:
        found = _("%(who)s: not a good fit.") % {"who": who}
    elif [one.answer for one in said] == [Fit.Answer.DECIDING] * 2:
        found = _("%(who)s: still deciding, twice.") % {"who": who}
    else:
        return ""
    words = Truncator(" ".join(said[-1].words.split())).chars(QUOTED)
    return f"{found} {_('“%(words)s”') % {'words': words}}" if words else found


def _unmet(journeys: Iterable[int]) -> Told:
    """What its mentor reads on her home, too."""
    asked = tuple(journeys)
    lines = holder_lines_of(("unmet", *asked), lambda: unmet_pairs().filter(Q(journey__in=asked)))
    return {
        (line.journey.pk, "pair_unmet"): Sign(
            "pair_unmet", "warn", _("pair without a session"),
            f"{line.pair}. {line.reason}",
            _("Ask what holds them back"), _url(line.pair),
        )
        for line in sorted(lines, key=lambda line: line.pair.pk, reverse=True)
    }  # fmt: skip
