"""How an action says no: a sentence for the person, never a stack trace."""

from typing import Any


class Refused(Exception):
    """Raised by an action that will not be done; the sentence is shown as it is, beside `field` if one is named.

    `details` go with it to the API, as JSON: what stands in the way, for instance.
    """

    def __init__(self, sentence: object, field: str | None = None, **details: Any) -> None:
        super().__init__(str(sentence))
        self.sentence = str(sentence)
        self.field = field
        self.details = details
