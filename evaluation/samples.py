"""Sample data of the letters about questionnaires."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.mail.gallery import PLAYED, SECRET, Cast, sample
from evaluation.models import Questionnaire, Request, Wave
from evaluation.queries.wording import Wording
from journeys.samples import rows

FACES = {
    "exit": (Wave.Moment.EXIT, Wave.Audience.HOLDER, Wave.Mode.IDENTIFIED),
    "session": (Wave.Moment.SESSION, Wave.Audience.HOLDER, Wave.Mode.ANONYMOUS),
    "mentor": (Wave.Moment.MID, Wave.Audience.MENTOR, Wave.Mode.CONFIDENTIAL),
    "tutor": (Wave.Moment.IMMERSION, Wave.Audience.TUTOR, Wave.Mode.IDENTIFIED),
    "shared": (Wave.Moment.MID, Wave.Audience.MENTOR, Wave.Mode.IDENTIFIED),
    "company": (Wave.Moment.IMMERSION, Wave.Audience.COMPANY, Wave.Mode.CONFIDENTIAL),
}


def _context(cast: Cast, face: str, reminders: int = 0, left: int = 15) -> dict[str, Any]:
    usual = (Wave.Moment.START, Wave.Audience.HOLDER, Wave.Mode.IDENTIFIED)
    moment, audience, mode = FACES.get(face, usual)
    questionnaire = Questionnaire(title_fr=_("Your entrepreneurial posture"))
    request = Request(
        wave=Wave(moment=moment, audience=audience, mode=mode, questionnaire=questionnaire, is_shared=face == "shared"),
        journey=rows.journey(cast),
        occasion_on=cast.on(0),
        expires_at=cast.at(20, 12),
        reminders=reminders,
    )
    part = {Wave.Audience.MENTOR: "mentor", Wave.Audience.TUTOR: "tutor", Wave.Audience.COMPANY: "tutor"}.get(audience)
    return {
        "request": request,
        "wording": Wording(request),
        "questionnaire": questionnaire,
        "minutes": 4,
        "left": left,
        "token": SECRET,
        PLAYED: part or "holder",
    }


@sample(
    "evaluation/letters/survey_request",
    to="holder mentor tutor company",
    when=gettext_lazy("When a wave of questions is due: a moment of the journey, or a few days or months later."),
    faces={
        "exit": gettext_lazy("at the end of the journey"),
        "session": gettext_lazy("anonymous, after a session"),
        "mentor": gettext_lazy("confidential, to the mentor"),
        "shared": gettext_lazy("to the mentor, put side by side with the others"),
        "tutor": gettext_lazy("to the tutor, who has no account"),
        "company": gettext_lazy("to the company, confidential"),
    },
)
def survey_request(cast: Cast, face: str) -> dict[str, Any]:
    return _context(cast, face)


@sample(
    "evaluation/letters/survey_reminder",
    to="holder mentor tutor company",
    when=gettext_lazy("Twice at most, to those who have not answered."),
    faces={"last": gettext_lazy("the last time"), "tutor": gettext_lazy("to the tutor, who has no account")},
)
def survey_reminder(cast: Cast, face: str) -> dict[str, Any]:
    return _context(cast, face, reminders=2 if face == "last" else 1, left=9)


def _report(cast: Cast, face: str) -> dict[str, Any]:
    snapshot = {
        "pk": 1, "published_at": cast.at(-3, 10), "withdrawn_why": _("A programme was counted twice."),
    }  # fmt: skip
    lines = [(_("people accompanied"), "112", "114"), (_("mentoring hours"), "310 h", "318 h")]
    return {
        "title": cast.organisation.name, "period": _("from 1 July to 30 September 2026"), "snapshot": snapshot,
        "note": "" if face == "again" else _("Two new mentors joined us in September."), "more": 0,
        "is_again": face == "again",
        "changes": [{"title": title, "before": old, "after": new} for title, old, new in lines] if face else [],
    }  # fmt: skip


@sample(
    "evaluation/letters/report",
    to="observer lead",
    when=gettext_lazy("When figures are published that leads send you on a schedule, or published again."),
    faces={"again": gettext_lazy("published again, with what changed")},
)
def report(cast: Cast, face: str) -> dict[str, Any]:
    return {"report": _report(cast, face), PLAYED: "guest"}


@sample(
    "evaluation/letters/report_withdrawn",
    to="observer lead",
    when=gettext_lazy("When figures that you were sent are withdrawn."),
)
def report_withdrawn(cast: Cast, face: str) -> dict[str, Any]:
    return {"report": _report(cast, face), PLAYED: "guest"}


@sample(
    "evaluation/letters/report_to_mend",
    to="lead",
    when=gettext_lazy("When the period of a report on a schedule is over, and on its closing day if need be."),
    faces={"closing": gettext_lazy("on the closing day"), "clear": gettext_lazy("with nothing to mend")},
)
def report_to_mend(cast: Cast, face: str) -> dict[str, Any]:
    lines = [_("Of 3 people the gender is not known."), _("2 sessions are not logged.")]
    mending = {
        "title": cast.organisation.name, "period": _("from 1 July to 30 September 2026"),
        "is_closing": face == "closing",
        "lines": [] if face == "clear" else lines, "campaign": {"pk": 1, "closes_on": cast.on(14)},
    }  # fmt: skip
    return {"mending": mending, PLAYED: "lead"}
