"""Actions with `by` that have no `may_…`, each with its reason. A reason for a verb that is gone fails."""

# Done by a person about herself or her own link: the door checks identity or token, there is nothing to weigh.
WITHOUT_A_RULE = {
    "backend.accounts.choose_language": "one's own language",
    "backend.accounts.accept_invitation": "whoever bears the open invitation",
}
# Never reached from a door: other actions, imports and the demo call them under their own rule.
BY_OTHER_ACTIONS = {
    "backend.accounts.create_organisation": "called from the command line by who installs Jalon",
    "backend.accounts.ensure_person": "called by the actions that meet somebody new",
    "backend.accounts.ensure_people": "the same for a whole import",
    "backend.accounts.grant_role": "called by accept_invitation and by the actions that welcome somebody",
    "backend.accounts.grant_roles": "the same for a whole import",
    "backend.accounts.create_invitation": "called by mail.invite_person, which also writes the letter",
    "backend.accounts.remove_people": "called by undo_import, which has its rule",
    "backend.accounts.empty_facts": "called by undo_mentor_import, which has its rule",
    "backend.accounts.end_role": "called by the actions that end a mentor or a lead",
    "backend.calendars.send_invite": "called by the action that plans what the invite is about",
    "backend.calendars.move_invite": "called by the action that moves what the invite is about",
    "backend.calendars.cancel_invite": "called by the action that cancels what the invite is about",
    "backend.calendars.decline_wish": "called by the action that says no to what the wish became",
    "backend.history.record": "called by every action, inside its transaction",
    "backend.history.record_many": "called by imports, inside their transaction",
    "journeys.open_journeys": "called by open_journey, which has its rule, and by imports",
    "journeys.open_many": "called by open_journeys and by imports",
    "journeys.apply_newest_to_many": "its rule is asked row by row: may_apply_version",
    "journeys.assign_referent_to_many": "its rule is asked row by row: may_assign_referent",
    "journeys.message_holders": "its rule is asked row by row: may_message_holder",
    "journeys.add_companion": "called by the actions that make somebody accompany a journey",
    "journeys.end_companion": "called by the actions that end it",
    "journeys.hand_over_commitments": "called by leave_mentor, which has its rule",
    "journeys.follow_referents": "called by open_many and by imports",
    "journeys.keep_evidence_files": "called by the actions that propose or reach a milestone, and by their doors",
    "journeys.record_delivery": "called by the actions that log, mark attendance, complete a stay",
    "mentoring.follow_delivery": "called by the receiver of delivery_corrected, under the rule of the correction",
    "mentoring.wish_move": "called by the receiver of time_wished, for one of the two: the other one decides",
    "mentoring.move_sessions_along": "called by the receiver of steps_moved, under the rule of move_step",
    "journeys.load_programmes": "called from the command line by who installs Jalon, and by the demo",
    "evaluation.open_report": "called by the clock, for a schedule that a lead has set up",
    "evaluation.remind_campaign": "called by the clock, for a campaign of such a schedule",
    "evaluation.send_due": "called by send_request, which has its rule, and by the clock",
}
