"""Which column is what: the words people write above their columns, in French and in English."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypedDict

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from backend.lib.spreadsheets import Rows, Sheet
from journeys.queries.imports.words import key

LABELS: dict[str, str | Promise] = {
    "first_name": _("First name"),
    "last_name": _("Last name"),
    "email": _("E-mail"),
    "phone": _("Phone"),
    "gender": _("Gender"),
    "birth": _("Date or year of birth"),
    "status": _("Status on entry"),
    "project": _("Project name"),
    "pitch": _("In a few words"),
    "themes": _("Themes"),
    "phase": _("Phase"),
    "legal_form": _("Legal form"),
    "commune": _("Commune"),
    "postcode": _("Postcode"),
    "insee": _("INSEE code"),
    "qpv": _("Priority neighbourhood (QPV)"),
    "general_interest": _("Of general interest"),
    "siren": _("SIREN"),
    "started_on": _("Start"),
    "planned_end_on": _("Planned end"),
    "referent": _("Referent’s e-mail"),
}
FIELDS = tuple(LABELS)
FULL_NAME = ("full_name", "full_name_last_first")  # one column for both names, split when the file is read
MANDATORY = ("last_name", "email", "project")

# Folded: lower case, without accents, punctuation or repeated spaces. The first of each is the model's.
WORDS: dict[str, str] = {
    "last_name": "nom|last name|nom de famille|nom d usage|nom usuel|nom de naissance|nom porteur|nom du porteur|"
    "nom du porteur de projet|nom porteur de projet|nom de la porteuse de projet|nom beneficiaire|nom du beneficiaire|"
    "nom participant|nom du participant|nom candidat|nom du candidat|surname|family name|lastname",
    "first_name": "prenom|first name|prenoms|prenom usuel|prenom porteur|prenom du porteur|prenom du porteur de projet|"
    "prenom porteur de projet|prenom beneficiaire|prenom du beneficiaire|prenom participant|prenom du participant|"
    "prenom candidat|prenom du candidat|given name|firstname|forename|christian name",
    "full_name_last_first": "nom et prenom|nom prenom|nom prenoms|nom et prenoms|noms et prenoms|noms prenoms|"
    "nom prenom du porteur|nom et prenom du porteur|nom prenom du porteur de projet|nom et prenom du porteur de projet|"
    "last name first name|surname and first name",
    "full_name": "nom complet|full name|prenom et nom|prenom nom|prenoms et noms|name|identite|porteur|porteur de projet|"
    "porteur se de projet|porteuse de projet|porteurs|beneficiaire|participant|participante|candidat|personne|"
    "first name last name|holder|project holder",
    "email": "e mail|email|mail|courriel|mel|adresse e mail|adresse email|adresse mail|adresse mel|adresse courriel|"
    "adresse electronique|courrier electronique|adresse de messagerie|messagerie|e mail address|email address|mail address|"
    "mail porteur|email porteur|mail du porteur|e mail du porteur|mail de contact|email de contact|contact mail|"
    "contact email|adresse mail du porteur|votre adresse mail|votre adresse e mail|email perso|mail perso|mail personnel|"
    "email personnel|adresse mail personnelle",
    "phone": "telephone|phone|tel|n tel|no tel|num tel|numero tel|n de tel|numero de tel|n telephone|n de telephone|"
    "no de telephone|numero telephone|numero de telephone|num telephone|telephone portable|tel portable|portable|mobile|"
    "telephone mobile|tel mobile|n portable|numero portable|numero de portable|gsm|phone number|telephone number|"
    "mobile phone|mobile number|cell phone|telephone fixe|tel fixe|coordonnees telephoniques|telephone 1|tel 1|"
    "telephone 2|tel 2|telephone du porteur|tel porteur",
    "gender": "genre|gender|sexe|sex|civilite|civ|title|titre de civilite|h f|f h|homme femme|femme homme|mme m|m mme",
    "birth": "annee de naissance|year of birth|date de naissance|date of birth|naissance|ne le|nee le|ne e le|ne le nee le|"
    "birth date|birthdate|birth year|birthday|dob|date naissance|annee naissance|ddn|date de naiss|d naissance",
    "status": "statut|status on entry|status|statut a l entree|situation|situation a l entree|situation professionnelle|"
    "statut professionnel|statut du porteur|situation actuelle|statut actuel|situation pro|situation vis a vis de l emploi|"
    "situation au regard de l emploi|employment status|employment|current situation|statut social|csp",
    "project": "projet|project name|project|nom du projet|nom projet|intitule du projet|intitule projet|titre du projet|"
    "titre projet|libelle du projet|nom de la structure|nom de l entreprise|nom entreprise|nom de l association|"
    "denomination|raison sociale|entreprise|company name|project title|structure projet|nom du projet de l entreprise",
    "pitch": "presentation|pitch|in a few words|en quelques mots|description|description du projet|descriptif|"
    "descriptif du projet|resume|resume du projet|presentation du projet|objet|objet du projet|project description|summary|"
    "description courte|activite|activite du projet|nature du projet",
    "themes": "themes|theme|thematique|thematiques|domaine|domaines|secteur|secteurs|secteur d activite|"
    "secteurs d activite|domaine d activite|domaines d activite|filiere|topics|topic|sector|sectors|tags|mots cles|"
    "thematique du projet|secteur du projet",
    "phase": "phase|stage|phase du projet|stade|stade du projet|stade d avancement|etat d avancement|avancement|"
    "avancement du projet|maturite|maturite du projet|project phase|project stage|niveau d avancement|etape du projet",
    "legal_form": "forme juridique|legal form|statut juridique|statut juridique envisage|forme juridique envisagee|"
    "structure juridique|forme juridique prevue|legal status|legal structure|type de structure|fj",
    "commune": "commune|ville|city|town|municipality|commune du projet|ville du projet|commune d implantation|"
    "lieu d implantation|implantation|commune de residence|ville de residence|commune d habitation|localite|"
    "ville d implantation|commune du porteur|territoire|location|lieu du projet",
    "postcode": "code postal|postcode|cp|c p|post code|postal code|zip|zip code|code postal du projet|cp du projet|"
    "code postal d implantation|code postal de residence|cp projet|codepostal",
    "insee": "code insee|insee code|insee|code commune|code insee commune|code insee de la commune|commune insee|"
    "code commune insee|municipality code",
    "qpv": "qpv|priority neighbourhood qpv|quartier prioritaire|quartier prioritaire qpv|en qpv|qpv o n|qpv oui non|"
    "habite en qpv|resident qpv|residence en qpv|residant en qpv|quartier|quartier qpv|nom du qpv|implantation en qpv|"
    "quartier prioritaire de la ville|quartier politique de la ville|qpv implantation|priority neighbourhood|"
    "priority neighborhood|projet en qpv|issu d un qpv|issue d un qpv",
    "general_interest": "interet general|of general interest|general interest|d interet general|projet d interet general|"
    "utilite sociale|interet collectif|interet general o n|interet general oui non|ig",
    "siren": "siren|siret|n siren|no siren|numero siren|n siret|no siret|numero siret|numero de siren|numero de siret|"
    "siren siret|siret siren|n de siren|n de siret|siren number|company number|immatriculation|rna siren",
    "started_on": "date d entree|start|start date|date entree|entree|entree le|date de debut|debut|date debut|"
    "date d entree dans le dispositif|date d entree dans le parcours|date d entree dispositif|date de demarrage|demarrage|"
    "debut d accompagnement|date de debut d accompagnement|debut de l accompagnement|date debut accompagnement|"
    "date d integration|integration|debut du parcours|date de debut du parcours|date d entree en accompagnement|"
    "started on|entry date|joined|date de demarrage de l accompagnement|date d entree en parcours|date de prescription",
    "planned_end_on": "fin prevue|planned end|date de fin prevue|date de fin|fin|date fin|date de sortie prevue|"
    "date de sortie|sortie prevue|fin d accompagnement|date de fin d accompagnement|fin de l accompagnement|"
    "fin previsionnelle|date de fin previsionnelle|planned end date|end date|expected end|fin du parcours|"
    "date de fin du parcours|fin de parcours",
    "referent": "referent|referent s e mail|e mail du referent|mail du referent|email du referent|referente|referent e|"
    "e mail referent|mail referent|email referent|courriel du referent|courriel referent|mail de la referente|"
    "referent email|referent mail|adviser|advisor|referent e mail|conseiller|conseillere|accompagnateur|accompagnatrice|"
    "charge d accompagnement|mail conseiller|email conseiller|suivi par|mail accompagnateur",
}
FIELD_OF = {word.replace(" ", ""): field for field, words in WORDS.items() for word in words.split("|")}
ASIDE = re.compile(r"[(\[{].*?[)\]}]|[*:?]")
HEADER_WITHIN = 40  # a header lower than this line is not looked for


class Column(TypedDict):
    """One column of the file: its title there, and the field it is read as ("" when it is left out)."""

    title: str
    field: str


@dataclass(frozen=True)
class Header:
    """Where the header was found: the sheet, the index of its row, and its columns."""

    sheet: Sheet
    row: int
    columns: list[Column]

    @property
    def fields(self) -> set[str]:
        found = {column["field"] for column in self.columns if column["field"]}
        return found | {"first_name", "last_name"} if found & set(FULL_NAME) else found

    @property
    def missing(self) -> list[str]:
        """The mandatory fields that no column holds."""
        return [field for field in MANDATORY if field not in self.fields]


def field_of(title: str) -> str:
    """The field a column title names; "" when it names none we know."""
    if title.isdigit():
        return ""
    whole, core = (key(part).replace(" ", "") for part in (title, ASIDE.sub(" ", title)))
    return FIELD_OF.get(whole) or FIELD_OF.get(core, "")


def find_header(sheets: Iterable[Sheet]) -> Header | None:
    """The row, in the first lines of any sheet, that names the most fields we know (at least two)."""
    best, most = None, 1
    for sheet in sheets:
        for index, row in enumerate(sheet.rows[:HEADER_WITHIN]):
            columns = [Column(title=title, field=field_of(title)) for title in row]
            named = len({column["field"] for column in columns} - {""})
            if named > most:
                best, most = Header(sheet, index, columns), named
    return best


def body(header: Header) -> Iterable[tuple[int, list[str]]]:
    """(line of the file from 1, cells) of each row under the header that holds something; repeated headers left out."""
    titles = [column["title"] for column in header.columns]
    for index, row in enumerate(header.sheet.rows[header.row + 1 :], start=header.row + 2):
        if any(row) and row[: len(titles)] != titles:
            yield index, row


def titles_seen(sheets: Sequence[Sheet]) -> list[str]:
    """The cells of the first row with at least two of them: what we saw where a header was expected."""
    rows: Rows = [row for sheet in sheets for row in sheet.rows[:HEADER_WITHIN]]
    return next(([cell for cell in row if cell][:20] for row in rows if sum(map(bool, row)) > 1), [])
