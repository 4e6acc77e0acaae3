"""The worker's pulse: a task on the clock writes a row; whoever looks knows whether jobs are still run."""

from datetime import datetime, timedelta

from backend.lib import clock
from backend.lib.models import Pulse

NAME = "worker"
LATE_AFTER = timedelta(minutes=4)


def beat() -> None:
    """A task: the worker is alive now."""
    Pulse.objects.update_or_create(name=NAME, defaults={"beat_at": clock.now()})


def last_beat() -> datetime | None:
    """When the worker last said so, on its own clock; None when it never did."""
    return Pulse.objects.filter(name=NAME).values_list("beat_at", flat=True).first()


def is_fresh(beat: datetime | None) -> bool:
    """A beat less than four minutes away. One from later than that is no proof of life: the clocks of two machines
    differ, or one was turned back."""
    return beat is not None and abs(clock.now() - beat) < LATE_AFTER


def what_is_wrong() -> str:
    """ "" while the worker beats, else a short reason."""
    last = last_beat()
    if is_fresh(last):
        return ""
    if last is None:
        return "no pulse yet"
    when = f"{last:%Y-%m-%dT%H:%M:%SZ}"
    return f"no pulse since {when}" if last < clock.now() else f"a pulse from {when}, yet to come: check the clocks"
