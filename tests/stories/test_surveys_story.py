"""A questionnaire of one's own, from its first word to the day its series breaks: designed, translated, published,
asked by the clock, half answered here and finished there, reminded of, refused, amended, asked again, read, broken."""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils.module_loading import import_string

from backend.accounts.models import Organisation, User
from backend.schedule import DUTIES
from journeys import actions as journeys
from journeys.models import Journey, Programme
from tests.factories.accounts import make_member
from tests.factories.journeys import finish, make_journey, make_programme
from tests.factories.story import PARIS, work
from tests.factories.visitors import Visitor, said

pytestmark = [pytest.mark.django_db, pytest.mark.long]
TITLE = "Où en êtes-vous ?"
ASKS, DECIDES = "Je sais à qui demander de l’aide.", "Je décide."
HELP, STUCK = "Je sais à qui demander de l’aide quand je bute.", "I know whom to ask when I am stuck."
ROUND = ("survey requests", "survey reminders", "survey expiry", "outbox")


@dataclass
class Town:
    """The clock, the worker of each morning, and what came to people's own mail programs."""

    clock: time_machine.Traveller
    organisation: Organisation
    programme: Programme
    journeys: dict[str, Journey] = field(default_factory=dict)

    def until(self, last: str) -> dict[str, Counter[str]]:
        """{day: {first name: letters that came}} of each morning up to that one, the worker doing its round at nine."""
        came: dict[str, Counter[str]] = {}
        day = datetime.now(PARIS).date()
        while day < date.fromisoformat(last):
            day += timedelta(days=1)
            self.clock.move_to(datetime.combine(day, time(9), PARIS))
            before = len(mail.outbox)
            for name in ROUND:
                import_string(DUTIES[name][0])()
            work()
            if new := mail.outbox[before:]:
                came[day.isoformat()] = Counter(letter.to[0].partition("@")[0] for letter in new)
        return came

    def begins(self, *names: str) -> None:
        """Omar reads English."""
        for name in names:
            language = "en" if name == "omar" else "fr"
            person = make_member(
                self.organisation, "holder", f"{name}@example.org", first_name=name.capitalize(), language=language
            )
            self.journeys[name] = make_journey(self.organisation, person, programme=self.programme)

    def ends(self, *names: str, by: User) -> None:
        for name in names:
            finish(self.journeys[name])
            journeys.complete_journey(self.journeys[name], by=by)

    def letter(self, name: str) -> Any:
        return [letter for letter in mail.outbox if letter.to == [f"{name}@example.org"]][-1]

    def link(self, name: str, part: str = "") -> str:
        """The path of the newest link to a questionnaire that came to this person."""
        found = re.search(rf"http://testserver(/q/[\w-]+/{part})\s", self.letter(name).body + "\n")
        assert found
        return found[1]


@pytest.fixture
def town(clock: time_machine.Traveller, organisation: Organisation) -> Town:
    return Town(clock, organisation, make_programme(organisation))


def test_from_the_first_question_to_the_day_the_series_breaks(
    town: Town, lead: User, client_of: Callable[[User], Client]
) -> None:
    def office() -> Visitor:
        """Her browser, signed in this morning."""
        return Visitor(client_of(lead))

    she_designs(office())
    she_sees_what_misses_in_english_and_fills_it(office())
    she_looks_then_publishes(office())
    she_makes_three_waves(office())
    the_clock_asks_a_week_after_the_start(town)
    half_here_and_half_there(town)
    one_says_no_the_others_answer(town)
    who_is_silent_is_reminded_twice(town)
    she_reads_who_answered(office())
    she_publishes_other_words_for_the_same_question(office())
    at_exit_the_new_words_are_asked(town, lead)
    she_reads_the_change_of_the_same_people(office())
    half_of_them_are_asked_half_a_year_later(town)
    she_publishes_another_question(office())
    the_series_is_broken(town, office)
    the_files_name_both_series(office())


