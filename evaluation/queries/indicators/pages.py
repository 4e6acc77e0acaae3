"""What the pages of indicators show: the list, the draft and what it changes, one indicator opened."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib import clock, prepared
from evaluation.models import Baseline, Indicator, IndicatorVersion, Target
from evaluation.queries.indicators import describing
from evaluation.queries.indicators.aims import Aim, aim_of, aimed_at, current
from evaluation.queries.indicators.measured import find_measures, measure_of
from evaluation.queries.indicators.pool import Pool
from evaluation.queries.indicators.valued import Valued, is_beside, unit_of, valued, wanted, write
from evaluation.queries.indicators.versions import changed, must_be_material
from evaluation.queries.measures import Level
from evaluation.queries.scope import Scope

PERIODS = 3
"""At most so many different periods of targets are valued on one page, the soonest to end first."""


@dataclass(frozen=True)
class Followed:
    """One indicator on a page: its value, what it aims at, and the definition it replaced while both are shown."""

    indicator: Indicator
    version: IndicatorVersion
    found: Valued
    aim: Aim | None = None
    beside: Valued | None = None
    baseline: Baseline | None = None

    @property
    def level(self) -> Level:
        return measure_of(self.version).level

    @property
    def baseline_shown(self) -> str:
        return write(self.version, float(self.baseline.value)) if self.baseline else ""


def with_versions(rows: Any) -> Any:
    """With their published definitions, targets that stand, and baselines: three more queries."""
    published = IndicatorVersion.objects.published().order_by("-number")
    standing = Target.objects.filter(replaced_at=None).order_by("until", "pk")
    return rows.select_related("programme", "organisation", "owner", "baseline").prefetch_related(
        Prefetch("versions", published, to_attr="published"), Prefetch("targets", standing, to_attr="standing")
    )


def versions_of(indicator: Indicator) -> list[IndicatorVersion]:
    """The definition that holds, and the one it replaced where there is one."""
    found: list[IndicatorVersion] = indicator.published[:2]  # type: ignore[attr-defined]  # prefetched
    for one in found:
        one.indicator = indicator
    return found


def keep_to(indicator: Indicator, moment: datetime) -> None:
    """The definitions that had been published by then; the first one where none had been, as for `why`."""
    published: list[IndicatorVersion] = indicator.published  # type: ignore[attr-defined]  # prefetched
    indicator.published = (  # type: ignore[attr-defined]  # prefetched
        [one for one in published if one.published_at and one.published_at <= moment] or published[-1:]
    )


def followed(user: User, scope: Scope, pool: Pool) -> list[Followed]:
    """The indicators that this scope shows, valued together with its figures."""
    organisation = scope.organisation
    if organisation is None:
        return []

    def rows() -> "QuerySet[Indicator]":
        shown = Indicator.objects.visible_to(user).followed().filter(organisation=organisation)
        found: QuerySet[Indicator] = with_versions(shown.order_by("code", "pk"))
        return found

    return value_all(prepared.objects(("followed", user.standing, organisation), rows), pool, clock.today())


def value_all(indicators: Iterable[Indicator], pool: Pool, today: date) -> list[Followed]:
    """Each with its value in the scope of the pool, and against its target in the target's own period."""
    shown = [(one, versions_of(one)) for one in indicators]
    shown = [(one, versions) for one, versions in shown if versions]
    find_measures([version for _one, versions in shown for version in versions])
    describing.find_places([version for _one, versions in shown for version in versions])
    for _one, versions in shown:
        for version in versions:
            wanted(version, pool)
    aims = _aims([(one, versions[0]) for one, versions in shown], pool, today)
    found = []
    for one, versions in shown:
        value = valued(versions[0], pool)
        if value is None:
            continue
        old = versions[1] if len(versions) > 1 and is_beside(versions[0], pool.scope) else None
        found.append(
            Followed(
                one, versions[0], value, aim=aims.get(one.pk), beside=valued(old, pool) if old else None,
                baseline=_baseline(one, today),
            )
        )  # fmt: skip
    return found


def _baseline(indicator: Indicator, today: date) -> Baseline | None:
    """Where it stood before; none of a later day than is looked at."""
    found: Baseline | None = getattr(indicator, "baseline", None)
    return found if found and found.day <= today else None


