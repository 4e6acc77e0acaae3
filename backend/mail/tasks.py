"""Jobs of the outbox. Rung twice, they send once."""

from backend.mail import actions
from backend.mail.actions.delivery import awaited


def deliver(pk: int) -> int:
    """Send this letter if it still waits; sign-in codes that somebody is waiting for go before it."""
    first = awaited()
    return actions.deliver_emails([*first, *([] if pk in first else [pk])])


def sweep_outbox() -> int:
    """Every minute: whatever is due leaves, whether or not its bell rang."""
    return actions.sweep_outbox()
