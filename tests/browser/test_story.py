"""The main job, end to end, in one real browser on a phone, in French: the nine beats that Jalon is for."""

from collections.abc import Callable
from datetime import date, time

import pytest
import time_machine
from playwright.sync_api import BrowserContext, Page

from backend.accounts.models import User
from evaluation import actions as evaluation
from evaluation.models import Request, Wave
from evaluation.tasks import sweep_due_requests
from journeys.models import Delivery, Immersion, Import, Journey, Milestone, Module, Step
from journeys.tasks import sweep_immersions_to_start
from mentoring.models import Mentorship, Session
from mentoring.tasks import sweep_sessions_to_log
from tests.browser.walk import Walk
from tests.factories.evaluation import answer, close_all, make_answered, wave_of
from tests.factories.stays import SIRETS
from tests.factories.story import (
    HEROINE,
    OTHERS,
    RIGHT_EMAIL,
    WRONG_EMAIL,
    PostOffice,
    at,
    cohort,
    make_cast,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]


@pytest.fixture
def walk(
    page: Page, context: BrowserContext, site: str, post: PostOffice, sign_in: Callable[[User], None],
    assert_axe_clean: Callable[[Page], None], clock: time_machine.Traveller,
) -> Walk:  # fmt: skip
    """From Monday 23 November 2026, 9:00, the clock runs, and jumps when the story says so."""
    return Walk(page, context, site, make_cast(), post, clock, sign_in, assert_axe_clean)


def test_the_main_job_from_the_spreadsheet_to_the_indicators(walk: Walk) -> None:
    the_lead_signs_in_with_the_code_of_the_letter(walk)
    she_imports_her_spreadsheet_and_corrects_a_cell(walk)
    each_holder_has_a_journey_with_due_dates(walk)
    she_pairs_the_holder_with_a_mentor(walk)
    the_mentor_signs_in_and_plans_moves_and_cancels(walk)
    the_session_is_logged_from_the_letter(walk)
    the_holder_confirms_in_one_tap(walk)
    attendance_is_marked_for_the_group(walk)
    the_immersion_is_recorded_with_its_real_hours(walk)
    the_milestone_is_reached_with_its_evidence(walk)
    the_questionnaire_is_answered_on_the_phone(walk)
    the_indicators_open_onto_their_rows(walk)
    the_holders_home_shows_where_she_is(walk)


# --- 1 --------------------------------------------------------------------------------------------
def the_lead_signs_in_with_the_code_of_the_letter(walk: Walk) -> None:
    walk.sign_in_by_code(walk.cast.lead.email)
    walk.look("lead-home-empty")


def she_imports_her_spreadsheet_and_corrects_a_cell(walk: Walk) -> None:
    walk.follow("/imports/")
    walk.type(programme=walk.cast.programme.pk)
    file = {"name": "cohorte 2026.csv", "mimeType": "text/csv", "buffer": cohort()}
    walk.page.locator("main [name=file]").set_input_files(file)
    walk.look("import")
    walk.press()
    walk.says("5 parcours à ouvrir")
    assert not Journey.objects.exists()
    walk.look("import-preview")
    wrong = walk.page.locator(".import-is-error")
    assert wrong.count() == 1 and wrong.locator("[name=email]").input_value() == WRONG_EMAIL
    wrong.locator("[name=email]").fill(RIGHT_EMAIL)
    wrong.locator("[name=email]").press("Enter")
    walk.page.locator(".import-summary", has_text="6 parcours à ouvrir").wait_for()
    walk.look("import-corrected")
    assert not Journey.objects.exists()
    walk.press(".import-summary button")
    walk.post.letters_to("")  # the worker runs the import
    walk.page.locator("main .stats").wait_for()
    walk.look("import-result")
    assert Import.objects.get().state == Import.State.DONE
    assert sorted(Journey.objects.values_list("holder__user__email", flat=True)) == sorted([HEROINE, *OTHERS])


# --- 2 --------------------------------------------------------------------------------------------
def journey(walk: Walk) -> Journey:
    return Journey.objects.get(holder__user__email=HEROINE)


def each_holder_has_a_journey_with_due_dates(walk: Walk) -> None:
    walk.follow("/journeys/")
    walk.look("journeys")
    walk.follow(f"/journeys/{journey(walk).pk}/")
    assert walk.path == f"/journeys/{journey(walk).pk}/"
    walk.says("Zoé Lambert", "L’épicerie du Ranzay", "Posture entrepreneuriale", "Création juridique", "23 décembre")
    walk.look("journey")
    steps = journey(walk).steps.order_by("position")
    assert steps.count() == 12 and not steps.filter(due_on=None).exists()
    assert (steps[0].title_fr, steps[0].due_on) == ("Posture entrepreneuriale", date(2026, 12, 23))


