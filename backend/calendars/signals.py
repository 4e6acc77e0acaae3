"""News that calendars announce upward. Sent inside the transaction of the act."""

from django.dispatch import Signal

time_wished = Signal()  # answer: InviteAnswer
"""Somebody invited proposes another time from her calendar. Whoever takes it in hand says so (anything true), and
settles it by `decline_wish` or by moving the event; refused (`Refused`) when it cannot be: she is told why at once."""

kinds_asked = Signal()
"""Which kinds of dates do the apps above put in people's calendars? Answer a list of calendars.queries.Kind."""
