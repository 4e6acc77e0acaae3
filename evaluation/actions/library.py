"""The questionnaires that come with Jalon besides the posture, in our own words (`evaluation/data/library.json`)."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from backend.lib import clock
from evaluation.models import Choice, Item, Questionnaire, QuestionnaireVersion, Section

LIBRARY = Path(__file__).resolve().parent.parent / "data" / "library.json"
AGREEMENT = [
    {"from": 1, "to": 1, "fr": "pas du tout d’accord", "en": "not at all"},
    {"from": 2, "to": 2, "fr": "plutôt pas d’accord", "en": "rather not"},
    {"from": 3, "to": 3, "fr": "entre les deux", "en": "in between"},
    {"from": 4, "to": 4, "fr": "plutôt d’accord", "en": "rather"},
    {"from": 5, "to": 5, "fr": "tout à fait d’accord", "en": "fully"},
]
"""How far one agrees, on a scale of 1 to 5."""
ANCHORS = [
    {"from": 1, "to": 2, "fr": "pas encore, ou avec beaucoup d’appui", "en": "not yet, or with a lot of support"},
    {"from": 3, "to": 4, "fr": "parfois, avec un peu d’appui", "en": "sometimes, with a little support"},
    {"from": 5, "to": 6, "fr": "le plus souvent, par moi-même", "en": "most of the time, by myself"},
    {"from": 7, "to": 8, "fr": "toujours, et j’y entraîne d’autres", "en": "always, and I bring others along"},
]
"""How far one can, on the scale of 1 to 8 of the posture."""
SCALES = {"agree": AGREEMENT, "able": ANCHORS}
TEXTS = ("title_fr", "title_en", "intro_fr", "intro_en")


def library() -> list[dict[str, Any]]:
    """What the file says, one questionnaire after the other."""
    found: list[dict[str, Any]] = json.loads(LIBRARY.read_text(encoding="utf-8"))
    return found


def load_library() -> list[Questionnaire]:
    """Each of them shared by all, version 1 published; one that is there already is left as it is."""
    written = library()
    known = {one.code: one for one in Questionnaire.objects.filter(code__in=[one["code"] for one in written])}
    return [known.get(one["code"]) or _write(one) for one in written]


def _write(said: Mapping[str, Any]) -> Questionnaire:
    row = Questionnaire.objects.create(code=said["code"], **{name: said[name] for name in TEXTS})
    version = QuestionnaireVersion.objects.create(
        questionnaire=row,
        number=1,
        published_at=clock.now(),
        minutes=said["minutes"],
        anchors=SCALES[said["anchors"]],
    )
    for position, section in enumerate(said["sections"], start=1):
        _write_section(version, section, position)
    return row


def _write_section(version: QuestionnaireVersion, said: Mapping[str, Any], position: int) -> None:
    facts = {name: value for name, value in said.items() if name != "items"}
    section = Section.objects.create(version=version, position=position, **facts)
    items = [
        Item(version=version, section=section, position=place, **{k: v for k, v in one.items() if k != "choices"})
        for place, one in enumerate(said["items"], start=1)
    ]
    Item.objects.bulk_create(items)
    Choice.objects.bulk_create(
        Choice(
            item=item, position=place, code=code, text_fr=french, text_en=english,
            takes_text="text" in flags, is_exclusive="exclusive" in flags,
        )
        for item, one in zip(items, said["items"], strict=True)
        for place, (code, french, english, *flags) in enumerate(one.get("choices", ()), start=1)
    )  # fmt: skip
