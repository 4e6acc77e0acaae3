"""Who may say what about a stay. Tutors, who have no account, act through their links."""

from typing import TYPE_CHECKING

from journeys.policies.people import accompanies, carries, leads

if TYPE_CHECKING:
    from backend.accounts.models import User
    from journeys.models import Immersion, Lesson


def may_read_stay(user: "User", immersion: "Immersion") -> bool:
    """What is said of a stay: the holder, the mentor and the referent, the leads. Not a steward."""
    journey = immersion.step.journey
    return carries(user, journey) or accompanies(user, journey) or leads(user, journey)


def may_read_both_sides(user: "User", immersion: "Immersion") -> bool:
    """Those who accompany, at once; each side only once it has told its own."""
    journey = immersion.step.journey
    return not carries(user, journey) and (accompanies(user, journey) or leads(user, journey))


def may_write_questions(user: "User", immersion: "Immersion") -> bool:
    return carries(user, immersion.step.journey)


def may_note_observation(user: "User", immersion: "Immersion") -> bool:
    """Hers: nobody else reads them."""
    return carries(user, immersion.step.journey)


def may_answer_check_in(user: "User", immersion: "Immersion") -> bool:
    """The holder for herself."""
    return carries(user, immersion.step.journey)


def may_answer_assessment(user: "User", immersion: "Immersion") -> bool:
    """The holder for herself."""
    return carries(user, immersion.step.journey)


def _arranges(user: "User", immersion: "Immersion") -> bool:
    journey = immersion.step.journey
    return leads(user, journey) or journey.referent_id == user.pk


def may_resend_check_in(user: "User", immersion: "Immersion") -> bool:
    """Write to the tutor again: a lead, or the referent of the journey."""
    return _arranges(user, immersion)


def may_resend_assessment(user: "User", immersion: "Immersion") -> bool:
    """The same."""
    return _arranges(user, immersion)


def may_close_assessment(user: "User", immersion: "Immersion") -> bool:
    return leads(user, immersion.step.journey)


def may_note_lesson(user: "User", immersion: "Immersion") -> bool:
    """The holder, or who debriefs with her."""
    return may_read_stay(user, immersion)


def may_decide_lesson(user: "User", lesson: "Lesson") -> bool:
    return may_read_stay(user, lesson.immersion)


def may_show_lesson(user: "User", lesson: "Lesson") -> bool:
    """The holder, as she proposes a milestone."""
    journey = lesson.immersion.step.journey
    return journey.is_live and carries(user, journey)