# --- 3 --------------------------------------------------------------------------------------------
def she_pairs_the_holder_with_a_mentor(walk: Walk) -> None:
    walk.open(f"/journeys/{journey(walk).pk}/mentor/")
    walk.type(mentor=walk.cast.mentor.mentor_profiles.get().pk)
    walk.main().locator("input[name=both_agreed]").check()
    walk.look("pair")
    walk.press()
    assert Mentorship.objects.get().state == Mentorship.State.ACTIVE
    walk.look("pair-made")
    subjects = [str(walk.post.letters_to(address)[-1]["Subject"]) for address in (HEROINE, walk.cast.mentor.email)]
    assert "Marc Tessier" in subjects[0] and "Zoé Lambert" in subjects[1]


# --- 4 --------------------------------------------------------------------------------------------
def plan(walk: Walk, day: date, hour: time) -> Session:
    walk.open(f"/mentorships/{Mentorship.objects.get().pk}/sessions/new/")
    walk.type(day=day, time=hour, minutes_0=1, minutes_1=30, place="Solilab, 8 rue Saint-Domingue, Nantes")
    walk.look("session-plan")
    walk.press()
    return Session.objects.latest("pk")


def the_mentor_signs_in_and_plans_moves_and_cancels(walk: Walk) -> None:
    mentor = walk.cast.mentor.email
    walk.sign_in_by_code(mentor)
    walk.says("Zoé Lambert")
    walk.look("mentor-home-plan")
    first = plan(walk, date(2026, 11, 26), time(14, 0))
    walk.look("session")
    (asked,) = walk.post.invites_to(HEROINE)
    assert asked[0] == "REQUEST" and asked[2:] == (0, at("2026-11-26", "14:00"))
    walk.open(f"/sessions/{first.pk}/move/")
    walk.type(day=date(2026, 11, 27), time=time(10, 0))
    walk.look("session-move")
    walk.press()
    moved = walk.post.invites_to(HEROINE)[-1]
    assert moved == ("REQUEST", asked[1], 1, at("2026-11-27", "10:00"))
    second = plan(walk, date(2026, 12, 4), time(10, 0))
    other_uid = walk.post.invites_to(HEROINE)[-1][1]
    assert other_uid != asked[1]
    walk.open(f"/sessions/{second.pk}/cancel/")
    walk.type(reason="Empêchement de dernière minute")
    walk.look("session-cancel")
    walk.press()
    cancelled = walk.post.invites_to(HEROINE)[-1]
    assert cancelled[:2] == ("CANCEL", other_uid) and cancelled[2] >= 1
    assert [one[:3] for one in walk.post.invites_to(mentor)] == [one[:3] for one in walk.post.invites_to(HEROINE)]


# --- 5 --------------------------------------------------------------------------------------------
def the_session_is_logged_from_the_letter(walk: Walk) -> None:
    walk.travel("2026-11-27", "12:00")
    sweep_sessions_to_log()
    link = walk.post.link_for(walk.cast.mentor.email, "/log/")
    walk.sign_out()
    session = Session.objects.get(state=Session.State.PLANNED)
    walk.open(link)
    walk.open(link)
    session.refresh_from_db()
    assert session.state == Session.State.PLANNED and not Delivery.objects.exists()
    walk.look("log-link")
    walk.press()
    session.refresh_from_db()
    assert (session.state, session.held_minutes) == (Session.State.HELD, 90)
    walk.look("log-link-held")
    for fold in walk.page.locator("main details:not([open]):has([name=summary], [name=next_text]) > summary").all():
        fold.click()
    walk.type(summary="Le prix du panier est trouvé.", next_text="Appeler trois fournisseurs", next_owner="holder")
    walk.type(next_due_on=date(2026, 12, 11))
    walk.press("form:has([name=next_text]) .form-actions button")
    promise = journey(walk).commitments.get()
    assert (promise.text, promise.owner.email, promise.due_on) == (
        "Appeler trois fournisseurs", HEROINE, date(2026, 12, 11)
    )  # fmt: skip


def the_holder_confirms_in_one_tap(walk: Walk) -> None:
    link = walk.post.link_for(HEROINE, "/confirm/")
    walk.open(link)
    line = Delivery.objects.get()
    assert (line.state, line.minutes, line.journey) == ("declared", 90, journey(walk))
    walk.look("confirm-link")
    walk.press()
    walk.look("confirmed")
    assert list(Delivery.objects.values_list("state", "minutes")) == [("confirmed", 90)]


