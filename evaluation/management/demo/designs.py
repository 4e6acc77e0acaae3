"""How the first organisation of the demo makes a questionnaire its own: a copy, a second version, a draft at work."""

from datetime import timedelta

from evaluation import actions as evaluation
from evaluation.management.demo.cast import House
from evaluation.management.demo.replay import Replay, moment
from evaluation.models import Item, Questionnaire, QuestionnaireVersion

TITLES = {"title_fr": "Après un module, chez nous", "title_en": "After a module, our way"}
REWORDED = "Je sais ce que je vais en faire dans mon projet dès cette semaine."


class Designs:
    """Acts of its lead, each at its day before the present."""

    def __init__(self, replay: Replay, house: House) -> None:
        self.house = house
        today = replay.now.date()
        replay.at(moment(today - timedelta(days=210), 10), self.copy)
        replay.at(moment(today - timedelta(days=90), 15), self.reword)
        replay.at(moment(today - timedelta(days=2), 11), self.draft)

    def copy(self) -> None:
        shared = Questionnaire.objects.get(code="module-satisfaction", organisation=None)
        draft = evaluation.copy_questionnaire(shared, self.house.organisation, by=self.house.lead, **TITLES)
        self.questionnaire = draft.questionnaire
        evaluation.publish_version(draft, by=self.house.lead, note="Reprise du questionnaire commun.")

    def _item(self, draft: QuestionnaireVersion, code: str) -> Item:
        return draft.items.select_related("section__version__questionnaire__organisation").get(code=code)

    def reword(self) -> None:
        """Version 2: one sentence made clearer, one question added; the series go on."""
        draft = evaluation.draft_version(self.questionnaire, by=self.house.lead)
        item = self._item(draft, "SM3")
        words = "L’animation m’a permis de poser toutes mes questions et d’avancer."
        evaluation.save_item(item.section, item, by=self.house.lead, text_fr=words)
        evaluation.save_item(
            self._item(draft, "SM5").section, None, by=self.house.lead, kind="yes_no", allows_na=False,
            text_fr="Aviez-vous pu venir sans difficulté (trajet, garde d’enfants, horaires) ?",
            text_en="Could you come without difficulty (travel, childcare, hours)?",
        )  # fmt: skip
        evaluation.publish_version(
            draft, by=self.house.lead, note="Une phrase plus claire, et l’accès aux modules.",
            material={"SM3": False}, reasons={"SM3": "Même sens, mots plus simples."},
        )  # fmt: skip

    def draft(self) -> None:
        """Version 3 at work: another sentence, and a question without its English yet."""
        draft = evaluation.draft_version(self.questionnaire, by=self.house.lead)
        item = self._item(draft, "SM2")
        evaluation.save_item(item.section, item, by=self.house.lead, text_fr=REWORDED)
        evaluation.save_item(
            self._item(draft, "SM5").section, None, by=self.house.lead, kind="text", allows_na=False,
            text_fr="Qu’est-ce qui vous aurait aidé·e à venir ?", relevance={"item": "Q1", "is": "eq", "than": 0},
        )  # fmt: skip
