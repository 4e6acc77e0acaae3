"""What counted rows were is kept by the database itself: what figures read, nothing else, whoever writes."""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models

from backend.accounts.models import Organisation, User
from backend.history import actions as history
from backend.history import receivers, triggers
from backend.history.kept import KEPT
from backend.history.models import PastRow, WatchedTable
from backend.history.queries import known_since
from backend.lib import clock
from evaluation import actions as evaluation
from evaluation.models import Request, Wave
from journeys import actions as journeys
from journeys.models import Delivery, Holder, Journey, Programme, Project, Step
from tests.evaluation.past.conftest import Days
from tests.factories.accounts import make_organisation
from tests.factories.evaluation import answer, make_wave
from tests.factories.journeys import make_delivery, make_holder, make_journey, make_programme

pytestmark = pytest.mark.django_db
CODES = {("journeys_outcome", "code")}
"""Short columns whose words are those of a list, which a constraint holds."""

# Read again before a column is added: nobody is named, reached or quoted by any of these.
ALLOWED = {
    "history_entry": "at",
    "journeys_journey": (
        "created_at ended_on holder_id leave_reason paused_on planned_end_on programme_id project_id review_on "
        "started_on state"
    ),
    "journeys_step": "carried_from_id code created_at done_on due_on is_shared journey_id kind shared_from_id state",
    "journeys_delivery": "created_at happened_at journey_id kind minutes sort state",
    "journeys_project": "commune_id created_at neighbourhood_id qpv",
    "journeys_holder": "created_at gender user_id",
    "journeys_bridge": "created_at crossed_on from_journey_id kind to_journey_id",
    "journeys_outcome": "amount_cents code created_at happened_on holder_confirmed_at jobs_created jobs_lost "
    "journey_id kind partner_confirmed_at state",
    "evaluation_request": "created_at expires_at journey_id respondent_id sent_at state version_id wave_id",
}


def past(row: models.Model) -> list[PastRow]:
    return list(PastRow.objects.filter(of_table=row._meta.db_table, of_row=row.pk))


def test_what_is_kept_is_on_the_list() -> None:
    assert {table: " ".join(sorted(one.names)) for table, one in KEPT.items()} == ALLOWED


def test_a_line_confirmed_keeps_what_it_was_until_then(programme: Programme, days: Days) -> None:
    made = clock.now()
    line = make_delivery(make_journey(programme.organisation, programme=programme), minutes=75)
    confirmed = days.after(2)
    journeys.confirm_delivery(line, by=None)
    (was,) = past(line)
    assert (was.known_from, was.known_until, was.organisation) == (made, confirmed, programme.organisation_id)
    assert {name: was.facts[name] for name in ("kind", "minutes", "sort", "state", "journey_id")} == {
        "kind": "mentoring", "minutes": 75, "sort": "contact", "state": "declared", "journey_id": line.journey_id,
    }  # fmt: skip
    voided = days.after(1)
    journeys.void_delivery(Delivery.objects.get(pk=line.pk), reason="Deux fois", by=None)
    assert [(one.facts["state"], one.known_from, one.known_until) for one in past(line)] == [
        ("declared", made, confirmed), ("confirmed", confirmed, voided),
    ]  # fmt: skip


def test_rows_changed_in_bulk_by_hand_or_taken_away_are_kept_too(programme: Programme, days: Days) -> None:
    lines = [make_delivery(make_journey(programme.organisation, programme=programme)) for _each in range(3)]
    days.after(1)
    Delivery.objects.filter(pk=lines[0].pk).update(minutes=10)
    lines[1].minutes = 20
    Delivery.objects.bulk_update([lines[1]], ["minutes"])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE journeys_delivery SET minutes = 30 WHERE id = %s", [lines[2].pk])
    assert [[one.facts["minutes"] for one in past(line)] for line in lines] == [[90], [90], [90]]
    gone = days.after(1)
    Delivery.objects.filter(pk=lines[0].pk).delete()
    taken = PastRow.objects.filter(of_table="journeys_delivery", known_until=gone).get()
    assert taken.facts["minutes"] == 10


