"""One cell at a time: what it is, or the sentence that says why not."""

# ruff: noqa: E501 - a line of data is read better whole

from datetime import date

import pytest

from journeys.models import Commune
from journeys.queries.imports.columns import FIELD_OF, TITLES, field_of
from journeys.queries.imports.places import Territory
from journeys.queries.imports.values import check, national, split_name
from tests.factories.territory import load_territory

pytestmark = pytest.mark.any_database  # the territory is read whole, and its places are found in memory
TODAY = date(2026, 11, 23)


def value(field: str, text: str) -> object:
    found, note = check(field, text, TODAY)
    assert note is None, note
    return found


def code(field: str, text: str) -> str:
    _found, note = check(field, text, TODAY)
    return note.code if note else ""


# --- Titles ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("title", "field"),
    [
        ("Prénom", "first_name"), ("PRENOM ", "first_name"), ("prénom(s)", "first_name"), ("First_Name", "first_name"),
        ("firstName", "first_name"), ("NOM", "last_name"), ("Nom de famille", "last_name"), ("Nom d’usage", "last_name"),
        ("Courriel", "email"), ("Mél", "email"), ("Mél.", "email"), ("Adresse e-mail", "email"), ("E-MAIL *", "email"),
        ("adresse_mail", "email"), ("N° tél.", "phone"), ("Tél", "phone"), ("Téléphone (portable)", "phone"),
        ("Date d'entrée", "started_on"), ("DATE D’ENTRÉE", "started_on"), ("Date d'entrée (jj/mm/aaaa)", "started_on"),
        ("Né(e) le", "birth"), ("Né·e le", "birth"), ("Civilité", "gender"), ("QPV ?", "qpv"), ("C.P.", "postcode"),
        ("Code INSEE", "insee"), ("Porteur·se de projet", "full_name"), ("Nom et prénom", "full_name_last_first"),
        ("Nom Prénom", "full_name_last_first"), ("Nom complet", "full_name"), ("N° SIRET", "siren"),
        ("Forme juridique envisagée", "legal_form"), ("Observations", ""), ("", ""), ("42", ""),
    ],
)  # fmt: skip
def test_titles_are_known_in_any_spelling(title: str, field: str) -> None:
    assert field_of(title) == field


def test_no_title_means_two_things() -> None:
    assert len(FIELD_OF) == len({title.replace(" ", "") for titles in TITLES.values() for title in titles})
    assert sum(len({title.replace(" ", "") for title in titles}) for titles in TITLES.values()) == len(FIELD_OF)


# --- Phones ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    ["612345678", "0612345678", "06 12 34 56 78", "06.12.34.56.78", "06-12-34-56-78", "+33612345678", "+33 6 12 34 56 78",
     "+33 (0)6 12 34 56 78", "0033612345678", "33612345678", "'0612345678", "612345678.0", "06/12/34/56/78"],
)  # fmt: skip
def test_phones_come_back_from_what_spreadsheets_did(text: str) -> None:
    assert value("phone", text) == "+33612345678"


def test_phones_are_read_nationally() -> None:
    assert national("+33612345678") == "06 12 34 56 78"
    assert national("+32470123456") == "+32 470 12 34 56"


def test_a_rounded_phone_is_not_guessed() -> None:
    assert [code("phone", text) for text in ("6.12E+08", "6,12E+08", "6E8")] == ["phone_rounded"] * 3


def test_two_phones_in_one_cell_are_a_choice() -> None:
    _found, note = check("phone", "06 12 34 56 78 / 02 40 12 34 56", TODAY)
    assert note and (note.code, note.choices) == ("phone_several", ("06 12 34 56 78", "02 40 12 34 56"))
    _found, note = check("phone", "06 12 34 56 78 poste", TODAY)
    assert note and note.code == "phone_bad"


# --- Days -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    ["05/09/2026", "5/9/26", "5/9/2026", "05-09-2026", "05.09.2026", "2026-09-05", "2026/9/5", "2026-09-05T00:00:00",
     "05/09/2026 08:30", "5 septembre 2026", "5 sept. 2026", "samedi 5 septembre 2026", "46270", "46270.0"],
)  # fmt: skip
def test_days_are_read_day_first(text: str) -> None:
    assert value("started_on", text) == date(2026, 9, 5)


