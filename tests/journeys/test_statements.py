"""Statements: hours prepared by a lead for a period, read whole and signed in one act by the holder."""

import hashlib
from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.lib.refusal import Refused
from backend.mail.models import Email
from journeys import actions
from journeys.models import Delivery, Journey, Statement
from journeys.queries.statements import digest_of, read
from tests.factories.journeys import make_companion, make_confirmed_delivery, make_delivery, make_journey

Browser = Callable[[User], Client]
PARIS = ZoneInfo("Europe/Paris")
OCTOBER = {"starts_on": date(2026, 10, 1), "ends_on": date(2026, 10, 31)}


def at(day: int, hour: int = 10, month: int = 10) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=PARIS)


@pytest.fixture
def journey(organisation: Organisation, holder: User, lead: User) -> Journey:
    return make_journey(organisation, holder, referent=lead, started_on=date(2026, 9, 1))


def prepared(journey: Journey, by: User | None = None) -> Statement:
    return actions.prepare_statement(journey, **OCTOBER, by=by)


def signed(journey: Journey) -> Statement:
    statement = prepared(journey)
    return actions.sign_statement(statement, seen=read(statement).digest, by=journey.holder.user)


def states(journey: Journey) -> list[tuple[int, str]]:
    return list(journey.deliveries.order_by("pk").values_list("minutes", "state"))


# --- Preparing ----------------------------------------------------------------------------------------
def test_a_lead_prepares_a_month_and_the_holder_is_told_once(journey: Journey, lead: User, client_of: Browser) -> None:
    make_confirmed_delivery(journey, minutes=60, happened_at=at(5))
    url = reverse("journeys:statement_prepare", args=[journey.pk])
    answer = client_of(lead).post(url, {"starts_on": "2026-10-01", "ends_on": "2026-10-31"})
    statement = journey.statements.get()
    letter = Email.objects.get(key=f"statement:{statement.pk}")
    assert answer.headers["Location"] == reverse("journeys:statement_detail", args=[statement.pk])
    assert (statement.state, statement.prepared_by) == ("to_sign", lead)
    assert letter.to_address == "holder@example.org"
    assert letter.subject == "Votre relevé d’heures est prêt à signer"
    assert reverse("journeys:statement_detail", args=[statement.pk]) in letter.text


@pytest.mark.parametrize(
    ("days", "field"),
    [
        ((date(2026, 10, 31), date(2026, 10, 1)), "ends_on"),
        ((date(2026, 11, 1), date(2026, 11, 24)), "ends_on"),
        ((date(2026, 9, 1), date(2026, 9, 30)), "starts_on"),
    ],
)
def test_days_back_to_front_to_come_or_without_hours_are_refused(
    journey: Journey, days: tuple[date, date], field: str
) -> None:
    make_delivery(journey, happened_at=at(5))
    with pytest.raises(Refused) as refused:
        actions.prepare_statement(journey, starts_on=days[0], ends_on=days[1], by=None)
    assert (refused.value.field, Statement.objects.count()) == (field, 0)


def test_two_statements_of_a_journey_never_share_a_day(journey: Journey) -> None:
    make_confirmed_delivery(journey, happened_at=at(31))
    first = prepared(journey)
    with pytest.raises(Refused, match=r"01/10/2026 – 31/10/2026"):
        actions.prepare_statement(journey, starts_on=date(2026, 10, 31), ends_on=date(2026, 11, 5), by=None)
    actions.withdraw_statement(first, by=None)
    assert prepared(journey).pk != first.pk


def test_a_day_is_that_of_the_organisation(journey: Journey) -> None:
    inside = make_confirmed_delivery(journey, happened_at=datetime(2026, 10, 31, 23, 30, tzinfo=PARIS))
    make_confirmed_delivery(journey, happened_at=datetime(2026, 11, 1, 0, 30, tzinfo=PARIS))
    assert [one.pk for one in read(prepared(journey)).lines] == [inside.pk]


# --- Reading and signing --------------------------------------------------------------------------------
def test_the_holder_signs_what_is_confirmed_and_the_rest_stays_out(
    journey: Journey, holder: User, client_of: Browser
) -> None:
    make_confirmed_delivery(journey, minutes=60, happened_at=at(5))
    make_confirmed_delivery(journey, minutes=30, happened_at=at(6), sort="travel")
    make_delivery(journey, minutes=45, happened_at=at(7))
    actions.dispute_delivery(make_delivery(journey, minutes=15, happened_at=at(8)), comment="Non.", by=holder)
    make_confirmed_delivery(journey, minutes=500, happened_at=at(1, month=11))
    statement = prepared(journey)
    browser = client_of(holder)
    page = browser.get(reverse("journeys:statement_detail", args=[statement.pk]))
    reading = page.context["reading"]
    assert ([one.minutes for one in reading.lines], reading.minutes, reading.apart) == ([60, 30], 60, 30)
    assert [(one.minutes, one.state) for one in reading.outside] == [(45, "declared"), (15, "disputed")]
    browser.post(reverse("journeys:statement_sign", args=[statement.pk]), {"seen": reading.digest})
    statement.refresh_from_db()
    assert (statement.state, statement.signed_by, statement.digest) == ("signed", holder, reading.digest)
    assert states(journey) == [
        (60, "signed"), (30, "signed"), (45, "declared"), (15, "disputed"), (500, "confirmed"),
    ]  # fmt: skip
    assert read(statement).is_intact


