"""Reports on a schedule: opened once a period is over, never published by itself, sent once to each who may read."""

import re
from collections.abc import Callable
from datetime import date

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from backend.accounts.models import Organisation, User
from backend.lib.refusal import Refused
from backend.mail.models import Email
from evaluation import actions
from evaluation.actions.sending import send_report
from evaluation.models import Campaign, ReportSchedule
from evaluation.queries.publishing.periods import MONTHS, Period, containing, ended_since, last_ended
from evaluation.queries.publishing.schedules import due, letters_of
from evaluation.tasks import sweep_reports
from journeys.models import Programme
from tests.factories.accounts import end_role, make_member
from tests.factories.journeys import make_programme
from tests.factories.publishing import accompany, publish

django_db = pytest.mark.django_db
ClientOf = Callable[[User], Client]
Traveller = time_machine.Traveller


def of_template(name: str) -> list[tuple[str, str]]:
    """(address, subject) of the letters of this template, in order."""
    rows = Email.objects.filter(template=f"evaluation/letters/{name}").order_by("pk")
    return list(rows.values_list("to_address", "subject"))


@pytest.fixture
def schedule(organisation: Organisation, observer: User, lead: User, clock: Traveller) -> ReportSchedule:
    """Of each month, to an observer; set up on 23 November."""
    clock.move_to("2026-11-23 10:00 +0100")
    plan = actions.SchedulePlan(every="month", closes_after=10)
    return actions.create_schedule(organisation, plan, [observer], by=lead)


# --- Periods --------------------------------------------------------------------------------------
@given(st.sampled_from(sorted(MONTHS)), st.dates(date(1901, 1, 1), date(2198, 12, 31)))
def test_periods_follow_one_another_without_gap_nor_overlap(every: str, day: date) -> None:
    one = containing(every, day)
    assert one.first <= day <= one.last
    before = last_ended(every, day)
    assert (one.first - before.last).days == 1
    assert containing(every, before.first) == before
    assert one.first.day == 1 and (one.first.month - 1) % MONTHS[every] == 0


def test_the_days_of_each_period() -> None:
    found = {every: last_ended(every, date(2026, 4, 1)) for every in MONTHS}
    assert found == {
        "month": Period(date(2026, 3, 1), date(2026, 3, 31)),
        "quarter": Period(date(2026, 1, 1), date(2026, 3, 31)),
        "half": Period(date(2025, 7, 1), date(2025, 12, 31)),
        "year": Period(date(2025, 1, 1), date(2025, 12, 31)),
    }
    assert [one.last.month for one in ended_since("month", date(2026, 1, 31), date(2026, 4, 1), 2)] == [2, 3]


# --- Opened ---------------------------------------------------------------------------------------
@django_db
def test_a_campaign_opens_once_its_period_is_over_and_leads_are_told_what_to_mend(
    schedule: ReportSchedule, lead: User, programme: Programme, clock: Traveller
) -> None:
    clock.move_to("2026-11-30 20:00 +0100")
    assert sweep_reports() == 0
    clock.move_to("2026-12-01 06:40 +0100")
    accompany(programme, 1, "")
    assert (sweep_reports(), sweep_reports()) == (1, 0)
    campaign = Campaign.objects.get()
    assert (campaign.since, campaign.until, campaign.closes_on) == (
        date(2026, 11, 1), date(2026, 11, 30), date(2026, 12, 10),
    )  # fmt: skip
    assert (campaign.state, campaign.schedule) == ("draft", schedule)
    assert [address for address, _subject in of_template("report_to_mend")] == [lead.email]
    letter = Email.objects.get(template="evaluation/letters/report_to_mend")
    assert "10 décembre" in letter.subject
    assert "Pour 1 personne" in letter.text or "1 personne" in letter.text
    assert reverse("evaluation:campaign", args=[campaign.pk]) in letter.text


@django_db
def test_after_a_stop_each_missed_period_opens_once_with_as_many_days_left(
    schedule: ReportSchedule, clock: Traveller
) -> None:
    clock.move_to("2027-02-09 06:40 +0100")
    assert (sweep_reports(), sweep_reports()) == (3, 0)
    found = Campaign.objects.order_by("until").values_list("until", "closes_on")
    closes = date(2027, 2, 18)
    assert [*found] == [(date(2026, 11, 30), closes), (date(2026, 12, 31), closes), (date(2027, 1, 31), closes)]


@django_db
def test_a_clock_that_goes_back_opens_nothing_twice(schedule: ReportSchedule, clock: Traveller) -> None:
    clock.move_to("2026-12-01 06:40 +0100")
    sweep_reports()
    clock.move_to("2026-11-30 23:40 +0100")
    assert sweep_reports() == 0
    clock.move_to("2026-12-01 07:40 +0100")
    assert sweep_reports() == 0
    with pytest.raises(Refused):
        actions.open_report(schedule, last_ended("month", date(2026, 12, 1)), by=None)
    assert Campaign.objects.count() == 1


