"""News that mail announces upward."""

from django.dispatch import Signal

letter_came = Signal()  # raw: bytes, received_at: datetime, token: str, authenticated: bool
"""A letter was received. `token`: of the address it came to (`rdv-<token>@…`), or ""; `authenticated`: is the domain of
its From proved (DKIM or SPF, aligned)? Whoever knows what it is answers with the rows made of it, none when it is
nothing of hers. The same letter may be told twice."""

reply_came = Signal()  # letter: Email, writer: User | None
"""Somebody answered this letter in words. Whoever knows what it is about answers with the people who should read them;
without any they go to the leads."""

words_came = Signal()  # token: str
"""Somebody answers in words at the address where answers to a date come in (`rdv-<token>@…`). Whoever made it answers
with the letter that invited her, None when it is not hers."""

readers_asked = Signal()  # organisation: Organisation
"""Who follows something here without a role of her own? Answer a set of numbers of people: they too may get a weekly
letter."""

week_asked = Signal()  # week: backend.mail.weekly.Week
"""What is there to tell these readers, each only what she may see? Answer a list of backend.mail.weekly.Line, in as
many queries for one reader as for a thousand."""

letters_ahead_asked = Signal()  # organisation: Organisation, now: datetime, until: datetime
"""Which letters will your duties on the clock write from now until then? Answer a list of backend.mail.ahead.Ahead, in
as many queries for one person as for a thousand."""

staleness_asked = Signal()  # letter: Email
"""This letter, which tells of dates (`mentions`), is about to leave. Whoever wrote it answers true when what it says
holds no longer: it stays here."""
