"""What was done on a journey, in words, newest first: for its lead."""

from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.history.models import Entry
from backend.lib import prepared
from backend.web.reading import hours, moment
from journeys.models import (
    Carrier,
    Commitment,
    Companion,
    Delivery,
    FollowUp,
    Immersion,
    Journey,
    Milestone,
    MilestoneProposal,
    Outcome,
    Statement,
    Step,
)

WORDS: dict[str, tuple[Any, str]] = {
    "open_journey": (_("Journey opened"), "play"),
    "pause_journey": (_("Journey paused"), "pause"),
    "resume_journey": (_("Journey resumed"), "play"),
    "complete_journey": (_("Journey completed"), "flag"),
    "leave_journey": (_("Left the journey"), "arrow-right-start-on-rectangle"),
    "snooze_sign": (_("Sign set aside"), "clock"),
    "unsnooze_sign": (_("Sign taken up again"), "arrow-uturn-left"),
    "archive_journey": (_("Journey put away"), "archive-box"),
    "unarchive_journey": (_("Journey taken out again"), "archive-box"),
    "reopen_journey": (_("Journey opened again"), "play"),
    "bridge_journey": (_("Bridge to another programme"), "arrows-right-left"),
    "ask_extension": (_("More time is asked"), "clock"),
    "decide_extension": (_("Answer about more time"), "clock"),
    "withdraw_extension": (_("More time not asked any more"), "x-mark"),
    "advance_step": (_("Step moved"), "arrow-right"),
    "waive_step": (_("Step waived"), "minus"),
    "add_step": (_("Step added"), "plus"),
    "edit_step": (_("Step edited"), "pencil"),
    "move_step": (_("Dates of a step moved"), "calendar-days"),
    "restore_step": (_("Step restored"), "arrow-uturn-left"),
    "remove_step": (_("Step removed"), "trash"),
    "apply_version": (_("New version of the programme taken up"), "document-duplicate"),
    "decline_version": (_("New version of the programme declined"), "minus"),
    "undo_change": (_("Change of plan undone"), "arrow-uturn-left"),
    "record_delivery": (_("Hours declared"), "clock"),
    "confirm_delivery": (_("Hours confirmed"), "check"),
    "dispute_delivery": (_("Hours disputed"), "exclamation-triangle"),
    "void_delivery": (_("Hours voided"), "x-mark"),
    "prepare_statement": (_("Statement of hours prepared"), "pencil-square"),
    "sign_statement": (_("Statement of hours signed"), "pencil-square"),
    "withdraw_statement": (_("Statement of hours withdrawn"), "arrow-uturn-left"),
    "add_commitment": (_("Commitment made"), "hand-raised"),
    "complete_commitment": (_("Commitment kept"), "check"),
    "reopen_commitment": (_("Commitment open again"), "arrow-uturn-left"),
    "move_commitment": (_("Commitment moved to another day"), "calendar"),
    "drop_commitment": (_("Commitment dropped"), "x-mark"),
    "answer_correction": (_("Answer on disputed hours"), "chat-bubble-left-right"),
    "accept_correction": (_("Disputed hours agreed on"), "check"),
    "settle_correction": (_("Disputed hours settled"), "check"),
    "reach_milestone": (_("Milestone reached"), "flag"),
    "propose_milestone": (_("Milestone proposed"), "flag"),
    "withdraw_proposal": (_("Proposal taken back"), "arrow-uturn-left"),
    "accept_proposal": (_("Proposal accepted"), "check"),
    "send_back_proposal": (_("Proposal sent back"), "arrow-uturn-left"),
    "keep_evidence_files": (_("Files joined"), "paper-clip"),
    "remove_evidence_file": (_("File removed"), "trash"),
    "plan_immersion": (_("Immersion planned"), "building-storefront"),
    "advance_immersion": (_("Immersion moved on"), "building-storefront"),
    "complete_immersion": (_("Immersion completed"), "building-storefront"),
    "cancel_immersion": (_("Immersion cancelled"), "x-mark"),
    "write_questions": (_("Questions for the stay written"), "question-mark-circle"),
    "note_observation": (_("Observation noted"), "pencil"),
    "answer_check_in": (_("Check-in answered"), "chat-bubble-left-ellipsis"),
    "answer_assessment": (_("Stay assessed by one side"), "clipboard-document-check"),
    "close_assessment": (_("Assessment of the stay closed"), "clipboard-document-check"),
    "note_lesson": (_("Lesson noted"), "light-bulb"),
    "decide_lesson": (_("Decision taken from a lesson"), "light-bulb"),
    "show_lesson": (_("Lesson joined to a milestone"), "flag"),
    "join_group": (_("Joined the follow-up group"), "user-plus"),
    "leave_group": (_("Left the follow-up group"), "user-minus"),
    "reveal_contacts": (_("Contact details looked at"), "eye"),
    "join_project": (_("Joined the team of the project"), "user-plus"),
    "leave_project": (_("Left the team of the project"), "user-minus"),
    "change_part": (_("Another part in the project"), "user"),
    "add_outcome": (_("Outcome noted"), "flag"),
    "correct_outcome": (_("Outcome corrected"), "pencil"),
    "prove_outcome": (_("Outcome proven"), "check"),
    "withdraw_outcome": (_("Outcome withdrawn"), "x-mark"),
    "confirm_cooperation": (_("Cooperation confirmed by one side"), "user-group"),
    "decline_cooperation": (_("Cooperation denied by the other side"), "user-group"),
    "send_follow_up": (_("Asked what became of the project"), "envelope"),
    "answer_follow_up": (_("Said what became of the project"), "check"),
    "refuse_follow_ups": (_("Does not want to be asked any more"), "minus"),
    "follow_step": (_("Done together with the team"), "user-group"),
    "share_step": (_("Shared with the team"), "user-group"),
}
TONES = {
    "dispute_delivery": "bad",
    "void_delivery": "warn",
    "pause_journey": "warn",
    "leave_journey": "bad",
    "confirm_delivery": "good",
    "complete_commitment": "good",
    "sign_statement": "good",
    "reach_milestone": "good",
    "complete_journey": "good",
}
STATES = dict(Step.State.choices)