@django_db
def test_the_period_that_ended_last_is_taken_where_it_is_asked(organisation: Organisation, clock: Traveller) -> None:
    clock.move_to("2026-11-23 10:00 +0100")
    plan = actions.SchedulePlan(every="quarter", has_last=True)
    actions.create_schedule(organisation, plan, [], by=None)
    sweep_reports()
    assert Campaign.objects.get().until == date(2026, 9, 30)


@django_db
def test_while_it_is_paused_nothing_opens_and_what_ended_meanwhile_stays_closed(
    schedule: ReportSchedule, clock: Traveller
) -> None:
    actions.pause_schedule(schedule, by=None)
    with pytest.raises(Refused):
        actions.pause_schedule(schedule, by=None)
    clock.move_to("2027-01-05 06:40 +0100")
    assert sweep_reports() == 0
    actions.resume_schedule(schedule, by=None)
    assert sweep_reports() == 0
    clock.move_to("2027-02-01 06:40 +0100")
    assert sweep_reports() == 1
    assert Campaign.objects.get().until == date(2027, 1, 31)


@django_db
def test_leads_are_told_once_that_its_closing_day_has_come(
    schedule: ReportSchedule, lead: User, clock: Traveller
) -> None:
    clock.move_to("2026-12-01 06:40 +0100")
    sweep_reports()
    clock.move_to("2026-12-09 06:40 +0100")
    assert sweep_reports() == 0
    clock.move_to("2026-12-10 06:40 +0100")
    assert (sweep_reports(), sweep_reports()) == (1, 0)
    subjects = [subject for _address, subject in of_template("report_to_mend")]
    assert len(subjects) == 2 and subjects[1].startswith("À publier aujourd’hui")


# --- Sent -----------------------------------------------------------------------------------------
@pytest.fixture
def opened(schedule: ReportSchedule, programme: Programme, clock: Traveller) -> Campaign:
    clock.move_to("2026-12-01 06:40 +0100")
    accompany(programme, 7)
    sweep_reports()
    return Campaign.objects.get()


@django_db
def test_nothing_is_sent_before_two_leads_have_looked(opened: Campaign, lead: User, observer: User) -> None:
    other = make_member(opened.organisation, "lead", "other@example.org")
    actions.check_campaign(opened, by=lead)
    with pytest.raises(Refused):
        actions.publish_campaign(opened, by=lead)
    assert of_template("report") == []
    actions.review_campaign(opened, by=other)
    snapshot = actions.publish_campaign(opened, by=lead)
    ((address, subject),) = of_template("report")
    assert (address, subject.startswith("Chiffres publiés")) == (observer.email, True)
    text = Email.objects.get(template="evaluation/letters/report").text
    for kind in ("pdf", "xlsx"):
        assert reverse("evaluation:snapshot_file", args=[snapshot.pk, kind]) in text


@django_db
def test_published_again_it_is_sent_again_with_what_changed(
    opened: Campaign, observer: User, programme: Programme
) -> None:
    publish(opened)
    accompany(programme, 7, "man")
    actions.reopen_campaign(opened, by=None)
    second = publish(opened)
    letters = list(Email.objects.filter(template="evaluation/letters/report").order_by("pk"))
    assert [one.to_user for one in letters] == [observer, observer]
    assert "a changé" not in letters[0].text
    assert re.search(r"Personnes accompagnées\s*: 7 → 14", letters[1].text)
    (sent, first) = letters_of(opened.schedule)  # type: ignore[arg-type]
    assert (sent[0], [one.pk for one in sent[1]]) == (second, [letters[1].pk])
    assert [one.pk for one in first[1]] == [letters[0].pk]


@django_db
def test_the_same_snapshot_is_never_sent_twice_to_the_same_person(opened: Campaign) -> None:
    snapshot = publish(opened)
    send_report(snapshot, by=None)
    assert len(of_template("report")) == 1


@django_db
def test_who_may_no_longer_read_is_not_written_to(opened: Campaign, observer: User) -> None:
    end_role(observer, opened.organisation, "observer")
    publish(opened)
    assert of_template("report") == []


@django_db
def test_a_paused_schedule_sends_nothing(opened: Campaign, schedule: ReportSchedule) -> None:
    actions.pause_schedule(schedule, by=None)
    publish(Campaign.objects.get())
    assert of_template("report") == []


