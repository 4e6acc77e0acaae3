"""The columns of a spreadsheet of mentors, as people title them in French and in English."""

from functools import cache

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from journeys.queries.imports import Listing
from journeys.queries.imports.columns import TITLES as OF_HOLDERS
from journeys.queries.imports.columns import names_of
from journeys.queries.imports.words import key

LABELS: dict[str, str | Promise] = {
    "first_name": _("First name"),
    "last_name": _("Last name"),
    "email": _("E-mail"),
    "phone": _("Phone"),
    "language": _("Letters in"),
    "capacity": _("People at most"),
    "hours_a_month": _("Hours a month at most"),
    "expertise": _("At ease with"),
    "sectors": _("Sectors known"),
    "phases": _("Phases of a project known"),
    "languages": _("Languages spoken"),
    "commune": _("Commune"),
    "communes": _("Also comes to"),
    "meets_remotely": _("Also meets at a distance (video, phone)"),
    "headline": _("In one line"),
    "bio": _("Presentation"),
    "paused_from": _("On a break from"),
    "paused_until": _("On a break until"),
    "charter_accepted_on": _("Charter accepted"),
    "trainings": _("Courses taken"),
}
MANDATORY = ("last_name", "email")
# {field: titles}, folded: lower case, without accents or punctuation.
OWN = {
    "last_name": ["nom mentor", "nom du mentor", "nom de la mentore"],
    "first_name": ["prenom mentor", "prenom du mentor", "prenom de la mentore"],
    "full_name": ["mentor", "mentore", "mentor e", "nom complet", "full name", "name", "prenom et nom", "prenom nom"],
    "full_name_last_first": ["nom et prenom", "nom prenom", "last name first name"],
    "language": ["letters in", "lettres en", "langue", "langue des lettres", "langue du courrier", "language"],
    "capacity": [
        "people at most", "personnes au plus", "capacite", "capacity", "nombre de personnes", "nombre maximum",
        "nb max", "nb de porteurs", "nombre de porteurs", "places",
    ],
    "hours_a_month": [
        "hours a month at most", "heures par mois au plus", "heures par mois", "heures mois", "h mois",
        "hours a month", "hours per month", "disponibilite heures", "heures mensuelles",
    ],
    "expertise": [
        "at ease with", "a l aise avec", "a l aise sur", "competences", "expertise", "expertises", "savoir faire",
        "domaines d expertise", "domaines de competence", "skills",
    ],
    "sectors": ["sectors known", "secteurs connus", "secteurs", "secteur", "secteurs d activite", "secteur d activite",
                "sectors", "sector"],
    "phases": ["phases of a project known", "phases de projet connues", "phases d un projet connues", "phases", "phase",
               "phases de projet", "stades"],
    "languages": ["languages spoken", "langues parlees", "langues", "languages", "speaks", "parle"],
    "commune": ["commune", "ville", "city", "town", "lieu", "commune de residence"],
    "communes": ["also comes to", "vient aussi a", "se deplace a", "communes de deplacement", "communes",
                 "deplacements", "zone de deplacement", "autres communes"],
    "meets_remotely": ["also meets at a distance", "rencontre aussi a distance", "a distance", "distance", "visio",
                       "visioconference", "remote", "remotely", "en distanciel", "distanciel"],
    "headline": ["in one line", "en une ligne", "accroche", "headline", "en une phrase", "metier", "fonction"],
    "bio": ["presentation", "biographie", "bio", "a propos", "parcours", "about"],
    "paused_from": ["on a break from", "en pause a partir du", "en pause du", "pause du", "debut de pause",
                    "pause from"],
    "paused_until": ["on a break until", "en pause jusqu au", "pause jusqu au", "fin de pause", "pause", "pause until"],
    "charter_accepted_on": ["charter accepted", "charte acceptee", "charte acceptee le", "charte", "charte signee",
                            "charte signee le", "date de la charte", "charter", "charter accepted on"],
    "trainings": ["trainings followed", "formations suivies", "formation suivie", "formations", "formation",
                  "training followed", "trainings", "training", "courses taken", "course taken", "courses"],
}  # fmt: skip
SHARED = ("last_name", "first_name", "email", "phone", "commune", "full_name", "full_name_last_first")


@cache
def names() -> dict[str, str]:
    """{folded title: field}: what people write, and what we write ourselves in every language of the house."""
    found = names_of({name: OF_HOLDERS[name] for name in SHARED}) | names_of(OWN)
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {key(str(label)).replace(" ", ""): field for field, label in LABELS.items()}
    return found


MENTORS = Listing("mentors", LABELS, MANDATORY, names)
