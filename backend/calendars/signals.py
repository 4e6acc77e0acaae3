"""News that calendars announce upward. Sent inside the transaction of the act."""

from django.dispatch import Signal

time_wished = Signal()  # answer: InviteAnswer
"""Somebody invited proposes another time from her calendar. Whoever takes it in hand says so (anything true), and
settles it by `decline_wish` or by moving the event; refused (`Refused`) when it cannot be: she is told why at once."""

kinds_asked = Signal()
"""Which kinds of dates do the apps above put in people's calendars? Answer a list of calendars.queries.Kind."""

days_asked = Signal()
"""Until which days do people (or `user` alone, or those of `organisation`) have to do something, from `start` to `end`?
Answer with calendars.near.Coming without a `person`, in a constant number of queries: they are reminded of them."""

spared_asked = Signal()
"""Of these dates (`coming`) people would be reminded on their eve, between the moments `now` and `until`. Whoever tells
some of them then in a letter of its own answers with (User or address, thing) of each, in as many queries for all."""
