"""Every verb of evaluation: the only writers of this app's tables."""

from evaluation.actions.anonymity import seal_anew, waves_to_seal_anew
from evaluation.actions.answers import Given, begin_request, complete_request, refuse_request, save_answers
from evaluation.actions.design import (
    copy_questionnaire,
    create_questionnaire,
    restore_questionnaire,
    retire_questionnaire,
    update_questionnaire,
)
from evaluation.actions.design_files import import_questionnaire
from evaluation.actions.design_items import (
    move_item,
    move_section,
    remove_item,
    remove_section,
    restore_item,
    save_item,
    save_section,
)
from evaluation.actions.design_versions import (
    discard_draft,
    draft_version,
    publish_version,
    update_draft,
    withdraw_version,
)
from evaluation.actions.entry import enter_answers
from evaluation.actions.exports import export_wave
from evaluation.actions.indicators import (
    archive_indicator,
    create_indicator,
    discard_indicator,
    draft_indicator,
    drop_target,
    publish_indicator,
    restore_indicator,
    revise_indicator,
    set_baseline,
    set_target,
    update_indicator,
)
from evaluation.actions.past import forget_past_of
from evaluation.actions.publishing import (
    CampaignPlan,
    check_campaign,
    create_campaign,
    discard_campaign,
    other_leads,
    publish_campaign,
    reopen_campaign,
    review_campaign,
)
from evaluation.actions.questionnaires import load_questionnaires, set_default_waves
from evaluation.actions.requests import (
    bounce_request,
    drop_asks_of,
    expire_requests,
    remind_request,
    resend_request,
    send_due,
    send_request,
)
from evaluation.actions.waves import create_wave, edit_wave, stop_wave

__all__ = [
    "CampaignPlan",
    "Given",
    "archive_indicator",
    "begin_request",
    "bounce_request",
    "check_campaign",
    "complete_request",
    "copy_questionnaire",
    "create_campaign",
    "create_indicator",
    "create_questionnaire",
    "create_wave",
    "discard_campaign",
    "discard_draft",
    "discard_indicator",
    "draft_indicator",
    "draft_version",
    "drop_asks_of",
    "drop_target",
    "edit_wave",
    "enter_answers",
    "expire_requests",
    "export_wave",
    "forget_past_of",
    "import_questionnaire",
    "load_questionnaires",
    "move_item",
    "move_section",
    "other_leads",
    "publish_campaign",
    "publish_indicator",
    "publish_version",
    "refuse_request",
    "remind_request",
    "remove_item",
    "remove_section",
    "reopen_campaign",
    "resend_request",
    "restore_indicator",
    "restore_item",
    "restore_questionnaire",
    "retire_questionnaire",
    "review_campaign",
    "revise_indicator",
    "save_answers",
    "save_item",
    "save_section",
    "seal_anew",
    "send_due",
    "send_request",
    "set_baseline",
    "set_default_waves",
    "set_target",
    "stop_wave",
    "update_draft",
    "update_indicator",
    "update_questionnaire",
    "waves_to_seal_anew",
    "withdraw_version",
]
