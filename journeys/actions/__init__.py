"""Every verb of journeys: the only writers of this app's tables."""

from journeys.actions.archives import archive_journey, reopen_journey, unarchive_journey
from journeys.actions.attendance import Mark, mark_attendance
from journeys.actions.bridges import bridge_journey
from journeys.actions.bulk import Outcome, apply_newest_to_many, assign_referent_to_many, message_holders
from journeys.actions.catalogue import create_module, restore_module, retire_module, update_module
from journeys.actions.commitments import add_commitment, complete_commitment
from journeys.actions.companies import create_company, read_siret, update_company
from journeys.actions.companions import (
    Guest,
    add_companion,
    assign_referent,
    end_companion,
    follow_referents,
    invite_companion,
    leave_group,
    reveal_contacts,
)
from journeys.actions.drafts import discard_version, publish_version, start_draft
from journeys.actions.evidence import Upload, keep_evidence_files, remove_evidence_file, sweep_evidence
from journeys.actions.extensions import ask_extension, decide_extension, withdraw_extension
from journeys.actions.immersion_rules import Stay
from journeys.actions.immersions import (
    plan_immersion,
    record_signature,
    send_immersion_to_sign,
    update_immersion,
    validate_immersion,
)
from journeys.actions.imports import (
    confirm_import,
    correct_import,
    discard_import,
    import_holders,
    map_columns,
    read_upload,
    run_import,
    skip_lines,
    undo_import,
)
from journeys.actions.journeys import Opening, open_journey, open_journeys, open_many
from journeys.actions.ledger import (
    confirm_delivery,
    declare_delivery,
    dispute_delivery,
    record_delivery,
    replace_delivery,
    void_delivery,
)
from journeys.actions.milestones import reach_milestone, undo_milestone
from journeys.actions.modules import (
    cancel_module_date,
    create_module_date,
    enrol_people,
    move_module_date,
    withdraw_enrolment,
)
from journeys.actions.plan import (
    Moved,
    PlanMoved,
    Taken,
    Undone,
    add_step,
    apply_version,
    apply_version_to_many,
    decline_version,
    edit_step,
    move_step,
    remove_step,
    restore_step,
    undo_change,
)
from journeys.actions.programme_files import Imported, import_programme
from journeys.actions.programmes import (
    create_programme,
    duplicate_programme,
    in_order,
    load_programmes,
    update_programme,
)
from journeys.actions.proposals import accept_proposal, propose_milestone, send_back_proposal, withdraw_proposal
from journeys.actions.saved_views import create_saved_view, delete_saved_view, update_saved_view
from journeys.actions.snoozes import snooze_sign, unsnooze_sign
from journeys.actions.statements import (
    Prepared,
    prepare_statement,
    prepare_statements,
    sign_statement,
    withdraw_statement,
)
from journeys.actions.states import complete_journey, leave_journey, pause_journey, resume_journey
from journeys.actions.stays import cancel_immersion, complete_immersion, reject_immersion, start_immersion
from journeys.actions.steps import advance_step, waive_step
from journeys.actions.teams import Newcomer, change_part, join_project, leave_project, share_step
from journeys.actions.template_steps import (
    add_programme_step,
    move_programme_step,
    remove_programme_step,
    update_programme_step,
)
from journeys.actions.territory import load_territory
from journeys.actions.trainer_links import ask_trainer, revoke_trainer_link, send_trainer_link
from journeys.actions.waiting import give_up_seat, join_waiting, leave_waiting, switch_seat, take_seat

__all__ = [
    "Guest",
    "Imported",
    "Mark",
    "Moved",
    "Newcomer",
    "Opening",
    "Outcome",
    "PlanMoved",
    "Prepared",
    "Stay",
    "Taken",
    "Undone",
    "Upload",
    "accept_proposal",
    "add_commitment",
    "add_companion",
    "add_programme_step",
    "add_step",
    "advance_step",
    "apply_newest_to_many",
    "apply_version",
    "apply_version_to_many",
    "archive_journey",
    "ask_extension",
    "ask_trainer",
    "assign_referent",
    "assign_referent_to_many",
    "bridge_journey",
    "cancel_immersion",
    "cancel_module_date",
    "change_part",
    "complete_commitment",
    "complete_immersion",
    "complete_journey",
    "confirm_delivery",
    "confirm_import",
    "correct_import",
    "create_company",
    "create_module",
    "create_module_date",
    "create_programme",
    "create_saved_view",
    "decide_extension",
    "declare_delivery",
    "decline_version",
    "delete_saved_view",
    "discard_import",
    "discard_version",
    "dispute_delivery",
    "duplicate_programme",
    "edit_step",
    "end_companion",
    "enrol_people",
    "follow_referents",
    "give_up_seat",
    "import_holders",
    "import_programme",
    "in_order",
    "invite_companion",
    "join_project",
    "join_waiting",
    "keep_evidence_files",
    "leave_group",
    "leave_journey",
    "leave_project",
    "leave_waiting",
    "load_programmes",
    "load_territory",
    "map_columns",
    "mark_attendance",
    "message_holders",
    "move_module_date",
    "move_programme_step",
    "move_step",
    "open_journey",
    "open_journeys",
    "open_many",
    "pause_journey",
    "plan_immersion",
    "prepare_statement",
    "prepare_statements",
    "propose_milestone",
    "publish_version",
    "reach_milestone",
    "read_siret",
    "read_upload",
    "record_delivery",
    "record_signature",
    "reject_immersion",
    "remove_evidence_file",
    "remove_programme_step",
    "remove_step",
    "reopen_journey",
    "replace_delivery",
    "restore_module",
    "restore_step",
    "resume_journey",
    "retire_module",
    "reveal_contacts",
    "revoke_trainer_link",
    "run_import",
    "send_back_proposal",
    "send_immersion_to_sign",
    "send_trainer_link",
    "share_step",
    "sign_statement",
    "skip_lines",
    "snooze_sign",
    "start_draft",
    "start_immersion",
    "sweep_evidence",
    "switch_seat",
    "take_seat",
    "unarchive_journey",
    "undo_change",
    "undo_import",
    "undo_milestone",
    "unsnooze_sign",
    "update_company",
    "update_immersion",
    "update_module",
    "update_programme",
    "update_programme_step",
    "update_saved_view",
    "validate_immersion",
    "void_delivery",
    "waive_step",
    "withdraw_enrolment",
    "withdraw_extension",
    "withdraw_proposal",
    "withdraw_statement",
]
