"""Doors onto the questionnaires, their follow-up, and the figures."""
