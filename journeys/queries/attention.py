"""Who needs somebody today and why: holes, silence, late milestones, disputed hours, unsigned papers, no mentor."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.accounts.models import User
from backend.lib import clock
from backend.web.reading import day
from journeys.models import Immersion, Journey
from journeys.queries.holes import Sign, known_of, needing, signs_of
from journeys.queries.links import act_url, journey_url

UNSIGNED = (Immersion.State.DRAFT, Immersion.State.TO_SIGN, Immersion.State.PARTLY_SIGNED, Immersion.State.TO_VALIDATE)
SOON = timedelta(days=14)
ORDER = ("disputed", "unsigned", "hole", "silent", "no_mentor", "late")

WORDS = {
    "disputed": gettext_lazy("disputed hours"),
    "unsigned": gettext_lazy("unsigned agreement"),
    "hole": gettext_lazy("hole"),
    "silent": gettext_lazy("silence"),
    "no_mentor": gettext_lazy("no mentor"),
    "late": gettext_lazy("late milestone"),
}
ICONS = {
    "disputed": "exclamation-triangle",
    "unsigned": "pencil-square",
    "hole": "calendar",
    "silent": "phone",
    "no_mentor": "user-plus",
    "late": "flag",
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


def _unsigned(user: User) -> dict[int, Sign]:
    """{journey: sign} of stays that begin within two weeks without every signature, the first each."""
    today = clock.today()
    rows = (
        Immersion.objects.filter(
            step__journey__programme__organisation__in=user.organisation_ids("lead"),
            step__journey__state=Journey.State.ACTIVE,
            state__in=UNSIGNED,
            starts_on__lte=today + SOON,
            ends_on__gte=today,
        )
        .select_related("company", "step")
        .order_by("-starts_on", "-pk")
    )
    found: dict[int, Sign] = {}
    for stay in rows:
        reason = _("The stay at %(company)s begins on %(day)s; its agreement is “%(state)s”.") % {
            "company": stay.company,
            "day": day(stay.starts_on, weekday=False),
            "state": stay.get_state_display(),
        }
        url = reverse("journeys:immersion_detail", args=[stay.pk])
        act = _("Validate the immersion") if stay.state == Immersion.State.TO_VALIDATE else _("Have it signed")
        sign = Sign("unsigned", "bad", _("unsigned agreement"), reason, act, url)
        found[stay.step.journey_id] = sign
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


def _codes(user: User, unsigned: Iterable[int]) -> dict[int, list[str]]:
    """{journey: codes of its signs}, the most pressing first."""
    found = needing(_led(user))
    for pk in unsigned:
        found[pk] = sorted([*found.get(pk, []), "unsigned"], key=ORDER.index)
    return dict(sorted(found.items(), key=lambda pair: (ORDER.index(pair[1][0]), -len(pair[1]), pair[0])))


def attention(user: User, *, pairs: Mapping[int, str] | None = None, limit: int | None = None) -> Attention:
    """The people of her programmes who need somebody; only the first `limit` are read in full.

    `pairs`: {journey: where to plan its next session}.
    """
    unsigned = _unsigned(user)
    codes = _codes(user, unsigned)
    top = list(codes)[:limit]
    rows = Journey.objects.filter(pk__in=top)
    facts = known_of(rows)
    journeys = {row.pk: row for row in rows.select_related("programme", "holder__user", "project").order_by("pk")}
    needs = []
    for pk in top:
        signs = {sign.code: sign for sign in signs_of(facts[pk])}
        if pk in unsigned:
            signs["unsigned"] = unsigned[pk]
        needs.append(_need(journeys[pk], [signs[code] for code in codes[pk]], pairs or {}))
    return Attention(needs, len(codes), _counts(codes))


def needs_of(user: User) -> list[Need]:
    """Everyone who needs somebody, the most pressing first."""
    return attention(user).needs


def _counts(codes: Mapping[int, list[str]]) -> list[tuple[str, int, str]]:
    """(word, how many people, where to see them) for each sign that somebody has."""
    said = [code for own in codes.values() for code in own]
    board, stays = reverse("journeys:journey_list"), reverse("journeys:immersion_list")
    pages = {code: f"{board}?sign={code}" for code in ORDER} | {"unsigned": f"{stays}?show=unsigned"}
    return [(str(WORDS[code]), said.count(code), pages[code]) for code in ORDER if code in said]
