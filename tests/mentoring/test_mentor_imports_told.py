"""A spreadsheet of mentors: columns named by hand, near words, what became of each line, what undoing does."""

import csv
import io
from datetime import date, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from backend.accounts.models import Organisation, User
from backend.lib import clock
from backend.lib.refusal import Refused
from journeys.models import ColumnMapping
from mentoring import actions
from mentoring.models import Mentor, MentorImport, Theme
from mentoring.queries.imports.cells import CHOICES, check_words, nearest
from mentoring.queries.imports.undoing import mentor_undoing
from tests.factories.mentoring import make_mentor

pytestmark = pytest.mark.django_db

FILE = "Nom;Prénom;Où écrire;Joignable au\nDiallo;Awa;awa@example.org;0612345678\n"


def test_columns_are_named_by_hand_and_read_so_in_the_next_file_of_mentors(
    client: Client, organisation: Organisation, lead: User
) -> None:
    client.force_login(lead)
    sent = {"organisation": organisation.pk, "file": SimpleUploadedFile("m.csv", FILE.encode())}
    page = client.post("/mentors/import/", sent, follow=True)
    batch = page.context["batch"]
    assert (page.context["lacking"], page.context["columns_ignored"]) == (
        "Adresse e-mail", ["Où écrire", "Joignable au"],
    )  # fmt: skip
    named = {"column_0": "last_name", "column_1": "first_name", "column_2": "email"}
    twice = client.post(f"/mentor-imports/{batch.pk}/columns/", named | {"column_3": "email"})
    assert list(twice.context["columns_form"].errors) == ["column_3"]
    page = client.post(f"/mentor-imports/{batch.pk}/columns/", named | {"column_3": "phone"}, follow=True)
    assert (page.context["lacking"], page.context["preview"].counts["create"]) == ("", 1)
    other = FILE.upper().replace("AWA@EXAMPLE.ORG", "bob@example.org").encode()
    again = actions.import_mentors(organisation, other, "n.csv", by=lead)
    assert (again.result["as_last_time"], again.rows[0]["cells"]["phone"]) == (True, "0612345678")
    assert ColumnMapping.objects.get().listing == "mentors"
    ColumnMapping.objects.update(listing="holders")  # whom the same headings list elsewhere changes nothing here
    with pytest.raises(Refused, match="Adresse e-mail"):
        actions.import_mentors(organisation, other + b" ", "o.csv", by=lead)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_word_offered_is_read_back(language: str) -> None:
    with translation.override(language):
        for name, choices in CHOICES.items():
            assert check_words(name, ", ".join(map(str, choices.labels))) == [(choices.values, None)]


def test_a_word_that_is_not_known_is_told_with_its_nearest_and_the_rest_of_the_cell_stays() -> None:
    with translation.override("fr"):
        found = check_words("expertise", "Gouvernance, finances, Poterie")
        [near, unknown] = [note for _value, note in found if note]
    assert near.offers == [("Gouvernance, financement, Poterie", "financement")]
    assert (unknown.offers, unknown.known.count(",")) == ([], len(Theme) - 1)
    assert (nearest("marketting", Theme), nearest("or", Theme)) == (["market"], [])


def test_the_outcome_file_says_what_became_of_each_line(client: Client, organisation: Organisation, lead: User) -> None:
    here = make_mentor(organisation, capacity=2)
    text = f"nom;prénom;email;capacité\nDiallo;Awa;awa@example.org;4\nX;;{here.user.email};5\n=Rien;Zed;zed;99\n"
    batch = actions.import_mentors(organisation, text.encode(), "m.csv", by=lead)
    actions.confirm_mentor_import(batch, by=lead)
    client.force_login(lead)
    page = f"/mentor-imports/{batch.pk}/"
    file = client.get(f"{page}outcome.csv").content.decode("utf-8-sig")
    _head, *rows = csv.reader(io.StringIO(file), delimiter=";")
    awa = Mentor.objects.get(user__email="awa@example.org")
    assert [[*row[:6], row[7], row[8].rpartition("/mentors/")[2]] for row in rows] == [
        ["2", "Awa Diallo", "awa@example.org", "mentor accueilli·e", "", "", "", f"{awa.pk}/"],
        ["3", "X", here.user.email, "mise à jour", "adresse e-mail", "Personnes au plus", "", f"{here.pk}/"],
        ["4", "Zed =Rien", "zed", "laissée de côté, en erreur", "", "", rows[2][7], ""],
    ]
    assert "99" in rows[2][7] and client.get(f"{page}outcome.xlsx").content[:2] == b"PK"
    actions.undo_mentor_import(batch, by=lead)
    batch.refresh_from_db()
    assert f"/mentors/{awa.pk}/" not in client.get(f"{page}outcome.csv").content.decode()


