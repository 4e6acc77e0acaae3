"""What the journal of the server does not keep."""

import logging
import re

SECRET = re.compile(
    r"(?P<kept>(?:/|%2F)[A-Za-z0-9_-]{4})[A-Za-z0-9_-]{18,}(?![A-Za-z0-9_-])"  # a link's, 22 signs or more
    r"|(?P<address>\b(?:rdv|re)-[0-9a-f]{4})[0-9a-f]{12,}(?=@)",  # an address that takes answers
    re.IGNORECASE,
)


def without_secrets(text: str) -> str:
    """Of the secret in a link or an address, the first four signs: enough to find a line, too few to open a door."""
    return SECRET.sub(lambda found: f"{found['kept'] or found['address']}…", text)


class Line(logging.Formatter):
    """A line of the journal, and what follows it: the trace of an error tells no secret either."""

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))