# --- Design -----------------------------------------------------------------------------------------------------
def she_designs(office: Visitor) -> None:
    """Two sections: two scales with a score; a choice, a number that only some are asked, words."""
    office.open("/surveys/").follow("Questionnaires").follow("Nouveau questionnaire")
    office.press("Passer à ses questions", title_fr=TITLE, intro_fr="Pour mieux vous accompagner.")
    office.reads("Votre questionnaire est là", "Avant de pouvoir publier", "Il n’y a pas encore de question")
    office.follow("Modifier la partie")
    office.press("Enregistrer la partie", title_fr="Oser", title_en="Daring", least_answered="2")
    adds(office, "Échelle", text_fr=ASKS)
    adds(office, "Échelle", text_fr=DECIDES, text_en="I decide.")
    office.follow("Ajouter une partie").press("Enregistrer la partie", title_fr="Vos ventes", title_en="Your sales")
    adds(office, "Un seul choix", text_fr="Avez-vous déjà vendu ?", text_en="Have you sold?",
         choice_0_text_fr="Oui", choice_0_text_en="Yes", choice_1_text_fr="Pas encore",
         choice_1_text_en="Not yet")  # fmt: skip
    adds(office, "Nombre", text_fr="Pour combien par mois ?", text_en="How much a month?", unit_fr="€", least="0",
         when_0_what="item:Q3", when_0_is="eq", when_0_value="Oui")  # fmt: skip
    adds(office, "Texte long", text_fr="Que changer ?", text_en="What to change?")
    office.follow("Changer les minutes ou les mots des échelles").press("Enregistrer", minutes="2")
    office.reads("Annoncé comme 2 minutes de réponse.")
    office.reads("Posée quand « Q3 · Avez-vous déjà vendu ? » est Oui")
    office.reads_nowhere("Avant de pouvoir publier")


def adds(office: Visitor, kind: str, **typed: Any) -> None:
    """At the end of the last section."""
    office.follow(kind, within=office.last_part("design-section")).press("Enregistrer la question", **typed)
    office.reads(f"« {typed['text_fr']} » est enregistrée")


def she_sees_what_misses_in_english_and_fills_it(office: Visitor) -> None:
    office.open("/surveys/questionnaires/").follow(TITLE).follow("Continuer le brouillon")
    office.reads("3 endroits où il manque une langue", "L’anglais manque")
    office.follow(f"Q1 {ASKS} (texte)").press("Enregistrer la question", text_en="I know whom to ask for help.")
    office.follow("Q4 Pour combien par mois ? (unité)").press("Enregistrer la question", unit_en="€")
    office.reads("1 endroit où il manque une langue", "Le questionnaire lui-même : titre, introduction")
    office.follow("Le questionnaire").follow("Titre et introduction")
    office.press("Enregistrer", title_en="Where are you?", intro_en="To support you better.")
    office.follow("Continuer le brouillon")
    office.reads_nowhere("où il manque une langue", "L’anglais manque")


def she_looks_then_publishes(office: Visitor) -> None:
    """As it is asked: the number comes up with the answer it waits for."""
    office.open("/surveys/questionnaires/").follow(TITLE).follow("Continuer le brouillon").follow("Voir tel que posé")
    office.reads("Pour mieux vous accompagner.", ASKS, "Partie 1 sur 2")
    office.press("Suivant")
    office.reads("Vos ventes", "Avez-vous déjà vendu ?")
    office.reads_nowhere("Pour combien par mois ?")
    office.press("Suivant", Q3="1")
    office.reads("Pour combien par mois ?")
    office.follow("Le brouillon").follow("Publier").press("Publier")
    office.reads("La version 1 est publiée.", "jamais posée")


