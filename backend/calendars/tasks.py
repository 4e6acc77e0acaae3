"""Jobs of the calendars: rung twice, they write and remind once."""

from backend.calendars import actions
from backend.lib.sweeps import duty


def publish_calendar(pk: int) -> int:
    """What differs between this person's dates and her own calendar is written there."""
    return actions.publish_calendar(pk)


def follow_change(pk: int) -> int:
    """The same, at once: one of this person's dates changed."""
    return actions.follow_change(pk)


@duty
def sweep_calendars() -> int:
    """Every minute: whatever is due gets its bell, whether or not one rang."""
    return actions.sweep_calendars()


@duty
def sweep_reminders() -> int:
    """Every ten minutes: whoever has a date near is reminded of it."""
    return actions.sweep_reminders()
