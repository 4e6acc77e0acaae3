"""What the migrations of evaluation wrote into a database that was there before: tried on today's tables."""

from collections.abc import Callable
from importlib import import_module

import pytest
import time_machine
from django.apps import apps
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.lib import clock as house_clock
from backend.mail.models import Email, Mention
from evaluation import actions
from evaluation.models import Request, Response, Wave
from evaluation.queries.relevance import facts_of
from evaluation.queries.results import sheets_of
from journeys.models import Project
from tests.factories.accounts import make_organisation
from tests.factories.journeys import make_programme
from tests.factories.sheets import people_of, sent, wave_of
from tests.factories.surveys import make_questionnaire

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
ASKED = {"A": {"S1": {"scale_max": 5}}}


def upgrade(name: str, step: str) -> None:
    for _twice in range(2):
        getattr(import_module(f"evaluation.migrations.{name}"), step)(apps, None)


def test_sheets_sent_before_facts_were_kept_get_them_once(
    organisation: Organisation, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    programme = make_programme(organisation)
    wave = wave_of(programme, make_questionnaire(organisation, ASKED), mode=Wave.Mode.CONFIDENTIAL)
    people = people_of(programme, 7)
    for one in people[:6]:
        sent(wave, one, {"S1": 3})
    actions.save_answers(actions.send_request(wave, people[6], by=None), {"S1": 3}, by=people[6].holder.user)
    kept = Response.objects.get(request__journey=people[5]).facts
    was = facts_of(people[0])
    Response.objects.exclude(request__journey=people[5]).update(facts={})
    Project.objects.filter(pk=people[5].project_id).update(phase="creation")
    clock.shift(3 * 86_400)
    migration = "evaluation.migrations.0011_facts_of_earlier_sheets"
    monkeypatch.setattr(import_module(migration), "BATCH", 2)
    upgrade("0011_facts_of_earlier_sheets", "keep_facts")
    found = {one.request.journey_id: one.facts for one in Response.objects.select_related("request")}
    assert found[people[0].pk] == was
    assert [bool(found[one.pk]) for one in people] == [True] * 6 + [False]
    assert found[people[5].pk] == kept
    Project.objects.update(phase="consolidation")
    upgrade("0011_facts_of_earlier_sheets", "keep_facts")
    assert Response.objects.get(request__journey=people[0]).facts == was


def test_a_sheet_without_facts_never_follows_its_journey(organisation: Organisation) -> None:
    programme = make_programme(organisation)
    wave = wave_of(programme, make_questionnaire(organisation, ASKED), mode=Wave.Mode.CONFIDENTIAL)
    for one in people_of(programme, 5):
        sent(wave, one, {"S1": 3})
    Response.objects.update(facts={})
    assert [row.facts for row in sheets_of([wave])[wave.pk]] == [{}] * 5


def weekly(to: User, organisation: Organisation, *told: Request) -> Email:
    """A letter as the weekly ones were, with what it told of."""
    letter = Email.objects.filter(template="evaluation/letters/survey_request").earliest("pk")
    letter.pk, letter.key, letter.template = None, f"weekly:{Email.objects.count()}", "mail/letters/weekly"
    letter.to_user, letter.organisation, letter.about_type, letter.about_id = to, organisation, None, None
    letter.is_discreet, letter.message_id = False, f"<{letter.key}@x.test>"
    letter.save(force_insert=True)
    for one in told:
        Mention.objects.create(email=letter, thing=one, at=house_clock.now())
    return letter


def test_no_lead_reads_earlier_weekly_letters_where_they_told_of_anonymous_requests(
    client_of: Callable[[User], Client], lead: User, organisation: Organisation
) -> None:
    programme = make_programme(organisation)
    wave = wave_of(programme, make_questionnaire(organisation, ASKED), mode=Wave.Mode.ANONYMOUS)
    first, second = (actions.send_request(wave, one, by=None) for one in people_of(programme, 2))
    assert first.respondent and second.respondent
    letters = [weekly(first.respondent, organisation, first), weekly(first.respondent, organisation),
               weekly(second.respondent, organisation, second)]  # fmt: skip
    elsewhere = weekly(first.respondent, make_organisation())
    client = client_of(lead)

    def found() -> list[int]:
        return [client.get(reverse("mail:email_detail", args=[one.pk])).status_code for one in letters]

    assert found() == [200, 200, 200]
    upgrade("0012_weekly_letters_of_anonymous_waves", "make_discreet")
    assert found() == [404, 404, 404]
    assert not Email.objects.get(pk=elsewhere.pk).is_discreet
    own = client_of(first.respondent).get(reverse("mail:email_detail", args=[letters[0].pk]))
    assert own.status_code == 200
