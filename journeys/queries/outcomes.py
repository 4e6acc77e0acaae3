"""What came of a journey, in words: the box of its page, line by line, with what this reader may do."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from backend.accounts.models import User
from backend.lib import prepared
from backend.web.charts import number
from backend.web.reading import dated
from journeys import policies
from journeys.models import EvidenceFile, FollowUp, Journey, Outcome

Kind, State = Outcome.Kind, Outcome.State
ICONS = {
    Kind.CREATED: "rocket-launch", Kind.JOBS: "briefcase", Kind.FUNDING: "banknotes", Kind.COOPERATION: "user-group",
    Kind.EXIT: "flag", Kind.ACTIVITY: "play", Kind.HELP: "chat-bubble-left-ellipsis",
}  # fmt: skip


@dataclass(frozen=True)
class OutcomeLine:
    """One line of the box: what, when and who says so; its badge; what this reader may do."""

    outcome: Outcome
    title: str
    note: str
    icon: str
    badge: str
    tone: str
    may: dict[str, bool] = field(default_factory=dict)
    file: EvidenceFile | None = None

    @property
    def proof_url(self) -> str:
        """A link that shows it, else the document of the journey."""
        if self.outcome.proof_url:
            return self.outcome.proof_url
        return reverse("journeys:evidence_file", args=[self.file.pk]) if self.file else ""


def euros(cents: int) -> str:
    """1250000 → "12 500 €", "€12,500" in English; cents are told only where there are some."""
    return number(cents / 100, "€", decimals=0 if cents % 100 == 0 else 2)


def jobs(net: Any) -> str:
    """ "+1.5 FTE", "−1 FTE", "0 FTE"."""
    shown = number(net, decimals=0 if net == net.to_integral_value() else 1 if (net * 10) % 1 == 0 else 2)
    return _("%(jobs)s FTE") % {"jobs": f"+{shown}" if net > 0 else shown}


def code_words(outcome: Outcome) -> str:
    """The answer of a funding, an exit, an activity or an attribution."""
    codes = Outcome.CODES.get(outcome.kind)
    return str(codes(outcome.code).label) if codes else ""


def outcome_words(outcome: Outcome) -> str:
    """What came of it, in one line: “Funding obtained: 12,000 €, grant, Région”."""
    kind = str(outcome.get_kind_display())
    told = {
        Kind.CREATED: lambda: outcome.legal_form,
        Kind.JOBS: lambda: jobs(outcome.net_jobs),
        Kind.FUNDING: lambda: ", ".join(
            part for part in (euros(outcome.amount_cents or 0), code_words(outcome), outcome.funder) if part
        ),
        Kind.COOPERATION: lambda: outcome.partner,
    }.get(Kind(outcome.kind), lambda: code_words(outcome))()
    if not told:
        return kind[:1].upper() + kind[1:]
    if outcome.kind == Kind.HELP:
        return _("Did the journey help: %(answer)s") % {"answer": told}
    return _("%(kind)s: %(told)s") % {"kind": kind[:1].upper() + kind[1:], "told": told}


def _outcomes(journey: int, user: User) -> "QuerySet[Outcome]":
    rows = Outcome.objects.visible_to(user).filter(journey=journey)
    return rows.select_related("recorded_by", "proof_file", "follow_up").order_by("-happened_on", "-pk")


def outcomes_page(journey: Journey, user: User) -> dict[str, Any]:
    """The box: what stands, what was withdrawn (for leads and the holder), and what was asked. Two queries."""
    rows = prepared.objects(("outcomes", user.standing, journey.pk), lambda: _outcomes(journey.pk, user))
    standing: list[OutcomeLine] = []
    withdrawn: list[OutcomeLine] = []
    for row in rows:
        row.journey = journey
        (withdrawn if row.state == State.WITHDRAWN else standing).append(_line(row, user))
    may_add = policies.may_add_outcome(user, journey) and journey.state != Journey.State.DRAFT
    asked = FollowUp.objects.visible_to(user).filter(journey=journey).order_by("months")
    return {
        "outcomes": standing,
        "withdrawn_outcomes": withdrawn,
        "follow_ups": list(asked) if not journey.is_live else [],
        "add_outcome_urls": [
            (kind.label, reverse("journeys:outcome_add", args=[journey.pk, kind.value])) for kind in Kind
        ]
        if may_add
        else [],
        "shows_outcomes": bool(standing or withdrawn) or (may_add or not journey.is_live),
    }


def _line(row: Outcome, user: User) -> OutcomeLine:
    badge, tone = _badge(row)
    return OutcomeLine(
        row, outcome_words(row), _note(row), ICONS[Kind(row.kind)], badge, tone, _may(row, user), row.proof_file
    )


def _badge(row: Outcome) -> tuple[str, str]:
    if row.kind != Kind.COOPERATION or row.state == State.WITHDRAWN:
        return str(row.get_state_display()), {"proven": "good", "withdrawn": "neutral"}.get(row.state, "info")
    if row.partner_declined_at:
        return _("denied by the other side"), "bad"
    if row.is_confirmed_by_both:
        return _("confirmed by both"), "good"
    return _("to be confirmed"), "warn"


def _note(row: Outcome) -> str:
    """The day, who says so, when it was written where that is another day, its words, and why it was withdrawn."""
    said = pgettext("outcome", "said by %(who)s") % {"who": row.recorded_by or row.get_source_display()}
    parts = [dated(row.happened_on), said]
    if row.created_at.date() != row.happened_on:
        parts.append(_("noted on %(day)s") % {"day": dated(row.created_at.date())})
    if row.kind == Kind.COOPERATION and not row.is_confirmed_by_both and not row.partner_declined_at:
        parts.append(_("awaits the other side") if row.holder_confirmed_at else _("awaits the project holder"))
    if row.note:
        parts.append(row.note)
    if row.withdraw_reason:
        parts.append(_("withdrawn: %(reason)s") % {"reason": row.withdraw_reason})
    return " · ".join(parts)


def _may(row: Outcome, user: User) -> dict[str, bool]:
    if row.state == State.WITHDRAWN:
        return {}
    waits = row.kind == Kind.COOPERATION and not row.is_confirmed_by_both
    return {
        "correct": policies.may_correct_outcome(user, row),
        "withdraw": policies.may_withdraw_outcome(user, row),
        "prove": row.state == State.DECLARED and row.kind != Kind.COOPERATION and policies.may_prove_outcome(user, row),
        "confirm": waits and not row.holder_confirmed_at and policies.may_confirm_cooperation(user, row),
        "note": waits and not row.partner_declined_at and policies.may_note_cooperation(user, row),
    }


def files_to_show(journey: Journey, user: User) -> Any:
    """The documents of the journey that can show an outcome."""
    return EvidenceFile.objects.visible_to(user).filter(step__journey=journey).select_related("step").order_by("-pk")
