"""Doors of journeys onto what a stay teaches: questions, observations, check-ins, how it went, lessons."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from backend.accounts import actions as accounts
from backend.lib import clock
from journeys import actions
from journeys.models import Assessment, CheckIn, Immersion, Lesson
from tests.factories.stays import make_immersion
from tests.house.doors import FORBIDDEN, HIDDEN, OPEN, SIGNED_IN, WITH_LINK_ONLY, Row, World, row
from tests.house.doors.api import creates
from tests.house.doors.modules import a_bad_link
from tests.house.doors.stays import HOLDER_ALONE, LEAD_OF_JOURNEY, READ_JOURNEY, a_completed_immersion, a_journey

# Told by those who live it or accompany it; a steward acts on nothing and reads no words of it.
AROUND = READ_JOURNEY | {"steward": FORBIDDEN, "other_steward": FORBIDDEN}
# Lessons are for those around the holder: a steward is told of none.
READ_LESSONS = READ_JOURNEY | {"steward": HIDDEN, "other_steward": HIDDEN}
HOLDER_OF_LESSON = HOLDER_ALONE | {"steward": HIDDEN, "other_steward": HIDDEN}
KEY = UUID("5f0c1b1e-0000-4000-8000-000000000001")
OPEN_DOORS = {
    "journeys:check_in_link": "a letter to one side: how one stay goes, signed and expiring",
    "journeys:assessment_link": "the tutor's letter: how one stay went, signed, expiring, used once",
    "journeys:notes_worker": "a script without data: a browser renews it whoever is signed in",
}


def a_running_stay(world: World) -> Immersion:
    starts = clock.today() - timedelta(days=2)
    return make_immersion(a_journey(world), state="in_progress", starts_on=starts)


def a_lesson(world: World) -> Lesson:
    return actions.note_lesson(world.of(a_running_stay), text="Les marges se jouent à l’achat", by=world.holder)


def a_check_in_link(world: World) -> dict[str, str]:
    stay = world.of(a_running_stay)
    asked = CheckIn.objects.create(immersion=stay, side="tutor", asked_at=clock.now())
    return {"token": accounts.make_link("check_in", about=asked, email=stay.tutor_email)[1]}


def an_assessment_link(world: World) -> dict[str, str]:
    stay = world.of(a_running_stay)
    asked = Assessment.objects.create(immersion=stay, side="tutor", asked_at=clock.now())
    return {"token": accounts.make_link("assessment", about=asked, email=stay.tutor_email)[1]}


def a_new_lesson(world: World) -> dict[str, Any]:
    return {"immersion": world.of(a_running_stay).pk, "text": "Compris"}


ROWS: list[Row] = [
    row("journeys:stay_questions", "GET POST", HOLDER_ALONE, a_running_stay, data={"question_1": "Quels prix ?"}),
    row("journeys:stay_notes", "GET POST", HOLDER_ALONE, a_running_stay, data={"text": "Calme", "key": str(KEY)}),
    row("journeys:notes_worker", "GET", OPEN),
    row("journeys:stay_check_in", "GET POST", HOLDER_ALONE, a_running_stay, data={"mood": "good"}),
    row("journeys:stay_assess", "GET POST", HOLDER_ALONE, a_running_stay),
    row("journeys:assessment_close", "POST", LEAD_OF_JOURNEY, a_completed_immersion),
    row("journeys:check_in_resend", "POST", LEAD_OF_JOURNEY, a_running_stay),
    row("journeys:assessment_resend", "POST", LEAD_OF_JOURNEY, a_running_stay),
    row("journeys:lesson_note", "GET POST", AROUND, a_running_stay, data={"text": "Compris"}),
    row("journeys:lesson_decide", "GET POST", READ_LESSONS, a_lesson, data={"decision": "Appeler"}),
    row("journeys:lesson_show", "GET POST", HOLDER_OF_LESSON, a_lesson),
    row("journeys:check_in_link", "GET POST", WITH_LINK_ONLY, a_bad_link, link=a_check_in_link),
    row("journeys:assessment_link", "GET POST", WITH_LINK_ONLY, a_bad_link, link=an_assessment_link),
    # --- The same through the API ---
    row("api:immersions-learning", "GET", AROUND, a_running_stay),
    row("api:immersions-write-questions", "POST", HOLDER_ALONE, a_running_stay, data={"questions": ["Quels prix ?"]}),
    row("api:immersions-note-observation", "POST", HOLDER_ALONE, a_running_stay),
    row("api:immersions-answer-check-in", "POST", HOLDER_ALONE, a_running_stay, data={"mood": "good"}),
    row("api:immersions-answer-assessment", "POST", HOLDER_ALONE, a_running_stay),
    row("api:immersions-close-assessment", "POST", LEAD_OF_JOURNEY, a_completed_immersion),
    row("api:immersions-resend-check-in", "POST", LEAD_OF_JOURNEY, a_running_stay),
    row("api:immersions-resend-assessment", "POST", LEAD_OF_JOURNEY, a_running_stay),
    row("api:lessons-list", "GET", SIGNED_IN),
    row("api:lessons-list", "POST", creates(AROUND), data=a_new_lesson),
    row("api:lessons-detail", "GET", READ_LESSONS, a_lesson),
    row("api:lessons-decide", "POST", READ_LESSONS, a_lesson, data={"decision": "Appeler"}),
    row("api:lessons-show", "POST", HOLDER_OF_LESSON, a_lesson),
]
