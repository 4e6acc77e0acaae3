"""The communes and priority neighbourhoods of Nantes Métropole."""

from journeys import actions


def load_territory() -> None:
    """Load them from the files of the house."""
    actions.load_territory()
