"""The pages of indicators: made with a look at their value, two leads at once, opened with its rows, side by side."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from evaluation import actions
from evaluation.models import Indicator, IndicatorVersion
from journeys.models import Programme
from tests.factories.indicators import make_indicator, redefine
from tests.factories.journeys import make_delivery, make_journey

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
TODAY = date(2026, 11, 23)
TYPED = {
    "title_fr": "Heures reçues",
    "measure": "hours",
    "shape": "figure",
    "matures_from": "started",
    "direction": "more",
}


def address(name: str, indicator: Indicator) -> str:
    return reverse(f"evaluation:{name}", args=[indicator.pk])


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ").split())


def people(programme: Programme, count: int) -> None:
    for _each in range(count):
        journey = make_journey(programme.organisation, programme=programme, started_on=TODAY - timedelta(days=90))
        make_delivery(journey, minutes=90)


def test_a_lead_looks_then_keeps_then_publishes(client_of: ClientOf, programme: Programme, lead: User) -> None:
    people(programme, 2)
    client = client_of(lead)
    url = reverse("evaluation:indicator_create")
    looked = client.post(url, {**TYPED, "look": "1"})
    assert "3 h" in text(looked) and not Indicator.objects.exists()
    kept = client.post(url, TYPED)
    indicator = Indicator.objects.get()
    assert kept.url == address("indicator_publish", indicator) and indicator.owner == lead
    assert client.post(kept.url, {"revision": "0"}).url == address("indicator_detail", indicator)
    page = text(client.get(address("indicator_detail", indicator)))
    assert "3 h" in page and "2" in page and "Heures reçues" in page
    assert page.count("<tbody> <tr>") >= 1


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"title_fr": ""}, "title_fr", "Remplissez"),
        ({"measure": ""}, "measure", "Choisissez"),
        ({"shape": "share"}, "denominator", "seconde mesure"),
        ({"measure": "people", "kind": "module"}, "kind", "Seules les heures"),
        ({"matures_after": "-1"}, "matures_after", "0 ou plus"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(
    client_of: ClientOf, programme: Programme, lead: User, typed: dict[str, str], field: str, words: str
) -> None:
    answer = client_of(lead).post(
        reverse("evaluation:indicator_create"), {**TYPED, "reading_fr": "À lire ainsi", **typed}
    )
    errors = answer.context["form"].errors
    assert list(errors) == [field] and words in errors[field][0]
    assert "À lire ainsi" in text(answer) and not Indicator.objects.exists()


def test_the_second_lead_is_told_what_the_first_saved_and_keeps_what_she_typed(
    client_of: ClientOf, organisation: Organisation, lead: User
) -> None:
    indicator = make_indicator(organisation)
    client = client_of(lead)
    url = address("indicator_update", indicator)
    seen = client.get(url).context["seen"]
    first = {**TYPED, "title_fr": "La première", "seen": seen}
    assert client.post(url, first).status_code == 302
    second = client.post(url, {**TYPED, "title_fr": "La seconde", "seen": seen})
    page = text(second)
    assert second.status_code == 200 and "La première" in page and 'value="La seconde"' in page
    assert indicator.versions.drafts().get().title_fr == "La première"
    again = client.post(url, {**TYPED, "title_fr": "La seconde", "seen": second.context["seen"]})
    assert again.status_code == 302 and indicator.versions.drafts().get().title_fr == "La seconde"


def test_reading_the_form_begins_no_draft(client_of: ClientOf, organisation: Organisation, lead: User) -> None:
    indicator = make_indicator(organisation)
    client_of(lead).get(address("indicator_update", indicator))
    assert IndicatorVersion.objects.count() == 1


def test_old_and_new_stand_side_by_side(client_of: ClientOf, programme: Programme, lead: User) -> None:
    people(programme, 3)
    indicator = make_indicator(programme.organisation)
    redefine(indicator, measure="hours")
    page = text(client_of(lead).get(address("indicator_detail", indicator)))
    assert "4 h 30" in page and "définition n° 1, que celle-ci remplace : 3" in page
    assert "les deux sont montrées jusqu’au" in page
    earlier = text(client_of(lead).get(f"{address('indicator_detail', indicator)}?period=last"))
    assert "que celle-ci remplace" not in earlier


def test_targets_and_the_baseline_are_typed_and_stand_on_the_page(
    client_of: ClientOf, programme: Programme, lead: User
) -> None:
    people(programme, 3)
    indicator = make_indicator(programme.organisation)
    client = client_of(lead)
    typed = {"value": "10", "since": "2026-01-01", "until": "2026-12-31", "decided_by": "Copil",
             "decided_on": "2026-01-05", "why": "convention"}  # fmt: skip
    wrong = client.post(address("target_set", indicator), {**typed, "until": "2025-12-31"})
    assert wrong.context["form"].errors["until"] == ["Le dernier jour précède le premier."]
    assert client.post(address("target_set", indicator), typed).status_code == 302
    client.post(address("baseline_set", indicator), {"value": "2", "day": "2025-12-31", "source": "Bilan 2025"})
    page = text(client.get(address("indicator_detail", indicator)))
    assert "Loin du compte : 3 (cible : 10)" in page
    assert "Valeur de départ : 2" in page and "Bilan 2025" in page and "Copil" in page


def test_a_file_of_rows_adds_up(client_of: ClientOf, programme: Programme, lead: User) -> None:
    people(programme, 2)
    indicator = make_indicator(programme.organisation, measure="hours", shape="ratio", denominator="people")
    client = client_of(lead)
    url = address("indicator_detail", indicator)
    body = b"".join(client.get(f"{url}?file=csv").streaming_content).decode("utf-8-sig")
    assert [line.split(";")[-1] for line in body.strip().splitlines()[1:]] == ["90", "90"]
    assert client.get(f"{url}?of=second").context["page"].paginator.count == 2
    other = make_indicator(programme.organisation)
    assert client.get(f"{address('indicator_detail', other)}?of=second").status_code == 404


def test_breakdowns_list_every_commune_the_empty_first(client_of: ClientOf, programme: Programme, lead: User) -> None:
    from journeys.actions import load_territory

    load_territory()
    people(programme, 2)
    indicator = make_indicator(programme.organisation, breakdowns=["commune", "programme"])
    parts = dict(client_of(lead).get(address("indicator_detail", indicator)).context["parts"])
    communes = next(lines for label, lines in parts.items() if str(label) == "Commune")
    assert len(communes) >= 24 and communes[0].value == 0
    assert sum(line.value or 0 for line in communes) == 2


def test_the_page_asks_the_same_of_the_database_whatever_the_rows(
    client_of: ClientOf, programme: Programme, lead: User, assert_num_queries_same: Callable[..., int]
) -> None:
    indicator = make_indicator(programme.organisation)
    target = {"decided_by": "Copil", "decided_on": date(2026, 1, 5), "why": "convention"}
    actions.set_target(indicator, by=None, value=Decimal(5), **target)
    people(programme, 1)
    client = client_of(lead)
    url = address("indicator_detail", indicator)
    assert assert_num_queries_same(lambda: client.get(url), lambda: people(programme, 3)) <= 24
    listed = reverse("evaluation:indicator_list")
    assert_num_queries_same(lambda: client.get(listed), lambda: make_indicator(programme.organisation))
