"""News that accounts announce upward. Sent inside the transaction of the act."""

from django.dispatch import Signal

role_ended = Signal()  # membership, by
