"""News that journeys announce upward. Sent inside the transaction of the act."""

from django.dispatch import Signal

programme_loaded = Signal()  # programme
journey_ended = Signal()  # journey
delivery_declared = Signal()  # delivery
# A question: when were the people of these journeys last heard of? Answer a QuerySet of (journey, moment), as a
# `values_list`: it becomes part of a larger statement, or is read. journeys: ids, or a subquery of them
contact_asked = Signal()
# Another: what may `user` do on this journey in the apps above? Answer a list of journeys.queries.links.Act.
# journey, user
acts_asked = Signal()
