"""The web doors of journeys."""
