"""What the migrations wrote into a database that was there before: tried on today's tables."""

from importlib import import_module

from django.apps import apps

from backend.accounts.models import Organisation, User
from journeys.models import Companion, Journey
from tests.factories.accounts import end_role, make_member
from tests.factories.journeys import make_journey


def test_only_referents_who_lead_there_still_join_the_group(organisation: Organisation, lead: User) -> None:
    gone = end_role(make_member(organisation, "lead"), organisation, "lead")
    journeys = [make_journey(organisation) for _ in range(2)]
    for journey, person in zip(journeys, (lead, gone), strict=True):
        Journey.objects.filter(pk=journey.pk).update(referent=person)
    Companion.objects.all().delete()
    for _twice in range(2):
        import_module("journeys.migrations.0006_referents_in_groups").fill_referents(apps, None)
    assert list(Companion.objects.values_list("journey", "user", "role")) == [(journeys[0].pk, lead.pk, "referent")]
