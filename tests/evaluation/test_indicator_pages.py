"""The page of figures, the rows behind, the files, the follow-up of requests."""

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import python_calamine
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from evaluation.models import Request
from journeys.models import Journey, Programme
from tests.factories.accounts import make_member
from tests.factories.evaluation import make_answered, make_request, wave_of
from tests.factories.journeys import (
    make_confirmed_delivery,
    make_delivery,
    make_journey,
    make_programme,
    make_project,
)

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
TODAY = date(2026, 11, 23)
HOME = "/indicators/"


def people(programme: Programme, count: int) -> list[Journey]:
    """Each with hours, and asked at both moments."""
    made = []
    for _each in range(count):
        journey = make_journey(programme.organisation, programme=programme, started_on=TODAY - timedelta(days=90))
        make_delivery(journey, minutes=60)
        make_confirmed_delivery(journey, kind="module", minutes=90)
        make_answered(journey, "start", 3)
        make_answered(journey, "exit", 5)
        made.append(journey)
    return made


def text(client: Client, url: str) -> str:
    answered = client.get(url)
    assert answered.status_code == 200
    return " ".join(answered.content.decode().replace("\u00a0", " ").split())


def test_a_lead_reads_her_figures_and_each_opens_its_rows(
    client_of: ClientOf, programme: Programme, lead: User
) -> None:
    people(programme, 5)
    client = client_of(lead)
    page = text(client, HOME)
    for words in (
        "Personnes accompagnées",
        "du 1er janvier au 23 novembre",
        "12 h 30",
        "Réponses : 5 sur 5",
    ):
        assert words.lower() in page.lower()
    for code in ("people", "hours", "immersions", "milestones", "posture", "response"):
        assert reverse("evaluation:figure_rows", args=[code]) in page
        assert client.get(reverse("evaluation:figure_rows", args=[code])).status_code == 200


def test_the_evaluator_reads_each_area_in_full(client_of: ClientOf, programme: Programme, lead: User) -> None:
    people(programme, 4)
    make_answered(alike := make_journey(programme.organisation, programme=programme, started_on=TODAY), "start", 3)
    make_answered(alike, "exit", 5)
    page = text(client_of(lead), HOME)
    assert page.count('<td colspan="4">le même écart pour tout le monde</td>') == 4  # all areas, and each of the three
    other = make_journey(programme.organisation, programme=programme, started_on=TODAY)
    make_answered(other, "start", 3)
    make_answered(other, "exit", 4)
    page = text(client_of(lead), HOME)
    assert page.count("+1,4 … +2,3") == 4
    assert "le même écart" not in page


@pytest.mark.parametrize("by", ["programme", "commune", "qpv"])
def test_the_page_asks_as_much_of_the_database_for_one_person_as_for_many(
    client_of: ClientOf, programme: Programme, lead: User, by: str, assert_num_queries_same: Callable[..., int]
) -> None:
    people(programme, 1)
    client = client_of(lead)
    queries = assert_num_queries_same(lambda: client.get(f"{HOME}?by={by}"), lambda: people(programme, 7))
    assert queries <= 48


ROWS = ("people", "hours", "immersions", "milestones", "posture", "response")
ROWS += ("no_hole", "longest_hole", "given_mentors")


@pytest.mark.parametrize("code", ROWS)
def test_the_rows_ask_as_much_of_the_database_for_one_as_for_many(
    client_of: ClientOf, programme: Programme, lead: User, code: str, assert_num_queries_same: Callable[..., int]
) -> None:
    people(programme, 1)
    client = client_of(lead)
    url = f"{reverse('evaluation:figure_rows', args=[code])}?period=all"
    assert assert_num_queries_same(lambda: client.get(url), lambda: people(programme, 2)) <= 16


def test_an_empty_house_says_what_to_do(client_of: ClientOf, lead: User) -> None:
    assert "Personne d’accompagné dans cette période" in text(client_of(lead), HOME)


def test_a_lead_reads_only_her_organisation(
    client_of: ClientOf, programme: Programme, lead: User, other_organisation: Organisation
) -> None:
    people(programme, 5)
    people(make_programme(other_organisation), 7)
    elsewhere = f"{HOME}?organisation={other_organisation.pk}"
    assert '<p class="figure-value">5</p>' in text(client_of(lead), elsewhere)
    assert "La Ruche" not in text(client_of(lead), elsewhere)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("since=2026-10-01", "du 1er octobre au 23 novembre"),
        ("period=year&since=2026-10-01&until=2026-10-31", "du 1er octobre au 31 octobre"),
        ("period=last&since=2026-10-01", "du 1er janvier 2025 au 31 décembre 2025"),
        ("period=all", "depuis le début jusqu’au 23 novembre"),
        ("cohort=2026-3", "parcours commencés en juillet–septembre 2026"),
    ],
)
def test_the_scope_is_said_in_words(
    client_of: ClientOf, programme: Programme, lead: User, query: str, words: str
) -> None:
    people(programme, 1)
    assert words in text(client_of(lead), f"{HOME}?{query}")