def test_other_columns_and_what_begins_and_changes_at_once_leave_no_past(programme: Programme, days: Days) -> None:
    line = make_delivery(make_journey(programme.organisation, programme=programme))
    Delivery.objects.filter(pk=line.pk).update(minutes=10)  # nobody has ever read the minutes before
    days.after(1)
    Delivery.objects.filter(pk=line.pk).update(reminded_at=clock.now(), minutes=10)
    assert past(line) == []


def test_nothing_personal_is_kept(organisation: Organisation, programme: Programme, days: Days) -> None:
    person = make_holder(organisation, gender="woman", phone="0612345678", birth_year=1984)
    User.objects.filter(pk=person.user_id).update(first_name="Zénobie", last_name="Quintrec")
    journey = make_journey(organisation, person.user, programme=programme, name="Atelier Quintrec")
    days.after(1)
    Holder.objects.filter(pk=person.pk).update(gender="other", phone="0700000000", birth_year=1985)
    Project.objects.filter(pk=journey.project_id).update(name="Quintrec et filles", pitch="Zénobie coud", qpv="inside")
    Step.objects.filter(journey=journey).update(title_fr="Voir Zénobie", waive_reason="Quintrec", kind="milestone")
    journeys.leave_journey(Journey.objects.get(pk=journey.pk), reason="other", comment="Mme Quintrec part", by=None)
    said = " ".join(str(facts) for facts in PastRow.objects.values_list("facts", flat=True))
    assert PastRow.objects.count() >= 4
    for word in ("Quintrec", "Zénobie", "061234", "1984", "Voir", "part"):
        assert word not in said
    for one in KEPT.values():
        for name in one.columns:
            field: Any = one.model._meta.get_field(name)
            is_code = bool(field.choices) or isinstance(field, models.SlugField) or (one.table, name) in CODES
            assert is_code or not isinstance(field, models.CharField | models.TextField), (one.table, name)


def test_an_anonymous_wave_has_no_past(programme: Programme, days: Days) -> None:
    found = {}
    for mode in Wave.Mode.values:
        journey = make_journey(programme.organisation, programme=make_programme(programme.organisation))
        wave = make_wave(journey.programme, Wave.Moment.START, mode=mode)
        asked = evaluation.send_request(wave, journey, by=None)
        days.after(1)
        answer(asked, 5)
        evaluation.complete_request(Request.objects.get(pk=asked.pk), by=asked.respondent)
        days.after(1)
        Request.objects.filter(pk=asked.pk).update(state=Request.State.REFUSED)
        Request.objects.filter(pk=asked.pk).update(sent_at=clock.now())
        found[mode] = [one.facts["state"] for one in past(asked)]
    assert found["anonymous"] == []
    assert found["identified"] == found["confidential"] != []


def test_the_past_of_an_organisation_goes_with_it(days: Days) -> None:
    house = make_organisation("Maison", slug="maison")
    kept = make_journey(make_organisation("Autre", slug="autre"))
    journey = make_journey(house)
    line = make_delivery(journey)
    days.after(1)
    for one in (journey, kept):
        Journey.objects.filter(pk=one.pk).update(started_on=clock.today() - timedelta(days=40))
    Delivery.objects.filter(pk=line.pk).update(minutes=10)
    Delivery.objects.filter(pk=line.pk).delete()
    days.after(1)
    journey.delete()
    assert PastRow.objects.filter(organisation=house.pk).count() >= 4
    Project.objects.filter(organisation=house).delete()
    Programme.objects.filter(organisation=house).delete()
    house.delete()
    assert {one.of_row for one in PastRow.objects.all()} == {kept.pk}


def test_whoever_is_erased_has_no_past_either(programme: Programme, days: Days) -> None:
    mine, other = (make_journey(programme.organisation, programme=programme) for _each in range(2))
    lines = [make_delivery(one) for one in (mine, other)]
    days.after(1)
    Holder.objects.filter(pk__in=[mine.holder_id, other.holder_id]).update(gender="woman")
    Project.objects.filter(pk__in=[mine.project_id, other.project_id]).update(qpv="inside")
    Delivery.objects.filter(pk=lines[0].pk).delete()
    Delivery.objects.filter(pk=lines[1].pk).update(minutes=15)
    Journey.objects.filter(pk=mine.pk).update(started_on=clock.today() - timedelta(days=40))
    before = PastRow.objects.count()
    assert evaluation.forget_past_of(mine.holder) == before - 3
    kept = {"journeys_holder": other.holder_id, "journeys_project": other.project_id, "journeys_delivery": lines[1].pk}
    assert {one.of_table: one.of_row for one in PastRow.objects.all()} == kept