def test_home_asks_the_holder_to_sign_until_she_has(journey: Journey, holder: User, client_of: Browser) -> None:
    make_confirmed_delivery(journey, happened_at=at(5))
    statement = prepared(journey)
    asked = client_of(holder).get(reverse("home")).context["home"].todos
    assert [(todo.code, todo.url) for todo in asked if todo.code == "statement"] == [
        ("statement", reverse("journeys:statement_detail", args=[statement.pk]))
    ]
    actions.sign_statement(statement, seen=read(statement).digest, by=holder)
    after = client_of(holder).get(reverse("home")).context["home"].todos
    assert "statement" not in [todo.code for todo in after]


def test_lines_that_changed_since_they_were_read_are_not_signed(journey: Journey, holder: User) -> None:
    make_confirmed_delivery(journey, minutes=60, happened_at=at(5))
    late = make_delivery(journey, minutes=45, happened_at=at(7))
    statement = prepared(journey)
    seen = read(statement).digest
    actions.confirm_delivery(late, by=holder)
    with pytest.raises(Refused, match="changé"):
        actions.sign_statement(statement, seen=seen, by=holder)
    assert states(journey) == [(60, "confirmed"), (45, "confirmed")]


def test_signed_twice_is_signed_once(journey: Journey, holder: User) -> None:
    make_confirmed_delivery(journey, minutes=60, happened_at=at(5))
    statement = prepared(journey)
    stale = Statement.objects.get(pk=statement.pk)
    seen = read(statement).digest
    first = actions.sign_statement(statement, seen=seen, by=holder)
    with pytest.raises(Refused):
        actions.sign_statement(stale, seen=seen, by=holder)
    assert Statement.objects.get(pk=statement.pk).signed_at == first.signed_at


def test_nothing_confirmed_is_nothing_to_sign(journey: Journey, holder: User, client_of: Browser) -> None:
    make_delivery(journey, happened_at=at(5))
    statement = prepared(journey)
    page = client_of(holder).get(reverse("journeys:statement_detail", args=[statement.pk]))
    with pytest.raises(Refused):
        actions.sign_statement(statement, seen=read(statement).digest, by=holder)
    assert reverse("journeys:statement_sign", args=[statement.pk]) not in page.content.decode()


@pytest.mark.parametrize(("persona", "status"), [("mentor", 403), ("lead", 403), ("steward", 403), ("outsider", 404)])
def test_nobody_signs_for_the_holder(
    persona: str, status: int, journey: Journey, mentor: User, client_of: Browser, request: pytest.FixtureRequest
) -> None:
    make_companion(journey, mentor)
    make_confirmed_delivery(journey, happened_at=at(5))
    statement = prepared(journey)
    answer = client_of(request.getfixturevalue(persona)).post(
        reverse("journeys:statement_sign", args=[statement.pk]), {"seen": read(statement).digest}
    )
    statement.refresh_from_db()
    assert (answer.status_code, statement.state) == (status, "to_sign")


def test_a_withdrawn_statement_is_not_signed_and_a_signed_one_not_withdrawn(journey: Journey, holder: User) -> None:
    make_confirmed_delivery(journey, happened_at=at(5))
    gone = actions.withdraw_statement(prepared(journey), by=None)
    with pytest.raises(Refused):
        actions.sign_statement(gone, seen="", by=holder)
    done = signed(journey)
    with pytest.raises(Refused):
        actions.withdraw_statement(done, by=None)
    assert (gone.state, done.state) == ("withdrawn", "signed")


# --- After signing --------------------------------------------------------------------------------------
def test_a_correction_after_signing_is_said_openly(
    journey: Journey, lead: User, holder: User, client_of: Browser
) -> None:
    wrong = make_confirmed_delivery(journey, minutes=60, happened_at=at(5))
    gone = make_confirmed_delivery(journey, minutes=20, happened_at=at(6))
    statement = signed(journey)
    wrong.refresh_from_db()
    gone.refresh_from_db()
    right = actions.replace_delivery(wrong, minutes=50, reason="Dix minutes de pause", by=lead)
    actions.void_delivery(gone, reason="Saisi deux fois", by=lead)
    page = client_of(holder).get(reverse("journeys:statement_detail", args=[statement.pk]))
    found = page.context["reading"].corrections
    assert [(one.was.pk, one.now and one.now.pk) for one in found] == [(wrong.pk, right.pk), (gone.pk, None)]
    text = page.content.decode().replace("\u00a0", " ")
    assert "2 lignes ont été corrigées après la signature" in text
    assert "1 h signées, 50 min maintenant" in text
    assert page.context["reading"].is_intact


