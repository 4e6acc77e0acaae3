"""A questionnaire with a question of every kind, and its waves, written as rows: nobody was asked yet."""

from typing import Any

from backend.accounts.models import Organisation, User
from backend.lib import clock
from evaluation import actions
from evaluation.models import Choice, Item, Questionnaire, QuestionnaireVersion, Request, Section, Wave
from journeys.models import Journey, Programme

K = Item.Kind
SOLD = {"item": "Y1", "is": "eq", "than": 1}
AGREE = [
    {"from": 1, "to": 2, "fr": "pas du tout", "en": "not at all"},
    {"from": 3, "to": 3, "fr": "à peu près", "en": "more or less"},
    {"from": 4, "to": 5, "fr": "tout à fait", "en": "entirely"},
]
SECTIONS: list[tuple[dict[str, Any], list[dict[str, Any]]]] = [
    (
        {"code": "A", "title_fr": "Votre accompagnement"},
        [
            {"code": "N1", "kind": K.NOTE, "text_fr": "Pensez aux trois derniers mois."},
            {"code": "S1", "text_fr": "Les séances m’aident à avancer.", "is_required": True},
            {"code": "R1", "kind": K.RECOMMEND, "text_fr": "Recommanderiez-vous ce parcours ?", "allows_no_say": True},
            {"code": "Y1", "kind": K.YES_NO, "text_fr": "Avez-vous déjà vendu ?"},
            {
                "code": "M1", "kind": K.NUMBER, "text_fr": "Pour combien ?", "unit_fr": "€",
                "least": 0, "most": 100000, "decimals": 2, "help_fr": "Au total, hors taxes.",
                "relevance": SOLD,
            },
            {"code": "D1", "kind": K.DATE, "text_fr": "Depuis quand ?", "relevance": SOLD},
        ],
    ),
    (
        {"code": "B", "title_fr": "Vos appuis", "layout": "matrix"},
        [
            {"code": "B1", "text_fr": "Je sais à qui demander.", "label_fr": "À qui demander"},
            {"code": "B2", "text_fr": "Je connais d’autres porteurs de projet.", "label_fr": "Autres porteurs"},
            {"code": "B3", "text_fr": "Ma famille me soutient.", "label_fr": "Famille", "allows_no_say": True},
        ],
    ),
    (
        {"code": "C", "title_fr": "Vos ventes", "relevance": SOLD},
        [
            {
                "code": "C1", "kind": K.SINGLE, "text_fr": "Surtout à qui ?",
                "choices": ["people:À des particuliers", "firms:À des entreprises", "other:Autre:words"],
            },
            {
                "code": "C2", "kind": K.MULTIPLE, "text_fr": "Par quels moyens ?",
                "choices": ["shop:Boutique", "web:En ligne", "other:Autre:words", "none:Aucun de ceux-là:alone"],
            },
        ],
    ),
    (
        {"code": "Z", "title_fr": "Pour finir"},
        [
            {"code": "T1", "kind": K.TEXT, "text_fr": "En un mot ?"},
            {"code": "L1", "kind": K.LONG_TEXT, "text_fr": "Que changer ?"},
            {"code": "O1", "kind": K.CONSENT, "text_fr": "J’accepte d’être recontacté·e.", "allows_na": False},
        ],
    ),
]  # fmt: skip


def make_version(programme: Programme) -> QuestionnaireVersion:
    """A published version: a question of each kind, one section as a table, one that only some are asked."""
    questionnaire = Questionnaire.objects.create(
        organisation=programme.organisation, code=f"every-kind-{programme.pk}", title_fr="Où en êtes-vous ?",
        title_en="How is it going?", intro_fr="Pour mieux vous accompagner.", intro_en="To support you better.",
    )  # fmt: skip
    return next_version(questionnaire)


def next_version(questionnaire: Questionnaire, broken: tuple[str, ...] = ()) -> QuestionnaireVersion:
    """The same questions once more, published; the series of the items named `broken` begins anew."""
    number = questionnaire.versions.count() + 1
    version = QuestionnaireVersion.objects.create(
        questionnaire=questionnaire, number=number, published_at=clock.now(), minutes=5, anchors=AGREE
    )
    for place, (section, items) in enumerate(SECTIONS, start=1):
        made = Section.objects.create(version=version, position=place, **section)
        for position, one in enumerate(items, start=1):
            facts = {"scale_max": 5, "series": 2 if one["code"] in broken else 1, **one}
            choices = facts.pop("choices", [])
            item = Item.objects.create(version=version, section=made, position=position, **facts)
            Choice.objects.bulk_create(_choice(item, n, text) for n, text in enumerate(choices, start=1))
    return version


def _choice(item: Item, position: int, text: str) -> Choice:
    code, french, *flags = text.split(":")
    facts = {"takes_text": "words" in flags, "is_exclusive": "alone" in flags}
    return Choice(item=item, position=position, code=code, text_fr=french, **facts)


def make_wave(programme: Programme, *, version: QuestionnaireVersion | None = None, **facts: Any) -> Wave:
    """A wave that asks it at mid-way, unless said otherwise."""
    questionnaire = (version or make_version(programme)).questionnaire
    return Wave.objects.create(**{"programme": programme, "questionnaire": questionnaire, "moment": "mid", **facts})


def ask(wave: Wave, journey: Journey, by: User | None = None) -> Request:
    """The holder of this journey was asked."""
    return actions.send_request(wave, journey, by=by)


def make_questionnaire(
    organisation: Organisation | None, sections: dict[str, dict[str, dict[str, Any]]], *, code: str = "essai"
) -> QuestionnaireVersion:
    """Published: {section code: {item code: its facts}}; `choices`: {code: facts}; the section’s own facts at "*"."""
    questionnaire = Questionnaire.objects.create(organisation=organisation, code=code, title_fr=f"Questionnaire {code}")
    version = QuestionnaireVersion.objects.create(questionnaire=questionnaire, number=1, published_at=clock.now())
    for place, (name, items) in enumerate(sections.items(), start=1):
        facts = {"title_fr": name, **items.get("*", {})}
        section = Section.objects.create(version=version, code=name, position=place, **facts)
        asked = [(item_code, dict(given)) for item_code, given in items.items() if item_code != "*"]
        for position, (item_code, given) in enumerate(asked, start=1):
            choices = given.pop("choices", {})
            own = {"text_fr": f"{item_code} ?", **given}
            item = Item.objects.create(version=version, section=section, code=item_code, position=position, **own)
            Choice.objects.bulk_create(
                Choice(item=item, code=one, position=n, **{"text_fr": one, **more})
                for n, (one, more) in enumerate(choices.items(), start=1)
            )
    return version


def copy_of(version: QuestionnaireVersion, *, broken: str, reason: str) -> QuestionnaireVersion:
    """The next version: the same, but one item starts a new series."""
    second = QuestionnaireVersion.objects.create(
        questionnaire=version.questionnaire, number=version.number + 1, published_at=version.published_at
    )
    for section in version.sections.all():
        items = list(section.items.all())
        made = Section.objects.create(
            version=second, code=section.code, position=section.position, title_fr="x",
            least_answered=section.least_answered,
        )  # fmt: skip
        for one in items:
            choices, changed = list(one.choices.all()), one.code == broken
            one.pk, one.version, one.section, one.series = None, second, made, one.series + changed
            one.change_reason = reason if changed else ""
            one.save()
            for choice in choices:
                Choice.objects.create(item=one, code=choice.code, position=choice.position, text_fr=choice.text_fr)
    return second