def test_the_american_order_is_never_guessed() -> None:
    assert value("started_on", "03/04/2026") == date(2026, 4, 3)
    assert code("started_on", "04/25/2026") == "date_american"


@pytest.mark.parametrize("text", ["31/02/2026", "bientôt", "13/13/2026", "septembre 2026", "12"])
def test_what_is_no_day_says_so(text: str) -> None:
    assert code("started_on", text) in ("date_bad", "date_american")


def test_far_days_are_doubted() -> None:
    assert code("started_on", "05/09/2062") == "date_far"
    assert code("planned_end_on", "05/09/1926") == "date_far"


@pytest.mark.parametrize(
    ("text", "year"), [("1988", 1988), ("14/07/88", 1988), ("2/3/05", 2005), ("32660", 1989), ("1990-01-01", 1990)]
)
def test_births_keep_the_year_only(text: str, year: int) -> None:
    assert value("birth", text) == year


def test_unlikely_births_are_doubted() -> None:
    assert (code("birth", "2024"), code("birth", "1880"), code("birth", "quarante")) == (
        "birth_far",
        "birth_bad",
        "birth_bad",
    )


# --- Addresses, words -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    ["awa@example.org", " AWA@Example.ORG", "mailto:awa@example.org", "awa@example.org;", "<awa@example.org>",
     "Awa Diallo <awa@example.org>", "awa@example.org,", "'awa@example.org'"],
)  # fmt: skip
def test_addresses_are_tidied(text: str) -> None:
    assert value("email", text.strip()) == "awa@example.org"


def test_two_addresses_are_a_choice_and_bad_ones_an_error() -> None:
    _found, note = check("email", "a@example.org / b@example.org", TODAY)
    assert note and (note.code, note.choices) == ("email_several", ("a@example.org", "b@example.org"))
    assert [code("email", text) for text in ("awa", "awa@example", "awa@@example.org", "à voir")] == ["email_bad"] * 4


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [
        ("gender", "Mme", "woman"), ("gender", "H", "man"), ("gender", "M.", "man"), ("gender", "Féminin", "woman"),
        ("gender", "non-binaire", "other"), ("gender", "NSP", None), ("status", "demandeur·se d’emploi", "job_seeker"),
        ("status", "DE", "job_seeker"), ("status", "Salarié(e) en CDI", "employed"), ("status", "étudiante", "student"),
        ("status", "Bénéficiaire du RSA", "job_seeker"), ("status", "auto-entrepreneuse", "self_employed"),
        ("status", "Retraité", "retired"), ("phase", "Idée", "emergence"), ("phase", "Phase de création", "creation"),
        ("phase", "changement d’échelle", "scale_up"), ("general_interest", "Oui", True), ("general_interest", "0", False),
        ("siren", "732 829 320", "732829320"), ("siren", "73282932000074", "732829320"), ("siren", "en cours", None),
        ("themes", "forêt, écologie ; forêt", ["forêt", "écologie"]), ("phone", "-", None), ("email", "n/a", None),
        ("last_name", "DUPONT-MARTIN", "Dupont-Martin"), ("last_name", "d’almeida", "D’Almeida"),
        ("last_name", "Le Goff", "Le Goff"), ("last_name", "Na", "Na"), ("project", "ESS", "ESS"),
        ("first_name", "=1+1", "=1+1"), ("project", "@SOMME(A1)", "@SOMME(A1)"),
    ],
)  # fmt: skip
def test_words_people_use(field: str, text: str, expected: object) -> None:
    assert value(field, text) == expected


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [("gender", "bleu", "gender_unknown"), ("status", "cosmonaute", "status_unknown"), ("phase", "zut", "phase_unknown"),
     ("general_interest", "peut-être", "yes_no"), ("siren", "732829321", "siren_bad"), ("siren", "12", "siren_bad"),
     ("first_name", "a" * 81, "too_long"), ("project", "#REF!", "formula_error")],
)  # fmt: skip
def test_words_nobody_knows(field: str, text: str, expected: str) -> None:
    assert code(field, text) == expected


