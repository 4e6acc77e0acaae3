"""News that mail announces upward."""

from django.dispatch import Signal

letter_came = Signal()  # raw: bytes, received_at: datetime, token: str, authenticated: bool
"""A letter was received. `token`: of the address it came to (`rdv-<token>@…`), or ""; `authenticated`: is the domain of
its From proved (DKIM or SPF, aligned)? Whoever knows what it is answers with the rows made of it, none when it is
nothing of hers. The same letter may be told twice."""

reply_came = Signal()  # letter: Email, writer: User | None
"""Somebody answered this letter in words. Whoever knows what it is about answers with the people who should read them;
without any they go to the leads."""
