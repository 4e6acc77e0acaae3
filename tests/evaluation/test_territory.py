"""The territory: every commune and neighbourhood, the empty first, and never more than the page of indicators tells."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.accounts.models import Organisation, User
from evaluation.queries.breakdown import breakdown
from evaluation.queries.figures import board
from evaluation.queries.scope import Scope
from evaluation.queries.territory import WholeTerritory, sorted_places, whole_territory
from journeys import actions as journeys
from journeys.models import Commune, Neighbourhood, Programme, QpvReference, Step
from tests.factories.hosts import make_offer
from tests.factories.journeys import make_delivery, make_journey, make_programme
from tests.factories.mentoring import make_mentor
from tests.factories.stays import make_company
from tests.factories.territory import SMALL
from tests.factories.territory import make_people as people

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
TODAY = date(2026, 11, 23)
URL = "/indicators/territory/"
API = "/api/v1/territory/"


@pytest.fixture
def published(scope: Scope) -> Scope:
    return scope.narrowed(is_published=True)


def whole(scope: Scope) -> WholeTerritory:
    return whole_territory(scope, {scope.organisation} if scope.organisation else set())


# --- Figures by hand --------------------------------------------------------------------------------
def test_every_commune_is_there_with_its_rate_worked_out_by_hand(
    programme: Programme, scope: Scope, small: list[Commune]
) -> None:
    """Garwood for 6: 2.2019 … 13.0595; for 0: 0 … 3.6889."""
    for journey in people(programme, small[0], 6):
        make_delivery(journey, minutes=90)
    people(programme, small[1], 1)
    people(programme, None, 2)
    found = {one.name: one for one in whole(scope).communes}
    assert list(found) == ["Grand-Vide", "Isola", "Saint-Bref", "Valombre", "commune non connue"]
    first = found["Valombre"]
    assert (first.people, first.journeys, first.minutes, first.inhabitants) == (6, 6, 540, 10_000)
    assert first.rate is not None
    assert [round(x, 3) for x in (first.rate.value, first.rate.low, first.rate.high)] == [6.0, 2.202, 13.059]
    assert first.precision == "entre 2,2 et 13,1"
    assert found["Saint-Bref"].precision == "trop peu pour conclure"
    empty = found["Grand-Vide"].rate
    assert empty is not None
    assert [round(x, 4) for x in (empty.value, empty.low, empty.high)] == [0, 0, round(3.6889 / 4, 4)]
    assert found["Grand-Vide"].precision == "au plus 0,9"
    assert (found["Isola"].inhabitants, found["Isola"].rate) == (None, None)
    assert (found["commune non connue"].people, found["commune non connue"].rate) == (2, None)
    rate = whole(scope).rate
    assert (rate.numerator, rate.denominator) == (7, 51_000)


def test_empty_communes_come_first_the_most_peopled_of_them_before_all(
    programme: Programme, scope: Scope, small: list[Commune]
) -> None:
    people(programme, small[0], 6)
    people(programme, small[1], 1)
    found = whole(scope)
    assert [one.name for one in found.empty] == ["Grand-Vide", "Isola"]
    orders = ("empty", "people", "rate", "name")
    assert {by: [one.name for one in sorted_places(found.communes, by)][:4] for by in orders} == {
        "empty": ["Grand-Vide", "Isola", "Valombre", "Saint-Bref"],
        "people": ["Valombre", "Saint-Bref", "Grand-Vide", "Isola"],
        "rate": ["Saint-Bref", "Valombre", "Grand-Vide", "Isola"],
        "name": ["Grand-Vide", "Isola", "Saint-Bref", "Valombre"],
    }


def test_a_person_with_two_journeys_is_one_person(programme: Programme, scope: Scope, small: list[Commune]) -> None:
    journey = people(programme, small[0], 1)[0]
    other = make_programme(programme.organisation)
    make_journey(
        programme.organisation, journey.holder.user, programme=other, project=journey.project, started_on=TODAY
    )
    found = next(one for one in whole(scope).communes if one.name == "Valombre")
    assert (found.people, found.journeys) == (1, 2)


# --- Priority neighbourhoods ------------------------------------------------------------------------
def test_not_known_is_told_apart_and_the_share_stands_beside_its_reference(
    programme: Programme, scope: Scope, small: list[Commune]
) -> None:
    """6 of 8 known inside (Wilson 41 % to 93 %); 2,040 of 51,000 residents are 4 %."""
    butte = Neighbourhood.objects.get(name="La Butte")
    people(programme, small[0], 4, qpv="inside", neighbourhood=butte)
    people(programme, small[0], 2, qpv="inside")
    people(programme, small[0], 2, qpv="outside")
    people(programme, small[0], 5, qpv="unknown")
    found = whole(scope)
    assert [(one.code, one.people) for one in found.qpv] == [("inside", 6), ("outside", 2), ("unknown", 5)]
    assert (found.share.numerator, found.share.denominator) == (6, 8)
    assert found.reference is not None
    assert (round(found.reference.percent, 6), found.reference.is_stated) == (4.0, False)
    assert "Recensement inventé, 2024" in found.reference.source
    assert found.against.startswith("Plus que les 4,0")
    assert [(one.name, one.people) for one in sorted_places(found.areas, "empty")] == [
        ("Les Tilleuls", 0),
        ("La Butte", 4),
        ("dans un quartier non précisé", 2),
    ]


def test_a_share_without_source_is_no_reference(scope: Scope, small: list[Commune]) -> None:
    Neighbourhood.objects.filter(pk="QN2").update(population_source="")
    assert whole(scope).reference is None
    QpvReference.objects.create(organisation_id=scope.organisation, percent="7.8", year=2024, source="Essai")
    found = whole(scope).reference
    assert found is not None
    assert (found.percent, found.source, found.is_stated) == (7.8, "Essai, 2024", True)
    assert whole_territory(scope.narrowed(organisation=None), set()).reference is None


def test_the_share_is_stated_on_a_page_with_its_source(
    client_of: ClientOf, lead: User, organisation: Organisation
) -> None:
    client = client_of(lead)
    url = reverse("evaluation:territory_reference")
    data = {"organisation": organisation.pk, "percent": "7,8", "year": "2027", "source": ""}
    page = client.post(url, data).content.decode()
    assert "Cette année est encore à venir." in page
    assert 'value="7,8"' in page  # nothing typed is lost
    assert not QpvReference.objects.exists()
    assert client.post(url, data | {"year": "2024", "source": "Annuaire inventé"}).status_code == 302
    assert str(QpvReference.objects.get().percent) == "7.8"
    assert "Annuaire inventé, 2024" in client.get(URL).content.decode()


def test_nobody_states_the_share_of_another_organisation(
    client_of: ClientOf, lead: User, other_organisation: Organisation
) -> None:
    data = {"organisation": other_organisation.pk, "percent": "7,8", "year": "2024", "source": "Essai"}
    assert client_of(lead).post(reverse("evaluation:territory_reference"), data).status_code == 200
    assert not QpvReference.objects.exists()


# --- Offers against needs ---------------------------------------------------------------------------
def test_offers_stand_against_needs_where_they_are(
    programme: Programme, scope: Scope, organisation: Organisation, small: list[Commune]
) -> None:
    valombre, bref, isola, _vide = small
    people(programme, valombre, 3)
    stays = Step.objects.filter(kind="immersion")
    assert stays.exists(), "the programme of the factory plans an immersion"
    stays.filter(journey=people(programme, valombre, 1)[0]).update(state="done", done_on=TODAY)
    here = make_company(organisation, commune=bref, places_a_year=2)
    nowhere = make_company(organisation, commune=None, places_a_year=4)
    site = journeys.add_site(here, name="Atelier", commune=isola, by=None)
    make_offer(here, site=site)
    make_offer(nowhere)
    make_mentor(organisation, commune=bref, capacity=3)
    make_mentor(organisation, commune=valombre, paused_from=TODAY, paused_until=TODAY + timedelta(days=9))
    make_mentor(organisation, commune=None, capacity=2)
    found = {one.code: one for one in whole(scope).balances}
    names = ("stays_sought", "hosts", "offers", "places", "mentors", "mentor_places")
    told = {code: tuple(getattr(one, name) for name in names) for code, one in found.items()}
    assert told == {
        "99001": (3, 0, 0, 0, 0, 0),
        "99002": (0, 1, 0, 2, 1, 3),
        "99003": (0, 1, 1, 0, 0, 0),
        "99004": (0, 0, 0, 0, 0, 0),
        "": (0, 1, 1, 4, 1, 2),
    }
    assert found["99001"].lacks_stays == 3
    assert found["99004"].is_blank


def test_few_people_who_look_for_something_are_hidden(
    programme: Programme, published: Scope, organisation: Organisation, small: list[Commune]
) -> None:
    """Five look, one does not: their difference is one person."""
    people(programme, small[0], 6)
    people(programme, small[1], 7)
    one = people(programme, small[0], 1)[0]
    Step.objects.filter(journey=one, kind="immersion").update(state="done", done_on=TODAY)
    make_mentor(organisation, commune=small[0])
    found = {line.code: line for line in whole(published).balances}
    assert (found["99001"].stays_sought, found["99002"].stays_sought) == (None, None)
    assert (found["99001"].mentors, found["99001"].mentor_places) == (None, None)
    assert found["99004"].stays_sought is None or found["99004"].stays_sought == 0


# --- What is published -------------------------------------------------------------------------------
def test_it_tells_nothing_that_the_page_of_indicators_hides(
    programme: Programme, published: Scope, small: list[Commune]
) -> None:
    for commune, count in zip([*small[:3], None], (3, 6, 12, 8), strict=True):
        people(programme, commune, count)
    groups = {one.label: one for one in breakdown(published, "commune", board(published))}
    found = whole(published)
    assert [one.name for one in found.communes if one.is_hidden] == ["Saint-Bref", "Valombre"]
    for one in found.communes:
        group = groups[one.name]
        assert one.is_hidden == group.is_hidden
        assert one.people == (None if group.is_hidden else group.people)
        if one.is_hidden:
            assert (one.journeys, one.minutes, one.rate, one.precision) == (None, None, None, "")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(counts=st.lists(st.integers(0, 9), min_size=5, max_size=5))
def test_one_page_less_the_other_isolates_nobody(counts: Sequence[int]) -> None:
    """The territory and the indicators show the same cells: nothing is left by a subtraction, whoever comes from where.
    What is hidden together is of nobody or of the threshold at least."""
    from django.db import transaction

    from tests.factories.accounts import make_organisation

    with transaction.atomic():
        organisation = make_organisation()
        programme = make_programme(organisation)
        communes = [Commune.objects.create(pk=code, name=name, population=n) for code, name, n in SMALL]
        for commune, count in zip([*communes, None], counts, strict=True):
            people(programme, commune, count)
        scope = Scope(organisation.pk, TODAY, since=date(2026, 1, 1), is_published=True)
        made = board(scope)
        shown = (
            {}
            if made.is_small
            else {one.label: one.people for one in breakdown(scope, "commune", made) if not one.is_hidden}
        )
        found = whole(scope)
        assert {one.name: one.people for one in found.communes if not one.is_hidden} == shown
        total = sum(counts)
        left = total - sum(shown.values())
        assert found.people is None or left == 0 or left >= 5
        transaction.set_rollback(True)


def test_where_all_together_are_few_not_even_the_empty_communes_are_named(
    programme: Programme, published: Scope, small: list[Commune]
) -> None:
    people(programme, small[0], 3)
    found = whole(published)
    assert (found.people, found.empty) == (None, [])
    assert all(one.is_hidden for one in found.communes)
    assert all(one.stays_sought is None for one in found.balances)


def test_a_steward_opens_no_rows(
    client_of: ClientOf, programme: Programme, steward: User, lead: User, small: list[Commune]
) -> None:
    people(programme, small[0], 6)
    rows = f"{reverse('evaluation:figure_rows', args=['people'])}?commune=99001"
    assert rows in client_of(lead).get(URL).content.decode()
    page = client_of(steward).get(URL).content.decode()
    assert rows not in page
    assert "Grand-Vide" in page
