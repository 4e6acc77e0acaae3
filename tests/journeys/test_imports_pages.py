"""The pages of an import: the file, its preview, corrections with and without JavaScript, progress, result."""

# ruff: noqa: E501 - a line of data is read better whole

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from backend.accounts.models import Organisation, User
from backend.lib.spreadsheets import read
from journeys import actions
from journeys.models import Import, Journey, Programme
from journeys.queries.import_pages import Preview
from journeys.queries.imports import HOLDERS, find_header
from tests.factories import imports as files
from tests.factories.journeys import make_programme
from tests.factories.territory import load_territory

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def programme(organisation: Organisation) -> Programme:
    load_territory()
    return make_programme(organisation, "incubation-ess")


@pytest.fixture
def leading(lead: User, client_of: Callable[[User], Client]) -> Client:
    return client_of(lead)


@pytest.fixture
def batch(programme: Programme, lead: User) -> Import:
    """The French export: five people, five wrong lines."""
    return files.make_import(programme, files.ugly_french(), by=lead)


def page(batch: Import, name: str = "import_preview", query: str = "") -> str:
    return reverse(f"journeys:{name}", args=[batch.pk]) + query


def plain(text: object) -> str:
    """Without the hard spaces of French typography."""
    return str(text).replace("\xa0", " ").replace("\u202f", " ")


def text_of(answer: Any) -> str:
    return plain(answer.content.decode())


def send(leading: Client, programme: Programme, data: bytes, name: str = "cohorte.csv") -> Any:
    file = SimpleUploadedFile(name, data)
    body = {"programme": programme.pk, "file": file, "starts_on": "2026-12-01"}
    return leading.post(reverse("journeys:holder_import"), body)


# --- The file -------------------------------------------------------------------------------------
def test_a_file_leads_to_its_preview(leading: Client, programme: Programme, lead: User) -> None:
    answer = send(leading, programme, files.ugly_french())
    batch = Import.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, page(batch))
    assert (batch.made_by, batch.file_name, str(batch.starts_on)) == (lead, "cohorte.csv", "2026-12-01")


def test_the_day_of_the_form_serves_lines_without_one(leading: Client, programme: Programme) -> None:
    send(leading, programme, files.simple("Zoé;Neuve;zoe@example.org;Vélo"))
    leading.post(page(Import.objects.get(), "import_confirm"))
    assert str(Journey.objects.get().started_on) == "2026-12-01"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (
            b"%PDF-1.7",
            "Ce fichier n’a pas pu être lu comme un tableau. Enregistrez-le en CSV ou en XLSX, puis choisissez-le à nouveau.",
        ),
        (
            b"a;b;c\n1;2;3\n",
            "Aucun titre de colonne n’a été reconnu. La première ligne à plusieurs cellules dit : « a », « b », « c ».",
        ),
        (b"Nom;Prenom;Mail;Projet\n", "Il y a une ligne de titres, et aucune ligne dessous."),
        (
            "Prénom;Nom;Tel;Truc\nA;B;1;2\n".encode(),
            "Aucune colonne pour « Adresse e-mail », « Nom du projet » n’a été trouvée à la ligne 1. Reconnues : « Prénom », « Nom », « Tel »."
            " Non reconnues : « Truc ». Renommez la bonne, puis choisissez à nouveau le fichier.",
        ),
    ],
)
def test_what_cannot_be_read_is_said_beside_the_field_and_the_rest_is_kept(
    leading: Client, programme: Programme, data: bytes, sentence: str
) -> None:
    answer = send(leading, programme, data)
    form = answer.context["form"]
    assert (answer.status_code, [plain(one) for one in form.errors["file"]]) == (200, [sentence])
    assert (form["programme"].value(), form["starts_on"].value()) == (str(programme.pk), "2026-12-01")
    assert Import.objects.count() == 0


