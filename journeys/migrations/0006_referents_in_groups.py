"""The referents of running journeys are in their follow-up groups. Can be run again."""

from django.conf import settings
from django.db import migrations

BATCH = 2000


def fill_referents(apps, schema_editor):
    """Since the journey is known; nobody twice."""
    Journey, Companion = apps.get_model("journeys", "Journey"), apps.get_model("journeys", "Companion")
    known = set(
        Companion.objects.filter(role="referent", ended_at=None).order_by("pk").values_list("journey_id", "user_id")
    )
    live = Journey.objects.filter(referent__isnull=False, state__in=["draft", "active", "paused"]).order_by("pk")
    rows = [
        Companion(journey_id=pk, user_id=user, role="referent", created_at=since)
        for pk, user, since in live.values_list("pk", "referent_id", "created_at")
        if (pk, user) not in known
    ]
    Companion.objects.bulk_create(rows, batch_size=BATCH)


class Migration(migrations.Migration):
    dependencies = [
        ("journeys", "0005_share_steps"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [migrations.RunPython(fill_referents, migrations.RunPython.noop)]
