"""Sheets sent before their facts were kept get those of their journey as it is now, and follow it no further. Can be
run again."""

from django.db import migrations
from django.utils import timezone

BATCH = 500


def keep_facts(apps, schema_editor):
    """Those sent and without facts, some at a time."""
    responses = apps.get_model("evaluation", "Response").objects
    bare = responses.filter(completed_at__isnull=False, facts={}).order_by("pk")
    keys = list(bare.values_list("pk", flat=True))
    whole = bare.select_related("request__journey__project", "request__journey__programme")
    for start in range(0, len(keys), BATCH):
        found = list(whole.filter(pk__in=keys[start : start + BATCH]))
        for response in found:
            response.facts = facts_of(response.request.journey, timezone.localdate(response.completed_at))
        responses.bulk_update(found, ["facts"])


def facts_of(journey, on):
    """As `evaluation.queries.relevance.facts_of` on that day."""
    return {
        "programme": journey.programme.code,
        "track": journey.programme.track,
        "phase": journey.project.phase,
        "commune": journey.project.commune_id,
        "qpv": journey.project.qpv,
        "state": journey.state,
        "days_since_start": (on - journey.started_on).days,
    }


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0010_facts_when_sent"), ("journeys", "0013_neutral_words")]

    operations = [migrations.RunPython(keep_facts, migrations.RunPython.noop)]
