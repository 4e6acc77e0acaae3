"""Openings: published by the mentor, booked by her own holders, with nothing taken twice."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.calendars.models import Invite
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.mail.models import Email
from journeys.models import Journey
from journeys.queries.links import journey_url
from mentoring import actions, queries
from mentoring.models import Mentor, Mentorship, Opening, Session
from tests.factories.journeys import step_of
from tests.factories.mentoring import make_opening, make_pair, make_session
from tests.factories.stays import enrol, make_immersion, make_module_date, module_of
from tests.mentoring.test_api import api, post

ClientOf = Callable[[User], Client]
PARIS = ZoneInfo("Europe/Paris")
TUESDAY = date(2026, 12, 1)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=PARIS)


def tuesdays(mentor: Mentor, **facts: Any) -> Opening:
    """Every Tuesday from 14:00 to 17:00, three sessions of an hour."""
    return make_opening(mentor, **{"starts_on": TUESDAY, **facts})


def offered(pair: Mentorship, day: date = TUESDAY) -> list[str]:
    """The times of this day, on the clock of the place."""
    pair = Mentorship.objects.select_related("mentor__user", "mentor__organisation", "journey__holder__user").get(
        pk=pair.pk
    )
    starts = [offer.starts_at.astimezone(PARIS) for offer in queries.offers_for(pair)]
    return [f"{moment:%H:%M}" for moment in starts if moment.date() == day]


def test_a_booked_time_is_an_ordinary_session_in_both_calendars(pair: Mentorship, holder: User) -> None:
    opening = tuesdays(pair.mentor)
    session = actions.book_opening(pair, starts_at=at(TUESDAY, 15), agenda="Le plan de financement", by=holder)
    assert (session.state, session.minutes, session.place, session.agenda) == (
        "planned", 60, "Café du Bouffay", "Le plan de financement",
    )  # fmt: skip
    assert (session.opening, session.planned_by) == (opening, holder)
    assert step_of(pair.journey, "mentoring").state == "scheduled"
    invite = Invite.objects.about(session).get()
    assert {one.to_address for one in Email.objects.filter(uid=invite.uid)} == {
        "mentor@example.org",
        "holder@example.org",
    }
    assert offered(pair) == ["14:00", "16:00"]


def test_the_length_is_that_of_the_step_unless_the_opening_says_it(pair: Mentorship) -> None:
    tuesdays(pair.mentor, minutes=None)
    assert offered(pair) == ["14:00", "15:30"]


@pytest.mark.parametrize(
    ("day", "hour", "utc"), [(date(2026, 10, 25), 14, 13), (date(2027, 3, 28), 14, 12), (date(2027, 3, 21), 14, 13)]
)
def test_an_opening_keeps_its_hour_when_the_clocks_change(
    pair: Mentorship, holder: User, day: date, hour: int, utc: int
) -> None:
    with clock.pretend(at(day, 9) - timedelta(days=5)):
        tuesdays(pair.mentor, starts_on=day, repeats="once")
        session = actions.book_opening(pair, starts_at=at(day, hour), by=holder)
    assert session.starts_at == datetime.combine(day, time(utc), tzinfo=UTC)
    assert session.minutes == 60


def test_her_other_sessions_count_with_what_is_kept_free_around_them(
    organisation: Organisation, pair: Mentorship, profile: Mentor, holder: User
) -> None:
    tuesdays(profile, minutes_after=15, to_time=time(18))
    other = make_pair(organisation, profile)
    assert offered(pair) == ["14:00", "15:15", "16:30"]
    make_session(other, at(TUESDAY, 16), minutes=30)
    assert offered(pair) == ["14:00", "16:30"]
    make_session(other, at(TUESDAY, 15, 10), minutes=20)
    assert offered(pair) == ["16:30"]
    # A session that was booked keeps its quarter of an hour, at another opening too.
    actions.book_opening(pair, starts_at=at(TUESDAY, 16, 30), by=holder)
    tuesdays(profile, from_time=time(17, 30), to_time=time(19, 30))
    assert "17:30" not in offered(other)
    assert "18:30" in offered(other)


def test_modules_and_stays_of_the_holder_and_of_the_mentor_take_their_time(
    organisation: Organisation, pair: Mentorship, journey: Journey, mentor: User, holder: User
) -> None:
    tuesdays(pair.mentor)
    enrol(make_module_date(module_of(journey), starts_at=at(TUESDAY, 15), minutes=30), journey)
    assert offered(pair) == ["14:00", "16:00"]
    trainer = mentor.email.upper()
    make_module_date(module_of(journey), starts_at=at(TUESDAY, 16), minutes=30, trainer_email=trainer)
    assert offered(pair) == ["14:00"]
    with pytest.raises(Refused, match="Vous avez déjà «\xa0Posture entrepreneuriale\xa0» le mardi"):
        actions.book_opening(pair, starts_at=at(TUESDAY, 15), by=holder)
    monday = TUESDAY + timedelta(days=6)
    make_immersion(journey, state="validated", starts_on=monday)
    assert offered(pair, TUESDAY + timedelta(days=7)) == ["16:00"]  # the day there is from 8:00 to 16:00


def test_exceptions_absences_and_the_break_are_minded(pair: Mentorship, mentor: User) -> None:
    opening = tuesdays(pair.mentor)
    second, third, fourth = (TUESDAY + timedelta(days=7 * count) for count in (1, 2, 3))
    day = actions.change_opening_day(opening, day=TUESDAY, by=mentor)
    actions.change_opening_day(opening, day=second, from_time=time(9), to_time=time(10), by=mentor)
    absence = actions.declare_absence(pair.mentor, starts_on=third, ends_on=third, by=mentor)
    actions.update_mentor(pair.mentor, by=mentor, paused_from=fourth, paused_until=fourth)
    assert [offered(pair, one) for one in (TUESDAY, second, third, fourth)] == [[], ["09:00"], [], []]
    actions.restore_opening_day(day, by=mentor)
    actions.lift_absence(absence, by=mentor)
    assert [len(offered(pair, one)) for one in (TUESDAY, third)] == [3, 3]
    actions.end_opening(opening, by=mentor)
    assert offered(pair) == []


def test_the_cap_of_a_week_counts_what_is_booked_at_all_openings(
    pair: Mentorship, profile: Mentor, holder: User
) -> None:
    tuesdays(profile, most_a_week=1)
    thursday = TUESDAY + timedelta(days=2)
    tuesdays(profile, starts_on=thursday, most_a_week=2)
    session = actions.book_opening(pair, starts_at=at(TUESDAY, 14), by=holder)
    assert (offered(pair), len(offered(pair, thursday)), len(offered(pair, TUESDAY + timedelta(days=7)))) == ([], 3, 3)
    actions.cancel_session(session, reason="Grippe", for_mentor=False, by=holder)
    assert len(offered(pair)) == 3


def test_notice_and_horizon_bound_what_is_offered(pair: Mentorship) -> None:
    tuesdays(pair.mentor, notice_hours=24, weeks_ahead=2)
    with clock.pretend(at(TUESDAY - timedelta(days=1), 15)):
        assert offered(pair) == ["15:00", "16:00"]
        assert offered(pair, TUESDAY + timedelta(days=7)) == ["14:00", "15:00", "16:00"]
        assert offered(pair, TUESDAY + timedelta(days=14)) == []


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"from_time": time(17), "to_time": time(14)}, "to_time"),
        ({"minutes": 200}, "to_time"),
        ({"ends_on": TUESDAY - timedelta(days=1)}, "ends_on"),
        ({"repeats": "once", "starts_on": date(2026, 11, 1)}, "starts_on"),
        ({"medium": "video"}, "url"),
        ({"notice_hours": 400}, "notice_hours"),
        ({"most_a_week": 0}, "most_a_week"),
    ],
)
def test_what_cannot_be_an_opening_is_refused_beside_its_field(
    profile: Mentor, facts: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        tuesdays(profile, **facts)
    assert refusal.value.field == field
    assert not Opening.objects.exists()


def test_an_exception_falls_on_a_day_of_the_opening(profile: Mentor, mentor: User) -> None:
    opening = tuesdays(profile)
    for facts, field in (
        ({"day": TUESDAY + timedelta(days=1)}, "day"),
        ({"day": TUESDAY, "from_time": time(9)}, "to_time"),
        ({"day": TUESDAY, "from_time": time(9), "to_time": time(8)}, "to_time"),
    ):
        with pytest.raises(Refused) as refusal:
            actions.change_opening_day(opening, by=mentor, **facts)
        assert refusal.value.field == field
    assert not opening.days.exists()


# --- The pages ------------------------------------------------------------------------------------
def test_a_time_just_taken_is_told_and_her_words_are_kept(
    organisation: Organisation, pair: Mentorship, holder: User, client_of: ClientOf
) -> None:
    tuesdays(pair.mentor)
    other = make_pair(organisation, pair.mentor)
    actions.book_opening(other, starts_at=at(TUESDAY, 15), by=other.journey.holder.user)
    sent = {"starts_at": at(TUESDAY, 15).isoformat(), "agenda": "Le plan de financement"}
    answer = client_of(holder).post(reverse("mentoring:opening_book", args=[pair.pk]), sent)
    form = answer.context["form"]
    assert form.errors == {"starts_at": ["Cet horaire vient d’être pris\xa0: choisissez-en un autre."]}
    assert form["agenda"].value() == "Le plan de financement"
    shown = [offer.starts_at for offer in answer.context["days"][0].offers]
    assert shown == [at(TUESDAY, 14), at(TUESDAY, 16)]
    sent["starts_at"] = at(TUESDAY, 16, 30).isoformat()
    errors = client_of(holder).post(reverse("mentoring:opening_book", args=[pair.pk]), sent).context["form"].errors
    assert errors == {"starts_at": ["Cet horaire n’est plus proposé\xa0: choisissez-en un autre."]}
    for odd in ("", "demain", "2026-12-01T14:00"):
        answer = client_of(holder).post(reverse("mentoring:opening_book", args=[pair.pk]), {"starts_at": odd})
        assert list(answer.context["form"].errors) == ["starts_at"]
    assert Session.objects.count() == 1


def test_a_page_sent_twice_books_once(pair: Mentorship, holder: User, client_of: ClientOf) -> None:
    tuesdays(pair.mentor)
    url = reverse("mentoring:opening_book", args=[pair.pk])
    sent = {"starts_at": at(TUESDAY, 14).isoformat(), "once": "a" * 24}
    assert client_of(holder).post(url, sent).headers["Location"] == f"/sessions/{Session.objects.get().pk}/"
    again = client_of(holder).post(url, sent).context["form"].errors
    assert again == {
        "__all__": ["C’était déjà envoyé, et c’est fait une fois. Validez de nouveau pour le faire une fois de plus."]
    }
    assert Session.objects.count() == 1


def test_the_times_are_on_the_clock_of_who_reads(pair: Mentorship, holder: User, client_of: ClientOf) -> None:
    tuesdays(pair.mentor, from_time=time(14), to_time=time(15))
    url = reverse("mentoring:opening_book", args=[pair.pk])
    here = client_of(holder).get(url).content.decode()
    assert "jusqu’à 15\xa0h" in here
    assert "Europe/Paris" not in here
    holder.time_zone = "America/Cayenne"
    holder.save()
    there = client_of(holder).get(url).content.decode()
    assert "jusqu’à 11\xa0h" in there
    assert "America/Cayenne" in there


def test_her_home_and_the_pair_lead_to_booking_as_soon_as_there_is_an_opening(
    pair: Mentorship, holder: User, client_of: ClientOf
) -> None:
    url = reverse("mentoring:opening_book", args=[pair.pk])
    pages = [reverse("home"), reverse("mentoring:mentorship", args=[pair.pk]), journey_url(pair.journey)]
    assert [url in client_of(holder).get(page).content.decode() for page in pages] == [False] * 3
    assert "Aucun horaire libre" in client_of(holder).get(url).content.decode()
    tuesdays(pair.mentor)
    assert [url in client_of(holder).get(page).content.decode() for page in pages] == [True] * 3
    actions.end_mentorship(pair, reason="other", by=None)
    assert client_of(holder).get(url).status_code == 403


def test_the_mentor_publishes_changes_and_ends_from_her_pages(
    profile: Mentor, mentor: User, client_of: ClientOf
) -> None:
    client = client_of(mentor)
    page = reverse("mentoring:opening_list", args=[profile.pk])
    sent = {
        "repeats": "fortnightly", "starts_on": "2026-12-01", "ends_on": "", "weekday": "3", "from_time": "14:00",
        "to_time": "17:00", "minutes_0": "1", "minutes_1": "0", "medium": "in_person", "place": "Solilab", "url": "",
        "notice_hours": "24", "weeks_ahead": "6", "minutes_before": "0", "minutes_after": "0", "most_a_week": "",
    }  # fmt: skip
    client.post(reverse("mentoring:opening_publish", args=[profile.pk]), sent)
    opening = Opening.objects.get()
    assert (opening.weekday, opening.repeats, opening.minutes, opening.place) == (3, "fortnightly", 60, "Solilab")
    shown = client.get(page)
    assert shown.context["offered"] == 6  # on two Thursdays, three an afternoon
    assert "Jeudi, de 14\xa0h à 17\xa0h" in shown.content.decode()
    client.post(reverse("mentoring:opening_update", args=[opening.pk]), {**sent, "to_time": "16:00"})
    client.post(reverse("mentoring:opening_day_change", args=[opening.pk]), {"day": "2026-12-03"})
    client.post(
        reverse("mentoring:absence_declare", args=[profile.pk]), {"starts_on": "2026-12-20", "ends_on": "2026-12-31"}
    )
    assert client.get(page).context["offered"] == 2
    wrong = client.post(reverse("mentoring:opening_update", args=[opening.pk]), {**sent, "to_time": "13:00"})
    assert wrong.context["form"].errors == {"to_time": ["La fin viendrait avant le début."]}
    assert wrong.context["form"]["place"].value() == "Solilab"
    client.post(reverse("mentoring:opening_end", args=[opening.pk]))
    assert client.get(page).context["lines"] == []


def test_pages_ask_the_same_queries_for_one_and_for_three(
    pair: Mentorship, mentor: User, holder: User, client_of: ClientOf, assert_num_queries_same: Any
) -> None:
    def add(number: int = 1) -> None:
        for _each in range(number):
            count = Opening.objects.count()
            opening = tuesdays(pair.mentor, starts_on=TUESDAY + timedelta(days=count), minutes=30)
            actions.change_opening_day(opening, day=opening.starts_on + timedelta(days=7), by=None)
            actions.declare_absence(
                pair.mentor, starts_on=TUESDAY, ends_on=TUESDAY + timedelta(days=20 + count), by=None
            )
            actions.book_opening(pair, starts_at=at(opening.starts_on + timedelta(days=28), 14), by=holder)

    add()
    for person, name, pk in ((mentor, "opening_list", pair.mentor_id), (holder, "opening_book", pair.pk)):
        client = client_of(person)
        url = reverse(f"mentoring:{name}", args=[pk])
        assert_num_queries_same(lambda client=client, url=url: client.get(url), lambda: add(2))


# --- The API --------------------------------------------------------------------------------------
def test_the_same_over_the_api(profile: Mentor, pair: Mentorship, mentor: User, holder: User) -> None:
    facts = {"mentor": profile.pk, "starts_on": "2026-12-01", "from_time": "14:00", "to_time": "16:00", "minutes": 60}
    answer = post(mentor, "mentor-openings-list", **facts)
    assert (answer.status_code, answer.data["weekday"], answer.data["notice_hours"]) == (201, 1, 24)
    number = answer.data["id"]
    assert post(holder, "mentor-openings-list", **facts).status_code == 403
    answer = api(mentor).patch(reverse("api:mentor-openings-detail", args=[number]), {"weeks_ahead": 2}, format="json")
    assert (answer.status_code, answer.data["weeks_ahead"], answer.data["minutes"]) == (200, 2, 60)
    answer = api(holder).get(reverse("api:mentorships-offers", args=[pair.pk]))
    assert [datetime.fromisoformat(one["starts_at"]) for one in answer.data] == [at(TUESDAY, 14), at(TUESDAY, 15)]
    answer = post(holder, "mentorships-book", pair.pk, starts_at=answer.data[0]["starts_at"], agenda="Les prix")
    assert (answer.status_code, answer.data["state"], answer.data["agenda"]) == (201, "planned", "Les prix")
    again = post(holder, "mentorships-book", pair.pk, starts_at=answer.data["starts_at"])
    assert (again.status_code, again.data["field"]) == (409, "starts_at")
    answer = post(mentor, "mentor-openings-change-day", number, day="2026-12-01")
    assert [str(one["day"]) for one in answer.data["days"]] == ["2026-12-01"]
    answer = post(mentor, "mentor-openings-restore-day", number, opening_day=answer.data["days"][0]["id"])
    assert answer.data["days"] == []
    absence = post(mentor, "mentor-absences-list", mentor=profile.pk, starts_on="2026-12-01", ends_on="2026-12-02")
    assert post(mentor, "mentor-absences-lift", absence.data["id"]).status_code == 204
    assert post(mentor, "mentor-openings-end", number).data["ended_at"] is not None