# --- 6 --------------------------------------------------------------------------------------------
def attendance_is_marked_for_the_group(walk: Walk) -> None:
    walk.become(walk.cast.lead)
    walk.open("/modules/")
    walk.look("modules")
    module = Module.objects.get(code="posture", organisation=walk.cast.organisation)
    walk.open(f"/modules/{module.pk}/dates/add/")
    walk.type(day=date(2026, 11, 30), starts=time(9, 0), ends=time(16, 0), place="Solilab, Nantes")
    walk.look("module-date")
    walk.press()
    for box in walk.page.locator("main [name=steps]").all():
        box.check()
    walk.look("enrol")
    walk.press()
    module_date = module.dates.get()
    assert module_date.enrolments.count() == 6
    walk.travel("2026-11-30", "17:00")
    walk.become(walk.cast.lead)
    walk.open(f"/module-dates/{module_date.pk}/attendance/")
    absent = module_date.enrolments.get(step__journey__holder__user__email="elodie@example.org")
    walk.type(**{f"state_{absent.pk}": "absent"})
    walk.look("attendance")
    walk.press("button[name=rest]")
    walk.look("module-date-held")
    assert Delivery.objects.filter(kind="module", state="declared", minutes=420).count() == 5
    assert journey(walk).steps.get(template__code="posture").state == Step.State.DONE


def the_immersion_is_recorded_with_its_real_hours(walk: Walk) -> None:
    step = journey(walk).steps.get(kind="immersion")
    walk.open(f"/steps/{step.pk}/immersion/")
    walk.page.evaluate("document.querySelectorAll('main details').forEach(one => one.open = true)")
    walk.type(new_name="Le Réseau des épiceries", new_siret=SIRETS[0], place="2 rue du Port, Nantes")
    walk.type(new_contact_name="Lou Directeur", new_contact_email="lou@reseau.example")
    walk.type(tutor_name="Paule Guérin", tutor_job="Gérante", tutor_email="paule@reseau.example")
    walk.type(starts_on=date(2026, 12, 7), ends_on=date(2026, 12, 11), minutes_planned_0=35, minutes_planned_1=0)
    walk.type(activities="Tenir la boutique", insurance="Contrat 1", emergency_name="Sam", emergency_phone="0612345678")
    walk.type(born_on=date(1990, 1, 1))
    walk.page.locator("main [name=regular_days]").check()
    walk.look("immersion-plan")
    walk.press()
    walk.look("immersion")
    immersion = Immersion.objects.get()
    walk.press("form[action$='/send/'] button")
    for party in ("holder", "company", "organisation"):
        walk.open(f"/immersions/{immersion.pk}/signatures/add/")
        walk.type(party=party)
        if party == "holder":
            walk.look("immersion-sign")
        walk.press()
    walk.look("immersion-signed")
    walk.press("form[action$='/validate/'] button")
    walk.travel("2026-12-11", "18:00")
    sweep_immersions_to_start()
    walk.become(walk.cast.lead)
    walk.open(f"/immersions/{immersion.pk}/complete/")
    walk.type(outcome="completed", minutes_done_0=28, minutes_done_1=0)
    walk.look("immersion-complete")
    walk.press()
    walk.look("immersion-done")
    line = Delivery.objects.get(kind="immersion")
    assert (line.minutes, line.state) == (28 * 60, "declared")
    immersion.refresh_from_db()
    assert (immersion.state, immersion.tutor_name) == (Immersion.State.COMPLETED, "Paule Guérin")


def the_milestone_is_reached_with_its_evidence(walk: Walk) -> None:
    step = journey(walk).steps.get(template__code="besoin-valide")
    walk.open(f"/steps/{step.pk}/milestone/")
    walk.type(evidence="Douze entretiens, synthèse relue par Marc")
    walk.look("milestone")
    walk.press()
    walk.look("journey-later")
    milestone = Milestone.objects.get()
    assert (milestone.step, milestone.evidence) == (step, "Douze entretiens, synthèse relue par Marc")


# --- 7 --------------------------------------------------------------------------------------------
def tap(walk: Walk, code: str, value: int) -> None:
    """One item; it is kept at once, without any button."""
    with walk.page.expect_response(lambda answer: answer.url.endswith("/save/")) as saved:
        walk.page.locator(f'#q-{code} label:has(input[value="{value}"])').click()
    assert saved.value.ok


def fill_in(walk: Walk, value: int) -> None:
    """Every item of every area, then send."""
    while walk.page.locator(".question").count():
        for question in walk.page.locator(".question").all():
            question.locator(f'label:has(input[value="{value}"])').click()
        walk.press(".questions-foot button")


