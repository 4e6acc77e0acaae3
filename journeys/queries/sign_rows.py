"""The rows behind the signs of some journeys: which line, which stay, which milestone, and where to act on it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.lib import clock, prepared
from backend.web.reading import day, hours
from journeys import signals
from journeys.models import Delivery, Extension, Immersion, Journey, MilestoneProposal, Step
from journeys.queries.confirming import confirm_days, unconfirmed, waiting_days
from journeys.queries.facts import facts_said
from journeys.queries.holes import KINDS, Sign
from journeys.queries.links import act_url, journey_url
from journeys.queries.sets import OPEN_STEPS
from journeys.queries.signs import Days, flagged, unsigned_stays, wrong_check_ins

QUOTED = 140
Told = dict[int, Sign]


def _quote(words: str) -> str:
    """What somebody wrote, short enough for a line of a list."""
    return str(Truncator(" ".join(words.split())).chars(QUOTED))


def _first(rows: Iterable[Any], owner: Callable[[Any], int]) -> dict[int, list[Any]]:
    """{journey: its rows, in the order given}."""
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(owner(row), []).append(row)
    return found


def _unsigned(journeys: Sequence[int]) -> Told:
    """Stays that begin within two weeks without every signature, the first each."""
    rows = unsigned_stays().filter(step__journey__in=journeys).select_related("company", "step")
    found: Told = {}
    for stay in rows.order_by("-starts_on", "-pk"):
        reason = _("The stay at %(company)s begins on %(day)s; its agreement is “%(state)s”.") % {
            "company": stay.company,
            "day": day(stay.starts_on, weekday=False),
            "state": stay.get_state_display(),
        }
        url = reverse("journeys:immersion_detail", args=[stay.pk])
        act = _("Validate the immersion") if stay.state == Immersion.State.TO_VALIDATE else _("Have it signed")
        found[stay.step.journey_id] = Sign("unsigned", "bad", _("agreement not ready"), reason, act, url)
    return found


def _stay_wrong(journeys: Sequence[int]) -> Told:
    """What was said last of a stay in which something is wrong."""
    rows = wrong_check_ins().filter(immersion__step__journey__in=journeys)
    found: Told = {}
    for one in rows.select_related("immersion__company", "immersion__step").order_by("answered_at", "pk"):
        words = {"company": one.immersion.company, "side": one.get_side_display(), "words": _quote(one.words)}
        quoted = _("Something is wrong at %(company)s (%(side)s): “%(words)s”") if one.words else ""
        reason = (quoted or _("Something is wrong at %(company)s (%(side)s).")) % words
        url = reverse("journeys:immersion_detail", args=[one.immersion_id])
        found[one.immersion.step.journey_id] = Sign(
            "stay_wrong", "bad", _("stay in trouble"), reason, _("See the stay"), url
        )
    return found


def _disputed(journeys: Sequence[int]) -> Told:
    rows = prepared.objects(
        ("disputed", *journeys),
        lambda: Delivery.objects.filter(journey__in=journeys, state=Delivery.State.DISPUTED).order_by(
            "happened_at", "pk"
        ),
    )
    found: Told = {}
    for journey, lines in _first(rows, lambda line: int(line.journey_id)).items():
        first = lines[0]
        words = {
            "length": hours(first.minutes),
            "day": day(first.happened_at, weekday=False),
            "words": _quote(first.dispute),
        }
        reason = _("%(length)s on %(day)s are disputed: “%(words)s”") % words
        if len(lines) > 1:
            more = ngettext("(and %(count)d more line)", "(and %(count)d more lines)", len(lines) - 1)
            reason = f"{reason} {more % {'count': len(lines) - 1}}"
        url = f"{reverse('journeys:journey_ledger', args=[journey])}#line-{first.pk}"
        found[journey] = Sign("disputed", "bad", _("disputed hours"), reason, _("Settle the hours"), url)
    return found


def _unconfirmed(journeys: Sequence[int], known: Days | None = None) -> Told:
    """Since when the oldest line waits, and how much in all."""
    days_of = confirm_days() if known is None else known
    rows = prepared.objects(
        ("unconfirmed", *journeys, "after", *sorted(days_of.items())),
        lambda: unconfirmed(Delivery.objects.filter(journey__in=journeys), known=days_of).order_by("created_at", "pk"),
    )
    found: Told = {}
    for journey, lines in _first(rows, lambda line: int(line.journey_id)).items():
        days = waiting_days(lines[0])
        words = ngettext(
            "%(length)s unconfirmed, the oldest for %(count)d day.",
            "%(length)s unconfirmed, the oldest for %(count)d days.",
            days,
        )
        reason = words % {"length": hours(sum(line.minutes for line in lines)), "count": days}
        url = f"{reverse('journeys:journey_ledger', args=[journey])}#line-{lines[0].pk}"
        act = _("Ask the holder to confirm")
        found[journey] = Sign("unconfirmed", "warn", _("unconfirmed hours"), reason, act, url)
    return found


def _extension(journeys: Sequence[int]) -> Told:
    rows = prepared.objects(
        ("extension", *journeys),
        lambda: Extension.objects.filter(journey__in=journeys, state=Extension.State.ASKED).order_by(
            "-created_at", "-pk"
        ),
    )
    found: Told = {}
    for one in rows:
        words = {"day": day(one.until_on, weekday=False), "reason": _quote(one.reason)}
        reason = _("More time is asked for, until %(day)s: “%(reason)s”") % words
        url = reverse("journeys:extension_decide", args=[one.pk])
        found[one.journey_id] = Sign("extension", "warn", _("extension asked"), reason, _("Answer the request"), url)
    return found


def _proposal(journeys: Sequence[int]) -> Told:
    rows = prepared.objects(
        ("proposal", *journeys),
        lambda: (
            MilestoneProposal.objects.filter(step__journey__in=journeys, state=MilestoneProposal.State.PROPOSED)
            .select_related("step")
            .order_by("-created_at", "-pk")
        ),
    )
    found: Told = {}
    for one in rows:
        reason = _("“%(title)s” is said to be reached, nobody has answered yet.") % {"title": one.step.title}
        url = reverse("journeys:proposal_detail", args=[one.pk])
        found[one.step.journey_id] = Sign(
            "proposal", "warn", _("milestone to check"), reason, _("Look at the evidence"), url
        )
    return found


def _late(journeys: Sequence[int]) -> Told:
    rows = prepared.objects(
        ("late", *journeys),
        lambda: Step.objects.filter(
            journey__in=journeys, kind="milestone", state__in=OPEN_STEPS, due_on__lt=clock.today()
        ).order_by("due_on", "position", "pk"),
    )
    found: Told = {}
    for journey, steps in _first(rows, lambda step: int(step.journey_id)).items():
        first = steps[0]
        reason = _("“%(title)s” was due by %(day)s.") % {
            "title": first.title,
            "day": day(first.due_on, weekday=False),
        }
        if len(steps) > 1:
            more = ngettext("%(count)d more is late.", "%(count)d more are late.", len(steps) - 1)
            reason = f"{reason} {more % {'count': len(steps) - 1}}"
        url = f"{reverse('journeys:journey_detail', args=[journey])}#step-{first.pk}"
        found[journey] = Sign("late", "warn", _("late milestone"), reason, _("See what holds it back"), url)
    return found


Teller = Callable[[Sequence[int]], Told]
TELLERS: dict[str, Teller] = {
    "stay_wrong": _stay_wrong,
    "disputed": _disputed,
    "unsigned": _unsigned,
    "extension": _extension,
    "proposal": _proposal,
    "late": _late,
}


def told(codes: Mapping[int, Sequence[str]], days: Days | None = None) -> dict[tuple[int, str], Sign]:
    """{(journey, code): that sign, with its row named and its address}; one query or two for each sign. `days`: of
    `confirm_days`, where they are asked already."""
    answers: list[tuple[Any, Any]] = signals.sign_words_asked.send(Journey, codes=codes)
    found: dict[tuple[int, str], Sign] = {}
    for _receiver, answer in answers:
        found |= answer or {}
    tellers: dict[str, Teller] = {**TELLERS, "unconfirmed": partial(_unconfirmed, known=days)}
    for code, teller in tellers.items():
        journeys = [journey for journey, own in codes.items() if code in own]
        if journeys:
            found |= {(journey, code): sign for journey, sign in teller(journeys).items()}
    return found


def signs_in_words(codes: Mapping[int, Sequence[str]], days: Days | None = None) -> dict[int, list[Sign]]:
    """{journey: these signs of it, in this order}, each with its row named where it has one. `days`: as in `told`."""
    named = told(codes, days)
    facts = facts_said({pk: [code for code in own if (pk, code) not in named] for pk, own in codes.items()})
    return {pk: [named.get((pk, code)) or KINDS[code].of(code, facts[pk]) for code in own] for pk, own in codes.items()}


def sign_of(journey: Journey, code: str) -> Sign | None:
    """This sign of this journey as it stands; None when it is gone."""
    if not flagged(Journey.objects.filter(pk=journey.pk), code).exists():
        return None
    [sign] = signs_in_words({journey.pk: [code]})[journey.pk]
    return sign


def told_of(journey: Journey, signs: Sequence[Sign], *, is_around: bool) -> list[Sign]:
    """The signs of one journey for its lead: each with its row named, and where she acts ("" when it is here)."""
    rows = told({journey.pk: [sign.code for sign in signs]})
    found = []
    for sign in signs:
        one = rows.get((journey.pk, sign.code), sign)
        url = one.url or act_url(one.code, journey, is_around=is_around)
        found.append(replace(one, url="" if url == journey_url(journey) else url))
    return found
