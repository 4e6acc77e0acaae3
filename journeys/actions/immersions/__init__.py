"""Immersions: an agreement drafted, signed and amended, the stay itself, and what was learned."""

from journeys.actions.immersions.drafts import duplicate_immersion, plan_immersion, update_immersion
from journeys.actions.immersions.facts import Stay
from journeys.actions.immersions.papers import seal_agreement, seal_amendment, seal_attestation
from journeys.actions.immersions.sharing import (
    fill_shared_immersion,
    return_shared_immersion,
    revoke_share,
    share_immersion,
)
from journeys.actions.immersions.signing import (
    record_signature,
    refuse_agreement,
    send_immersion_to_sign,
    sign_agreement,
    validate_immersion,
)
from journeys.actions.immersions.signing_links import resend_signature
from journeys.actions.immersions.stays import (
    cancel_immersion,
    complete_immersion,
    reject_immersion,
    start_immersion,
)

__all__ = [
    "Stay",
    "cancel_immersion",
    "complete_immersion",
    "duplicate_immersion",
    "fill_shared_immersion",
    "plan_immersion",
    "record_signature",
    "refuse_agreement",
    "reject_immersion",
    "resend_signature",
    "return_shared_immersion",
    "revoke_share",
    "seal_agreement",
    "seal_amendment",
    "seal_attestation",
    "send_immersion_to_sign",
    "share_immersion",
    "sign_agreement",
    "start_immersion",
    "update_immersion",
    "validate_immersion",
]