def test_hours_confirmed_after_the_signature_are_signed_with_the_next_statement(journey: Journey, holder: User) -> None:
    make_confirmed_delivery(journey, minutes=60, happened_at=at(5))
    late = make_delivery(journey, minutes=45, happened_at=at(7))
    signed(journey)
    actions.confirm_delivery(late, by=holder)
    make_confirmed_delivery(journey, minutes=30, happened_at=at(3, month=11))
    november = actions.prepare_statement(journey, starts_on=date(2026, 11, 1), ends_on=date(2026, 11, 20), by=None)
    reading = read(november)
    assert ([one.minutes for one in reading.lines], [one.minutes for one in reading.late]) == ([45, 30], [45])
    actions.sign_statement(november, seen=reading.digest, by=holder)
    assert states(journey) == [(60, "signed"), (45, "signed"), (30, "signed")]


def test_the_digest_tells_when_a_signed_line_was_tampered_with(journey: Journey) -> None:
    line = make_confirmed_delivery(journey, minutes=60, happened_at=at(5))
    statement = signed(journey)
    Delivery.objects.filter(pk=line.pk).update(minutes=61)
    assert not read(statement).is_intact


def test_the_digest_is_that_of_a_text_anyone_can_write(journey: Journey) -> None:
    line = make_confirmed_delivery(journey, minutes=60, happened_at=at(5), source="session:7")
    statement = prepared(journey)
    text = (
        f"jalon-statement=1 journey={journey.pk} from=2026-10-01 to=2026-10-31\n"
        f"line={line.pk} happened=2026-10-05T08:00:00+00:00 kind=mentoring sort=contact minutes=60 source=session:7"
        " confirmed=2026-11-23T08:00:00+00:00"
    )
    assert digest_of(statement, [line]) == hashlib.sha256(text.encode()).hexdigest()


# --- A whole programme ----------------------------------------------------------------------------------
@pytest.fixture
def three(organisation: Organisation, journey: Journey) -> list[Journey]:
    """With hours, with a statement already, with nothing."""
    others = [make_journey(organisation, started_on=date(2026, 9, 1)) for _number in range(2)]
    make_confirmed_delivery(journey, happened_at=at(5))
    make_delivery(others[0], happened_at=at(6))
    prepared(others[0])
    return [journey, *others]


def test_a_programme_is_prepared_in_one_act_and_twice_is_once(
    three: list[Journey], lead: User, client_of: Browser
) -> None:
    url = reverse("journeys:statements_prepare", args=[three[0].programme_id])
    browser = client_of(lead)
    typed = {"starts_on": "2026-10-01", "ends_on": "2026-10-31"}
    first, second = browser.post(url, typed), browser.post(url, typed)
    found = first.context["prepared"]
    assert [one.journey_id for one in found.made] == [three[0].pk]
    assert [one.pk for one in found.already] == [three[1].pk]
    assert [one.pk for one in found.without] == [three[2].pk]
    assert second.context["prepared"].made == []
    assert Statement.objects.count() == 2
    assert Email.objects.filter(template="journeys/letters/statement_prepared").count() == 2


def test_the_month_is_carried_from_the_page_of_hours(three: list[Journey], lead: User, client_of: Browser) -> None:
    page = reverse("journeys:programme_hours", args=[three[0].programme_id])
    seen = client_of(lead).get(page, {"starts_on": "2026-10-01", "ends_on": "2026-10-31"})
    form = client_of(lead).get(seen.context["prepare_url"]).context["form"]
    assert (form["starts_on"].value(), form["ends_on"].value()) == (date(2026, 10, 1), date(2026, 10, 31))


def test_wrong_days_are_told_beside_the_field(journey: Journey, lead: User, client_of: Browser) -> None:
    url = reverse("journeys:period_hours", args=[journey.pk])
    page = client_of(lead).get(url, {"starts_on": "2026-10-31", "ends_on": "2026-10-01"})
    file = client_of(lead).get(url.rstrip("/") + ".pdf", {"starts_on": "2026-10-31", "ends_on": "2026-10-01"})
    assert page.context["form"].errors["ends_on"] == ["Le dernier jour vient après le premier."]
    assert (file.status_code, file.headers["Location"]) == (302, f"{url}?starts_on=2026-10-31&ends_on=2026-10-01")


def test_lists_cost_the_same_with_more_rows(
    organisation: Organisation,
    journey: Journey,
    lead: User,
    client_of: Browser,
    assert_num_queries_same: Callable[..., int],
) -> None:
    make_confirmed_delivery(journey, happened_at=at(5))
    signed(journey)
    url = reverse("journeys:programme_hours", args=[journey.programme_id])

    def add() -> None:
        for _number in range(2):
            other = make_journey(organisation, started_on=date(2026, 9, 1))
            make_confirmed_delivery(other, happened_at=at(5))
            signed(other)
            make_confirmed_delivery(journey, happened_at=at(9))

    browser = client_of(lead)
    assert_num_queries_same(lambda: browser.get(url), add)
