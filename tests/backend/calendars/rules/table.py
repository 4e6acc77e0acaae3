"""The table of rules, and what its checks look at."""

import re
from collections import Counter
from collections.abc import Callable, Iterator

from tests.backend.calendars.rules.scenes import Scene, Sent

RULES: dict[str, Callable[[Scene], None]] = {}
"""{"1.2 one recipient a message …": raises AssertionError where a letter of the scene breaks it}."""
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def rule(name: str) -> Callable[[Callable[[Scene], None]], Callable[[Scene], None]]:
    def enter(check: Callable[[Scene], None]) -> Callable[[Scene], None]:
        assert name not in RULES
        RULES[name] = check
        return check

    return enter


def broken(scene: Scene) -> Iterator[str]:
    """Each rule that does not hold in it, and where."""
    for name, check in RULES.items():
        try:
            check(scene)
        except Exception as error:
            yield f"{name}\n    {type(error).__name__}: {error}"


def lines_of(sent: Sent, *names: str) -> list[str]:
    return [line for line in sent.lines if re.split("[;:]", line)[0] in names]


def events_of(sent: Sent) -> list[list[str]]:
    """The content lines of each VEVENT, without those of its alarm."""
    found: list[list[str]] = []
    inside = ""
    for line in sent.lines:
        if line.startswith("BEGIN:"):
            inside = line[6:]
            found += [[]] if inside == "VEVENT" else []
        elif line.startswith("END:"):
            inside = "VEVENT" if line == "END:VALARM" else ""
        elif inside == "VEVENT":
            found[-1].append(line)
    return found


def counted(event: list[str]) -> Counter[str]:
    return Counter(re.split("[;:]", line)[0] for line in event)


def own(sent: Sent) -> list[str]:
    """The ATTENDEE lines that are the reader's own."""
    return [line for line in events_of(sent)[0] if line.startswith("ATTENDEE") and line.endswith(f"mailto:{sent.to}")]


def after(scene: Scene, *why: str) -> list[tuple[Sent, Sent]]:
    """Updates made for these reasons, each with what the same calendar had before."""
    return [pair for pair in scene.pairs() if pair[1].why in why and pair[1].read.method == "REQUEST"]
