"""Each rule of an agreement, refused with its sentence and accepted just inside its limit; what is missing to sign."""

from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection, connections

from backend.accounts.models import Organisation, User
from backend.lib.refusal import Refused
from journeys import actions, signals
from journeys.actions.immersions import rules
from journeys.actions.immersions.drafts import ChangedMeanwhile
from journeys.actions.immersions.facts import FACTS, as_dict, facts_of, from_plain, plain
from journeys.models import Immersion, Journey, Signature, Site
from journeys.models.immersions import age_on
from tests.factories.journeys import make_journey, step_of
from tests.factories.stays import make_company, make_immersion, make_stay, with_days

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


@pytest.fixture
def journey(organisation: Organisation, lead: User) -> Journey:
    return make_journey(organisation, by=lead)


def said(journey: Journey, **facts: Any) -> list[tuple[str, str]]:
    company = facts.pop("company", None) or make_company(journey.programme.organisation)
    return list(rules.problems(make_stay(company, **facts), step_of(journey, "immersion")))


@pytest.mark.parametrize(
    ("names", "field", "sentence"),
    [
        (("signatory_email", "validator_email"), "validator_email", "entreprise et structure"),
        (("signatory_email", "guardian_email"), "guardian_email", "entreprise et représentant·e légal·e"),
        (("validator_email", "employer_email"), "employer_email", "structure et employeur actuel"),
        (("guardian_email", "employer_email"), "employer_email", "représentant·e légal·e et employeur actuel"),
    ],
)
def test_no_two_who_sign_share_an_e_mail_and_the_pair_is_named(
    journey: Journey, names: tuple[str, str], field: str, sentence: str
) -> None:
    ((name, told),) = said(journey, is_employed=True, **dict.fromkeys(names, "same@exemple.fr"))
    assert name == field and sentence in told
    others = dict(zip(names, ("a@exemple.fr", "b@exemple.fr"), strict=True))
    assert said(journey, is_employed=True, **others) == []


def test_the_tutor_may_sign_for_the_company_and_for_nobody_else(journey: Journey) -> None:
    assert said(journey, tutor_email="d@exemple.fr", signatory_email="d@exemple.fr") == []
    for name in ("validator_email", "guardian_email"):
        ((field, _sentence),) = said(journey, tutor_email="d@exemple.fr", **{name: "d@exemple.fr"})
        assert field == "tutor_email"
    ((field, _sentence),) = said(journey, signatory_email=journey.holder.user.email)
    assert field == "signatory_email"


@pytest.mark.parametrize(
    ("year", "born_on", "broken", "missing"),
    [
        (None, None, [], ["born_on"]),
        (1990, None, [], []),
        (2010, None, [], ["born_on", "guardian_name", "guardian_email"]),
        (2010, date(2010, 11, 30), [], ["guardian_name", "guardian_email"]),
        (2010, date(2010, 12, 1), ["starts_on"], None),
        (2009, None, [], ["guardian_name", "guardian_email"]),
        (2008, None, [], ["born_on"]),
        (2008, date(2008, 11, 30), [], []),
        (2008, date(2008, 12, 1), [], ["guardian_name", "guardian_email"]),
        (2008, date(2007, 12, 1), ["born_on"], None),
        (None, date(2027, 1, 1), ["born_on"], None),
    ],
)
def test_the_date_of_birth_is_asked_only_when_the_year_leaves_a_doubt(
    journey: Journey, year: int | None, born_on: date | None, broken: list[str], missing: list[str] | None
) -> None:
    step = step_of(journey, "immersion")
    step.journey.holder.birth_year = year
    company = make_company(journey.programme.organisation)
    stay = with_days(make_stay(company, starts_on=date(2026, 11, 30), born_on=born_on, place="Ici"))
    assert [field for field, _sentence in rules.problems(stay, step)] == broken
    if missing is not None:
        assert [field for field, _sentence in rules.missing(stay, step)] == missing


def test_born_on_the_29_of_february_one_is_older_on_the_1_of_march() -> None:
    assert [age_on(date(2008, 2, 29), date(2026, *day)) for day in ((2, 28), (3, 1))] == [17, 18]


