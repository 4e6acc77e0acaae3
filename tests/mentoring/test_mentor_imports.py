"""Mentors from the spreadsheet people have: what is read, what is told, what is written, what is taken back."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from backend.accounts.models import Membership, Organisation, User
from backend.lib import clock, spreadsheets
from backend.lib.refusal import Refused
from backend.mail.models import Email
from mentoring import actions
from mentoring.models import Mentor, MentorImport, Training
from mentoring.queries.imports import LABELS, MentorPreview
from mentoring.queries.imports.pages import model_workbook
from mentoring.tasks import sweep_mentor_imports
from tests.factories.journeys import make_commune
from tests.factories.mentoring import make_mentor, make_pair

pytestmark = pytest.mark.django_db

HEAD = (
    "NOM;Prénom;E-mail;Téléphone;Compétences;Langues parlées;Phases;Commune;À distance;Capacité;Heures par mois;"
    "Charte signée le;Formations suivies;Fax"
)
AWA = (
    'DIALLO;Awa;Awa@Exemple.org;06 12 34 56 78;"Financement, COMMUNICATION ; gouvernance";français, anglais;création;'
    'Nantes;oui;4;3 h;05/09/2026;"Écoute active ; Droit du travail";0240'
)
FILE = f"""Nos mentors;;;;;;;;;;;;;
{HEAD}
{AWA}
Tessier;Marc;marc.t@example.org;;Poterie, financement;;;;;;;;;
Sans adresse;Léo;;;;;;;;;;;;
"""


@pytest.fixture
def batch(organisation: Organisation, lead: User) -> MentorImport:
    make_commune()
    return actions.import_mentors(organisation, FILE.encode("cp1252"), "mentors.csv", by=lead)


def kinds(batch: MentorImport) -> list[str]:
    batch.refresh_from_db()
    return [one.kind for one in MentorPreview(batch).outcomes]


def test_what_is_wrong_stands_beside_its_cell_and_nobody_is_written_to(batch: MentorImport) -> None:
    with translation.override("en"):
        preview = MentorPreview(batch)
        wrong = [(one.line.line, note.field, note.sentence) for one in preview.outcomes for note in one.errors]
        assert [preview.shown(one).wrong[0].known[:14] for one in preview.outcomes if one.errors] == [
            "business model", "",
        ]  # fmt: skip
    assert (preview.counts["create"], preview.letters, wrong[1]) == (
        1, 1, (5, "email", "Nothing is written here, and it is needed."),
    )  # fmt: skip
    assert wrong[0] == (4, "expertise", "We don’t know “Poterie”.")
    assert (Mentor.objects.count(), Email.objects.count()) == (0, 0)


def test_confirming_welcomes_the_new_ones_once_and_a_second_import_changes_nothing(
    batch: MentorImport, organisation: Organisation, lead: User
) -> None:
    done = actions.confirm_mentor_import(batch, by=lead)
    mentor = Mentor.objects.get()
    assert (str(mentor), mentor.user.email, mentor.user.phone, mentor.capacity, mentor.hours_a_month) == (
        "Awa Diallo", "awa@exemple.org", "+33612345678", 4, 3,
    )  # fmt: skip
    assert (mentor.expertise, mentor.languages, mentor.phases, str(mentor.commune), mentor.charter_accepted_on) == (
        ["funding", "communication", "governance"], ["fr", "en"], ["creation"], "Nantes", date(2026, 9, 5),
    )  # fmt: skip
    assert sorted(mentor.trainings.values_list("title", flat=True)) == ["Droit du travail", "Écoute active"]
    assert [letter.to_address for letter in Email.objects.all()] == ["awa@exemple.org"]
    assert {name: done.result[name] for name in ("create", "update", "error")} == {"create": 1, "update": 0, "error": 2}
    with pytest.raises(Refused):
        actions.confirm_mentor_import(batch, by=lead)
    again = actions.import_mentors(organisation, FILE.encode(), "encore.csv", by=lead)
    assert kinds(again) == ["unchanged", "error", "error"]
    actions.confirm_mentor_import(again, by=lead)
    assert (Mentor.objects.count(), Email.objects.count(), Training.objects.count()) == (1, 1, 2)


def test_somebody_here_is_updated_where_the_file_says_otherwise_and_undoing_puts_it_back(
    organisation: Organisation, lead: User, client: Client
) -> None:
    here = make_mentor(organisation, headline="Épicerie", expertise=["funding"], capacity=2)
    Email.objects.all().delete()
    text = f"nom;prenom;email;capacité;compétences;accroche;pause\nNuméro;Mentor;{here.user.email};5;;;01/12/2026\n"
    batch = actions.import_mentors(organisation, text.encode(), "maj.csv", by=lead)
    outcome = MentorPreview(batch).outcomes[0]
    assert [(one.field, one.old, one.new) for one in outcome.changes] == [
        ("capacity", 2, 5), ("paused_until", None, date(2026, 12, 1)),
    ]  # fmt: skip
    actions.confirm_mentor_import(batch, by=lead)
    here.refresh_from_db()
    assert (here.capacity, here.paused_until, here.headline, here.expertise, Email.objects.count()) == (
        5, date(2026, 12, 1), "Épicerie", ["funding"], 0,
    )  # fmt: skip
    actions.update_mentor(here, capacity=6, by=None)  # somebody changed it since: hers stays
    batch.refresh_from_db()
    client.force_login(lead)
    told = client.get(f"/api/v1/mentor-imports/{batch.pk}/undoing/").json()
    assert told["obstacles"] == told["mentors"] == told["trainings"] == []
    found = [[(one["what"], one["now"], one["before"]) for one in told[name]] for name in ("returning", "staying")]
    assert found == [[("En pause jusqu’au", "01/12/2026", "vide")], [("Personnes au plus", "6", "2")]]
    actions.undo_mentor_import(batch, by=lead)
    here.refresh_from_db()
    assert (here.capacity, here.paused_until) == (6, None)


def test_undoing_takes_the_mentors_back_unless_somebody_built_on_them(
    batch: MentorImport, organisation: Organisation, lead: User
) -> None:
    done = actions.confirm_mentor_import(batch, by=lead)
    pair = make_pair(organisation, Mentor.objects.get())
    with translation.override("en"), pytest.raises(Refused, match=r"can’t be undone\. Mentorships: 1"):
        actions.undo_mentor_import(done, by=lead)
    pair.delete()
    with (
        time_machine.travel(clock.now() + timedelta(days=1, seconds=1), tick=False),
        translation.override("en"),
        pytest.raises(Refused, match="within a day"),
    ):
        actions.undo_mentor_import(done, by=lead)
    actions.undo_mentor_import(done, by=lead)
    role = Membership.objects.active().filter(user__email="awa@exemple.org", role="mentor")
    assert (Mentor.objects.count(), Training.objects.count(), role.exists()) == (0, 0, False)
    with pytest.raises(Refused):
        actions.undo_mentor_import(done, by=lead)


def test_lines_are_put_right_in_place_and_the_file_is_forgotten_after_a_month(
    client: Client, batch: MentorImport, lead: User
) -> None:
    client.force_login(lead)
    page = f"/mentor-imports/{batch.pk}/"
    shown = client.get(page).content.decode()
    assert ("1 courrier de bienvenue part" in shown, "Fax" in shown, "«\xa0Poterie\xa0»" in shown) == (
        True, True, True,
    )  # fmt: skip
    client.post(f"{page}correct/", {"line": "4", "expertise": "Financement"})
    client.post(f"{page}skip/", {"skip": "1", "show": "all"})
    assert kinds(batch) == ["create", "create", "skipped"]
    assert client.post(f"{page}confirm/", follow=True).status_code == 200
    assert Email.objects.count() == 2
    with time_machine.travel(clock.now() + timedelta(days=31), tick=False):
        assert (sweep_mentor_imports(), sweep_mentor_imports()) == (1, 0)
    batch.refresh_from_db()
    assert (batch.rows, batch.made, batch.result["create"], batch.result["forgotten"]) == ([], {}, 2, True)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "This file is empty."),
        (b"\x89PNG\r\n", "could not be read as a table"),
        ("nom;téléphone\nDiallo;0612345678\n".encode(), "No column for “E-mail” was found"),
        (("nom;email\n" + "".join(f"A{n};a{n}@example.org\n" for n in range(301))).encode(), "300 at most"),
    ],
)
def test_what_cannot_be_read_is_told_beside_the_file(
    client: Client, organisation: Organisation, lead: User, data: bytes, said: str
) -> None:
    with translation.override("en"), pytest.raises(Refused, match=said):
        actions.import_mentors(organisation, data, "x.csv", by=lead)
    client.force_login(lead)
    sent = {"organisation": organisation.pk, "file": SimpleUploadedFile("x.csv", data)}
    assert "errorlist" in client.post("/mentors/import/", sent).content.decode()
    assert MentorImport.objects.count() == 0


def test_cells_that_look_like_formulas_and_twice_the_same_address_are_told(
    organisation: Organisation, lead: User
) -> None:
    text = "nom,email,accroche,capacité\n=1+1,a@example.org,#REF!,99\nB,A@example.org,,\n"
    batch = actions.import_mentors(organisation, text.encode(), "x.csv", by=lead)
    found = [(one.line.line, note.code, note.field) for one in MentorPreview(batch).outcomes for note in one.errors]
    assert found == [(2, "formula_error", "headline"), (2, "number_bad", "capacity"), (3, "email_twice", "email")]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_model_is_read_back_whole_and_its_example_is_never_imported(
    organisation: Organisation, lead: User, language: str
) -> None:
    with translation.override(language):
        data = model_workbook()
    batch = actions.import_mentors(organisation, data, "model.xlsx", by=lead)
    assert [column["field"] for column in batch.header] == list(LABELS)
    assert (kinds(batch), len(spreadsheets.read(data)[0].rows)) == (["skipped"], 2)
    outcome = MentorPreview(batch).outcomes[0]
    assert outcome.errors == []


@pytest.mark.parametrize("many", [1, 3])
def test_reading_asks_as_little_of_three_lines_as_of_one(
    organisation: Organisation, lead: User, many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    mentors = [make_mentor(organisation) for _number in range(many)]
    text = "nom;email;capacité\n" + "".join(f"X;{one.user.email};7\n" for one in mentors)
    batch = actions.import_mentors(organisation, text.encode(), "x.csv", by=lead)
    with django_assert_num_queries(6):
        assert MentorPreview(batch).counts["update"] == many
