"""Fill what 0002 added: the code of each step, who carries each project, since when a journey rests. Can be run again."""

from django.conf import settings
from django.db import migrations

BATCH = 2000


def fill_codes(apps, schema_editor):
    """The template's code; a step without a template bears its own number."""
    Step = apps.get_model("journeys", "Step")
    while rows := list(Step.objects.filter(code="").select_related("template").order_by("pk")[:BATCH]):
        for row in rows:
            row.code = row.template.code if row.template else f"step-{row.pk}"
        Step.objects.bulk_update(rows, ["code"])


def fill_carriers(apps, schema_editor):
    """One member a pair, since the first journey of this project, else since the project is known."""
    Project, Carrier, Journey = (apps.get_model("journeys", name) for name in ("Project", "Carrier", "Journey"))
    known = set(Carrier.objects.order_by("pk").values_list("project_id", "holder_id"))
    since = {}
    for journey in Journey.objects.order_by("-started_on", "pk").iterator():
        since[journey.project_id, journey.holder_id] = journey.started_on
    born = dict(Project.objects.order_by("pk").values_list("pk", "created_at"))
    pairs = Project.holders.through.objects.order_by("pk").values_list("project_id", "holder_id")
    rows = [
        Carrier(project_id=project, holder_id=holder, joined_on=since.get((project, holder), born[project].date()))
        for project, holder in pairs
        if (project, holder) not in known
    ]
    Carrier.objects.bulk_create(rows, batch_size=BATCH)


def fill_pauses(apps, schema_editor):
    """Since the last time it was paused, as history tells."""
    Journey, Entry = apps.get_model("journeys", "Journey"), apps.get_model("history", "Entry")
    for journey in Journey.objects.filter(state="paused", paused_on=None).order_by("pk"):
        entries = Entry.objects.filter(
            verb="pause_journey", about_type__app_label="journeys", about_type__model="journey", about_id=journey.pk
        )
        last = entries.order_by("-at", "-pk").first()
        journey.paused_on = (last.at if last else journey.created_at).date()
        journey.save(update_fields=["paused_on"])


class Migration(migrations.Migration):
    dependencies = [
        ("journeys", "0002_deepen_journeys"),
        ("history", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(fill_codes, migrations.RunPython.noop),
        migrations.RunPython(fill_carriers, migrations.RunPython.noop),
        migrations.RunPython(fill_pauses, migrations.RunPython.noop),
    ]
