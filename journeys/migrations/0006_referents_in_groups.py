"""The referents of running journeys, as long as they lead there, are in their follow-up groups. Can be run again."""

from django.conf import settings
from django.db import migrations

BATCH = 2000


def fill_referents(apps, schema_editor):
    """Since the journey is known; nobody twice, and nobody whose role there is over: the group gives access."""
    Journey, Companion = apps.get_model("journeys", "Journey"), apps.get_model("journeys", "Companion")
    Membership = apps.get_model("accounts", "Membership")
    leads = Membership.objects.filter(role="lead", ended_at=None).order_by("pk")
    leading = set(leads.values_list("user_id", "organisation_id"))
    known = set(
        Companion.objects.filter(role="referent", ended_at=None).order_by("pk").values_list("journey_id", "user_id")
    )
    live = Journey.objects.filter(referent__isnull=False, state__in=["draft", "active", "paused"]).order_by("pk")
    rows = [
        Companion(journey_id=pk, user_id=user, role="referent", created_at=since)
        for pk, user, since, place in live.values_list("pk", "referent_id", "created_at", "programme__organisation_id")
        if (pk, user) not in known and (user, place) in leading
    ]
    Companion.objects.bulk_create(rows, batch_size=BATCH)


class Migration(migrations.Migration):
    dependencies = [
        ("journeys", "0005_share_steps"),
        ("accounts", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [migrations.RunPython(fill_referents, migrations.RunPython.noop)]
