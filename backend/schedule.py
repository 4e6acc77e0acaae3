"""Every duty on the clock: name -> (task, cron). `manage.py setup` writes them; nobody edits the rows by hand."""

DUTIES: dict[str, tuple[str, str]] = {
    "heartbeat": ("backend.lib.heartbeat.beat", "* * * * *"),
    "outbox": ("backend.mail.tasks.sweep_outbox", "* * * * *"),
    "immersions": ("journeys.tasks.sweep_immersions_to_start", "10 * * * *"),
    "signatures": ("journeys.tasks.sweep_signature_reminders", "20 * * * *"),
    "changed texts": ("journeys.tasks.sweep_changed_texts", "15 * * * *"),
    "host_asks": ("journeys.tasks.sweep_host_asks", "35 6 * * *"),
    "stays": ("journeys.tasks.sweep_stays", "30 * * * *"),
    "imports": ("journeys.tasks.sweep_imports", "*/5 * * * *"),
    "imports to forget": ("journeys.tasks.sweep_forgotten_imports", "50 3 * * *"),
    "commitments": ("journeys.tasks.sweep_commitments", "50 * * * *"),
    "hours to confirm": ("journeys.tasks.sweep_hours_to_confirm", "40 7 * * *"),
    "corrections": ("journeys.tasks.sweep_corrections", "45 6 * * *"),
    "trainer_links": ("journeys.tasks.sweep_trainer_links", "*/10 * * * *"),
    "evidence": ("journeys.tasks.sweep_evidence", "40 3 * * *"),
    "sessions_to_log": ("mentoring.tasks.sweep_sessions_to_log", "*/5 * * * *"),
    "times put forward": ("mentoring.tasks.sweep_passed_times", "25 * * * *"),
    "survey requests": ("evaluation.tasks.sweep_due_requests", "5 * * * *"),
    "survey reminders": ("evaluation.tasks.sweep_reminders", "15 * * * *"),
    "survey expiry": ("evaluation.tasks.sweep_expired_requests", "25 * * * *"),
}
