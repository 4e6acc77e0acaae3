"""The main job without a browser: the nine beats through the pages, the worker's own functions and real letters."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from evaluation.models import Answer, Request, Wave
from evaluation.tasks import sweep_due_requests
from journeys.models import Delivery, Immersion, Import, Journey, Milestone, Module, Step
from journeys.tasks import sweep_immersions_to_start
from mentoring.models import Mentorship, Session
from mentoring.tasks import sweep_sessions_to_log
from tests.factories.evaluation import close_all, codes, wave_of
from tests.factories.stays import SIRETS
from tests.factories.story import HEROINE, OTHERS, RIGHT_EMAIL, PostOffice, at, cohort, make_cast, post_office, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(settings: Any) -> Iterator[PostOffice]:
    with post_office(settings) as office:
        yield office


@dataclass
class People:
    """A browser each; `nobody` is whoever opens a letter's link without a session."""

    lead: Client
    mentor: Client
    nobody: Client

    @property
    def journey(self) -> Journey:
        return Journey.objects.get(holder__user__email=HEROINE)


def send(client: Client, address: str, **values: Any) -> None:
    """A form is sent and accepted: a refused one would come back with 200."""
    answer = client.post(address, values)
    said = answer.content.decode() if answer.status_code == 200 else ""
    assert answer.status_code == 302 and reverse("account_login") != answer.url.partition("?")[0], (
        f"{answer.status_code} {address}: {said[said.find('<main') :]}"
    )


def signed_in(post: PostOffice, email: str) -> Client:
    """She asks for a code, reads it in the letter and types it."""
    client = Client()
    send(client, reverse("account_request_login_code"), email=email)
    send(client, reverse("account_confirm_login_code"), code=post.code_for(email))
    assert client.get("/").status_code == 200
    return client


def test_the_main_job_from_the_spreadsheet_to_the_indicators(post: PostOffice, clock: time_machine.Traveller) -> None:
    cast = make_cast()
    people = People(signed_in(post, cast.lead.email), Client(), Client())
    the_cohort_is_imported_after_a_correction(people.lead, cast.programme.pk)
    each_journey_has_its_steps_and_due_dates(people)
    pair = the_holder_is_paired(people, cast.mentor.mentor_profiles.get().pk)
    people.mentor = signed_in(post, cast.mentor.email)
    the_session_is_planned_moved_and_another_cancelled(people, pair, post)
    the_letter_logs_it_and_the_holder_confirms(people, post, clock, cast.mentor.email)
    the_group_is_marked_present(people, clock)
    the_immersion_is_recorded(people, clock)
    the_milestone_is_reached(people)
    posture_is_asked_at_start_and_at_exit(people, post, wave_of(cast.programme, Wave.Moment.EXIT))
    the_figures_open_onto_their_rows(people.lead)
    the_home_says_where_she_is(cast.holder)


def the_cohort_is_imported_after_a_correction(lead: Client, programme: int) -> None:
    file = SimpleUploadedFile("cohorte 2026.csv", cohort(), content_type="text/csv")
    send(lead, reverse("journeys:holder_import"), programme=programme, file=file, starts_on="2026-11-23")
    batch = Import.objects.get()
    preview = reverse("journeys:import_preview", args=[batch.pk])
    counts = lead.get(preview).context["preview"].counts
    assert (counts["create"], counts["error"], sum(counts.values())) == (5, 1, 6)
    send(lead, reverse("journeys:import_correct", args=[batch.pk]), line=3, email=RIGHT_EMAIL)
    assert not Journey.objects.exists()
    send(lead, reverse("journeys:import_confirm", args=[batch.pk]))
    work()
    assert lead.get(preview).context["counts"]["create"] == 6
    assert sorted(Journey.objects.values_list("holder__user__email", flat=True)) == sorted([HEROINE, *OTHERS])
    again = SimpleUploadedFile("cohorte.csv", cohort().replace(b"diop@example;", b"diop@example.org;"))
    body = {"programme": programme, "file": again, "starts_on": "2026-11-23"}
    told = lead.post(reverse("journeys:holder_import"), body, follow=True).context["preview"]
    assert told.counts["unchanged"] == 6 and told.changes_nothing


def each_journey_has_its_steps_and_due_dates(people: People) -> None:
    steps = people.journey.steps.order_by("position")
    kinds = [steps.filter(kind=kind).count() for kind in ("module", "mentoring", "immersion", "milestone")]
    assert kinds == [6, 1, 1, 4]
    assert (steps[0].title_fr, steps[0].due_on) == ("Posture entrepreneuriale", date(2026, 12, 23))
    assert steps.get(kind="mentoring").occurrences == 6


