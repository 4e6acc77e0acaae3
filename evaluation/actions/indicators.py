"""Indicators of an organisation: drafted, published, aimed, put away. A published definition never changes."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.text import slugify
from django.utils.translation import gettext as _

from backend.accounts.models import Organisation, User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from evaluation.actions.reach import require_in_reach
from evaluation.models import Baseline, Indicator, IndicatorVersion, Target
from evaluation.queries.due import shifted
from evaluation.queries.indicators.lacks import lack_of
from evaluation.queries.indicators.versions import changed, must_be_material, stamp_of
from journeys.models import Programme

MONTHS_BESIDE = 12
"""How long old and new run side by side where no target says which period is under way."""


@transaction.atomic
def create_indicator(
    organisation: Organisation, *, by: User | None, programme: Programme | None = None, **facts: Any
) -> IndicatorVersion:
    """An indicator of this organisation (of one programme, if given) with the draft of its first definition.

    `facts`: those of IndicatorVersion.FACTS. Refused, beside the field, when they count nothing sensible.
    """
    if programme is not None and programme.organisation_id != organisation.pk:
        raise Refused(_("This programme belongs to another organisation."), field="programme")
    _require_sound(facts, organisation.pk)
    indicator = Indicator.objects.create(
        organisation=organisation, programme=programme, owner=by, code=_free_code(organisation, facts["title_fr"])
    )
    version = IndicatorVersion.objects.create(indicator=indicator, number=1, **facts)
    history.record("create_indicator", indicator, by=by)
    return version


def _free_code(organisation: Organisation, title: str) -> str:
    stem = slugify(title)[:34].strip("-") or "indicateur"
    like = Indicator.objects.filter(organisation=organisation, code__startswith=stem)
    taken = set(like.values_list("code", flat=True))
    return next(one for one in (stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 3))) if one not in taken)


def _require_sound(facts: Mapping[str, Any], organisation: int) -> None:
    if lack := lack_of(facts, organisation):
        raise Refused(lack.sentence, field=lack.field)


@transaction.atomic
def draft_indicator(indicator: Indicator, *, by: User | None) -> IndicatorVersion:
    """The draft of its next definition, a copy of the published one; one there already is given back.

    Refused when the indicator is archived.
    """
    if indicator.archived_at:
        raise Refused(_("This indicator is archived: take it up again first."))
    if found := indicator.versions.drafts().first():
        return found
    last = indicator.versions.published().order_by("-number").first()
    if last is None:
        raise Refused(_("Nothing of it is there any more."))
    own = {name: getattr(last, name) for name in IndicatorVersion.FACTS}
    try:
        with transaction.atomic():
            version = IndicatorVersion.objects.create(indicator=indicator, number=last.number + 1, **own)
    except IntegrityError:
        raise Refused(_("Somebody has just started a draft. Reload the page to see it.")) from None
    history.record("draft_indicator", indicator, by=by, number=version.number)
    return version


def _claim(version: IndicatorVersion, revision: int | None) -> IndicatorVersion:
    """The draft is ours until the end of the transaction, and one revision further: as for questionnaires.

    Refused when it is no draft any more, or somebody else changed it since (`details["is_stale"]`).
    """
    rows = IndicatorVersion.objects.filter(pk=version.pk, published_at=None)
    if revision is not None:
        rows = rows.filter(revision=revision)
    if not rows.update(revision=F("revision") + 1):
        if IndicatorVersion.objects.filter(pk=version.pk, published_at=None).exists():
            raise Refused(_("Somebody else changed this draft meanwhile."), is_stale=True)
        raise Refused(_("This is no draft any more: start a new one to change it."))
    version.refresh_from_db()
    return version


@transaction.atomic
def update_indicator(
    version: IndicatorVersion, *, by: User | None, revision: int | None = None, **facts: Any
) -> IndicatorVersion:
    """The draft says this from now on. Refused beside the field, or when somebody else changed it since `revision`."""
    _claim(version, revision)
    whole = {name: getattr(version, name) for name in IndicatorVersion.FACTS} | facts
    _require_sound(whole, version.indicator.organisation_id)
    for name, value in facts.items():
        setattr(version, name, value)
    version.save(update_fields=list(facts))
    history.record("update_indicator", version.indicator, by=by, number=version.number)
    return version


@transaction.atomic
def revise_indicator(indicator: Indicator, *, by: User | None, seen: str, **facts: Any) -> IndicatorVersion:
    """Its draft says this, begun if there was none. `seen`: what the person had before her eyes (`stamp_of`).

    Refused, with `details["is_stale"]`, when somebody else has drafted, changed or published meanwhile.
    """
    if seen != stamp_of(indicator):
        raise Refused(_("Somebody else changed this draft meanwhile."), is_stale=True)
    draft = draft_indicator(indicator, by=by)
    return update_indicator(draft, by=by, revision=draft.revision, **facts)


@transaction.atomic
def publish_indicator(
    version: IndicatorVersion, *, by: User | None, is_material: bool = False, reason: str = "",
    revision: int | None = None,
) -> IndicatorVersion:  # fmt: skip
    """From now on this is what it counts, and it never changes again.

    A material change is shown beside the definition that it replaces until the end of the target's period under way,
    else for a year; any other replaces it at once. Refused without a reason, or when nothing changed. Another measure
    is material whatever is said; other words alone never are.
    """
    _claim(version, revision)
    indicator = version.indicator
    last = indicator.versions.published().order_by("-number").first()
    if last is not None:
        found = changed(last, version)
        if not found:
            raise Refused(_("This draft says the same as the definition before it: there is nothing to publish."))
        if not reason.strip():
            raise Refused(_("Say in a few words what changes, and why."), field="reason")
        counts = set(found) & set(IndicatorVersion.COUNTED)
        version.is_material = bool(counts) and (is_material or must_be_material(found))
    version.reason, version.published_at, version.published_by = reason.strip(), clock.now(), by
    version.beside_until = _last_day_beside(indicator) if version.is_material else None
    version.save(update_fields=["is_material", "reason", "published_at", "published_by", "beside_until"])
    told: dict[str, Any] = {"number": version.number, "is_material": version.is_material, "reason": version.reason}
    history.record("publish_indicator", indicator, by=by, **told)
    return version


def _last_day_beside(indicator: Indicator) -> date:
    today = clock.today()
    ends = [one.until for one in indicator.targets.filter(replaced_at=None) if one.until and one.holds_on(today)]
    return min(ends) if ends else shifted(today, MONTHS_BESIDE, 0)


@transaction.atomic
def discard_indicator(version: IndicatorVersion, *, by: User | None, revision: int | None = None) -> None:
    """The draft goes away; an indicator that was never published goes with it."""
    _claim(version, revision)
    indicator = version.indicator
    history.record("discard_indicator", indicator, by=by, number=version.number)
    version.delete()
    if not indicator.versions.exists():
        indicator.delete()


@transaction.atomic
def archive_indicator(indicator: Indicator, *, by: User | None) -> Indicator:
    """It leaves the dashboard; its definitions, targets and baseline stay to be read."""
    if Indicator.objects.filter(pk=indicator.pk, archived_at=None).update(archived_at=clock.now()):
        history.record("archive_indicator", indicator, by=by)
    indicator.refresh_from_db(fields=["archived_at"])
    return indicator


@transaction.atomic
def restore_indicator(indicator: Indicator, *, by: User | None) -> Indicator:
    """An archived one is followed again."""
    if Indicator.objects.filter(pk=indicator.pk, archived_at__isnull=False).update(archived_at=None):
        history.record("restore_indicator", indicator, by=by)
    indicator.refresh_from_db(fields=["archived_at"])
    return indicator


@transaction.atomic
def set_target(
    indicator: Indicator, *, by: User | None, value: Decimal, decided_by: str, decided_on: date, why: str,
    upto: Decimal | None = None, since: date | None = None, until: date | None = None,
) -> Target:  # fmt: skip
    """What it should reach in this period (over the whole programme without one); an earlier one for the same is kept,
    marked as replaced. Refused with half a period, or with periods and bounds the wrong way round.
    """
    if (since is None) != (until is None):
        raise Refused(_("Give both days, or none for the whole programme."), field="until" if since else "since")
    if since and until and until < since:
        raise Refused(_("The last day comes before the first."), field="until")
    for name, day in (("since", since), ("until", until), ("decided_on", decided_on)):
        require_in_reach(day, name)
    if upto is not None and upto < value:
        raise Refused(_("The upper end is below the lower one."), field="upto")
    if decided_on > clock.today():
        raise Refused(_("This day is still to come."), field="decided_on")
    Indicator.objects.select_for_update().get(pk=indicator.pk)
    indicator.targets.filter(since=since, until=until, replaced_at=None).update(replaced_at=clock.now())
    made = Target.objects.create(
        indicator=indicator, value=value, upto=upto, since=since, until=until, decided_by=decided_by,
        decided_on=decided_on, why=why,
    )  # fmt: skip
    history.record("set_target", indicator, by=by, value=str(value), since=str(since or ""), until=str(until or ""))
    return made


@transaction.atomic
def drop_target(target: Target, *, by: User | None) -> Target:
    """It is aimed at no more; it stays to be read, marked as replaced."""
    if Target.objects.filter(pk=target.pk, replaced_at=None).update(replaced_at=clock.now()):
        history.record("drop_target", target.indicator, by=by, value=str(target.value))
    target.refresh_from_db(fields=["replaced_at"])
    return target


@transaction.atomic
def set_baseline(indicator: Indicator, *, by: User | None, value: Decimal, day: date, source: str) -> Baseline:
    """Where it stood before: one, with its day and where it comes from; what it said before stays in the history."""
    require_in_reach(day, "day")
    if day > clock.today():
        raise Refused(_("This day is still to come."), field="day")
    was = Baseline.objects.filter(indicator=indicator).first()
    made, _new = Baseline.objects.update_or_create(
        indicator=indicator, defaults={"value": value, "day": day, "source": source}
    )
    history.record("set_baseline", indicator, by=by, value=str(value), before=str(was.value) if was else "")
    return made
