"""Indicators of leads beside one another group by group, and any figure by kind of mentor: by the rules of figures."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from backend.accounts.models import Membership, User
from evaluation.queries.comparing.page import Comparison, compare, compare_version
from evaluation.queries.comparing.parts import dimensions_of, dimensions_within, parts_of
from evaluation.queries.figures import figure
from evaluation.queries.measures import MEASURES
from evaluation.queries.mentored import KINDS
from evaluation.queries.scope import Scope
from evaluation.statistics import Interval, newcombe_difference
from journeys.models import Journey, Programme
from mentoring.models import Need
from tests.evaluation.indicators.test_comparing import HERE, people, shown
from tests.factories.accounts import make_organisation
from tests.factories.indicators import make_indicator, redefine
from tests.factories.journeys import make_delivery, make_holder, make_journey
from tests.factories.mentoring import make_mentor, make_pair

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
TODAY = date(2026, 11, 23)


def beside(programme: Programme, **facts: Any) -> Comparison:
    """The cohort of 2026 beside that of 2025."""
    scope = Scope(organisation=programme.organisation_id, until=TODAY)
    parts = {one.key: one for one in parts_of(scope, "year")}
    version = make_indicator(programme.organisation, **facts).versions.select_related("indicator").get()
    return compare_version(version, scope, [parts["2025"], parts["2026"]], "year")


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\xa0", " ")


def test_a_share_of_two_measures_is_compared_as_a_share_of_what_it_narrows(programme: Programme) -> None:
    people(programme, 20, date(2025, 5, 5), women=3, qpv="inside")
    people(programme, 20, date(2026, 5, 5), women=16, qpv="inside")
    people(programme, 9, date(2026, 5, 6), women=0, qpv="outside")
    found = beside(programme, measure="women", shape="share", denominator="people", narrow={"qpv": "inside"})
    meant = newcombe_difference((16, 20), (3, 20))
    assert isinstance(meant, Interval)
    gap = found.findings[0].difference
    assert gap is not None
    assert (gap.value, gap.low, gap.high) == pytest.approx((65, 100 * meant.low, 100 * meant.high))
    assert [(plain(one.shown), one.of) for one in found.lines] == [("15,0 %", "3 sur 20"), ("80,0 %", "16 sur 20")]
    assert found.what == ""


def test_an_indicator_as_its_measure_gives_it_is_compared_as_the_figure_of_its_part(programme: Programme) -> None:
    people(programme, 6, date(2025, 5, 5), women=2, qpv="inside")
    people(programme, 7, date(2026, 5, 5), women=6, qpv="inside")
    people(programme, 8, date(2026, 5, 5), women=0)
    scope = Scope(organisation=programme.organisation_id, until=TODAY, qpv="inside")
    found = beside(programme, measure="women", narrow={"qpv": "inside"})
    alone = compare(MEASURES["women"], scope, parts_of(scope, "year")[::-1], "year")
    assert [(one.shown, one.of, one.interval, one.difference) for one in found.lines] == [
        (one.shown, one.of, one.interval, one.difference) for one in alone.lines
    ]


def test_hours_a_person_are_compared_as_a_mean_and_only_of_the_kind_it_counts(programme: Programme) -> None:
    people(programme, 5, date(2025, 5, 5), minutes=60)
    people(programme, 6, date(2026, 5, 5), minutes=60)
    for journey in Journey.objects.filter(started_on=date(2026, 5, 5)):
        make_delivery(journey, kind="module", minutes=600, days_ago=4)
    facts = {"measure": "hours", "shape": "ratio", "denominator": "people", "narrow": {"kind": "mentoring"}}
    found = beside(programme, **facts)
    assert [(row[1], row[4]) for row in found.chart] == [(180, "5"), (210, "6")]
    assert found.findings[0].difference is not None
    assert "Heures pour chaque personne accompagnée" in plain(str(found.what))


@pytest.mark.parametrize(
    "facts",
    [
        {"measure": "people", "shape": "ratio", "denominator": "women"},
        {"measure": "hours", "shape": "ratio", "denominator": "women"},
        {"measure": "hours", "shape": "share", "denominator": "hours", "narrow": {"kind": "mentoring"}},
        {"measure": "people", "shape": "share", "denominator": "women"},
        {"measure": "people"},
    ],
)
def test_what_has_no_law_of_its_difference_is_only_shown(programme: Programme, facts: dict[str, Any]) -> None:
    people(programme, 6, date(2025, 5, 5), women=5, minutes=30)
    people(programme, 9, date(2026, 5, 5), women=5, minutes=60)
    found = beside(programme, **facts)
    assert found.findings[0].difference is None
    assert "aucun intervalle" in found.findings[0].sentence


def test_of_four_people_nothing_is_concluded(programme: Programme) -> None:
    people(programme, 4, date(2025, 5, 5), women=0, qpv="inside")
    people(programme, 30, date(2025, 5, 5), women=0, qpv="outside")
    people(programme, 30, date(2026, 5, 5), women=30, qpv="inside")
    found = beside(programme, measure="women", narrow={"qpv": "inside"}).findings[0]
    assert (plain(found.sentence), found.difference) == (
        "Trop peu pour conclure : moins de cinq dans le groupe « 2025 ».",
        None,
    )


def test_only_journeys_old_enough_count(programme: Programme) -> None:
    people(programme, 6, date(2025, 5, 5), women=3)
    people(programme, 7, date(2026, 1, 5), women=3)
    people(programme, 8, date(2026, 10, 5), women=3)
    found = beside(programme, measure="women", matures_after=6, matures_from="started")
    assert [one.of for one in found.lines] == ["3 sur 6", "3 sur 7"]


def test_it_is_not_compared_by_what_it_narrows(programme: Programme) -> None:
    scope = Scope(organisation=programme.organisation_id, until=TODAY)

    def by(**facts: Any) -> set[str]:
        indicator = make_indicator(programme.organisation, **facts)
        return set(dimensions_within(indicator.versions.select_related("indicator").get(), scope))

    every = set(dimensions_of(MEASURES["people"], scope))
    assert by() == every
    assert every - by(narrow={"cohort": "2026"}) == {"year", "half"}
    assert every - by(narrow={"commune": "44109"}) == {"commune", "qpv", "neighbourhood"}
    assert every - by(narrow={"qpv": "inside"}) == {"qpv"}
    assert every - by(programme=programme) == {"programme"}
    assert every - set(dimensions_of(MEASURES["people"], scope, is_past=True)) == {"mentor"}


def test_the_page_compares_an_indicator_in_its_own_organisation(
    client_of: ClientOf, programme: Programme, lead: User
) -> None:
    people(programme, 20, date(2025, 5, 5), women=3)
    people(programme, 20, date(2026, 5, 5), women=16)
    indicator = make_indicator(programme.organisation, measure="women", title_fr="Femmes suivies")
    client = client_of(lead)
    page = shown(client, figure=f"own:{indicator.pk}", by="year")
    assert "Plus haut pour 2026 que pour 2025" in page
    assert f'<option value="own:{indicator.pk}" selected>Femmes suivies</option>' in page
    assert 'label="Indicateurs de la structure"' in page
    assert f"{HERE}?figure=own:{indicator.pk}" in client.get(f"/indicators/own/{indicator.pk}/").content.decode()
    strange = make_indicator(make_organisation())
    for code in (f"own:{strange.pk}", "own:999999", "own:", "own:x"):
        assert client.get(HERE, {"figure": code}).status_code == 404, code


def test_the_page_compares_by_the_definition_that_holds(client_of: ClientOf, programme: Programme, lead: User) -> None:
    people(programme, 6, date(2026, 5, 5), women=5)
    indicator = make_indicator(programme.organisation, measure="women")
    redefine(indicator, measure="people", title_fr="Tout le monde")
    assert "Tout le monde" in shown(client_of(lead), figure=f"own:{indicator.pk}", by="gender")


def test_the_page_says_of_whom_alone_an_indicator_is(client_of: ClientOf, programme: Programme, lead: User) -> None:
    people(programme, 6, date(2026, 5, 5))
    indicator = make_indicator(programme.organisation, measure="women", narrow={"qpv": "inside"}, matures_after=6)
    page = shown(client_of(lead), figure=f"own:{indicator.pk}", by="gender")
    ripe = "Seulement les parcours commencés au moins 6 mois avant le dernier jour."
    assert f"Seulement : en quartier prioritaire. {ripe}" in page


def test_an_indicator_that_she_only_reads_published_is_not_compared(client_of: ClientOf, lead: User) -> None:
    other = make_organisation()
    Membership.objects.create(user=lead, organisation=other, role=Membership.Role.OBSERVER)
    assert client_of(lead).get(HERE, {"figure": f"own:{make_indicator(other).pk}"}).status_code == 403


# --- Kind of mentor -----------------------------------------------------------------------------------
def followed(programme: Programme, sought: list[str] | None, *expertise: list[str], days: int = 30) -> Journey:
    """A journey whose holder looks for this, with a mentor a list; the first ones are over."""
    person = make_holder(programme.organisation, gender="woman").user
    journey = make_journey(programme.organisation, person, programme=programme, started_on=TODAY - timedelta(days=90))
    if sought is not None:
        Need.objects.create(journey=journey, themes=sought)
    for place, known in enumerate(expertise):
        pair = make_pair(programme.organisation, make_mentor(programme.organisation, expertise=known), journey=journey)
        type(pair).objects.filter(pk=pair.pk).update(
            started_on=TODAY - timedelta(days=days),
            **({"state": "ended", "end_reason": "not_a_fit", "ended_on": TODAY} if place + 1 < len(expertise) else {}),
        )
    return journey


def kinds(programme: Programme, until: date = TODAY) -> dict[str, set[int]]:
    scope = Scope(organisation=programme.organisation_id, until=until)
    return {
        kind: set(Journey.objects.filter(scope.narrowed(mentor=kind).journeys()).values_list("pk", flat=True))
        for kind in KINDS
    }


def test_each_journey_has_one_kind_of_mentor(programme: Programme) -> None:
    near = followed(programme, ["funding", "market"], ["legal", "funding"])
    once = followed(programme, ["funding"], ["funding"], ["legal"])
    far = followed(programme, ["funding"], ["legal"])
    silent = [
        followed(programme, [], ["legal"]), followed(programme, None, ["legal"]), followed(programme, ["legal"], []),
    ]  # fmt: skip
    alone = [followed(programme, ["legal"]), followed(programme, None)]
    told = kinds(programme)
    assert told == {
        "sought": {near.pk, once.pk}, "other": {far.pk}, "untold": {one.pk for one in silent},
        "without": {one.pk for one in alone},
    }  # fmt: skip
    before = kinds(programme, TODAY - timedelta(days=31))
    assert before["without"] == set().union(*told.values())


def test_a_pair_that_was_only_proposed_is_no_mentor(programme: Programme) -> None:
    journey = followed(programme, ["funding"], ["funding"])
    journey.mentorships.update(state="ended", end_reason="declined", ended_on=TODAY)
    assert kinds(programme)["without"] == {journey.pk}


def test_a_figure_is_compared_by_kind_of_mentor(client_of: ClientOf, programme: Programme, lead: User) -> None:
    for _each in range(6):
        followed(programme, ["funding"], ["funding"])
    for _each in range(5):
        followed(programme, ["funding"], ["legal"])
    page = shown(client_of(lead), figure="women", by="mentor")
    assert "un mentor à l’aise avec l’aide recherchée" in page
    assert "6 sur 6" in page
    assert "5 sur 5" in page
    rows = client_of(lead).get("/indicators/figures/women/?period=all&mentor=sought").content.decode()
    assert "à l’aise avec l’aide recherchée" in rows
    scope = Scope(organisation=programme.organisation_id, until=TODAY)
    assert figure("people", scope.narrowed(mentor="sought")).value == 6
    assert figure("people", scope.narrowed(mentor="nothing")).value == 0