def the_holder_is_paired(people: People, mentor: int) -> Mentorship:
    send(people.lead, reverse("mentoring:mentor_pair", args=[people.journey.pk]), mentor=mentor, both_agreed="on")
    pair = Mentorship.objects.get()
    assert (pair.state, pair.is_primary) == (Mentorship.State.ACTIVE, True)
    return pair


def the_session_is_planned_moved_and_another_cancelled(people: People, pair: Mentorship, post: PostOffice) -> None:
    new = reverse("mentoring:session_plan", args=[pair.pk])
    where = {"minutes_0": "1", "minutes_1": "30", "medium": "in_person", "place": "Solilab"}
    send(people.mentor, new, day="2026-11-26", time="14:00", **where)
    first = Session.objects.get()
    ((method, uid, sequence, start),) = post.invites_to(HEROINE)
    assert (method, sequence, start) == ("REQUEST", 0, at("2026-11-26", "14:00"))
    send(people.mentor, reverse("mentoring:session_move", args=[first.pk]), day="2026-11-27", time="10:00", **where)
    assert post.invites_to(HEROINE)[-1] == ("REQUEST", uid, 1, at("2026-11-27", "10:00"))
    send(people.mentor, new, day="2026-12-04", time="10:00", **where)
    second = Session.objects.latest("pk")
    other = post.invites_to(HEROINE)[-1][1]
    send(people.mentor, reverse("mentoring:session_cancel", args=[second.pk]), reason="Empêchement")
    assert post.invites_to(HEROINE)[-1][:3] == ("CANCEL", other, 1) and uid != other


def the_letter_logs_it_and_the_holder_confirms(
    people: People, post: PostOffice, clock: time_machine.Traveller, mentor: str
) -> None:
    clock.move_to(at("2026-11-27", "12:00"))
    assert (sweep_sessions_to_log(), sweep_sessions_to_log()) == (1, 0)
    link = post.link_for(mentor, "/log/")
    session = Session.objects.get(state=Session.State.PLANNED)
    assert people.nobody.get(link).status_code == people.nobody.head(link).status_code == 200
    assert not Delivery.objects.exists()
    send(people.nobody, link, act="held")
    promise = {"next_text": "Appeler trois fournisseurs", "next_owner": "holder", "next_due_on": "2026-12-11"}
    send(people.nobody, link, act="details", summary="Le prix est trouvé.", **promise)
    session.refresh_from_db()
    assert (session.state, session.held_minutes, session.summary) == ("held", 90, "Le prix est trouvé.")
    assert people.journey.commitments.get().due_on == date(2026, 12, 11)
    confirm = post.link_for(HEROINE, "/confirm/")
    people.nobody.get(confirm)
    assert Delivery.objects.get().state == Delivery.State.DECLARED
    send(people.nobody, confirm, act="confirm")
    assert list(Delivery.objects.values_list("kind", "minutes", "state")) == [("mentoring", 90, "confirmed")]


def the_group_is_marked_present(people: People, clock: time_machine.Traveller) -> None:
    module = Module.objects.get(code="posture")
    new = reverse("journeys:module_date_create", args=[module.pk])
    day = {"day": "2026-11-30", "starts": "09:00", "ends": "16:00", "place": "Solilab", "seats": "12"}
    send(people.lead, new, **day)
    held = module.dates.get()
    steps = list(Step.objects.filter(module=module).values_list("pk", flat=True))
    send(people.lead, reverse("journeys:people_enrol", args=[held.pk]), steps=steps)
    clock.move_to(at("2026-11-30", "17:00"))
    absent = held.enrolments.get(step__journey__holder__user__email="elodie@example.org")
    marks = {f"state_{absent.pk}": "absent", "rest": "present"}
    send(people.lead, reverse("journeys:attendance", args=[held.pk]), **marks)
    assert Delivery.objects.filter(kind="module", state="declared", minutes=420).count() == 5
    assert people.journey.steps.get(module=module).state == Step.State.DONE


