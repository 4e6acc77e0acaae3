"""News that journeys announce upward. Sent inside the transaction of the act."""

from django.dispatch import Signal

programme_loaded = Signal()  # programme
journey_ended = Signal()  # journey
delivery_declared = Signal()  # delivery