@dataclass(frozen=True)
class Deed:
    """One line of the trail, as `{% timeline %}` shows it."""

    when: str
    title: str
    text: str
    icon: str
    tone: str
    by: str


def _text(entry: Entry) -> str:
    """What it was done to, and the detail worth reading."""
    details = entry.details
    if entry.verb == "record_delivery":
        return hours(details.get("minutes"))
    if entry.verb in ("advance_step", "follow_step"):
        return f"{entry.about_label} · {STATES.get(details.get('now'), '')}"
    if entry.verb in ("join_group", "leave_group"):
        return " · ".join(part for part in (_person(entry), str(details.get("reason") or "")) if part)
    if entry.verb == "reveal_contacts" or entry.verb.endswith(("_follow_up", "_follow_ups")):
        return ""
    if entry.verb.endswith(("_outcome", "_cooperation")):
        return " · ".join(part for part in (_person(entry), str(details.get("reason") or "")) if part)
    words = details.get("reason") or details.get("comment") or ""
    own = "" if entry.verb.endswith(("_journey", "_delivery", "_extension", "_statement")) else entry.about_label
    return " · ".join(part for part in (own, str(words)) if part)


def _person(entry: Entry) -> str:
    """Whom it is about, without the journey that the page is about."""
    return entry.about_label.split(" · ")[0]


def _is_part_of_a_bridge(entry: Entry) -> bool:
    """The end of a journey that a bridge leaves: the bridge itself is told."""
    return entry.verb == "leave_journey" and entry.details.get("leave_reason") == Journey.LeaveReason.BRIDGED


def trail(journey: Journey, user: User, limit: int = 30) -> list[Deed]:
    """The latest acts on this journey and on what hangs on it, as far as `user` may read them."""
    key = ("trail", user.standing, journey.pk, journey.project_id, journey.holder_id, limit)
    return [
        Deed(
            when=moment(entry.at),
            title=str(WORDS.get(entry.verb, (entry.verb.replace("_", " "), ""))[0]),
            text=_text(entry),
            icon=WORDS.get(entry.verb, ("", "pencil"))[1],
            tone=TONES.get(entry.verb, "neutral"),
            by=str(entry.by or ""),
        )
        for entry in prepared.objects(key, lambda: _entries(journey, user)[:limit])
        if not _is_part_of_a_bridge(entry)
    ]


def _entries(journey: Journey, user: User) -> "QuerySet[Entry]":
    """Whatever stands in the history about it, the latest first."""
    related = {
        Journey: [journey.pk],
        Step: journey.steps.order_by().values("pk"),
        Delivery: journey.deliveries.order_by().values("pk"),
        Statement: journey.statements.order_by().values("pk"),
        Outcome: journey.outcomes.order_by().values("pk"),
        FollowUp: journey.follow_ups.order_by().values("pk"),
        Commitment: journey.commitments.order_by().values("pk"),
        Immersion: Immersion.objects.filter(step__journey=journey).order_by().values("pk"),
        MilestoneProposal: MilestoneProposal.objects.filter(step__journey=journey).order_by().values("pk"),
        Milestone: Milestone.objects.filter(step__journey=journey).order_by().values("pk"),
        Companion: Companion.objects.filter(journey=journey).order_by().values("pk"),
        Carrier: Carrier.objects.filter(project=journey.project_id, holder=journey.holder_id).order_by().values("pk"),
    }
    about = Q(pk__in=[])
    for model, ids in related.items():
        about |= Q(about_type=ContentType.objects.get_for_model(model), about_id__in=ids)
    return Entry.objects.visible_to(user).filter(about).select_related("by").order_by("-at", "-pk")
