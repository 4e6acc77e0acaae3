"""Weekly letters that were written while they still told of anonymous requests are discreet. Can be run again."""

from django.db import migrations

WEEKLY = "mail/letters/weekly"


def make_discreet(apps, schema_editor):
    """All of an organisation in which one of them told of such a request: a week left out would tell as much."""
    ContentType = apps.get_model("contenttypes", "ContentType")
    kind = ContentType.objects.filter(app_label="evaluation", model="request").first()
    if kind is None:
        return
    asked = apps.get_model("evaluation", "Request").objects.filter(wave__mode="anonymous").order_by().values("pk")
    told = apps.get_model("mail", "Mention").objects.filter(thing_type=kind, thing_id__in=asked)
    letters = apps.get_model("mail", "Email").objects.filter(template=WEEKLY)
    where = letters.filter(pk__in=told.order_by().values("email")).order_by().values("organisation").distinct()
    organisations = [pk for pk in where.values_list("organisation", flat=True) if pk]
    letters.filter(organisation__in=organisations, is_discreet=False).update(is_discreet=True)


class Migration(migrations.Migration):
    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("evaluation", "0011_facts_of_earlier_sheets"),
        ("mail", "0013_discreet_letters"),
    ]

    operations = [migrations.RunPython(make_discreet, migrations.RunPython.noop)]
