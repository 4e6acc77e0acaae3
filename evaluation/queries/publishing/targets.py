"""What the figures of a publication should have reached: the targets of the indicators that show the same figure."""

from typing import Any

from django.db.models import Prefetch, Q
from django.utils import translation
from django.utils.translation import pgettext

from backend.lib import clock
from evaluation.models import Campaign, Indicator, IndicatorVersion, Target
from evaluation.queries.drawn_base import Figure
from evaluation.queries.indicators.aims import Aim, Standing, current, standing
from evaluation.queries.indicators.valued import said, unit_of
from evaluation.queries.measures import MEASURES

Aims = dict[str, tuple[IndicatorVersion, Target]]
"""{code of a figure: (the definition that shows it, its target)}"""


def targets_of(campaign: Campaign) -> Aims:
    """The targets of the same first day that hold on the last day of the period, by figure; two queries more than
    indicators.

    Only of indicators that show a figure of the catalogue as it is, of the same programme (or, like the campaign, of
    all): nothing more is counted for them.
    """
    now = clock.now()
    published = IndicatorVersion.objects.published().filter(published_at__lte=now).order_by("-number")
    standing_then = Target.objects.filter(Q(replaced_at=None) | Q(replaced_at__gt=now), created_at__lte=now)
    rows: Any = Indicator.objects.filter(organisation=campaign.organisation_id, programme=campaign.programme_id)
    rows = rows.filter(Q(archived_at=None) | Q(archived_at__gt=now))
    found: Aims = {}
    for one in rows.order_by("code", "pk").prefetch_related(
        Prefetch("versions", published, to_attr="published"),
        Prefetch("targets", standing_then.order_by("until", "pk"), to_attr="standing"),
    ):
        version: IndicatorVersion | None = next(iter(one.published), None)
        target = _held(one.standing, campaign)
        if version is None or target is None or not _is_plain(version):
            continue
        version.indicator = one
        found.setdefault(version.measure, (version, target))
    return found


def _held(targets: list[Target], campaign: Campaign) -> Target | None:
    """The one of the shortest period that holds on the last day, of those that begin with the publication: beside what
    is counted from another day it would mislead. Replaced since or not, all of these stood then."""
    for one in targets:
        one.replaced_at = None
    return current([one for one in targets if one.since == campaign.since], campaign.until)


def _is_plain(version: IndicatorVersion) -> bool:
    """Does it show a figure of the catalogue as it is?"""
    is_figure = version.shape == IndicatorVersion.Shape.FIGURE
    return is_figure and version.measure in MEASURES and not version.narrow and not version.matures_after


def target_of(campaign: Campaign, figure: Figure, aims: Aims) -> dict[str, Any] | None:
    """The target of this figure in both languages; how it stands only where both end on the same day too, and the
    figure is shown."""
    if figure.code not in aims:
        return None
    version, target = aims[figure.code]
    is_same = (target.since, target.until) == (campaign.since, campaign.until) or target.since is None is campaign.since
    value = said(version, figure) if is_same and not figure.is_hidden else None
    stands = standing(target, version, value, 1 if target.until else None)
    aim = Aim(target, version, value, stands, None)
    return {
        "value": float(target.value), "upto": None if target.upto is None else float(target.upto),
        "since": target.since, "until": target.until,
        "unit": str(unit_of(version)) if unit_of(version) in ("%", "h") else "",
        "standing": str(stands) if value is not None else str(Standing.UNKNOWN),
    } | {language: _words(aim, language) for language in ("fr", "en")}  # fmt: skip


def _words(aim: Aim, language: str) -> dict[str, str]:
    with translation.override(language):
        return {"shown": aim.shown, "period": aim.period, "standing": _stands(aim)}


def _stands(aim: Aim) -> str:
    if aim.value is None:
        return ""
    if aim.version.direction == IndicatorVersion.Direction.LESS:
        is_above = aim.standing == Standing.FAR
        return pgettext("target", "above the limit") if is_above else pgettext("target", "within the limit")
    return {
        Standing.REACHED: pgettext("target", "reached"),
        Standing.GOING: pgettext("target", "on the way"),
        Standing.BEHIND: pgettext("target", "on the way"),
        Standing.FAR: pgettext("target", "not within it"),
        Standing.MISSED: pgettext("target", "not reached"),
        Standing.UNKNOWN: "",
    }[aim.standing]