def test_somebody_employed_needs_her_employer_and_nobody_else_has_one(journey: Journey) -> None:
    step, company = step_of(journey, "immersion"), make_company(journey.programme.organisation)
    stay = with_days(make_stay(company, is_employed=True, place="Ici"))
    assert [field for field, _text in rules.missing(stay, step)] == [
        "employer_name", "employer_signatory", "employer_email",
    ]  # fmt: skip
    assert [field for field, _text in said(journey, employer_name="Usine")] == ["is_employed"]


def test_the_siret_of_the_site_is_as_good_as_that_of_the_company(journey: Journey) -> None:
    step, company = step_of(journey, "immersion"), make_company(journey.programme.organisation, siret="")
    stay = with_days(make_stay(company, place="Ici"))
    assert [field for field, _text in rules.missing(stay, step)] == ["siret"]
    site = Site.objects.create(company=company, name="Atelier", siret="73282932000074")
    assert list(rules.missing(replace(stay, site=site), step)) == []
    ((field, _text),) = said(journey, site=site)
    assert field == "site"


def test_two_stays_or_sixty_days_in_any_twelve_months_warn(journey: Journey) -> None:
    company = make_company(journey.programme.organisation)
    step = step_of(journey, "immersion")
    first = make_immersion(journey, company=company, starts_on=TODAY)

    def warned(days: int) -> list[str]:
        return list(rules.warnings(make_stay(company, starts_on=TODAY + timedelta(days=days)), step))

    assert len(warned(364)) == 1 and warned(365) == []
    assert "2 immersions" in warned(364)[0] and "10 jours" in warned(364)[0]
    make_immersion(journey, company=company, starts_on=TODAY + timedelta(days=700))
    assert "2 immersions" in warned(364)[0]  # never the three of two years together
    assert first.starts_on == TODAY


@pytest.mark.parametrize(("days", "told"), [(59, 0), (60, 1), (61, 1)])
def test_sixty_days_warn_even_alone(journey: Journey, days: int, told: int) -> None:
    """Those of the one stay, and those of two: the sentence counts them."""
    company, step = make_company(journey.programme.organisation), step_of(journey, "immersion")
    alone = make_stay(company, ends_on=TODAY + timedelta(days=days - 1), starts_on=TODAY)
    assert len(list(rules.second_look(alone, step))) == told
    make_immersion(journey, company=company, starts_on=TODAY, ends_on=TODAY + timedelta(days=29))
    two = replace(alone, starts_on=TODAY + timedelta(days=60), ends_on=TODAY + timedelta(days=60 + days - 31))
    ((sentence),) = rules.second_look(two, step)
    assert f"2 immersions et {days} jours" in sentence.replace("\xa0", " ")


@pytest.mark.parametrize(("shift", "told"), [(-8, False), (-7, True), (0, True), (7, True), (8, False)])
def test_a_start_within_seven_days_is_perhaps_the_same_stay(journey: Journey, shift: int, told: bool) -> None:
    company, step = make_company(journey.programme.organisation), step_of(journey, "immersion")
    start = TODAY + timedelta(days=30)
    first = make_immersion(journey, company=company, starts_on=start)
    near = make_stay(company, starts_on=start + timedelta(days=shift))
    assert (rules.twin_of(near, step) == first) is told
    assert rules.twin_of(near, step, renews=first) is None  # the renewal of a short stay is no duplicate of it
    assert rules.twin_of(near, step, but=first) is None


DAY, WEEK = TODAY, TODAY + timedelta(days=6)  # a Monday to its Sunday