def _aims(rows: list[tuple[Indicator, IndicatorVersion]], pool: Pool, today: date) -> dict[int, Aim]:
    """{indicator: how it stands}, each over the period of its target: a few periods, all indicators of one together."""
    wanting: dict[tuple[date | None, date], list[tuple[IndicatorVersion, Target]]] = {}
    for indicator, version in rows:
        target = current(indicator.standing, today)  # type: ignore[attr-defined]  # prefetched
        if target is not None:
            until = min(target.until, today) if target.until else today
            if pool.scope.is_published and (target.since, until) not in _open_periods(today):
                continue
            wanting.setdefault((target.since, until), []).append((version, target))
    found: dict[int, Aim] = {}
    for since, until in sorted(wanting, key=lambda one: (one[0] is None, one[0], one[1]), reverse=False)[:PERIODS]:
        whole = _plain(pool.scope, since, until)
        own = pool if pool.scope == whole else Pool(whole)
        for version, _target in wanting[since, until]:
            wanted(version, own)
        for version, target in wanting[since, until]:
            if aim := aim_of(target, valued(version, own), today):
                found[version.indicator_id] = aim
    return found


def _open_periods(today: date) -> list[tuple[date | None, date]]:
    """Those in which published readers read figures: the value of another beside them could be subtracted."""
    year = today.year
    return [(date(year, 1, 1), today), (date(year - 1, 1, 1), date(year - 1, 12, 31)), (None, today)]


def _plain(scope: Scope, since: date | None, until: date) -> Scope:
    """The same organisation in another period: a target is of the whole indicator, whatever the page looks at."""
    return Scope(
        organisation=scope.organisation, since=since, until=until, is_published=scope.is_published,
        smallest_group=scope.smallest_group,
    )  # fmt: skip


def this_year(organisation: int) -> Scope:
    today = clock.today()
    return Scope(organisation=organisation, since=date(today.year, 1, 1), until=today)


def look(version: IndicatorVersion) -> dict[str, Any]:
    """What this definition would show this year, and how it is read: before it is kept or published."""
    pool = Pool(this_year(version.indicator.organisation_id))
    wanted(version, pool)
    return {"found": valued(version, pool), "sentences": describing.sentences(version), "year": pool.scope.until.year}


def draft_page(draft: IndicatorVersion) -> dict[str, Any]:
    """What the draft says otherwise than the definition it follows, and who decides whether that is material."""
    old = draft.indicator.versions.published().order_by("-number").first()
    names = changed(old, draft) if old else []
    counts = set(names) & set(IndicatorVersion.COUNTED)
    return {
        "old": old, "facts": describing.difference(old, draft) if old else [], "is_same": old is not None and not names,
        "is_forced": must_be_material(names), "is_judged": bool(counts) and not must_be_material(names),
        "revision": draft.revision,
    }  # fmt: skip


def lists(user: User) -> dict[str, list[dict[str, Any]]]:
    """Her organisations' indicators: followed, not published yet, archived. A few queries, however many there are."""
    rows = Indicator.objects.filter(organisation__in=user.organisation_ids("lead")).order_by(
        "organisation__name", "code"
    )
    drafts = {one.indicator_id: one for one in IndicatorVersion.objects.drafts().filter(indicator__in=rows.order_by())}
    found: dict[str, list[dict[str, Any]]] = {"followed": [], "drafts": [], "archived": []}
    today = clock.today()
    every = list(with_versions(rows))
    find_measures([*drafts.values(), *(version for one in every for version in versions_of(one)[:1])])
    for one in every:
        published, draft = versions_of(one), drafts.get(one.pk)
        version = published[0] if published else draft
        if version is None:
            continue
        target = current(one.standing, today)
        line = {
            "indicator": one, "version": version, "draft": draft if published else None,
            "target": aimed_at(version, target) if target else "",
        }  # fmt: skip
        found["archived" if one.archived_at else "followed" if published else "drafts"].append(line)
    return found


def unit_words(version: IndicatorVersion) -> str:
    """In what a target is typed: "in hours", "in per cent"."""
    unit = unit_of(version)
    named = {"h": _("in hours"), "%": _("in per cent")}
    return named.get(unit, _("in %(unit)s") % {"unit": unit} if unit else _("a number"))
