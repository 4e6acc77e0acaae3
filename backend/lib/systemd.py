"""What a service of systemd (Type=notify) tells it: a few words to a socket, and nothing where there is none."""

import os
import socket
from contextlib import suppress


def tell(state: str) -> bool:
    """`READY=1`, `WATCHDOG=1`, `STOPPING=1`, `STATUS=…` (sd_notify(3)); False when nobody listens."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return False
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as door:
        door.settimeout(1)
        door.connect(f"\0{address[1:]}" if address.startswith("@") else address)
        door.sendall(state.encode())
        return True
    return False