@pytest.mark.parametrize(
    ("text", "last_first", "expected"),
    [("DUPONT Marie", False, ("Marie", "DUPONT", True)), ("Marie DUPONT", True, ("Marie", "DUPONT", True)),
     ("Dupont, Marie", False, ("Marie", "Dupont", True)), ("Dupont Marie", True, ("Marie", "Dupont", True)),
     ("Marie Dupont", False, ("Marie", "Dupont", True)), ("Le Goff Anne", True, ("Anne", "Le Goff", False)),
     ("de La Tour Élodie", True, ("Élodie", "de La Tour", False)), ("Marie de La Tour", False, ("Marie", "de La Tour", False)),
     ("Madonna", False, ("", "Madonna", True))],
)  # fmt: skip
def test_one_column_for_both_names(text: str, last_first: bool, expected: tuple[str, str, bool]) -> None:
    assert split_name(text, last_first=last_first) == expected


# --- Places ---------------------------------------------------------------------------------------
@pytest.fixture
def territory(db: None) -> Territory:
    load_territory()
    return Territory.load()


@pytest.mark.parametrize(
    ("text", "kind", "insee"),
    [("Nantes", "commune", "44109"), ("NANTES CEDEX 2", "commune", "44109"), ("44000 Nantes", "commune", "44109"),
     ("St-Herblain", "commune", "44162"), ("saint sebastien s/ loire", "commune", "44190"), ("Rezé (44400)", "commune", "44143"),
     ("La Chapelle s/Erdre", "commune", "44035"), ("44000", "postcode", "44109"), ("44 300", "postcode", "44109"),
     ("44120", "postcode", "44215"), ("44120", "insee", "44120"), ("44109", "commune", "44109"),
     ("44470 Thouaré-sur-Loire", "postcode", "44204")],
)  # fmt: skip
def test_places_are_found(territory: Territory, text: str, kind: str, insee: str) -> None:
    assert territory.find_commune(text, kind).value == insee


@pytest.mark.parametrize(
    ("text", "choices"),
    [("44470", ("Carquefou", "Mauves-sur-Loire", "Thouaré-sur-Loire")), ("44640", ("Le Pellerin", "Saint-Jean-de-Boiseau")),
     ("44830", ("Bouaye", "Brains"))],
)  # fmt: skip
def test_a_shared_postcode_is_a_choice(territory: Territory, text: str, choices: tuple[str, ...]) -> None:
    found = territory.find_commune(text, "postcode")
    assert (found.value, found.choices) == ("", choices)


def test_a_bare_code_may_be_two_things(territory: Territory) -> None:
    found = territory.find_commune("44120", "commune")
    assert (found.value, found.choices, found.is_two_codes) == ("", ("Le Pellerin", "Vertou"), True)


def test_elsewhere_is_not_a_spelling_mistake(territory: Territory) -> None:
    assert territory.find_commune("Pornic", "commune").is_elsewhere
    assert territory.find_commune("35000", "postcode").is_elsewhere
    assert territory.find_commune("Nante", "commune").choices == ("Nantes",)


def test_every_commune_is_found_by_its_name_and_unshared_postcodes(territory: Territory) -> None:
    for commune in Commune.objects.order_by("insee"):
        assert territory.find_commune(commune.name.upper(), "commune").value == commune.insee
        assert territory.find_commune(commune.insee, "insee").value == commune.insee


@pytest.mark.parametrize(
    ("text", "answer", "quarter"),
    [("oui", "inside", ""), ("Non", "outside", ""), ("hors QPV", "outside", ""), ("Malakoff", "inside", "QN04413M"),
     ("QPV Bellevue", "inside", "QN04405M"), ("les Dervallières", "inside", "QN04406M"), ("QN04417I", "inside", "QN04417I"),
     ("Bout des Pavés", "inside", "QN04408M"), ("Oui - Château", "inside", "QN04418M"), ("Sillon de Bretagne", "inside", "QN04419I")],
)  # fmt: skip
def test_priority_neighbourhoods(territory: Territory, text: str, answer: str, quarter: str) -> None:
    said, found = territory.find_qpv(text)
    assert (said, found.value) == (answer, quarter)


def test_an_unknown_neighbourhood_offers_the_nearest(territory: Territory) -> None:
    said, found = territory.find_qpv("Malakov")
    assert (said, found.choices) == ("", ("Malakoff",))