# --- Asked by the clock -----------------------------------------------------------------------------------------
def she_makes_three_waves(office: Visitor) -> None:
    """A week after the start, at exit, half a year later; what it costs is seen first."""
    for moment, more in (("start", {"days": "7"}), ("exit", {}), ("exit", {"months": "6"})):
        office.open("/surveys/").follow("Créer une vague")
        chosen = {"questionnaire": office.value_of(TITLE), "moment": moment, "audience": "holder", "mode": "identified"}
        office.press("Voir qui serait sollicité", **chosen | {"days": ""} | more)
        office.reads("personne serait sollicitée dans l’heure")
        office.press("Créer la vague")
        office.reads("La vague est créée")
    office.open("/surveys/")
    office.reads("7 jours après le départ", "6 mois après la sortie")
    for moment in ("au départ", "à la sortie"):
        office.open("/surveys/").follow(f"Ma posture entrepreneuriale · {moment}")
        office.follow("Arrêter la vague").press("Arrêter la vague").reads("Arrêtée", "ne sollicite plus personne")


def the_clock_asks_a_week_after_the_start(town: Town) -> None:
    """Eight journeys begin on two days of a week; each is asked on its own day, once."""
    town.begins("hawa", "ines", "karim", "lise", "marc")
    assert town.until("2026-11-26") == {}
    town.begins("nora", "omar", "paul")
    assert town.until("2026-12-03") == {
        "2026-11-30": Counter(("hawa", "ines", "karim", "lise", "marc")),
        "2026-12-03": Counter(("nora", "omar", "paul")),
    }
    letter = town.letter("hawa")
    assert letter.subject == f"{TITLE}, 7 jours après le départ\u00a0: 2 minutes"
    assert "Répondre en 2 minutes" in letter.body


# --- Answers ----------------------------------------------------------------------------------------------------
FRENCH = ("Commencer", "Suivant", "Relire mes réponses", "Envoyer mes réponses", "Merci : vos réponses sont envoyées.")
ENGLISH = ("Begin", "Next", "Review my answers", "Send my answers", "Thank you: your answers have been sent.")


def answers(town: Town, name: str, asks: str, daring: tuple[int, int], sold: str) -> None:
    """By the link of the newest letter, in a browser that has never been here and is signed in as nobody; every page in
    the reader's own language. `asks`: the first question; `daring`: the points of both scales.
    """
    begin, on, review, send, thanks = ENGLISH if name == "omar" else FRENCH
    person = Visitor().open(town.link(name)).press(begin)
    assert "_auth_user_id" not in person.client.session
    person.reads(asks)
    person.press(on, Q1=str(daring[0]), Q2=str(daring[1])).press(review, Q3=sold)
    person.press(send).reads(thanks)


def half_here_and_half_there(town: Town) -> None:
    """On the evening of the letter one part; the next day another browser goes on where she was."""
    town.clock.move_to(datetime(2026, 12, 3, 20, tzinfo=PARIS))
    phone = Visitor().open(town.link("hawa")).press("Commencer")
    phone.reads("Partie 1 sur 2", "Oser")
    phone.press("Suivant", Q1="2", Q2="3").reads("Partie 2 sur 2")
    assert town.until("2026-12-04") == {}
    laptop = Visitor().open(town.link("hawa"))
    laptop.reads("Pour mieux vous accompagner.", "Réponses déjà gardées 50 %")
    laptop.press("Continuer").reads("Partie 2 sur 2", "Vos ventes")
    laptop.press("Relire mes réponses", Q3="1").reads("2 questions n’ont pas de réponse")
    laptop.follow("Modifier ces réponses : Vos ventes").reads("Pour combien par mois ?")
    laptop.press("Relire mes réponses", Q4="1250", Q5="Des dates plus tôt.").press("Envoyer mes réponses")
    laptop.reads("Merci : vos réponses sont envoyées.", "5 questions sur 5 ont une réponse", "Des dates plus tôt.")


