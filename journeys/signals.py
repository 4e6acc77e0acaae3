"""News that journeys announce upward. Sent inside the transaction of the act."""

from django.dispatch import Signal

programme_loaded = Signal()  # programme
journey_ended = Signal()  # journey
delivery_declared = Signal()  # delivery
# A question: when was each of these people last heard of? Answer {journey id: moment}. journeys: list[int], since
contact_asked = Signal()
# Another: what may `user` do on this journey in the apps above? Answer a list of journeys.queries.links.Act.
# journey, user
acts_asked = Signal()
