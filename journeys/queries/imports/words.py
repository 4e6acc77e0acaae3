"""What people write in a cell for a gender, a status, a phase, yes or no, or nothing at all."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

NOISE = re.compile(r"[^a-z0-9]+")
LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l"})


def key(text: str) -> str:
    """What two spellings of one thing have in common: lower case, no accents, words separated by one space."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(LIGATURES))
        text = "".join(sign for sign in text if not unicodedata.combining(sign))
    return NOISE.sub(" ", text.lower()).strip()


NOTHING = frozenset(
    "|n a|na|n c|nc|n r|nr|n d|nd|neant|aucun|aucune|inconnu|inconnue|ne sait pas|nsp|ne se prononce pas|non communique|"
    "non communiquee|non renseigne|non renseignee|pas renseigne|sans objet|unknown|not known|none|null|nan|vide|"
    "a completer|a renseigner|ref|div 0|valeur|value|je ne sais pas|pas de reponse|don t know|does not know|tbd".split("|")
)
NOT_YET = frozenset("en cours|en cours de creation|en creation|non cree|non creee|pas encore|pas cree|a venir|not yet|0|non|no".split("|"))

YES = frozenset("oui o yes y vrai true x 1 ok si v".split())
NO = frozenset("non n no faux false 0".split()) | {"hors qpv", "pas en qpv", "not in a qpv", "hors quartier"}

GENDERS = {
    "woman": "f femme feminin female woman w mme madame mlle mademoiselle ms mrs miss elle fille dame",
    "man": "h m homme masculin male man monsieur mr il garcon",
    "other": "autre x nb non binaire nonbinaire other mx neutre",
}
# The beginning of what is written, most telling first; feminine and inclusive forms share it.
STATUSES: tuple[tuple[str, str], ...] = tuple(
    (start, status)
    for status, starts in {
        "self_employed": "independant|travailleur independant|travailleuse independante|auto entrepreneu|autoentrepreneu|"
        "micro entrepreneu|microentrepreneu|gerant|tns|self employed|freelance|dirigeant|chef d entreprise|"
        "cheffe d entreprise|profession liberale|entrepreneu|artisan|commercant|non salarie",
        "job_seeker": "demandeu|de|chomage|chomeu|en recherche|recherche d emploi|sans emploi|france travail|pole emploi|"
        "job seeker|jobseeker|unemployed|looking for|rsa|beneficiaire du rsa|beneficiaire rsa|are|ass|inscrit|sans activite "
        "professionnelle",
        "student": "etudia|student|lyce|scolaire|eleve",
        "retired": "retrait|retired|pension",
        "employed": "salari|employ|en emploi|en poste|cdi|cdd|fonctionnaire|agent public|interim|alternan|apprenti|"
        "temps partiel|temps plein|en activite|working",
        "other": "autre|other|inactif|inactive|conge|au foyer|parent au foyer|sans activite|en formation|stagiaire",
    }.items()
    for start in starts.split("|")
)
PHASES = {
    "emergence": "emergence|idee|ideation|idea|en emergence|pre creation|reflexion|amorcage|amont|incubation|start",
    "creation": "creation|en creation|lancement|en lancement|demarrage|launch|creating|en cours de creation|setting up|cree",
    "consolidation": "consolidation|en consolidation|post creation|developpement|en developpement|growth|activite lancee|"
    "suivi post creation|consolidating",
    "scale_up": "changement d echelle|scale up|scaling up|scaling|essaimage|passage a l echelle|changement echelle|scaleup|"
    "deploiement",
}


def _index(words: Mapping[str, str], separator: str | None = None) -> dict[str, str]:
    return {word: value for value, text in words.items() for word in text.split(separator)}


GENDER_OF = _index(GENDERS) | {"non binaire": "other"}
PHASE_OF = _index(PHASES, "|")


def is_nothing(text: str) -> bool:
    """An empty cell, or what people write for one."""
    return key(text) in NOTHING


@lru_cache(maxsize=4096)
def read_gender(text: str) -> str | None:
    return GENDER_OF.get(key(text))


@lru_cache(maxsize=4096)
def read_status(text: str) -> str | None:
    said = key(text)
    for start, status in STATUSES:
        if said == start or (len(start) > 3 and said.startswith(start)) or said.startswith(f"{start} "):
            return status
    return None


@lru_cache(maxsize=4096)
def read_phase(text: str) -> str | None:
    said = re.sub(r"^(?:phase|stade|etape)? ?(?:d |de |l |la )*(?:\d ?)?", "", key(text))
    return PHASE_OF.get(said) or PHASE_OF.get(key(text))


@lru_cache(maxsize=4096)
def read_yes_no(text: str) -> bool | None:
    said = key(text)
    first = said.split(" ")[0]
    return True if said in YES or first in ("oui", "yes") else False if said in NO or first in ("non", "no") else None