def one_says_no_the_others_answer(town: Town) -> None:
    marc = Visitor().open(town.link("marc", "refuse/"))
    marc.press("Je ne répondrai pas").reads("C’est noté : vous préférez ne pas répondre.")
    assert town.letter("omar").subject == "Where are you?, 7 days after the start: 2 minutes"
    for name, point in (("karim", 2), ("lise", 3), ("nora", 3), ("omar", 2), ("paul", 3)):
        answers(town, name, "I know whom to ask for help." if name == "omar" else ASKS, (point, 3), sold="2")


def who_is_silent_is_reminded_twice(town: Town) -> None:
    """A week after the letter, a week after that, then no more; and nobody else."""
    assert town.until("2026-12-22") == {"2026-12-07": Counter(["ines"]), "2026-12-14": Counter(["ines"])}
    assert "C’est la dernière relance." in town.letter("ines").body
    town.clock.move_to(datetime(2027, 1, 9, 9, tzinfo=PARIS))
    assert town.until("2027-01-10") == {}
    assert Client().get(town.link("ines")).status_code == 404


def she_reads_who_answered(office: Visitor) -> None:
    office.open("/surveys/").follow(f"{TITLE} · 7 jours après le départ").reads("6 sur 8")
    office.follow("Qui a répondu")
    counted = "6 complètes + 0 partielle + 1 refus + 1 sans réponse"
    office.reads(f"RR1 complète 75 % 41 % et 93 % 6 sur 8 : {counted} + 0 courrier revenu", "RR5 complète 75 %")


# --- Another version, another wave ------------------------------------------------------------------------------
def she_publishes_other_words_for_the_same_question(office: Visitor) -> None:
    office.open("/surveys/questionnaires/").follow(TITLE).press("Modifier ses questions")
    office.reads("Ce brouillon dit pour l’instant la même chose que la version 1")
    office.follow("Modifier", within="item-Q1").press("Enregistrer la question", text_fr=HELP, text_en=STUCK)
    office.follow("Publier").press("Publier", note="Une précision", series_Q1="same")
    office.reads("La version 2 est publiée.", "posée 8 fois")
    office.follow("Version 2").follow("Ce qui a changé")
    office.reads("De la version 1 à la version 2", "1 question modifiée", "la série continue")
    office.reads_nowhere("rompt la série")


def at_exit_the_new_words_are_asked(town: Town, lead: User) -> None:
    town.clock.move_to(datetime(2027, 6, 1, 14, tzinfo=PARIS))
    town.ends("hawa", "karim", "lise", by=lead)
    assert town.until("2027-06-02") == {"2027-06-02": Counter(("hawa", "karim", "lise"))}
    for name, point in (("hawa", 4), ("karim", 3), ("lise", 4)):
        answers(town, name, HELP, (point, 3), sold="1")
    town.clock.move_to(datetime(2027, 6, 15, 14, tzinfo=PARIS))
    town.ends("ines", "marc", "nora", "omar", "paul", by=lead)
    assert town.until("2027-06-16") == {"2027-06-16": Counter(("ines", "marc", "nora", "omar", "paul"))}
    for name, point in (("marc", 5), ("nora", 5), ("omar", 4), ("paul", 4)):
        answers(town, name, STUCK if name == "omar" else HELP, (point, 3), sold="1")


def she_reads_the_change_of_the_same_people(office: Visitor) -> None:
    office.open("/surveys/").follow(f"{TITLE} · à la sortie").follow("Résultats")
    office.reads("7 fiches de réponses sur 8 personnes sollicitées", "comparé avec : 7 jours après le départ", HELP)
    office.reads(
        "Depuis la vague précédente : +1,5 en moyenne, entre +0,9 et +2,1 points (les mêmes 6 personnes).",
        "Depuis la vague précédente, pour les mêmes 6 personnes : « Oui » passe de 17 % à 100 %.",
    )
    office.reads_nowhere("La série repart")
    office.follow("Qui a été sollicité").follow("Qui a répondu").reads("RR1 complète 88 %")