def the_immersion_is_recorded(people: People, clock: time_machine.Traveller) -> None:
    step = people.journey.steps.get(kind="immersion")
    stay = {"starts_on": "2026-12-07", "ends_on": "2026-12-11", "minutes_planned_0": "35", "minutes_planned_1": "0"}
    what = {"tutor_name": "Paule Guérin", "objective": Immersion.Objective.CONFIRM, "basis": Immersion.Basis.OWN}
    host = {"new_name": "Le Réseau", "new_siret": SIRETS[0], "new_contact_name": "Lou Directeur"}
    host |= {"new_contact_email": "lou@reseau.example", "place": "2 rue du Port, Nantes"}
    what |= {"tutor_job": "Gérante", "tutor_email": "paule@reseau.example", "activities": "Tout voir", "language": "fr"}
    what |= {"emergency_name": "Sam", "emergency_phone": "061234567", "insurance": "Contrat 1", "born_on": "1990-01-01"}
    send(people.lead, reverse("journeys:immersion_plan", args=[step.pk]), regular_days="on", **host, **stay, **what)
    row = Immersion.objects.get()
    assert (row.signatory_email, row.minutes_planned) == ("lou@reseau.example", 2100)
    send(people.lead, reverse("journeys:immersion_send_to_sign", args=[row.pk]))
    for party in ("holder", "company", "organisation"):
        send(people.lead, reverse("journeys:signature_record", args=[row.pk]), party=party, signed_on="2026-11-30")
    send(people.lead, reverse("journeys:immersion_validate", args=[row.pk]))
    clock.move_to(at("2026-12-11", "18:00"))
    sweep_immersions_to_start()
    people.lead.force_login(
        row.step.journey.programme.organisation.memberships.get(role="lead").user
    )  # 14 days are over
    done = {"outcome": "completed", "minutes_done_0": "28", "minutes_done_1": "0"}
    send(people.lead, reverse("journeys:immersion_complete", args=[row.pk]), **done)
    row.refresh_from_db()
    line = Delivery.objects.get(kind="immersion")
    assert (row.state, row.company.name, row.tutor_name) == ("completed", "Le Réseau", "Paule Guérin")
    assert (line.minutes, line.state) == (1680, "declared")


def the_milestone_is_reached(people: People) -> None:
    step = people.journey.steps.get(template__code="besoin-valide")
    reached = {"reached_on": "2026-12-11", "evidence": "Douze entretiens"}
    send(people.lead, reverse("journeys:milestone_reach", args=[step.pk]), **reached)
    assert Milestone.objects.get().evidence == "Douze entretiens"


def posture_is_asked_at_start_and_at_exit(people: People, post: PostOffice, exit_wave: Wave) -> None:
    assert (sweep_due_requests(), sweep_due_requests()) == (6, 0)
    answer_by_link(people.nobody, post.link_for(HEROINE, "/q/"), Wave.Moment.START, 3)
    send(people.lead, reverse("evaluation:request_send", args=[exit_wave.pk, people.journey.pk]))
    answer_by_link(people.nobody, post.link_for(HEROINE, "/q/"), Wave.Moment.EXIT, 6)
    assert Request.objects.filter(respondent__email=HEROINE, state=Request.State.COMPLETE).count() == 2


def answer_by_link(nobody: Client, link: str, moment: str, value: int) -> None:
    """Item by item, each kept at once, then sent."""
    asked = Request.objects.get(respondent__email=HEROINE, wave__moment=moment)
    given = Answer.objects.filter(response__request=asked)
    assert nobody.get(link).status_code == 200 and not given.exists()
    send(nobody, link)
    for position, code in enumerate(codes(asked), start=1):
        assert nobody.post(f"{link}save/", {code: value}).context["saved"]
        assert given.count() == position
    send(nobody, f"{link}review/")


def the_figures_open_onto_their_rows(lead: Client) -> None:
    close_all()
    page = lead.get(reverse("evaluation:indicators"), {"period": "all"})
    figures = {one.code: one for one in page.context["board"].figures}
    hours = 90 + 5 * 420 + 1680
    assert [figures["people"].value, figures["hours"].value] == [6, hours]
    assert (figures["posture"].numerator, figures["response"].numerator, figures["response"].denominator) == (1, 2, 7)
    totals = {"people": 6, "hours": hours, "immersions": 1, "milestones": 1, "posture": 3, "response": 2}
    for code, total in totals.items():
        rows = lead.get(reverse("evaluation:figure_rows", args=[code]), {"period": "all"}).context["lines"]
        assert sum(line.value or 0 for line, _address in rows) == total, code


def the_home_says_where_she_is(holder: Any) -> None:
    client = Client()
    client.force_login(holder)
    home = client.get("/").context["home"]
    assert home.here.title == "Mentorat : 6 séances de 1 h 30"
    assert home.ledger.minutes == 90 + 420 + 1680 and home.ledger.sure == 90
    assert "Appeler trois fournisseurs" in [todo.title for todo in home.todos]