@pytest.mark.parametrize(
    ("field", "sentence", "outside", "inside"),
    [
        (
            "ends_on",
            "Une immersion dure au plus 30 jours d’affilée : celle-ci en compte 31.",
            {"ends_on": TODAY + timedelta(days=30), "starts_on": TODAY},
            {"ends_on": TODAY + timedelta(days=29), "starts_on": TODAY},
        ),
        (
            "minutes_planned",
            "Cela dépasse 10 h par jour : 10 h au plus sur ces jours.",
            {"starts_on": DAY, "ends_on": DAY, "minutes_planned": 601},
            {"starts_on": DAY, "ends_on": DAY, "minutes_planned": 600},
        ),
        (
            "minutes_planned",
            "Cela dépasse 48 h par semaine : 48 h au plus sur ces jours.",
            {"starts_on": DAY, "ends_on": WEEK, "minutes_planned": 48 * 60 + 1},
            {"starts_on": DAY, "ends_on": WEEK, "minutes_planned": 48 * 60},
        ),
        (
            "starts_on",
            "Une immersion s’adresse à des personnes d’au moins 16 ans le premier jour.",
            {"starts_on": TODAY, "born_on": date(2010, 11, 24)},
            {"starts_on": TODAY, "born_on": date(2010, 11, 23)},
        ),
        (
            "starts_on",
            "Une convention se fait avant le séjour : le premier jour est aujourd’hui ou plus tard.",
            {"starts_on": TODAY - timedelta(days=1)},
            {"starts_on": TODAY},
        ),
        (
            "basis_number",
            "Une PMSMP demande le numéro de sa convention, donné par le prescripteur.",
            {"basis": "pmsmp"},
            {"basis": "pmsmp", "basis_number": "PM-12"},
        ),
    ],
)
def test_each_limit_is_refused_with_its_sentence_and_accepted_just_inside(
    journey: Journey, field: str, sentence: str, outside: dict[str, Any], inside: dict[str, Any]
) -> None:
    ((name, told),) = said(journey, **outside)
    assert (name, told.replace("\xa0", " ").replace("\u202f", " ")) == (field, sentence)
    assert said(journey, **inside) == []


def test_an_agreement_goes_out_only_once_nothing_is_missing_and_never_after_its_first_day(
    journey: Journey, clock: Any
) -> None:
    row = make_immersion(journey, starts_on=TODAY)
    row = actions.update_immersion(row, replace(facts_of(row), insurance=""), by=None)
    with pytest.raises(Refused) as refusal:
        actions.send_immersion_to_sign(row, by=None)
    assert refusal.value.field == "insurance"
    row = actions.update_immersion(row, replace(facts_of(row), insurance="Contrat"), by=None)
    clock.shift(timedelta(days=1))
    with pytest.raises(Refused) as refusal:
        actions.send_immersion_to_sign(row, by=None)
    assert refusal.value.field == "starts_on"


def test_facts_survive_their_journey_through_json(journey: Journey) -> None:
    stay = facts_of(make_immersion(journey))
    assert from_plain(plain(stay)) == as_dict(stay) and set(plain(stay)) == set(FACTS)


def test_an_edit_tells_who_had_signed_or_was_asked(journey: Journey) -> None:
    row = make_immersion(journey, state="partly_signed")
    heard: list[dict[str, Any]] = []

    def hear(sender: Any, **news: Any) -> None:
        heard.append(news)

    signals.agreement_wiped.connect(hear)
    try:
        actions.update_immersion(row, facts_of(row), by=None)
        actions.update_immersion(row, replace(facts_of(row), place="Ailleurs"), by=None)
    finally:
        signals.agreement_wiped.disconnect(hear)
    (news,) = heard
    assert ([one.party for one in news["wiped"] if one.signed_on], news["fields"]) == (["holder"], ["place"])
    row.refresh_from_db()
    assert (row.state, row.asked_to_sign_at, row.fingerprint, row.revision) == ("draft", None, "", 1)
    assert set(row.signatures.values_list("state", flat=True)) == {Signature.State.WIPED}


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_of_two_who_save_at_the_same_moment_one_is_shown_the_other(journey: Journey) -> None:
    row = make_immersion(journey)
    start, found = Barrier(2), []

    def save(place: str) -> None:
        try:
            start.wait()
            actions.update_immersion(row, replace(facts_of(row), place=place), revision=0, by=None)
            found.append("saved")
        except ChangedMeanwhile as clash:
            found.append(f"{clash.mine.place} / {clash.theirs.place}")
        finally:
            connections.close_all()

    threads = [Thread(target=save, args=(place,)) for place in ("Quai 1", "Quai 2")]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    now = Immersion.objects.get()
    other = {"Quai 1": "Quai 2", "Quai 2": "Quai 1"}[now.place]
    assert sorted(found) == sorted(["saved", f"{other} / {now.place}"])
    assert now.revision == 1


def test_an_emergency_phone_can_be_called(journey: Journey) -> None:
    assert [field for field, _text in said(journey, emergency_phone="demander à Sam")] == ["emergency_phone"]
    assert said(journey, emergency_phone="+33 6 12 34 56 78") == said(journey, emergency_phone="") == []
