"""Response rates by the AAPOR standard definitions (10th edition, 2023): say which one, and its denominator."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Disposition:
    """What became of everybody who was asked."""

    complete: int = 0
    partial: int = 0
    refused: int = 0
    not_reached: int = 0
    unknown: int = 0

    @property
    def known(self) -> int:
        """Those known to be concerned by the questionnaire."""
        return self.complete + self.partial + self.refused + self.not_reached

    @property
    def asked(self) -> int:
        return self.known + self.unknown


def response_rates(given: Disposition) -> dict[str, float | None]:
    """RR1 and RR5 count complete answers, RR2 and RR6 partial ones too; RR5 and RR6 leave out the unknown.

    Values from 0 to 1; None for an empty denominator.
    """

    def over(top: int, bottom: int) -> float | None:
        return top / bottom if bottom else None

    return {
        "RR1": over(given.complete, given.asked),
        "RR2": over(given.complete + given.partial, given.asked),
        "RR5": over(given.complete, given.known),
        "RR6": over(given.complete + given.partial, given.known),
    }
