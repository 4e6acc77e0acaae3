"""Who needs somebody today and why, what to do about it, and what leads have set aside for a while."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib import prepared
from backend.web.reading import day
from journeys.models import Companion, Journey, Programme, Snooze
from journeys.queries.causes import around_of, with_causes
from journeys.queries.gaps import Gap, predicted
from journeys.queries.holes import WORDS, Sign
from journeys.queries.links import act_url, journey_url
from journeys.queries.sign_rows import signs_in_words
from journeys.queries.signs import CODES, Pressing, pressing
from journeys.queries.suggestions import Suggestion, suggestions

PER_PAGE = 50
MOST_ASIDE = 200
HOLES = ("hole", "hole_ahead")
ICONS = {
    "stay_wrong": "exclamation-triangle",
    "disputed": "exclamation-triangle",
    "unsigned": "pencil-square",
    "pair_doubt": "user-group",
    "hole": "calendar",
    "extension": "clock",
    "proposal": "flag",
    "silent": "phone",
    "review": "pause",
    "no_mentor": "user-plus",
    "pair_unanswered": "envelope",
    "pair_unmet": "calendar",
    "late": "flag",
    "unconfirmed": "clock",
    "pair_waits": "clock",
    "hole_ahead": "calendar-days",
}


@dataclass(frozen=True)
class NeedFilters:
    """Which needs: one sign, one programme, only the journeys she is the referent of."""

    code: str = ""
    programme: int | None = None
    mine: bool = False


@dataclass(frozen=True)
class Need:
    """One person who needs somebody today: why, and the human act to take."""

    journey: Journey
    sign: Sign
    url: str
    act: str
    act_url: str
    also: list[Sign] = field(default_factory=list)
    cause: str = ""
    suggestion: Suggestion | None = None

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
        """Why, at which hand-over, what could be proposed, and what else."""
        others = ", ".join(sign.word for sign in self.also)
        also = _("Also: %(signs)s.") % {"signs": others} if others else ""
        proposal = self.suggestion.text if self.suggestion else ""
        return " ".join(part for part in (self.sign.reason, self.cause, proposal, also) if part)

    @property
    def snooze_url(self) -> str:
        return reverse("journeys:sign_snooze", args=[self.journey.pk, self.sign.code])


@dataclass(frozen=True)
class Attention:
    """Some of the people in need, how many fit and are in all, and how many have each sign: (word, count, address)."""

    needs: list[Need]
    total: int
    counts: list[tuple[str, int, str]]
    everyone: int
    signs: dict[str, int]
    """{code: how many people}"""


def led_programmes(user: User) -> "QuerySet[Programme]":
    """The programmes of her organisations, by name."""
    return Programme.objects.filter(organisation__in=user.organisation_ids("lead")).order_by("title_fr", "pk")


def _led(user: User, filters: NeedFilters) -> "QuerySet[Journey]":
    rows: QuerySet[Journey] = Journey.objects.filter(programme__organisation__in=user.organisation_ids("lead"))
    if filters.programme:
        rows = rows.filter(programme=filters.programme)
    return rows.filter(referent=user) if filters.mine else rows


def _need(
    journey: Journey,
    signs: list[Sign],
    gaps: Mapping[int, list[Gap]],
    ideas: Mapping[int, Suggestion],
    *,
    is_around: bool,
) -> Need:
    """The first sign gives the reason; a hole is filled by what the programmes have for the next step."""
    first, *also = signs
    url = journey_url(journey)
    idea = ideas.get(journey.pk) if first.code in HOLES else None
    if idea:
        cause = next((gap.cause for gap in gaps.get(journey.pk, [])), "")
        return Need(journey, first, url, idea.label, idea.url, also, cause, idea)
    return Need(journey, first, url, first.act, first.url or act_url(first.code, journey, is_around=is_around), also)


def _in_full(journeys: Sequence[int]) -> "QuerySet[Journey]":
    rows = Journey.objects.filter(pk__in=journeys)
    return rows.select_related("programme", "holder__user", "project").order_by("pk")


def _needs(found: Pressing, user: User) -> list[Need]:
    """Those of one page, in full: as many queries for one as for fifty."""
    asked = tuple(found.codes)
    words = signs_in_words(found.codes, found.days)
    journeys = {row.pk: row for row in prepared.objects(("needs", *asked), lambda: _in_full(asked))}
    bare = [pk for pk, codes in found.codes.items() if codes[0] in HOLES]
    around = around_of(bare) if bare else None
    gaps = with_causes({pk: [gap] for pk, gap in predicted(bare).items()}, around)
    ideas = suggestions([journeys[pk] for pk in bare], user, around) if bare else {}
    hers = {
        journey
        for (journey,) in prepared.rows(
            ("hers", user.pk, *asked),
            lambda: Companion.objects.current().filter(user=user.pk, journey__in=asked).values_list("journey"),
        )
    }
    needs = []
    for pk in found.codes:
        needs.append(_need(journeys[pk], words[pk], gaps, ideas, is_around=pk in hers))
    return needs


def attention(user: User, filters: NeedFilters | None = None, *, limit: int = PER_PAGE, offset: int = 0) -> Attention:
    """Some of the people of her programmes who need somebody, the most pressing first; only they are read in full."""
    asked = filters or NeedFilters()
    key = (asked, *sorted(user.organisation_ids("lead")))
    found = pressing(_led(user, asked), user, code=asked.code, limit=limit, offset=offset, key=key)
    return Attention(_needs(found, user), found.total, _counts(found.counts), found.everyone, found.counts)


def needs_page(user: User, filters: NeedFilters, number: str = "1") -> tuple[Attention, Page]:
    """One page of the list, and where it stands among the others. A page too far shows the last one."""
    asked = int(number) if number.isdecimal() and len(number) < 7 else 1
    found = attention(user, filters, offset=max(0, asked - 1) * PER_PAGE)
    if not found.needs and asked > 1:
        whole = attention(user, filters, limit=1)
        last = max(1, -(-whole.total // PER_PAGE))
        found = attention(user, filters, offset=(last - 1) * PER_PAGE)
        asked = last
    return found, Paginator(range(found.total), PER_PAGE).get_page(asked)


def needs_of(user: User) -> list[Need]:
    """The first fifty who need somebody, the most pressing first."""
    return attention(user).needs


def _counts(counts: Mapping[str, int]) -> list[tuple[str, int, str]]:
    """(word, how many people, where to see them) for each sign that somebody has."""
    page = reverse("journeys:needs")
    return [(str(WORDS[code]), counts[code], f"{page}?sign={code}") for code in CODES if code in counts]


# --- Set aside ------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Aside:
    """One sign set aside, in words."""

    snooze: Snooze
    word: str

    @property
    def title(self) -> str:
        return f"{self.snooze.journey.holder} · {self.word}"

    @property
    def note(self) -> str:
        facts = {"day": day(self.snooze.until_on, weekday=False), "reason": self.snooze.reason}
        return _("Set aside until %(day)s: %(reason)s") % facts

    @property
    def by(self) -> str:
        return str(self.snooze.by or "")

    @property
    def url(self) -> str:
        return journey_url(self.snooze.journey)

    @property
    def unsnooze_url(self) -> str:
        return reverse("journeys:sign_unsnooze", args=[self.snooze.pk])


def _asides(user: User, journey: int | None = None) -> list[Aside]:
    def current() -> "QuerySet[Snooze]":
        rows = Snooze.objects.visible_to(user).current()
        rows = rows.filter(journey=journey) if journey else rows
        return rows.select_related("journey__holder__user", "by").order_by("until_on", "pk")[:MOST_ASIDE]

    found = prepared.objects(("asides", user.standing, journey), current)
    return [Aside(one, str(WORDS.get(one.code, one.code))) for one in found]


def set_aside(user: User) -> list[Aside]:
    """What is set aside in her organisations, the first to come back first."""
    return _asides(user)


def aside_of(journey: Journey, user: User) -> list[Aside]:
    """What is set aside on this journey, for one who leads it."""
    return _asides(user, journey.pk)