def half_of_them_are_asked_half_a_year_later(town: Town) -> None:
    """The same day of the month, six months on; with the version of that day."""
    town.clock.move_to(datetime(2027, 11, 29, 14, tzinfo=PARIS))
    assert town.until("2027-12-02") == {"2027-12-01": Counter(("hawa", "karim", "lise"))}
    for name in ("hawa", "karim", "lise"):
        answers(town, name, HELP, (4, 4), sold="1")


def she_publishes_another_question(office: Visitor) -> None:
    """Ten points instead of five break a series by themselves, and a score wants them of all its scales; of other words
    she says so."""
    office.open("/surveys/questionnaires/").follow(TITLE).press("Modifier ses questions")
    office.follow("Modifier", within="item-Q1").press("Enregistrer la question", scale_max="10")
    office.reads(
        "Avant de pouvoir publier", "« Oser » a un score : toutes ses échelles doivent avoir les mêmes points."
    )
    office.follow("Modifier", within="item-Q2").press("Enregistrer la question", scale_max="10")
    office.follow("Modifier", within="item-Q4").press("Enregistrer la question", text_fr="Pour combien par an ?")
    office.follow("Publier").reads("Leurs séries recommencent", "La série continue-t-elle ?")
    office.press("Publier", note="Dix points", series_Q4="new", why_Q4="L’année, et non plus le mois.")
    office.reads("La version 3 est publiée.").follow("Version 3").follow("Ce qui a changé")
    office.reads(
        "De la version 2 à la version 3",
        "rompt la série Son échelle a d’autres points.",
        "de 1 à 5 → de 1 à 10",
        "rompt la série L’année, et non plus le mois.",
    )


def the_series_is_broken(town: Town, office: Callable[[], Visitor]) -> None:
    """Nothing is compared across the break, nor counted together in one wave; what did not change still is."""
    town.clock.move_to(datetime(2027, 12, 13, 14, tzinfo=PARIS))
    assert town.until("2027-12-15") == {"2027-12-15": Counter(("ines", "marc", "nora", "omar", "paul"))}
    for name in ("marc", "nora", "omar", "paul"):
        answers(town, name, STUCK if name == "omar" else HELP, (8, 4), sold="1")
    desk = office().open("/surveys/").follow(f"{TITLE} · 6 mois après la sortie").follow("Résultats")
    desk.reads("7 fiches de réponses sur 8 personnes sollicitées", "versions 3, 2", "comparé avec : à la sortie")
    desk.reads("Score : 6,0 sur 10, mais trop peu de réponses pour conclure.")
    for code, why in (("Q1", "Dix points"), ("Q2", "Dix points"), ("Q4", "L’année, et non plus le mois.")):
        now = said(desk.part(f"q-{code}-2"))
        assert f"La série repart : la question a changé depuis la vague précédente ({why})." in now
        assert "Depuis la vague précédente" not in now
    old = said(desk.part("q-Q1-1"))
    assert "4,0 sur 5" in old and "Telle qu’elle était posée dans une version antérieure." in old
    assert "Depuis la vague précédente" in said(desk.part("q-Q3-1"))


def the_files_name_both_series(office: Visitor) -> None:
    office.open("/surveys/").follow(f"{TITLE} · 6 mois après la sortie").follow("Résultats").follow("Exporter")
    office.press("Télécharger le fichier", file="csv-codebook")
    rows = list(csv.DictReader(io.StringIO(office.answer.content.decode("utf-8-sig")), delimiter=";"))
    assert [(row["variable"], row["code"], row["series"], row["versions"], row["answered"]) for row in rows] == [
        ("Q1", "Q1", "2", "3", "4"),
        ("Q2", "Q2", "2", "3", "4"),
        ("Q3", "Q3", "1", "2 3", "7"),
        ("Q4", "Q4", "2", "3", "0"),
        ("Q5", "Q5", "1", "2 3", "0"),
        ("Q1_s1", "Q1", "1", "2", "3"),
        ("Q2_s1", "Q2", "1", "2", "3"),
        ("Q4_s1", "Q4", "1", "2", "0"),
    ]
