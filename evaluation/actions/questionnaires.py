"""The instrument that comes with Jalon, and when it is asked."""

import csv
from pathlib import Path

from django.db import transaction
from django.db.models import F

from backend.lib import clock
from evaluation.actions.library import ANCHORS, load_library
from evaluation.models import POSTURE, Item, Questionnaire, QuestionnaireVersion, Section, Wave
from journeys.models import Programme

ITEMS = Path(__file__).resolve().parent.parent / "data" / "entrecomp_posture_items.csv"
ENOUGH = 3
"""An area of the posture has a score from three answered items up (of five)."""
TEXTS = {
    "title_fr": "Ma posture entrepreneuriale",
    "title_en": "My entrepreneurial posture",
    "intro_fr": "Quinze phrases sur votre manière d’entreprendre, en trois domaines. Il n’y a ni bonne ni mauvaise "
    "réponse : vous seul·e savez où vous en êtes, et les mêmes phrases vous seront proposées à la fin du parcours.",
    "intro_en": "Fifteen sentences about how you act as an entrepreneur, in three areas. No answer is right or wrong: "
    "only you know where you stand, and you will meet the same sentences again at the end of the journey.",
    "source": "EntreComp (JRC101581), doi:10.2791/593884 · Jalon",
}


@transaction.atomic
def load_questionnaires() -> list[Questionnaire]:
    """The posture questionnaire, 15 items on a scale of 1 to 8, then the library: shared by all, version 1 published.

    Loaded twice, they are there once. A published version is frozen: what an existing one says is left as it is.
    """
    return [_load_posture(), *load_library()]


def _load_posture() -> Questionnaire:
    questionnaire, _created = Questionnaire.objects.get_or_create(code=POSTURE, defaults=TEXTS)
    version, is_new = QuestionnaireVersion.objects.get_or_create(
        questionnaire=questionnaire,
        number=1,
        defaults={"published_at": clock.now(), "minutes": 4, "anchors": ANCHORS},
    )
    if is_new:
        _write_posture(version)
    return questionnaire


def _write_posture(version: QuestionnaireVersion) -> None:
    """Three sections of five items; a section has a score from three answered items up."""
    with ITEMS.open(encoding="utf-8", newline="") as file:
        rows = [{name: text.replace("'", "’") for name, text in row.items()} for row in csv.DictReader(file)]
    areas = list(dict.fromkeys((row["area_fr"], row["area_en"]) for row in rows))
    sections = {
        french: Section.objects.create(
            version=version,
            code=f"EC{position}",
            position=position,
            title_fr=french,
            title_en=english,
            text_fr="À quel point chaque phrase est-elle vraie aujourd’hui ?",
            text_en="How true is each sentence today?",
            least_answered=ENOUGH,
        )
        for position, (french, english) in enumerate(areas, start=1)
    }
    Item.objects.bulk_create(
        Item(
            version=version,
            section=sections[row["area_fr"]],
            position=position,
            code=row["code"],
            label_fr=row["competence_fr"],
            label_en=row["competence_en"],
            text_fr=row["item_fr"],
            text_en=row["item_en"],
        )
        for position, row in enumerate(rows, start=1)
    )


@transaction.atomic
def set_default_waves(programme: Programme) -> list[Wave]:
    """This programme asks the posture questionnaire at the start and at exit, each open for thirty days.

    Waves it already has are left alone; so it may be called for a programme as often as one likes.
    """
    questionnaire = _load_posture()
    usual = {"programme": programme, "questionnaire": questionnaire, "months": 0, "days": 0, "audience": "holder"}
    running_last = F("stopped_at").desc(nulls_last=True)
    known = {wave.moment: wave for wave in Wave.objects.filter(**usual).order_by(running_last, "pk")}
    moments = (Wave.Moment.START, Wave.Moment.EXIT)
    return [known.get(moment) or Wave.objects.create(moment=moment, **usual) for moment in moments]