# --- Since when, and after migrations -------------------------------------------------------------
def test_a_table_that_was_empty_is_known_from_its_beginning(programme: Programme, days: Days) -> None:
    assert known_since() is None
    make_journey(programme.organisation, programme=programme)
    WatchedTable.objects.filter(name="journeys_journey").delete()
    begun = days.after(1)
    history.begin_watching()
    history.begin_watching()
    assert known_since() == begun
    assert WatchedTable.objects.count() == sum(not one.is_final for one in KEPT.values())


def test_triggers_are_made_anew_where_they_are_missing_or_old(programme: Programme, days: Days) -> None:
    assert triggers.is_whole(connection)
    triggers.take_off(connection)
    assert triggers.there(connection) == {}
    line = make_delivery(make_journey(programme.organisation, programme=programme))
    for _twice in range(2):
        receivers.keep_the_past()
        assert triggers.is_whole(connection)
    days.after(1)
    Delivery.objects.filter(pk=line.pk).update(minutes=10)
    assert len(past(line)) == 1


def test_a_migration_of_counted_tables_finds_no_trigger_in_its_way(programme: Programme) -> None:
    class Planned:
        app_label = "mail"

    receivers.step_aside(plan=[(Planned(), False)])
    assert triggers.is_whole(connection)
    receivers.step_aside(plan=[])
    assert triggers.is_whole(connection)
    Planned.app_label = "journeys"
    receivers.step_aside(plan=[(Planned(), False)])
    assert triggers.there(connection) == {}
    receivers.keep_the_past()


@pytest.mark.django_db(transaction=True)
def test_a_table_written_anew_keeps_its_past_again() -> None:
    """As a migration does on SQLite, which drops the triggers along with the table."""
    app = apps.get_app_config("history")
    receivers.step_aside(plan=[(type("Planned", (), {"app_label": "journeys"}), False)])
    field = Delivery._meta.get_field("minutes")
    other = models.PositiveBigIntegerField()
    other.set_attributes_from_name("minutes")
    other.model = Delivery
    with connection.schema_editor() as editor:
        editor.alter_field(Delivery, field, other)
    with connection.schema_editor() as editor:
        editor.alter_field(Delivery, other, field)
    assert not triggers.is_whole(connection)
    models.signals.post_migrate.send(sender=app, app_config=app, using="default", verbosity=0, interactive=False)
    assert triggers.is_whole(connection)


# --- Whoever forgets somebody ---------------------------------------------------------------------
def test_every_kept_table_says_whose_its_rows_are_to_who_forgets_somebody(programme: Programme, days: Days) -> None:
    """A table that is kept anew is forgotten with the others, or this fails: a former state of each that leads to the
    holder, by the columns that it keeps, goes."""
    journey = make_journey(programme.organisation, programme=programme)
    keys = {
        "journeys_holder": journey.holder_id,
        "journeys_project": journey.project_id,
        "journeys_journey": journey.pk,
    }
    leads = {Journey: journey.pk, Holder: journey.holder_id, Project: journey.project_id}
    for one in KEPT.values():
        if one.is_final:
            continue
        facts = {
            column.column: leads[column.related_model]
            for name in one.columns
            for column in [one.model._meta.get_field(name)]
            if column.is_relation and column.related_model in leads
        }
        assert facts or one.table in keys, f"{one.table}: nothing says whose a former state is"
        PastRow.objects.create(
            of_table=one.table, of_row=keys.get(one.table, 10**6), organisation=programme.organisation_id,
            known_from=clock.now() - timedelta(days=2), known_until=clock.now(), facts=facts,
        )  # fmt: skip
    evaluation.forget_past_of(journey.holder)
    assert [*PastRow.objects.order_by("pk").values_list("of_table", flat=True)] == []