@django_db
def test_a_publication_that_fails_sends_nothing(opened: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    """The letters are laid down in the transaction that publishes: all of it, or nothing."""
    actions.check_campaign(opened, by=None)

    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("the worker dies here")

    monkeypatch.setattr("evaluation.actions.sending.mail.post", broken)
    with pytest.raises(RuntimeError):
        actions.publish_campaign(opened, by=None)
    opened.refresh_from_db()
    assert (opened.state, opened.snapshots.count(), of_template("report")) == ("checked", 0, [])


@django_db
def test_whoever_was_written_to_hears_that_it_is_withdrawn(opened: Campaign, observer: User, lead: User) -> None:
    snapshot = publish(opened)
    actions.withdraw_campaign(opened, by=lead, why="Un dispositif était compté deux fois.")
    ((address, subject),) = of_template("report_withdrawn")
    assert (address, subject.startswith("Chiffres retirés")) == (observer.email, True)
    assert "compté deux fois" in Email.objects.get(template="evaluation/letters/report_withdrawn").text
    assert not type(snapshot).objects.visible_to(observer).exists()
    assert type(snapshot).objects.visible_to(lead).exists()


# --- Set up ---------------------------------------------------------------------------------------
@django_db
def test_it_is_sent_only_to_who_may_read(organisation: Organisation, holder: User, steward: User) -> None:
    plan = actions.SchedulePlan(every="year")
    with pytest.raises(Refused) as refused:
        actions.create_schedule(organisation, plan, [holder], by=None)
    assert refused.value.field == "readers"
    assert list(actions.create_schedule(organisation, plan, [steward], by=None).readers.all()) == [steward]


@django_db
def test_the_same_report_is_scheduled_once(
    schedule: ReportSchedule, programme: Programme, other_organisation: Organisation
) -> None:
    plan = actions.SchedulePlan(every="month")
    with pytest.raises(Refused) as refused:
        actions.create_schedule(schedule.organisation, plan, [], by=None)
    assert refused.value.field == "programme"
    actions.create_schedule(
        schedule.organisation, actions.SchedulePlan(every="month", programme=programme), [], by=None
    )
    theirs = actions.SchedulePlan(every="month", programme=make_programme(other_organisation))
    with pytest.raises(Refused):
        actions.create_schedule(schedule.organisation, theirs, [], by=None)


@django_db
def test_of_two_leads_who_change_it_at_once_the_second_is_told_and_keeps_what_she_typed(
    schedule: ReportSchedule, lead: User, observer: User, client_of: ClientOf
) -> None:
    client, address = client_of(lead), reverse("evaluation:schedule_update", args=[schedule.pk])
    typed = {"every": "month", "closes_after": "20", "audience": "observers", "readers": [observer.pk], "revision": "0"}
    assert client.post(address, typed).status_code == 302
    page = client.post(address, typed | {"closes_after": "30"})
    assert page.context["is_stale"] and page.context["revision"] == 1
    assert page.context["form"]["closes_after"].value() == "30"
    assert client.post(address, typed | {"closes_after": "30", "revision": "1"}).status_code == 302
    schedule.refresh_from_db()
    assert (schedule.closes_after, list(schedule.readers.all())) == (30, [observer])


@django_db
def test_a_lead_sets_it_up_pauses_it_and_sees_what_was_sent(
    organisation: Organisation, lead: User, observer: User, client_of: ClientOf, programme: Programme, clock: Traveller
) -> None:
    clock.move_to("2026-11-23 10:00 +0100")
    client = client_of(lead)
    typed = {
        "every": "month",
        "closes_after": "-1",
        "audience": "observers",
        "readers": [observer.pk],
        "has_last": "on",
    }
    page = client.post(reverse("evaluation:schedule_create"), typed)
    assert page.context["form"].errors["closes_after"]
    page = client.post(reverse("evaluation:schedule_create"), typed | {"closes_after": "5"}, follow=True)
    schedule = page.context["schedule"]
    assert (schedule.closes_after, page.context["readers"]) == (5, [observer])
    accompany(programme, 7)
    sweep_reports()
    publish(Campaign.objects.get())
    page = client.get(reverse("evaluation:schedule", args=[schedule.pk]))
    assert [len(letters) for _snapshot, letters in page.context["sent"]] == [1]
    for act, paused in (("pause", True), ("resume", False)):
        client.post(reverse("evaluation:schedule_act", args=[schedule.pk, act]))
        schedule.refresh_from_db()
        assert (schedule.paused_at is not None) is paused
    client.post(reverse("evaluation:schedule_act", args=[schedule.pk, "drop"]))
    assert not ReportSchedule.objects.exists() and Campaign.objects.get().schedule is None
    assert client.post(reverse("evaluation:schedule_act", args=[schedule.pk, "pause"])).status_code == 404


@django_db
def test_what_is_due_is_asked_in_two_queries(
    schedule: ReportSchedule, django_assert_num_queries: Callable[..., object]
) -> None:
    for one in range(3):
        plan = actions.SchedulePlan(every="month", programme=make_programme(schedule.organisation, title_fr=str(one)))
        actions.create_schedule(schedule.organisation, plan, [], by=None)
    with django_assert_num_queries(2):  # type: ignore[attr-defined]
        assert len(due(date(2026, 12, 1))) == 4
