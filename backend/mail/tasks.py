"""Jobs of the letters. Rung twice, they send once, and treat once what comes in."""

from backend.mail import actions
from backend.mail.actions.delivery import awaited


def deliver(pk: int) -> int:
    """Send this letter if it still waits; sign-in codes that somebody is waiting for go before it."""
    first = awaited()
    return actions.deliver_emails([*first, *([] if pk in first else [pk])])


def sweep_outbox() -> int:
    """Every minute: whatever is due leaves, whether or not its bell rang, and what an address kept back that was put
    right since."""
    actions.release_corrected()
    return actions.sweep_outbox()


def treat(pk: int) -> bool:
    """What this letter says is done, if it was not yet."""
    return actions.treat_incoming(pk)


def read_inbox() -> int:
    """Every minute: whatever came to the mailbox is kept."""
    return actions.read_inbox()


def sweep_incoming() -> int:
    """Every minute: whatever came in and was not treated is, whether or not its bell rang."""
    return actions.sweep_incoming()


def sweep_forgotten_letters() -> int:
    """Every night: what old letters said is forgotten."""
    return actions.forget_incoming()
