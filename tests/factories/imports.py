"""Spreadsheets as people send them, made in code: the ugly, and the very long."""

# ruff: noqa: E501 - a line of data is read better whole

import io
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import xlsxwriter

from backend.accounts.models import User
from journeys import actions
from journeys.models import Import, Programme


def make_csv(
    header: Sequence[str], *rows: Sequence[str], delimiter: str = ";", encoding: str = "utf-8", newline: str = "\r\n"
) -> bytes:
    """A CSV as Excel saves it; cells are quoted only when they must be."""

    def write(cell: str) -> str:
        must = any(sign in cell for sign in (delimiter, '"', "\n"))
        return f'"{cell.replace(chr(34), chr(34) * 2)}"' if must else cell

    lines = [delimiter.join(write(cell) for cell in row) for row in (header, *rows)]
    return (newline.join(lines) + newline).encode(encoding)


def make_workbook(write: Callable[[Any, Any], None]) -> bytes:
    """An XLSX; `write(book, sheet)` fills its first sheet."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        write(book, book.add_worksheet("Feuil1"))
    return out.getvalue()


def make_import(programme: Programme, data: bytes, *, by: User | None, file_name: str = "cohorte.csv") -> Import:
    """A preview."""
    return actions.import_holders(programme, data, file_name, by=by)


def simple(*people: str, header: str = "Prénom;Nom;Courriel;Projet") -> bytes:
    """A clean CSV: each line already joined with semicolons."""
    return "\n".join([header, *people]).encode()


# --- 1. What a French Excel saves as "CSV": semicolons, Windows-1252, dd/mm/yyyy, phones mangled ----
def ugly_french() -> bytes:
    """12 lines under the header, 2 of them empty. On an empty base: 5 to create, 5 in error."""
    header = ["PRENOM ", "Nom", "Adresse e-mail", "N° tél.", "Civilité", "Né(e) le", "Situation", "Nom du projet",
              "Thématiques", "Code Postal", "QPV ?", "Intérêt général", "Date d'entrée", "SIRET", "Observations"]  # fmt: skip
    rows = [
        ["Zoé", "LŒUVRE", "Zoe.Loeuvre@Example.org ", "612345678", "Mme", "14/07/1988", "Demandeuse d’emploi",
         "L’épicerie à 5 €", "alimentation, lien social", "44000", "Malakoff", "oui", "01/09/2026", "", "à rappeler"],
        ["Anaïs", "Noël", "mailto:anais.noel@example.org", "06.12.34.56.79", "F", "1990", "salarié(e)",
         "Forêt où ça pousse", "forêt / écologie", "44470", "NSP", "", "1/9/26", "", ""],
        ["", "", "", "", "", "", "", "", "", "", "", "", "", "", ""],
        ["Moussa", "Diop", "moussa.diop@example.org", "6,12E+08", "M.", "", "RSA", "Cuisine de rue", "", "44800",
         "non", "non", "01/09/2026", "", ""],
        ["Élodie", "de La Tour", "elodie.delatour@example", "+33 6 12 34 56 80", "Mme", "", "étudiante", "Recyclerie",
         "", "44400", "oui", "oui", "01/09/2026", "", ""],
        ["Jean-Marc", "O’Neill", "jm.oneill@example.org;", "0033612345681", "H", "31/12/1975", "Auto-entrepreneur",
         "Réparer; réemployer", "", "44120", "Hors QPV", "oui", "01/09/2026", "732 829 320 00074", ""],
        ["  ", "", "", "", "", "", "", "", "", "", "", "", "", "", ""],
        ["Aïcha", "BENALI", "aicha.benali@example.org", "02 40 12 34 56", "Mme", "02/03/1995", "France Travail",
         "Café des langues", "lien social", "44100", "Bellevue", "oui", "15/09/2026", "", ""],
        ["ZOE", "Loeuvre", "zoe.loeuvre@example.org", "", "", "", "", "Épicerie", "", "", "", "", "", "", "doublon"],
        ["Paul", "Durand", "paul.durand@example.org", "06 12 34 56 82", "M", "", "retraité", "Vélo pour tous",
         "mobilité", "44300", "", "", "13/25/2026", "", ""],
        ["=1+1", "Formule", "formule@example.org", "'0612345683", "", "", "autre", "@SOMME(A1)", "", "44880", "non", "",
         "01/09/2026", "", ""],
        ["Léa", "Martin", "lea.martin@example.org", "07 12 34 56 84", "Mme", "", "", "Ressourcerie du Nord", "", "44240",
         "", "", "", "", ""],
    ]  # fmt: skip
    return make_csv(header, *rows, encoding="cp1252")


# --- 2. What a web form exports: commas, UTF-8 with BOM, English, empty lines, duplicates ------------
def ugly_english() -> bytes:
    """11 lines under the header, 3 of them empty. On an empty base: 5 to create, 3 in error."""
    header = ["Full name", "E_MAIL", "Phone number", "Gender", "Date of birth", "Employment status", "Project name",
              "Summary", "Stage", "City", "Priority neighbourhood", "Start date", "Expected end", "Timestamp"]  # fmt: skip
    rows = [
        ["Awa Diallo", "awa@example.org", "+33 (0)6 12 34 56 78", "woman", "1991-03-09", "job seeker", "Green, Clean & Co",
         "Cleaning without\nchemicals", "idea", "Nantes", "yes", "2026-10-05", "2027-06-30", "2026-09-01T10:00:00"],
        ["", "", "", "", "", "", "", "", "", "", "", "", "", ""],
        ["Tom O'Brien", "TOM@EXAMPLE.ORG", "+44 7911 123456", "man", "", "employed", "Bike \"Lab\"", "", "creation",
         "St Herblain", "Le Sillon de Bretagne", "2026-10-05", "", ""],
        ["Awa Diallo", "awa@example.org", "", "", "", "", "Green, Clean & Co", "", "", "", "", "", "", ""],
        ["Awa DIALLO", "awa.perso@example.org", "", "", "", "", "green clean & co", "", "", "", "", "", "", ""],
        ["", "", "", "", "", "", "", "", "", "", "", "", "", ""],
        ["Maria del Carmen Ruiz", "maria@example.org", "", "other", "", "student", "Cantine", "", "launch",
         "Saint-Sébastien s/ Loire", "unknown", "2026-10-05", "", ""],
        ["Ben Ali", "ben@example.org", "", "", "", "", "Cantine", "", "", "saint sebastien sur loire", "", "2026-10-05", "", ""],
        ["Kim", "kim@example.org", "123", "", "", "", "Solo", "", "", "Nante", "", "2026-10-05", "", ""],
        ["", "", "", "", "", "", "", "", "", "", "", "", "", ""],
        ["Ana Silva", "ana@example.org", "", "", "", "", "Horta", "", "scale up", "Rezé", "Château", "2026-10-05", "", ""],
    ]  # fmt: skip
    return make_csv(header, *rows, delimiter=",", encoding="utf-8-sig", newline="\n")


# --- 3. A workbook made by hand: titles above, real dates, numbers for phones, two columns of names --
def ugly_workbook() -> bytes:
    """7 lines under the header, 1 empty. On an empty base: 4 to create, 2 in error."""

    def write(book: Any, sheet: Any) -> None:
        day, bold = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_format({"bold": True})
        sheet.merge_range(0, 0, 0, 8, "Suivi des porteurs de projet - promotion 2026", bold)
        sheet.write(1, 0, "Mis à jour le :")
        sheet.write_datetime(1, 1, date(2026, 11, 2), day)
        sheet.write_row(3, 0, ["Nom et prénom", "Mél", "Portable", "Année de naissance", "Projet", "Commune",
                               "Code postal", "Date de début", "Conseiller"], bold)  # fmt: skip
        people: list[tuple[str, str, int | str, int | str, str, str, int, date | str | int, str]] = [
            ("LE GOFF Anne-Lise", "anne-lise@example.org", 612345601, 1984, "Ferme urbaine", "LA MONTAGNE", 44620, date(2026, 9, 7), ""),
            ("Petit, Hugo", "hugo@example.org", 33612345602, 1979, "Tiers-lieu du port", "Indre", 44610, date(2026, 9, 7), ""),
            ("N’DIAYE Fatou", "fatou@example.org", "06 12 34 56 03 / 07 12 34 56 03", 1999, "Couture", "", 44000, date(2026, 9, 7), ""),
            ("", "", "", "", "", "", 0, "", ""),
            ("Marchand Luc", "luc@example.org", 612345604, 1988, "Vrac", "", 44640, 46272, ""),
            ("BERNARD Inès", "ines@example.org", "", "", "Abeilles", "Pornic", 44210, date(2026, 9, 7), "lead@example.org"),
            ("Robert Chloé", "chloe@example.org", 612345605, "12/05/1993", "Savons", "Vertou", 44120, 46272, "Léa Riou"),
        ]  # fmt: skip
        for index, person in enumerate(people, start=4):
            for column, value in enumerate(person):
                if isinstance(value, date):
                    sheet.write_datetime(index, column, value, day)
                elif value not in ("", 0):
                    sheet.write(index, column, value)

    return make_workbook(write)


# --- The very long --------------------------------------------------------------------------------
def long_workbook(count: int) -> bytes:
    """`count` clean people, fifty start days, every commune of four."""

    def write(book: Any, sheet: Any) -> None:
        header = [
            "Prénom",
            "Nom",
            "Courriel",
            "Téléphone",
            "Genre",
            "Statut",
            "Projet",
            "Phase",
            "Commune",
            "QPV",
            "Date d’entrée",
        ]
        sheet.write_row(0, 0, header)
        places = ["Nantes", "Rezé", "Saint-Herblain", "Orvault"]
        for n in range(count):
            sheet.write_row(n + 1, 0, [
                f"Prénom{n % 97}", f"Nom{n}", f"personne{n}@example.org", f"06{n:08d}", "F" if n % 2 else "H", "salarié",
                f"Projet numéro {n}", "création", places[n % 4], "oui" if n % 3 else "non", f"{n % 28 + 1:02d}/{n % 2 + 9:02d}/2026",
            ])  # fmt: skip

    return make_workbook(write)
