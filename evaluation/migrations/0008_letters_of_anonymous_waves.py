"""Letters of anonymous waves are discreet, and no line of history tells who was reminded. Can be run again."""

from django.db import migrations


def make_discreet(apps, schema_editor):
    """Those about the requests of such a wave, whenever they were written."""
    ContentType = apps.get_model("contenttypes", "ContentType")
    kind = ContentType.objects.filter(app_label="evaluation", model="request").first()
    if kind is None:
        return
    asked = apps.get_model("evaluation", "Request").objects.filter(wave__mode="anonymous").order_by().values("pk")
    apps.get_model("mail", "Email").objects.filter(about_type=kind, about_id__in=asked).update(is_discreet=True)
    entries = apps.get_model("history", "Entry").objects
    entries.filter(verb="remind_request", about_type=kind, about_id__in=asked).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("evaluation", "0007_requests_never_asked"),
        ("history", "0001_initial"),
        ("mail", "0013_discreet_letters"),
    ]

    operations = [migrations.RunPython(make_discreet, migrations.RunPython.noop)]
