"""How an action says no: a sentence for the person, never a stack trace."""


class Refused(Exception):
    """Raised by an action that will not be done; the sentence is shown as it is, beside `field` if one is named."""

    def __init__(self, sentence: object, field: str | None = None) -> None:
        super().__init__(str(sentence))
        self.sentence = str(sentence)
        self.field = field
