"""Fill what 0002 added: a section for each area of a version, and why an answer is missing. Can be run again."""

from django.db import migrations
from django.db.models import Min

ENOUGH = 3
TEXT_FR = "À quel point chaque phrase est-elle vraie pour vous aujourd’hui ?"
TEXT_EN = "How true is each sentence of you today?"


def fill_sections(apps, schema_editor):
    """In the order of their first items; each has the score that areas had."""
    Item, Section = apps.get_model("evaluation", "Item"), apps.get_model("evaluation", "Section")
    areas = Item.objects.filter(section=None).values("version", "area_fr", "area_en").annotate(first=Min("position"))
    for area in areas.order_by("version", "first"):
        position = Section.objects.filter(version=area["version"]).count() + 1
        section, _created = Section.objects.get_or_create(
            version_id=area["version"],
            code=f"EC{position}",
            defaults={
                "position": position,
                "title_fr": area["area_fr"],
                "title_en": area["area_en"],
                "text_fr": TEXT_FR,
                "text_en": TEXT_EN,
                "least_answered": ENOUGH,
            },
        )
        Item.objects.filter(version=area["version"], area_fr=area["area_fr"], section=None).update(section=section)


def fill_missing(apps, schema_editor):
    apps.get_model("evaluation", "Answer").objects.filter(is_not_applicable=True, missing="").update(missing="na")


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0002_surveys")]
    operations = [
        migrations.RunPython(fill_sections, migrations.RunPython.noop),
        migrations.RunPython(fill_missing, migrations.RunPython.noop),
    ]
