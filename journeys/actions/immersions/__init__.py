"""Immersions: an agreement drafted, signed and amended, the stay itself, and what was learned."""

from journeys.actions.immersions.amendments import (
    cancel_amendment,
    draft_amendment,
    record_amendment_signature,
    reject_amendment,
    send_amendment_to_sign,
    update_amendment,
    validate_amendment,
)
from journeys.actions.immersions.assessments import answer_assessment, close_assessment
from journeys.actions.immersions.check_ins import answer_check_in
from journeys.actions.immersions.drafts import duplicate_immersion, plan_immersion, update_immersion
from journeys.actions.immersions.early_ends import end_early
from journeys.actions.immersions.facts import Stay
from journeys.actions.immersions.learning import (
    decide_lesson,
    note_lesson,
    note_observation,
    show_lesson,
    write_questions,
)
from journeys.actions.immersions.papers import seal_agreement, seal_amendment, seal_attestation
from journeys.actions.immersions.renewals import renew_immersion
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
from journeys.actions.immersions.tutor_letters import resend_assessment, resend_check_in

__all__ = [
    "Stay",
    "answer_assessment",
    "answer_check_in",
    "cancel_amendment",
    "cancel_immersion",
    "close_assessment",
    "complete_immersion",
    "decide_lesson",
    "draft_amendment",
    "duplicate_immersion",
    "end_early",
    "fill_shared_immersion",
    "note_lesson",
    "note_observation",
    "plan_immersion",
    "record_amendment_signature",
    "record_signature",
    "refuse_agreement",
    "reject_amendment",
    "reject_immersion",
    "renew_immersion",
    "resend_assessment",
    "resend_check_in",
    "resend_signature",
    "return_shared_immersion",
    "revoke_share",
    "seal_agreement",
    "seal_amendment",
    "seal_attestation",
    "send_amendment_to_sign",
    "send_immersion_to_sign",
    "share_immersion",
    "show_lesson",
    "sign_agreement",
    "start_immersion",
    "update_amendment",
    "update_immersion",
    "validate_amendment",
    "validate_immersion",
    "write_questions",
]