def test_wrong_dates_are_said_and_the_rest_still_shows(client_of: ClientOf, programme: Programme, lead: User) -> None:
    people(programme, 1)
    page = text(client_of(lead), f"{HOME}?period=dates&since=2026-05-02&until=2026-05-01")
    assert "Le dernier jour précède le premier." in page


@pytest.mark.parametrize("url", [f"{HOME}?by=colour", f"{HOME}figures/unknown/"])
def test_what_there_is_not_is_not_found(client_of: ClientOf, lead: User, url: str) -> None:
    assert client_of(lead).get(url).status_code == 404


def rows_url(code: str, file: str) -> str:
    return f"{reverse('evaluation:figure_rows', args=[code])}?file={file}"


def test_csv_is_french_and_holds_no_formula(client_of: ClientOf, organisation: Organisation, lead: User) -> None:
    programme = make_programme(organisation)
    person = make_member(organisation, "holder", first_name="=cmd|' /C calc'!A0", last_name="")
    make_journey(organisation, person, programme=programme, started_on=TODAY)
    answered: Any = client_of(lead).get(rows_url("people", "csv"))
    body = b"".join(answered.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(body), delimiter=";"))
    assert rows[0] == ["Personne", "Dispositif", "Commune", "Date", "Quoi", "État", "Personnes"]
    assert rows[1][0] == "'=cmd|' /C calc'!A0"
    assert rows[1][3] == "2026-11-23"
    assert answered["Content-Disposition"] == 'attachment; filename="jalon-people-2026-11-23.csv"'


def test_xlsx_keeps_text_as_text_and_sums_to_the_figure(
    client_of: ClientOf, organisation: Organisation, lead: User
) -> None:
    person = make_member(organisation, "holder", first_name="=1+1", last_name="")
    project = make_project(organisation, name="=HYPERLINK(1)")
    journey = make_journey(organisation, person, programme=make_programme(organisation), project=project)
    make_delivery(journey, minutes=75)
    make_delivery(journey, minutes=30)
    answered = client_of(lead).get(rows_url("hours", "xlsx"))
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answered.content))
    head, *rows = book.get_sheet_by_index(0).to_python()
    assert (head[0], head[6]) == ("Personne", "Minutes")
    assert {row[0] for row in rows} == {"=1+1"}
    assert sum(row[6] for row in rows) == 105
    about = dict(book.get_sheet_by_index(1).to_python())
    assert about["Structure"] == "Les Écossolies"


# --- The follow-up of requests --------------------------------------------------------------------
def test_the_follow_up_counts_each_wave(client_of: ClientOf, programme: Programme, lead: User) -> None:
    make_answered(make_journey(programme.organisation, programme=programme))
    make_request(make_journey(programme.organisation, programme=programme))
    page = text(client_of(lead), reverse("evaluation:request_list"))
    assert "50 %" in page
    assert "au départ" in page


def test_the_follow_up_asks_the_same_of_the_database(
    client_of: ClientOf, programme: Programme, lead: User, assert_num_queries_same: Callable[..., int]
) -> None:
    client = client_of(lead)
    wave = wave_of(programme)

    def ask(count: int) -> None:
        for _each in range(count):
            make_request(make_journey(programme.organisation, programme=programme))

    ask(1)
    assert_num_queries_same(
        lambda: client.get(reverse("evaluation:request_list")), lambda: make_programme(programme.organisation)
    )
    assert_num_queries_same(lambda: client.get(reverse("evaluation:wave", args=[wave.pk])), lambda: ask(2))


def test_who_is_missing_is_reminded_by_hand(client_of: ClientOf, programme: Programme, lead: User) -> None:
    asked = make_request(make_journey(programme.organisation, programme=programme))
    client = client_of(lead)
    for _each in range(2):
        client.post(reverse("evaluation:request_remind", args=[asked.pk]))
    page = client.post(reverse("evaluation:request_remind", args=[asked.pk]), follow=True).content.decode()
    assert "Deux relances au plus" in page
    assert Request.objects.get().reminders == 2


def test_who_was_not_asked_is_asked_by_hand(client_of: ClientOf, programme: Programme, lead: User) -> None:
    journey = make_journey(programme.organisation, programme=programme)
    wave, client = wave_of(programme), client_of(lead)
    assert str(journey.holder) in text(client, f"{reverse('evaluation:wave', args=[wave.pk])}?view=not_asked")
    client.post(reverse("evaluation:request_send", args=[wave.pk, journey.pk]), {"view": "not_asked"})
    assert Request.objects.get().asked_by == lead


def test_a_returned_letter_is_marked_and_asked_again(client_of: ClientOf, programme: Programme, lead: User) -> None:
    asked = make_request(make_journey(programme.organisation, programme=programme))
    client = client_of(lead)
    client.post(reverse("evaluation:request_bounce", args=[asked.pk]))
    assert Request.objects.get().state == "bounced"
    page = text(client, f"{reverse('evaluation:wave', args=[asked.wave_id])}?view=closed")
    assert "Solliciter à nouveau" in page
    client.post(reverse("evaluation:request_send", args=[asked.wave_id, asked.journey_id]))
    assert Request.objects.get().state == "sent"
