"""Who answered, and what the silent leave open. Response rates are AAPOR's standard definitions (10th edition, 2023):
say which one, and its denominator."""

from dataclasses import dataclass

from evaluation.statistics.reasons import Reason, Undefined


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


@dataclass(frozen=True)
class Bounds:
    """Between what the mean over everybody asked must lie, whatever the silent would have said; no chance in it."""

    low: float
    high: float
    answered: int
    asked: int


def manski_bounds(
    total: float, answered: int, asked: int, *, lowest: float = 0.0, highest: float = 1.0
) -> Bounds | Undefined:
    """Bounds for non-response: every silent person at `lowest`, then at `highest`.

    `total` is the sum of the answers given: the number of yes for a share. Undefined when nobody was asked; when nobody
    answered the bounds are the whole scale. Manski (1989), J. Human Resources 24:343.
    """
    if not 0 <= answered <= asked or not answered * lowest <= total <= answered * highest:
        raise ValueError(f"{total} over {answered} answers of {asked} asked is not on a scale {lowest} to {highest}")
    if asked == 0:
        return Undefined(Reason.NOBODY)
    silent = asked - answered
    return Bounds((total + silent * lowest) / asked, (total + silent * highest) / asked, answered, asked)
