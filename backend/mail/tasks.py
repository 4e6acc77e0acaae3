"""Jobs of the letters. Rung twice, they send once, and treat once what comes in."""

from backend.lib.sweeps import duty
from backend.mail import actions
from backend.mail.actions.delivery import awaited
from backend.mail.actions.relay import server_rests


def deliver(pk: int) -> int:
    """Send this letter if it still waits; sign-in codes that somebody is waiting for go before it.

    While nobody gets through to the server, it is left to the sweep.
    """
    if server_rests():
        return 0
    first = awaited()
    return actions.deliver_emails([*first, *([] if pk in first else [pk])])


@duty
def sweep_outbox() -> int:
    """Every minute: whatever is due leaves, whether or not its bell rang, and what an address kept back that was put
    right since."""
    actions.release_corrected()
    return actions.sweep_outbox()


@duty
def tell_undelivered() -> int:
    """Every ten minutes: leads hear of letters that did not get through."""
    return actions.tell_undelivered()


def treat(pk: int) -> bool:
    """What this letter says is done, if it was not yet."""
    return actions.treat_incoming(pk)


@duty
def read_inbox() -> int:
    """Every minute: whatever came to the mailbox is kept."""
    return actions.read_inbox()


@duty
def sweep_incoming() -> int:
    """Every minute: whatever came in and was not treated is, whether or not its bell rang."""
    return actions.sweep_incoming()


@duty
def sweep_forgotten_letters() -> int:
    """Every night: what old letters said is forgotten."""
    return actions.forget_incoming()


@duty
def sweep_weekly_letters() -> int:
    """Every quarter of an hour: whoever is due her weekly letter gets it, unless there is nothing to say."""
    return actions.sweep_weekly_letters()
