"""Immersions as lists and pages show them: who has signed, what is to be done next."""

from dataclasses import dataclass
from datetime import date

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Q, QuerySet
from django.utils.text import capfirst

from backend.accounts.models import Link, User
from backend.lib import clock
from journeys import policies
from journeys.models import Immersion, Signature
from journeys.queries.signing import live_signatures

State = Immersion.State
STANDING = Q(signatures__state=Signature.State.SIGNED, signatures__amendment=None)
UNSIGNED = (State.TO_SIGN, State.PARTLY_SIGNED)
OPEN = (State.DRAFT, *UNSIGNED, State.TO_VALIDATE, State.VALIDATED, State.IN_PROGRESS)
EDITABLE = (State.DRAFT, *UNSIGNED, State.TO_VALIDATE)
# What the list can be narrowed to: code -> states.
SHOWN: dict[str, tuple[State, ...]] = {
    "open": OPEN,
    "unsigned": UNSIGNED,
    "to_validate": (State.TO_VALIDATE,),
    "under_way": (State.VALIDATED, State.IN_PROGRESS),
    "closed": (State.COMPLETED, State.ASSESSED, State.REJECTED, State.CANCELLED),
}
# draft -> out to sign -> signed by all -> validated -> in progress -> completed
WAY = (State.DRAFT, State.TO_SIGN, State.TO_VALIDATE, State.VALIDATED, State.IN_PROGRESS, State.COMPLETED)


def _rows(user: User) -> QuerySet[Immersion]:
    return (
        Immersion.objects.visible_to(user)
        .select_related("company", "step__journey__holder__user", "step__journey__project", "step__journey__programme")
        .annotate(signed=Count("signatures", filter=STANDING, distinct=True))
    )


def immersions(user: User, *, show: str = "open", q: str = "") -> QuerySet[Immersion]:
    """Those she may see in one of SHOWN ("" all), the soonest first; the latest first once closed."""
    rows = _rows(user)
    if show in SHOWN:
        rows = rows.filter(state__in=SHOWN[show])
    for word in q.split():
        rows = rows.filter(
            Q(company__name__icontains=word)
            | Q(step__journey__holder__user__first_name__icontains=word)
            | Q(step__journey__holder__user__last_name__icontains=word)
        )
    return rows.order_by("-starts_on", "pk") if show in ("closed", "") else rows.order_by("starts_on", "pk")


def counts(user: User) -> dict[str, int]:
    """How many stand behind each of SHOWN, in one query."""
    filters = {name: Count("pk", filter=Q(state__in=states)) for name, states in SHOWN.items()}
    return dict(Immersion.objects.visible_to(user).order_by().aggregate(**filters))


@dataclass(frozen=True)
class PartyState:
    """One party of the agreement: has it signed?"""

    party: str
    label: str
    name: str
    signed_on: date | None


def parties(immersion: Immersion) -> list[PartyState]:
    """The three who sign, in the order of the paper."""
    signed = {one.party: one.signed_on for one in immersion.signatures.all() if one.stands}
    names = {
        Signature.Party.HOLDER: str(immersion.step.journey.holder),
        Signature.Party.COMPANY: f"{immersion.company} · {immersion.tutor_name}",
        Signature.Party.ORGANISATION: str(immersion.step.journey.programme.organisation),
        Signature.Party.GUARDIAN: immersion.guardian_name,
        Signature.Party.EMPLOYER: f"{immersion.employer_name} · {immersion.employer_signatory}",
    }
    return [
        PartyState(str(party), capfirst(str(party.label)), names[party], signed.get(party))
        for party in immersion.parties
    ]


def way(immersion: Immersion) -> tuple[list[str], int]:
    """The stages of an agreement in words, and which it has reached (from 1)."""
    state = State.TO_SIGN if immersion.state == State.PARTLY_SIGNED else immersion.state
    state = State.COMPLETED if state == State.ASSESSED else state
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
