"""Actions with `by` that have no `may_…`, each with its reason. A reason for a verb that is gone fails."""

# Done by a person about herself or her own link: the door checks identity or token, there is nothing to weigh.
WITHOUT_A_RULE = {
    "backend.accounts.choose_language": "one's own language",
    "backend.accounts.accept_invitation": "whoever bears the open invitation",
}
# Never reached from a door: other actions, imports and the demo call them under their own rule.
BY_OTHER_ACTIONS = {
    "backend.accounts.ensure_person": "called by the actions that meet somebody new",
    "backend.accounts.grant_role": "called by accept_invitation and imports",
    "backend.accounts.create_invitation": "called by mail.invite_person, which also writes the letter",
    "backend.accounts.end_role": "called by the actions that end a mentor or a lead",
    "backend.calendars.send_invite": "called by the action that plans what the invite is about",
    "backend.calendars.move_invite": "called by the action that moves what the invite is about",
    "backend.calendars.cancel_invite": "called by the action that cancels what the invite is about",
    "backend.history.record": "called by every action, inside its transaction",
    "backend.history.record_many": "called by imports, inside their transaction",
}