def test_undoing_tells_before_what_goes_what_returns_and_what_stays(
    client: Client, organisation: Organisation, lead: User
) -> None:
    here = make_mentor(organisation, capacity=2, paused_from=date(2027, 3, 1), paused_until=date(2027, 4, 1))
    User.objects.filter(pk=here.user_id).update(phone="")
    text = (
        "nom;prénom;email;téléphone;capacité;heures par mois;pause du;pause\nDiallo;Awa;awa@example.org;;;;;\n"
        f"Numéro;Mentor;{here.user.email};0612345678;5;8;01/01/2027;01/02/2027\n"
    )
    batch = actions.import_mentors(organisation, text.encode(), "m.csv", by=lead)
    actions.confirm_mentor_import(batch, by=lead)
    actions.update_mentor(Mentor.objects.get(pk=here.pk), capacity=6, by=lead)
    batch.refresh_from_db()
    found = mentor_undoing(batch)
    assert [str(mentor) for mentor in found.mentors] == ["Awa Diallo"]
    assert [(fact.name, fact.before) for fact in found.returning] == [
        ("phone", ""), ("hours_a_month", None), ("paused_from", date(2027, 3, 1)), ("paused_until", date(2027, 4, 1)),
    ]  # fmt: skip
    assert [(fact.name, fact.now) for fact in found.staying] == [("capacity", 6)]
    client.force_login(lead)
    page = client.get(f"/mentor-imports/{batch.pk}/undo/").content.decode()
    assert "Personnes au plus\xa0: 6. Changé depuis l’import" in page
    done = client.post(f"/mentor-imports/{batch.pk}/undo/", follow=True)
    assert [str(one) for one in done.context["messages"]][1].startswith(f"{here} (Personnes au plus)")
    here = Mentor.objects.select_related("user").get()
    assert (here.user.phone, here.capacity, here.hours_a_month, here.paused_from, here.paused_until) == (
        "", 6, None, date(2027, 3, 1), date(2027, 4, 1),
    )  # fmt: skip
    assert MentorImport.objects.get().undone_by == lead


def test_a_break_that_somebody_changed_since_is_never_put_back_half(organisation: Organisation, lead: User) -> None:
    here = make_mentor(organisation, paused_from=date(2027, 3, 1), paused_until=date(2027, 4, 1))
    text = f"nom;email;pause du;pause\nX;{here.user.email};01/01/2027;01/02/2027\n"
    batch = actions.import_mentors(organisation, text.encode(), "m.csv", by=lead)
    actions.confirm_mentor_import(batch, by=lead)
    actions.update_mentor(Mentor.objects.get(pk=here.pk), paused_until=date(2027, 2, 20), by=lead)
    assert len(actions.undo_mentor_import(batch, by=lead)) == 2
    here.refresh_from_db()
    assert (here.paused_from, here.paused_until) == (date(2027, 1, 1), date(2027, 2, 20))


def test_a_profile_that_was_edited_since_stands_in_the_way_by_name(organisation: Organisation, lead: User) -> None:
    text = "nom;prénom;email\nDiallo;Awa;awa@example.org\n"
    batch = actions.import_mentors(organisation, text.encode(), "m.csv", by=lead)
    actions.confirm_mentor_import(batch, by=lead)
    with time_machine.travel(clock.now() + timedelta(minutes=5), tick=False):
        actions.update_mentor(Mentor.objects.get(), bio="Vingt ans de banque", by=lead)
    with pytest.raises(Refused, match="Awa Diallo"):
        actions.undo_mentor_import(batch, by=lead)


def test_a_file_is_mapped_told_and_undone_over_the_api(client: Client, organisation: Organisation, lead: User) -> None:
    client.force_login(lead)
    sent = {"organisation": organisation.pk, "file": SimpleUploadedFile("m.csv", FILE.encode())}
    number = client.post("/api/v1/mentor-imports/", sent).json()["id"]
    door = f"/api/v1/mentor-imports/{number}/"
    fields = {"fields_by_place": {"2": "email", "3": "expertise"}}
    mapped = client.post(f"{door}map-columns/", fields, content_type="application/json").json()
    assert [one["read_as"] for one in mapped["columns"]] == ["last_name", "first_name", "email", "expertise"]
    [line] = client.get(f"{door}preview/", {"show": "error"}).json()["lines"]
    assert (line["notes"][0]["code"], line["notes"][0]["cell"]) == ("word_unknown", "expertise")
    cells = {"line": 2, "cells": {"expertise": "financement"}}
    assert client.post(f"{door}correct/", cells, content_type="application/json").status_code == 200
    assert client.post(f"{door}confirm/").json()["result"]["create"] == 1
    assert "awa@example.org" in client.get(f"{door}outcome/").content.decode()
    assert client.get("/api/v1/mentor-imports/model/").content[:2] == b"PK"
    assert client.post(f"{door}undo/").json()["state"] == "undone"
