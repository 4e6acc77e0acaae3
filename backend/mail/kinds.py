"""What kind of letter each template is: whether its reader may do without it, and whether it asks something of her."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Kind:
    """A kind of letter, as its reader knows it. `reason`: why she gets it, in one sentence.

    `is_refusable`: she may stop it. `is_ask`: it counts among what may be asked of her in a week.
    """

    code: str
    label: Promise
    reason: Promise
    is_refusable: bool = False
    is_ask: bool = False


NECESSARY = (
    Kind("account", _("Your account"), _("It lets you in, or says who invited you.")),
    Kind("dates", _("Dates"), _("Something you take part in is planned, moved or cancelled.")),
    Kind("people", _("The people beside you"), _("Somebody writes to you, or who accompanies you changes.")),
    Kind("papers", _("Agreements and hours"), _("Something awaits your signature or your decision, or was signed.")),
    Kind("fares", _("How letters fare"), _("A letter did not get through, or not whole.")),
    Kind("calendar", _("Your own calendar"), _("A calendar that you connected could not be kept in step.")),
    # To be answered, so never refused; it takes its place in the week all the same.
    Kind("pairs", _("Pairs to accept"), _("A pair is proposed to you: it begins once both accept."), is_ask=True),
)
REFUSABLE = (
    Kind("surveys", _("Questionnaires"), _("A journey that you take part in comes with a questionnaire."), True, True),
    Kind("questions", _("Questions about your sessions and stays"), _("We ask how it goes."), True, True),
    Kind("reminders", _("Reminders"), _("Something still waits for you."), True, True),
    Kind("near", _("Dates that are near"), _("Something you take part in, or have to do, is near."), True),
    Kind("hours", _("What was done"), _("A session or a module took place: who came, for how long."), True),
    Kind("briefings", _("Before a session"), _("A session of yours is near: what helps to prepare it."), True),
    Kind("weekly", _("Weekly letter"), _("Once a week: what is coming, and what waits for you."), True, True),
    Kind("reports", _("Published figures"), _("Figures of an organisation are published for you to read."), True),
    Kind("news", _("News of the journeys"), _("Something happened in a journey that you follow."), True),
)  # fmt: skip
KINDS = {kind.code: kind for kind in (*NECESSARY, *REFUSABLE)}
FORMER = Kind("former", _("Letters"), _("Letters"))
"""Of a letter written by a version that knew other templates: it still leaves, and is still listed."""

# By app, then kind; a template that is not named here is refused by `kind_of`, and by the tests.
TEMPLATES: dict[str, dict[str, str]] = {
    "mail": {
        "account": "sign_in_code invitation unknown_address account_notice",
        "people": "reply",
        "fares": "files_refused address_failing not_through",
        "weekly": "weekly",
    },
    "calendars": {
        "dates": "invite update cancel removed again answered answer_confirm answer_delegated wish_declined",
        "calendar": "own_calendar",
        "near": "reminder",
    },
    "mentoring": {
        "account": "welcome_mentor",
        "dates": "series session_cancelled session_handed_over times_put_forward times_declined gathering_left",
        "people": "mentor_left mentor_left_holder mentor_left_next wish_to_leave pair_agreed pair_declined "
        "pair_not_made pair_made_holder pair_made_mentor pair_ended_holder pair_ended_mentor",
        "pairs": "pair_proposed_holder pair_proposed_mentor",
        "questions": "pair_review session_question",
        "reminders": "session_log_again",
        "hours": "session_log gathering_log confirm_hours",
        "briefings": "briefing",
    },
    "journeys": {
        "account": "companion_invited companion_ended project_joined",
        "dates": "module_cancel module_promoted module_waiting module_trainer stay_cancelled",
        "people": "board_message check_in_wrong host_ask_answer host_ask_withdrawn",
        "papers": "agreement_back agreement_share amendment_news amendment_not_ready immersion_blocked "
        "immersion_not_ready immersion_validated sign_ask sign_receipt sign_refused sign_whole sign_wiped "
        "statement_prepared correction_over correction_word settle_asked extension_asked extension_decided",
        "questions": "host_ask check_in_ask assessment_ask cooperation_ask",
        "surveys": "follow_up",
        "reminders": "commitments_due hours_waiting amendment_remind sign_remind",
        "hours": "attendance_ask confirm_again",
        "news": "milestone_proposed milestone_answered host_ask_team assessment_in assessment_other stay_ended",
    },
    "evaluation": {
        "surveys": "survey_request survey_reminder",
        "reports": "report report_withdrawn",
        "reminders": "report_to_mend",
    },
}
KIND_OF = {
    f"{app}/letters/{name}": KINDS[code]
    for app, kinds in TEMPLATES.items()
    for code, names in kinds.items()
    for name in names.split()
}


def templates_of(code: str) -> list[str]:
    """The templates of this kind."""
    return [template for template, kind in KIND_OF.items() if kind.code == code]


def kind_of(template: str) -> Kind:
    """The kind of this letter; KeyError for one that nobody has put in the table."""
    return KIND_OF[template]


def known_kind(template: str) -> Kind:
    """The kind of a letter that was written, perhaps by a former version."""
    return KIND_OF.get(template, FORMER)
