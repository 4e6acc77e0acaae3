"""Indicators of leads: drafted, published, frozen; material or not; targets and baselines that are kept."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from backend.accounts.models import Organisation, User
from backend.history.models import Entry
from backend.lib.refusal import Refused
from evaluation import actions
from evaluation.models import Baseline, Indicator, IndicatorVersion, Target
from journeys.models import Programme
from tests.factories.indicators import make_indicator, make_indicator_draft, redefine

pytestmark = pytest.mark.django_db


def aimed(indicator: Indicator, value: int = 100, **more: Any) -> Target:
    usual: dict[str, Any] = {"decided_by": "comité", "decided_on": date(2026, 1, 5), "why": "convention", "by": None}
    return actions.set_target(indicator, value=Decimal(value), **(usual | more))


def test_a_published_definition_never_changes(organisation: Organisation, lead: User) -> None:
    version = actions.publish_indicator(make_indicator_draft(organisation), by=lead)
    assert (version.number, version.is_material, version.published_by) == (1, False, lead)
    with pytest.raises(Refused, match="brouillon"):
        actions.update_indicator(version, by=lead, title_fr="Autre")
    with pytest.raises(Refused, match="brouillon"):
        actions.publish_indicator(version, by=lead)
    assert IndicatorVersion.objects.get().title_fr == "Personnes suivies"


def test_codes_are_of_the_organisation_and_taken_once(
    organisation: Organisation, other_organisation: Organisation
) -> None:
    codes = [make_indicator_draft(one).indicator.code for one in (organisation, organisation, other_organisation)]
    assert codes == ["personnes-suivies", "personnes-suivies-2", "personnes-suivies"]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"title_fr": " "}, "title_fr"),
        ({"measure": "nothing"}, "measure"),
        ({"denominator": "people"}, "denominator"),
        ({"shape": "share"}, "denominator"),
        ({"shape": "share", "measure": "hours", "denominator": "people"}, "denominator"),
        ({"shape": "ratio", "measure": "posture", "denominator": "people"}, "measure"),
        ({"shape": "ratio", "denominator": "posture"}, "denominator"),
        ({"shape": "ratio", "denominator": "people"}, "denominator"),
        ({"narrow": {"kind": "module"}}, "kind"),
        ({"narrow": {"state": "signed"}}, "state"),
        ({"measure": "hours", "narrow": {"milestone": "Création"}}, "milestone"),
        ({"measure": "rate", "narrow": {"commune": "44109"}}, "commune"),
        ({"iris": ["PI0000"]}, "iris"),
    ],
)
def test_what_counts_nothing_sensible_is_refused_beside_its_field(
    organisation: Organisation, facts: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        make_indicator_draft(organisation, **facts)
    assert refused.value.field == field
    assert not Indicator.objects.exists()
    draft = make_indicator_draft(organisation)
    with pytest.raises(Refused) as refused:
        actions.update_indicator(draft, by=None, **facts)
    assert refused.value.field == field


def test_a_programme_of_another_organisation_is_refused(
    organisation: Organisation, other_organisation: Organisation, programme: Programme
) -> None:
    with pytest.raises(Refused) as refused:
        make_indicator_draft(other_organisation, programme=programme)
    assert refused.value.field == "programme"


def test_the_second_of_two_who_edit_is_told_and_nothing_is_lost(organisation: Organisation, lead: User) -> None:
    draft = make_indicator_draft(organisation)
    read = draft.revision
    actions.update_indicator(draft, by=lead, revision=read, title_fr="La première")
    with pytest.raises(Refused) as refused:
        actions.update_indicator(draft, by=None, revision=read, title_fr="La seconde")
    assert refused.value.details == {"is_stale": True}
    assert IndicatorVersion.objects.get().title_fr == "La première"
    with pytest.raises(Refused):
        actions.publish_indicator(draft, by=None, revision=read)
    with pytest.raises(Refused):
        actions.discard_indicator(draft, by=None, revision=read)


def test_another_measure_is_material_whatever_is_said_and_other_words_never_are(organisation: Organisation) -> None:
    indicator = make_indicator(organisation)
    assert redefine(indicator, is_material=True, title_fr="Autres mots").is_material is False
    assert redefine(indicator, is_material=False, narrow={"qpv": "inside"}).is_material is False
    assert redefine(indicator, is_material=True, narrow={}).is_material is True
    assert redefine(indicator, is_material=False, measure="communes").is_material is True
    assert [one.number for one in indicator.versions.all()] == [5, 4, 3, 2, 1]


def test_a_change_needs_a_reason_and_a_change(organisation: Organisation) -> None:
    draft = actions.draft_indicator(make_indicator(organisation), by=None)
    with pytest.raises(Refused, match="même chose"):
        actions.publish_indicator(draft, by=None, reason="Pour voir.")
    actions.update_indicator(draft, by=None, measure="hours")
    with pytest.raises(Refused) as refused:
        actions.publish_indicator(draft, by=None)
    assert refused.value.field == "reason"


def test_old_and_new_run_side_by_side_to_the_end_of_the_period_aimed_at_else_a_year(organisation: Organisation) -> None:
    first, second = make_indicator(organisation), make_indicator(organisation)
    aimed(first, since=date(2026, 1, 1), until=date(2026, 12, 31))
    aimed(first, since=date(2027, 1, 1), until=date(2027, 12, 31))
    assert redefine(first, measure="communes").beside_until == date(2026, 12, 31)
    assert redefine(second, measure="communes").beside_until == date(2027, 11, 23)
    assert redefine(second, title_fr="Mots").beside_until is None


def test_one_draft_at_a_time_and_it_can_go_away(organisation: Organisation) -> None:
    indicator = make_indicator(organisation)
    draft = actions.draft_indicator(indicator, by=None)
    assert actions.draft_indicator(indicator, by=None) == draft
    actions.discard_indicator(draft, by=None)
    assert list(indicator.versions.values_list("number", flat=True)) == [1]
    alone = make_indicator_draft(organisation)
    actions.discard_indicator(alone, by=None)
    assert list(Indicator.objects.all()) == [indicator]


def test_an_archived_one_takes_no_draft_until_it_is_restored(organisation: Organisation, lead: User) -> None:
    indicator = make_indicator(organisation)
    for _twice in range(2):
        actions.archive_indicator(indicator, by=lead)
    assert list(Indicator.objects.followed()) == []
    with pytest.raises(Refused, match="archivé"):
        actions.draft_indicator(indicator, by=lead)
    actions.restore_indicator(indicator, by=lead)
    assert list(Indicator.objects.followed()) == [indicator]
    verbs = list(Entry.objects.about(indicator).order_by("pk").values_list("verb", flat=True))
    assert verbs == ["create_indicator", "publish_indicator", "archive_indicator", "restore_indicator"]


def test_a_target_is_replaced_not_edited(organisation: Organisation, lead: User) -> None:
    indicator = make_indicator(organisation)
    year = {"since": date(2026, 1, 1), "until": date(2026, 12, 31)}
    first, whole = aimed(indicator, 100, **year), aimed(indicator, 400)
    second = aimed(indicator, 120, **year)
    assert set(indicator.targets.filter(replaced_at=None)) == {second, whole}
    first.refresh_from_db()
    assert first.replaced_at is not None and first.value == 100
    actions.drop_target(second, by=lead)
    assert list(indicator.targets.filter(replaced_at=None)) == [whole]
    assert indicator.targets.count() == 3


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"since": date(2026, 1, 1)}, "until"),
        ({"until": date(2026, 1, 1)}, "since"),
        ({"since": date(2026, 2, 1), "until": date(2026, 1, 1)}, "until"),
        ({"upto": Decimal(50)}, "upto"),
        ({"decided_on": date(2026, 11, 24)}, "decided_on"),
    ],
)
def test_a_target_the_wrong_way_round_is_refused(organisation: Organisation, facts: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        aimed(make_indicator(organisation), **facts)
    assert refused.value.field == field


def test_the_database_holds_one_target_a_period(organisation: Organisation) -> None:
    target = aimed(make_indicator(organisation))
    target.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        target.save()


def test_the_baseline_is_one_and_its_past_stays_in_the_history(organisation: Organisation) -> None:
    indicator = make_indicator(organisation)
    about = {"day": date(2025, 12, 31), "source": "bilan 2025"}
    actions.set_baseline(indicator, by=None, value=Decimal(60), **about)
    actions.set_baseline(indicator, by=None, value=Decimal(64), **about)
    assert Baseline.objects.get().value == 64
    last = Entry.objects.about(indicator).filter(verb="set_baseline").order_by("-pk").first()
    assert last is not None and last.details == {"value": "64", "before": "60.00"}
    with pytest.raises(Refused):
        actions.set_baseline(indicator, by=None, value=Decimal(1), day=date(2026, 12, 1), source="plus tard")
