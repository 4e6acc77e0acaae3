"""Reports of what could not be delivered (RFC 3464): pure."""

import re
from dataclasses import dataclass
from email.message import Message

from backend.mail.mime import one_line

STATUS = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")


@dataclass(frozen=True)
class Failure:
    """What became of the letter for one recipient."""

    addresses: frozenset[str]
    """Where it was to go: as it was written, and as it was forwarded."""
    status: str
    is_permanent: bool
    words: str
    """What the server said."""


def read_failures(message: Message) -> tuple[Failure, ...]:
    """One for each recipient that a report says failed or waits; what was delivered or relayed is none."""
    groups = [
        group
        for part in message.walk()
        if part.get_content_type() == "message/delivery-status"
        for group in (part.get_payload() if isinstance(part.get_payload(), list) else [])
    ]
    found = [_failure(group) for group in groups if isinstance(group, Message)]
    return tuple(one for one in found if one is not None)


def _failure(group: Message) -> Failure | None:
    named = (group.get("Original-Recipient"), group.get("Final-Recipient"))
    addresses = frozenset(address for one in named if (address := _address(one)))
    action = str(group.get("Action") or "").strip().lower()
    words = one_line(str(group.get("Diagnostic-Code") or "").partition(";")[2])
    written = STATUS.search(str(group.get("Status") or "")) or STATUS.search(words)
    if not addresses or action not in ("failed", "delayed"):
        return None
    is_permanent = action == "failed" and (written is None or written[1] == "5")
    return Failure(addresses, written[0] if written else "", is_permanent, words[:300])


def _address(value: object) -> str:
    """`rfc822; Hawa@Example.org` as `hawa@example.org`."""
    return one_line(str(value or "").partition(";")[2]).strip("<>").lower()
