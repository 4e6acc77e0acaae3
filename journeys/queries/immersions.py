"""Immersions as lists and pages show them: who has signed, what is to be done next."""

from datetime import timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from backend.accounts.models import Link, User
from backend.lib import clock
from journeys import policies
from journeys.models import Immersion, Signature
from journeys.queries.signing import awaited_words, live_signatures

State = Immersion.State
UNSIGNED = (State.TO_SIGN, State.PARTLY_SIGNED)
OPEN = (State.DRAFT, *UNSIGNED, State.TO_VALIDATE, State.VALIDATED, State.IN_PROGRESS)
EDITABLE = (State.DRAFT, *UNSIGNED, State.TO_VALIDATE)
SOON = timedelta(days=5)
CODES = ("open", "unsigned", "to_validate", "not_ready", "under_way", "to_assess", "closed")
# draft -> out to sign -> signed by all -> validated -> in progress -> completed
WAY = (State.DRAFT, State.TO_SIGN, State.TO_VALIDATE, State.VALIDATED, State.IN_PROGRESS, State.COMPLETED)


def _rows(user: User) -> QuerySet[Immersion]:
    return (
        Immersion.objects.visible_to(user)
        .select_related("company", "step__journey__holder__user", "step__journey__project", "step__journey__programme")
        .prefetch_related("signatures")
    )


def shown(code: str) -> Q:
    """What the list is narrowed to. Not ready: begins within five days, or has, without being validated."""
    today = clock.today()
    over = Q(state=State.IN_PROGRESS, ends_on__lte=today) | Q(state=State.COMPLETED)
    did_not_happen = Q(outcome=Immersion.Outcome.NOT_HAPPENED)
    known: dict[str, Q] = {
        "open": Q(state__in=OPEN),
        "unsigned": Q(state__in=UNSIGNED),
        "to_validate": Q(state=State.TO_VALIDATE),
        "not_ready": Q(state__in=EDITABLE, starts_on__lte=today + SOON),
        "under_way": Q(state__in=(State.VALIDATED, State.IN_PROGRESS)),
        "to_assess": over & ~did_not_happen,
        "closed": Q(state__in=(State.ASSESSED, State.REJECTED, State.CANCELLED))
        | Q(did_not_happen, state=State.COMPLETED),
    }
    return known.get(code, Q())


def immersions(user: User, *, show: str = "open", q: str = "") -> QuerySet[Immersion]:
    """Those she may see in one of CODES ("" all), the soonest first; the latest first once closed."""
    rows = _rows(user).filter(shown(show))
    for word in q.split():
        rows = rows.filter(
            Q(company__name__icontains=word)
            | Q(step__journey__holder__user__first_name__icontains=word)
            | Q(step__journey__holder__user__last_name__icontains=word)
        )
    return rows.order_by("-starts_on", "pk") if show in ("closed", "") else rows.order_by("starts_on", "pk")


def counts(user: User) -> dict[str, int]:
    """How many stand behind each of CODES, in one query."""
    filters = {code: Count("pk", filter=shown(code)) for code in CODES}
    return dict(Immersion.objects.visible_to(user).order_by().aggregate(**filters))


def export_head() -> list[str]:
    """The columns of the list, then what a spreadsheet wants besides."""
    return [
        _("Last name"), _("First name"), _("Company"), _("First day"), _("Last day"), _("State"), _("Awaited"),
        _("Hours planned"), _("Real hours"), _("How it went"), _("Project"), _("Programme"), _("Commune"),
        _("Objective"), _("Legal basis"),
    ]  # fmt: skip


def export_rows(rows: QuerySet[Immersion]) -> list[list[Any]]:
    """The whole list as it is narrowed, as plain values; hours as numbers."""
    wanted = rows.select_related("company__commune", "step__journey__programme__organisation")
    return [
        [
            one.step.journey.holder.user.last_name,
            one.step.journey.holder.user.first_name,
            one.company.name,
            one.starts_on,
            one.ends_on,
            str(one.get_state_display()),
            ", ".join(awaited_words(one)),
            one.minutes_planned / 60,
            one.minutes_done / 60 if one.minutes_done is not None else None,
            str(one.get_outcome_display()) if one.outcome else "",
            one.step.journey.project.name,
            one.step.journey.programme.title,
            str(one.company.commune or ""),
            str(one.get_objective_display()),
            str(one.get_basis_display()),
        ]
        for one in wanted
    ]


def way(immersion: Immersion) -> tuple[list[str], int]:
    """The stages of an agreement in words, and which it has reached (from 1)."""
    state = State.TO_SIGN if immersion.state == State.PARTLY_SIGNED else immersion.state
    if state == State.ASSESSED:  # nothing is left to do
        return [capfirst(str(one.label)) for one in WAY], len(WAY) + 1
    current = WAY.index(State(state)) + 1 if state in WAY else 0
    return [capfirst(str(one.label)) for one in WAY], current


def own_signature(user: User, immersion: Immersion) -> Signature | None:
    """The one that is asked of her now, signed in."""
    asked = [one for one in live_signatures(immersion) if one.state == Signature.State.ASKED]
    is_out = immersion.state in UNSIGNED
    return next((one for one in asked if is_out and policies.may_sign_agreement(user, one)), None)


def acts(user: User, immersion: Immersion) -> dict[str, bool]:
    """What she may do now: her right, and the state it is in."""
    state, today = immersion.state, clock.today()
    return {
        "update": state in EDITABLE and policies.may_update_immersion(user, immersion),
        "send_to_sign": state == State.DRAFT and policies.may_send_immersion_to_sign(user, immersion),
        "sign": state in UNSIGNED and policies.may_record_signature(user, immersion),
        "resend": state in UNSIGNED and policies.may_record_signature(user, immersion),
        "validate": state == State.TO_VALIDATE and policies.may_validate_immersion(user, immersion),
        "complete": state in (State.VALIDATED, State.IN_PROGRESS)
        and immersion.starts_on <= today
        and policies.may_complete_immersion(user, immersion),
        "complete_now": state in (State.VALIDATED, State.IN_PROGRESS)
        and immersion.final_day <= today
        and policies.may_complete_immersion(user, immersion),
        "share": state == State.DRAFT and policies.may_share_immersion(user, immersion),
        "duplicate": policies.may_duplicate_immersion(user, immersion),
        "reject": state in (*UNSIGNED, State.TO_VALIDATE) and policies.may_reject_immersion(user, immersion),
        "read_papers": policies.may_read_papers(user, immersion),
        "read_attestation": state in (State.COMPLETED, State.ASSESSED)
        and immersion.outcome != Immersion.Outcome.NOT_HAPPENED
        and policies.may_read_papers(user, immersion),
        "cancel": state in OPEN and policies.may_cancel_immersion(user, immersion),
    }


def shared_with(immersion: Immersion, purpose: str) -> Link | None:
    """The company’s live link, if it has one."""
    about = ContentType.objects.get_for_model(Immersion)
    rows = Link.objects.filter(about_type=about, about_id=immersion.pk, purpose=purpose, revoked_at=None)
    return rows.filter(expires_at__gt=clock.now()).order_by("-pk").first()