def the_questionnaire_is_answered_on_the_phone(walk: Walk) -> None:
    sweep_due_requests()
    walk.sign_out()
    link = walk.post.link_for(HEROINE, "/q/")
    walk.open(link)
    asked = Request.objects.get(respondent__email=HEROINE)
    assert asked.state == Request.State.SENT
    walk.look("questionnaire")
    walk.press("form.begin button")
    walk.look("questionnaire-part")
    codes = [str(one.get_attribute("id"))[2:] for one in walk.page.locator(".question").all()]
    for value, code in enumerate(codes[:3], start=2):
        tap(walk, code, value)
    walk.page.reload()
    kept = {code: walk.page.locator(f"#q-{code} input:checked").input_value() for code in codes[:3]}
    assert kept == dict(zip(codes[:3], "234", strict=True))
    assert asked.response.answers.count() == 3
    fill_in(walk, 3)
    walk.look("questionnaire-review")
    walk.press()
    walk.look("questionnaire-sent")
    asked.refresh_from_db()
    assert (asked.state, asked.response.answers.count()) == (Request.State.COMPLETE, 15)
    others_answer(Wave.Moment.START, (2, 4, 5, 3))
    walk.travel("2027-06-01", "09:00")
    walk.become(walk.cast.lead)
    wave = wave_of(walk.cast.programme, Wave.Moment.EXIT)
    walk.open(f"/surveys/{wave.pk}/?view=not_asked")
    walk.look("wave")
    walk.press(f"form[action$='/ask/{journey(walk).pk}/'] button")
    walk.sign_out()
    walk.open(walk.post.link_for(HEROINE, "/q/"))
    walk.press("form.begin button")
    fill_in(walk, 6)
    walk.press()
    assert Request.objects.filter(respondent__email=HEROINE, state=Request.State.COMPLETE).count() == 2
    others_answer(Wave.Moment.EXIT, (4, 7, 6, 5))


def others_answer(moment: str, values: tuple[int, ...]) -> None:
    """The others answer too, but the last one never does."""
    for email, value in zip(OTHERS, values, strict=False):
        row = Journey.objects.get(holder__user__email=email)
        asked = Request.objects.filter(journey=row, wave__moment=moment).first()
        if asked is None:
            make_answered(row, moment, value)
        else:
            answer(asked, value)
            evaluation.complete_request(asked, by=asked.respondent)


# --- 8 --------------------------------------------------------------------------------------------
FIGURES = {  # what is shown, how many rows stand behind it, what they add up to
    "people": ("6", 6, 6),
    "hours": ("64 h 30", 7, 90 + 5 * 420 + 28 * 60),
    "immersions": ("1", 6, 1),
    "milestones": ("1", 12, 1),
    "posture": ("+2,2", 5, 11),
    "response": ("91", 11, 10),
}


def value_of(cell: str) -> float:
    """A number as the page writes it; hours in minutes."""
    plain = cell.replace("\u202f", " ").replace("\xa0", " ").replace("−", "-").strip()
    if " h" in plain:
        hours, _h, minutes = plain.partition(" h")
        return int(hours) * 60 + int(minutes or 0)
    return 0 if plain == "–" else float(plain.replace(",", ".").replace("+", ""))


def the_indicators_open_onto_their_rows(walk: Walk) -> None:
    close_all()
    walk.become(walk.cast.lead)
    for code, (shown, count, total) in FIGURES.items():
        walk.open("/indicators/?period=all")
        if code == "people":
            walk.look("indicators")
            walk.says("Réponses : 5 sur 5")
        on_board = walk.page.locator(f".figure-{code} .figure-value").inner_text().replace("\xa0", " ")
        assert on_board.split(" %")[0].split(" point")[0] == shown, on_board
        with walk.page.expect_navigation():
            walk.page.locator(f".figure-{code} .figure-label a").click()
        walk.look(f"rows-{code}")
        rows = [value_of(cell) for cell in walk.page.locator("main tbody tr td:last-child").all_inner_texts()]
        assert (len(rows), sum(rows)) == (count, total), code
    for by, people in {"programme": [6], "commune": [2, 1, 1, 2], "qpv": [4, 2]}.items():
        walk.open(f"/indicators/?period=all&by={by}")
        walk.look(f"by-{by}")
        table = walk.page.locator(".groups table:has(thead th:nth-child(8))").first
        cells = table.locator("tbody tr td:nth-child(2)").all_inner_texts()
        assert sorted(map(int, cells)) == sorted(people), by


# --- 9 --------------------------------------------------------------------------------------------
def the_holders_home_shows_where_she_is(walk: Walk) -> None:
    walk.become(walk.cast.holder)
    walk.open("/")
    walk.look("holder-home")
    walk.says("Appeler trois fournisseurs")
    walk.says("L’épicerie du Ranzay", "36 h 30")
