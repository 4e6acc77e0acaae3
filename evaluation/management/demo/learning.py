"""What the demo's stays teach: questions taken along, notes, a check-in, both views, a lesson and its decision."""

from datetime import date, timedelta
from random import Random
from uuid import UUID

from evaluation.management.demo.replay import Replay, fresh, moment
from journeys import actions as journeys
from journeys.models import Immersion

QUESTIONS = (
    "Comment fixent-ils leurs prix ?",
    "Qui décide des achats, et quand ?",
    "Que referaient-ils autrement à leurs débuts ?",
    "Combien d’heures pour ce qui ne se vend pas ?",
    "Comment trouvent-ils leurs premiers clients du mois ?",
)
NOTES = (
    "Tout est pesé deux fois avant d’être vendu : presque pas de pertes.",
    "Le patron répond lui-même au téléphone entre 12 h et 14 h.",
    "Les fournisseurs sont payés à 30 jours, les clients au comptant.",
    "Le matin sert à produire, l’après-midi à vendre : jamais les deux.",
)
LESSONS = (
    ("La marge se joue à l’achat, pas à la vente.", "Refaire mon prévisionnel avec trois devis d’achat"),
    ("Une heure de rangement le soir en gagne deux le matin.", "Bloquer une heure de préparation par jour"),
    ("Les habitués font la moitié du chiffre.", "Appeler mes dix premiers contacts avant l’ouverture"),
)
WORDS = ("Un accueil très simple, j’ai pu tout demander.", "Curieuse et à l’heure, nous la reprendrions volontiers.")


class Learning:
    """One stay in force, from the questions before it to the decision after it."""

    def __init__(self, replay: Replay, stay: Immersion, starts_on: date, days: int) -> None:
        self.replay, self.stay, self.starts_on = replay, stay, starts_on
        self.holder = stay.step.journey.holder.user
        self.random = Random(f"learning-{stay.company}-{starts_on}")
        last = starts_on + timedelta(days=days - 1)
        replay.at(moment(starts_on - timedelta(days=2), 18), self.ask_oneself)
        for shift in range(days):
            replay.at(moment(starts_on + timedelta(days=shift), 17), self.notice)
        replay.at(moment(starts_on, 18), self.check_in)  # before being asked, so that the stay under way shows one
        replay.at(moment(last, 19), lambda: self.assess("holder", WORDS[0]))
        if self.random.random() < 0.7:
            replay.at(moment(last + timedelta(days=1), 11), lambda: self.assess("tutor", WORDS[1]))
        replay.at(moment(last + timedelta(days=4), 9), self.learn)

    def ask_oneself(self) -> None:
        journeys.write_questions(fresh(self.stay), self.random.sample(QUESTIONS, 3), by=self.holder)

    def notice(self) -> None:
        key = UUID(int=self.random.getrandbits(128), version=4)
        journeys.note_observation(fresh(self.stay), key=key, text=self.random.choice(NOTES), by=self.holder)

    def check_in(self) -> None:
        journeys.answer_check_in(fresh(self.stay), side="tutor", mood="good", by=None)
        mixed = self.random.random() < 0.3
        words = "J’aimerais passer une journée côté vente." if mixed else ""
        journeys.answer_check_in(
            fresh(self.stay), side="holder", mood="mixed" if mixed else "good", words=words, by=self.holder
        )

    def assess(self, side: str, words: str) -> None:
        journeys.answer_assessment(
            fresh(self.stay), side=side, outcome="completed", minutes=self.stay.minutes_planned,
            reached=self.random.choice((3, 3, 4)), learned="Le rythme du métier, les prix, les marges.", words=words,
            followed=self.random.choice(("nothing", "cooperation", "commitment", "customer")),
            by=self.holder if side == "holder" else None,
        )  # fmt: skip

    def learn(self) -> None:
        text, decision = self.random.choice(LESSONS)
        due = self.starts_on + timedelta(days=30)
        journeys.note_lesson(
            fresh(self.stay), text=text, decision=decision, owner=self.holder, due_on=due, by=self.holder
        )
