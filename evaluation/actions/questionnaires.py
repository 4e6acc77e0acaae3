"""The instrument that comes with Jalon, and when it is asked."""

import csv
from pathlib import Path

from django.db import transaction

from backend.lib import clock
from evaluation.models import POSTURE, Item, Questionnaire, QuestionnaireVersion, Wave
from journeys.models import Programme

ITEMS = Path(__file__).resolve().parent.parent / "data" / "entrecomp_posture_items.csv"
TEXTS = {
    "title_fr": "Ma posture entrepreneuriale",
    "title_en": "My entrepreneurial posture",
    "intro_fr": "Quinze phrases sur votre manière d’entreprendre, en trois domaines. Il n’y a ni bonne ni mauvaise "
    "réponse : vous seul·e savez où vous en êtes, et les mêmes phrases vous seront proposées à la fin du parcours.",
    "intro_en": "Fifteen sentences about how you act as an entrepreneur, in three areas. No answer is right or wrong: "
    "only you know where you stand, and you will meet the same sentences again at the end of the journey.",
    "source": "EntreComp (JRC101581), doi:10.2791/593884 · Jalon",
}
ANCHORS = [
    {"from": 1, "to": 2, "fr": "pas encore, ou avec beaucoup d’appui", "en": "not yet, or with a lot of support"},
    {"from": 3, "to": 4, "fr": "parfois, avec un peu d’appui", "en": "sometimes, with a little support"},
    {"from": 5, "to": 6, "fr": "le plus souvent, par moi-même", "en": "most of the time, by myself"},
    {"from": 7, "to": 8, "fr": "toujours, et j’y entraîne d’autres", "en": "always, and I bring others along"},
]


@transaction.atomic
def load_questionnaires() -> list[Questionnaire]:
    """The posture questionnaire, 15 items on a scale of 1 to 8, version 1 published. Loaded twice, it is there once.

    A published version is frozen: what an existing one says is left as it is.
    """
    questionnaire, _created = Questionnaire.objects.get_or_create(code=POSTURE, defaults=TEXTS)
    version, is_new = QuestionnaireVersion.objects.get_or_create(
        questionnaire=questionnaire,
        number=1,
        defaults={"published_at": clock.now(), "minutes": 4, "anchors": ANCHORS},
    )
    if is_new:
        Item.objects.bulk_create(_items(version))
    return [questionnaire]


def _items(version: QuestionnaireVersion) -> list[Item]:
    columns = ("code", "area_fr", "area_en", "competence_fr", "competence_en")
    with ITEMS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        Item(
            version=version,
            position=position,
            text_fr=row["item_fr"].replace("'", "’"),
            text_en=row["item_en"].replace("'", "’"),
            **{name: row[name].replace("'", "’") for name in columns},
        )
        for position, row in enumerate(rows, start=1)
    ]


@transaction.atomic
def set_default_waves(programme: Programme) -> list[Wave]:
    """This programme asks the posture questionnaire at the start and at exit, each open for thirty days.

    Waves it already has are left alone; so it may be called for a programme as often as one likes.
    """
    (questionnaire,) = load_questionnaires()
    moments = (Wave.Moment.START, Wave.Moment.EXIT)
    return [
        Wave.objects.get_or_create(programme=programme, questionnaire=questionnaire, moment=moment)[0]
        for moment in moments
    ]
