"""Who needs somebody today and why: holes, silence, late milestones, disputed hours, unsigned papers, no mentor."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.web.reading import day
from journeys.models import Immersion, Journey
from journeys.queries.facts import known_of
from journeys.queries.holes import WORDS, Sign, signs_of
from journeys.queries.links import act_url, journey_url
from journeys.queries.signs import CODES, pressing, unsigned_stays

ICONS = {
    "disputed": "exclamation-triangle",
    "unsigned": "pencil-square",
    "hole": "calendar",
    "extension": "clock",
    "proposal": "flag",
    "silent": "phone",
    "review": "pause",
    "no_mentor": "user-plus",
    "late": "flag",
    "hole_ahead": "calendar-days",
}


@dataclass(frozen=True)
class Need:
    """One person who needs somebody today: why, and the human act to take."""

    journey: Journey
    sign: Sign
    url: str
    act: str
    act_url: str
    also: list[Sign] = field(default_factory=list)

    @property
    def title(self) -> str:
        return f"{self.person} · {self.journey.project.name}"

    @property
    def icon(self) -> str:
        return ICONS[self.sign.code]

    @property
    def person(self) -> str:
        return str(self.journey.holder)

    @property
    def note(self) -> str:
        others = ", ".join(sign.word for sign in self.also)
        also = _("Also: %(signs)s.") % {"signs": others}
        return f"{self.sign.reason} {also}" if others else self.sign.reason


@dataclass(frozen=True)
class Attention:
    """The first people in need, how many there are in all, and how many have each sign: (word, count, address)."""

    needs: list[Need]
    total: int
    counts: list[tuple[str, int, str]]


def _led(user: User) -> "QuerySet[Journey]":
    return Journey.objects.filter(programme__organisation__in=user.organisation_ids("lead"))


def _unsigned(journeys: Iterable[int]) -> dict[int, Sign]:
    """{journey: sign} of stays that begin within two weeks without every signature, the first each."""
    rows = unsigned_stays().filter(step__journey__in=journeys).select_related("company", "step")
    found: dict[int, Sign] = {}
    for stay in rows.order_by("-starts_on", "-pk"):
        reason = _("The stay at %(company)s begins on %(day)s; its agreement is “%(state)s”.") % {
            "company": stay.company,
            "day": day(stay.starts_on, weekday=False),
            "state": stay.get_state_display(),
        }
        url = reverse("journeys:immersion_detail", args=[stay.pk])
        act = _("Validate the immersion") if stay.state == Immersion.State.TO_VALIDATE else _("Have it signed")
        found[stay.step.journey_id] = Sign("unsigned", "bad", _("unsigned agreement"), reason, act, url)
    return found


def _need(journey: Journey, signs: list[Sign], pairs: Mapping[int, str]) -> Need:
    """The first sign gives the reason; a hole is filled by a session, or first of all by a mentor."""
    first, *also = signs
    mentorless = next((sign for sign in also if sign.code == "no_mentor"), None)
    if first.code == "hole" and journey.pk in pairs:
        act, url = first.act, pairs[journey.pk]
    elif first.code == "hole" and mentorless:
        act, url = mentorless.act, act_url("no_mentor", journey)
    else:
        act, url = first.act, first.url or act_url(first.code, journey)
    return Need(journey, first, journey_url(journey), act, url, also)


def attention(user: User, *, pairs: Mapping[int, str] | None = None, limit: int = 50) -> Attention:
    """The first `limit` people of her programmes who need somebody; only they are read in full.

    `pairs`: {journey: where to plan its next session}.
    """
    found = pressing(_led(user), limit=limit)
    rows = Journey.objects.filter(pk__in=list(found.codes))
    facts = known_of(rows)
    unsigned = _unsigned(list(found.codes))
    journeys = {row.pk: row for row in rows.select_related("programme", "holder__user", "project").order_by("pk")}
    needs = []
    for pk, codes in found.codes.items():
        signs = {sign.code: sign for sign in signs_of(facts[pk])}
        if pk in unsigned:
            signs["unsigned"] = unsigned[pk]
        needs.append(_need(journeys[pk], [signs[code] for code in codes if code in signs], pairs or {}))
    return Attention(needs, found.total, _counts(found.counts))


def needs_of(user: User) -> list[Need]:
    """The first fifty who need somebody, the most pressing first."""
    return attention(user).needs


def _counts(counts: Mapping[str, int]) -> list[tuple[str, int, str]]:
    """(word, how many people, where to see them) for each sign that somebody has."""
    board, stays = reverse("journeys:journey_list"), reverse("journeys:immersion_list")
    pages = {code: f"{board}?sign={code}" for code in CODES} | {"unsigned": f"{stays}?show=unsigned"}
    return [(str(WORDS[code]), counts[code], pages[code]) for code in CODES if code in counts]
