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
# Another: what dated meetings would move along if these steps moved, and who would get a new invite? Answer a list of
# journeys.queries.plans.Appointment. journey, shifts: {step id: days}, by
move_asked = Signal()
# The steps have moved, and their meetings are to follow. Answer the same list, as it was done: `problem` where one
# stays. journey, shifts, by, only: {ref: iso moment} of the meetings to move, None for all
steps_moved = Signal()
# Where is the next session of each of these journeys planned? Answer {journey id: address}. journeys: list[int], user
plans_asked = Signal()
# Another: when did those who accompany it last meet its holder? Answer {user id: moment}. journey
meetings_asked = Signal()
# Another: what is left to do on this journey in the apps above, before it is completed? Answer a list of Act.
# journey, user
loose_ends_asked = Signal()
# An agreement was changed before it was validated: those who had signed it, or were asked to, have to again.
# immersion, wiped: list of Signature rows as they were before, fields: names of the changed facts, by
agreement_wiped = Signal()
# A party signed or refused an amendment. signature, by
amendment_answered = Signal()
# The directory says something else of a host, or of one of its sites. company, by
company_changed = Signal()
# Who of these people gets a letter today that carries what she has due? Answer a set of user ids. users: list of User
letters_today_asked = Signal()
# Which of these journeys show a sign that the apps above decide? Answer {sign: QuerySet}, each a `values_list` of
# journeys: it becomes part of a larger statement. journeys: ids, or a subquery of them
signs_asked = Signal()
# What stands behind such signs? Answer {(journey, sign): journeys.queries.holes.Sign}. codes: {journey: its signs}
sign_words_asked = Signal()
# After how many days does an organisation call hours unconfirmed? Answer {organisation id: days}
confirm_days_asked = Signal()
# Another: what else may be asked of whoever has just confirmed these hours from her letter? Answer an object with
# `template`, which is shown with it as `ask`, or None. delivery, user, token: of her link
after_confirming_asked = Signal()
# Other hours stand, or none: what the line came from says the same. delivery: the line that stands, or the voided one;
# did_not_happen: both agree that "it did not take place", or a lead has settled it so; else voiding says only that the
# hours count no more; by
delivery_corrected = Signal()
# Another: which rows of the apps above belong to this journey and may have letters and invites about them? Answer a
# list of journeys.queries.letters.Matter. journey
letters_asked = Signal()