def test_too_many_lines_and_too_many_bytes_are_said(
    leading: Client, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [f"A;B;a{n}@example.org;P" for n in range(20_001)]
    said = send(leading, programme, files.simple(*lines)).context["form"].errors["file"]
    assert [plain(one) for one in said] == [
        "Ce fichier a 20 001 lignes ; un import en compte 20 000 au plus. Coupez-le en plusieurs."
    ]
    heavy = b"a;b\n" * (2_621_440 + 1)
    said = send(leading, programme, heavy).context["form"].errors["file"]
    assert [plain(one) for one in said] == [
        "Ce fichier dépasse 10 Mo : coupez-le, ou ne gardez que les colonnes utiles."
    ]


def test_a_programme_of_somebody_else_is_not_offered(
    leading: Client, programme: Programme, other_organisation: Organisation
) -> None:
    other = make_programme(other_organisation, "ailleurs")
    answer = send(leading, other, files.ugly_french())
    assert list(answer.context["form"].errors) == ["programme"]
    assert Import.objects.count() == 0


# --- The preview ----------------------------------------------------------------------------------
def test_the_preview_counts_and_opens_on_what_is_wrong(leading: Client, batch: Import) -> None:
    answer = leading.get(page(batch))
    assert [(str(label), current, count) for label, _url, current, count in answer.context["tabs"]] == [
        ("À corriger", True, 5),
        ("À créer", False, 5),
        ("Toutes les lignes", False, 10),
    ]
    assert [shown.line for shown in answer.context["lines"]] == [3, 5, 6, 10, 11]
    assert answer.context["columns_ignored"] == ["Observations"]


@pytest.mark.parametrize(
    ("show", "lines"), [("create", [2, 7, 9, 12, 13]), ("all", [2, 3, 5, 6, 7, 9, 10, 11, 12, 13])]
)
def test_each_group_has_its_lines(leading: Client, batch: Import, show: str, lines: list[int]) -> None:
    assert [one.line for one in leading.get(page(batch, query=f"?show={show}")).context["lines"]] == lines


def test_a_cell_is_corrected_in_place_without_javascript(leading: Client, batch: Import) -> None:
    body = {"line": 5, "phone": "06 12 34 56 90", "show": "error", "page": 1}
    answer = leading.post(page(batch, "import_correct"), body)
    assert answer["Location"] == page(batch, query="?show=error&page=1#line-5")
    batch.refresh_from_db()
    row = next(row for row in batch.rows if row["line"] == 5)
    assert (row["cells"]["phone"], row["was"]) == ("06 12 34 56 90", {"phone": "6,12E+08"})
    assert Preview(batch).counts["error"] == 4


def test_with_javascript_only_the_line_and_the_counts_come_back(leading: Client, batch: Import) -> None:
    body = {"line": 5, "phone": "06 12 34 56 90", "show": "error", "page": 1}
    answer = leading.post(page(batch, "import_correct"), body, **HTMX)
    text = text_of(answer)
    assert text.lstrip().startswith('<li class="import-line import-is-create" id="line-5"')
    assert text.count("hx-swap-oob") == 2
    assert "Importer 6 lignes" in text
    assert "<html" not in text


def test_a_cell_still_wrong_keeps_what_was_typed_and_says_why(leading: Client, batch: Import) -> None:
    answer = leading.post(page(batch, "import_correct"), {"line": 5, "phone": "12", "show": "error"}, **HTMX)
    assert 'value="12"' in text_of(answer)
    assert "« 12 » n’est pas un numéro de téléphone." in text_of(answer)


def test_a_shared_postcode_is_settled_in_one_tap(leading: Client, batch: Import) -> None:
    body = {"line": 3, "postcode": "44470", "choose:postcode": "Carquefou"}
    leading.post(page(batch, "import_correct"), body)
    batch.refresh_from_db()
    assert Preview(batch).line(3).line.values["commune"] == "44026"


def test_one_correction_may_serve_every_line_that_says_the_same(
    leading: Client, programme: Programme, lead: User
) -> None:
    header = "Prénom;Nom;Courriel;Projet;Statut"
    people = [f"P{n};N{n};p{n}@example.org;Projet {n};cosmonaute" for n in range(4)]
    batch = files.make_import(programme, files.simple(*people, header=header), by=lead)
    assert "et sur les 3 autres lignes qui disent « cosmonaute »" in text_of(leading.get(page(batch)))
    leading.post(page(batch, "import_correct"), {"line": 2, "status": "salarié", "everywhere:status": "1"})
    batch.refresh_from_db()
    assert Preview(batch).counts == {"create": 4, "update": 0, "unchanged": 0, "error": 0, "skipped": 0}


def test_correcting_the_first_of_two_reloads_the_page_for_the_second(leading: Client, batch: Import) -> None:
    body = {"line": 2, "email": "autre@example.org"}
    answer = leading.post(page(batch, "import_correct"), body, **HTMX)
    assert answer["HX-Refresh"] == "true"
    batch.refresh_from_db()
    assert Preview(batch).line(10).errors == []


def test_a_line_is_left_out_and_taken_back(leading: Client, batch: Import) -> None:
    leading.post(page(batch, "import_skip"), {"line": 5, "skip": "1"})
    batch.refresh_from_db()
    assert Preview(batch).counts["skipped"] == 1
    leading.post(page(batch, "import_skip"), {"line": 5, "skip": "0"})
    batch.refresh_from_db()
    assert Preview(batch).counts["skipped"] == 0


def test_all_the_wrong_lines_are_left_out_at_once(leading: Client, batch: Import) -> None:
    leading.post(page(batch, "import_skip"), {"skip": "1"})
    batch.refresh_from_db()
    assert Preview(batch).counts == {"create": 5, "update": 0, "unchanged": 0, "error": 0, "skipped": 5}


def test_all_the_cells_of_a_line_may_be_opened(leading: Client, batch: Import) -> None:
    alone = leading.get(page(batch, query="?edit=2"), **HTMX).content.decode()
    assert alone.count("<input id=") == 14
    whole = leading.get(page(batch, query="?show=all&edit=2")).content.decode()
    assert whole.count('id="c2-') == 14


def test_fifty_lines_a_page_and_the_same_queries_for_more(
    leading: Client, programme: Programme, lead: User, assert_num_queries_same: Callable[..., int]
) -> None:
    def some(count: int) -> Import:
        lines = [f"P{n};N{n};p{n}@example.org;Projet {n}" for n in range(count)]
        return files.make_import(programme, files.simple(*lines), by=lead)

    shown = [some(1)]
    assert_num_queries_same(lambda: leading.get(page(shown[-1])), lambda: shown.append(some(120)))
    answer = leading.get(page(shown[-1], query="?page=3"))
    assert (len(answer.context["lines"]), answer.context["page"].paginator.num_pages) == (20, 3)


# --- Confirmed ------------------------------------------------------------------------------------
def test_confirming_tells_what_came_of_it(leading: Client, batch: Import) -> None:
    answer = leading.post(page(batch, "import_confirm"), follow=True)
    assert answer.context["counts"] == {"create": 5, "update": 0, "unchanged": 0, "error": 5, "skipped": 0}
    assert [line for line, _name, _why in answer.context["left"]] == [3, 5, 6, 10, 11]
    again = leading.post(page(batch, "import_confirm"), follow=True)
    assert [plain(one) for one in again.context["messages"]] == [
        "Ce n’est plus possible : l’état est maintenant « fait »."
    ]


def test_the_same_file_says_that_nothing_changes(leading: Client, programme: Programme, lead: User) -> None:
    data = files.simple("Zoé;Neuve;zoe@example.org;Vélo")
    actions.confirm_import(files.make_import(programme, data, by=lead), by=lead)
    send(leading, programme, data)
    answer = leading.get(page(Import.objects.latest("pk")))
    assert answer.context["preview"].changes_nothing
    assert "Rien à changer" in answer.content.decode()


def test_progress_is_shown_and_polled_until_it_is_done(leading: Client, programme: Programme, lead: User) -> None:
    lines = [f"P{n};N{n};p{n}@example.org;Projet {n}" for n in range(201)]
    batch = files.make_import(programme, files.simple(*lines), by=lead)
    answer = leading.post(page(batch, "import_confirm"), follow=True)
    text = text_of(answer)
    assert 'hx-trigger="every 1s"' in text
    assert "0 lignes sur 201" in text
    assert '<meta http-equiv="refresh"' in text
    assert leading.get(page(batch), **HTMX).content.decode().lstrip().startswith('<div class="card import-progress"')
    Import.objects.filter(pk=batch.pk).update(state="done", result={})
    assert leading.get(page(batch), **HTMX)["HX-Refresh"] == "true"


def test_discarding_forgets_the_file(leading: Client, batch: Import) -> None:
    answer = leading.post(page(batch, "import_discard"), follow=True)
    assert [plain(one) for one in answer.context["messages"]] == [
        "« cohorte.csv » est abandonné : rien n’en a été gardé."
    ]
    batch.refresh_from_db()
    assert (batch.state, batch.rows) == ("discarded", [])


# --- The model ------------------------------------------------------------------------------------
@pytest.mark.parametrize(("language", "first"), [("fr", "Nom *"), ("en", "Last name *")])
def test_the_model_is_read_back_and_its_example_is_not_imported(
    leading: Client, programme: Programme, lead: User, language: str, first: str
) -> None:
    lead.language = language
    lead.save(update_fields=["language"])
    answer = leading.get(reverse("journeys:import_model"))
    header = find_header(read(answer.content))
    assert header is not None
    assert (header.columns[0]["title"], HOLDERS.lacking(header.columns)) == (first, [])
    assert [column["title"] for column in header.columns if not column["field"]] == []
    with translation.override(language):
        batch = files.make_import(programme, answer.content, by=lead, file_name="modele.xlsx")
        [outcome] = Preview(batch).outcomes
    assert (outcome.kind, [note.sentence for note in outcome.errors]) == ("skipped", [])


# --- Rights ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "name", ["import_preview", "import_correct", "import_skip", "import_confirm", "import_discard"]
)
def test_a_member_is_told_no_and_a_stranger_nothing(
    batch: Import, mentor: User, outsider: User, client_of: Callable[[User], Client], name: str
) -> None:
    def knock(user: User) -> int:
        client = client_of(user)
        return (client.get if name == "import_preview" else client.post)(page(batch, name)).status_code

    assert (knock(mentor), knock(outsider)) == (403, 404)


def test_an_import_stopped_half_way_may_be_given_up_and_says_what_stays(leading: Client, batch: Import) -> None:
    Import.objects.filter(pk=batch.pk).update(state="failed", rows_done=4, result={"create": 3, "stopped": "Panne."})
    assert "Panne." in text_of(leading.get(page(batch)))
    answer = leading.post(page(batch, "import_discard"))
    assert answer["Location"] == reverse("journeys:holder_import")
    assert "4 lignes sur 10 avaient été traitées avant" in text_of(leading.get(page(batch)))


def test_more_than_four_programmes_are_a_list_without_a_choice_made_for_her(
    leading: Client, organisation: Organisation
) -> None:
    for number in range(5):
        make_programme(organisation, f"p{number}", title_fr=f"Dispositif {number}")
    form = leading.get(reverse("journeys:holder_import")).context["form"]
    assert next(iter(form["programme"].field.choices)) == ("", "Choisissez un dispositif")
