"""Sample data of the letters of mentoring, by what they are about."""

from mentoring.samples import leaving, pairs, sessions

__all__ = ["leaving", "pairs", "sessions"]
