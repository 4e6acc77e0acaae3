"""What the journal of the server does not keep."""

import logging
import re

SECRET = re.compile(r"(?<=/)([A-Za-z0-9_-]{4})[A-Za-z0-9_-]{18,}(?![A-Za-z0-9_-])")
"""A link's secret as one part of an address: 22 signs or more, as in the links to one's choice of letters."""


class NoSecrets(logging.Filter):
    """Of the secret in an address, the first four signs are written: enough to find a line, too few to open a door."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if SECRET.search(said):
            record.msg, record.args = SECRET.sub(r"\1…", said), ()
        return True
