"""A real CalDAV server, started by a test: Radicale on this machine, its calendars in a folder."""

import base64
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

USER, PASSWORD = "hawa", "an app password: 42"
CALENDAR = (
    '<?xml version="1.0"?><c:mkcalendar xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:set><d:prop>'
    "<d:displayname>{name}</d:displayname></d:prop></d:set></c:mkcalendar>"
)


@dataclass
class Radicale:
    """Speaks to it as another program of the same person would."""

    port: int
    folder: Path
    password: str = PASSWORD

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(self, method: str, path: str, body: str | bytes = "", **headers: str) -> tuple[int, dict[str, str], str]:
        token = base64.b64encode(f"{USER}:{self.password}".encode()).decode()
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        said = body.encode() if isinstance(body, str) else body
        connection.request(method, path, said or None, {"Authorization": f"Basic {token}", **more})
        answer = connection.getresponse()
        found = {name.lower(): value for name, value in answer.getheaders()}
        text = answer.read().decode()
        connection.close()
        return answer.status, found, text

    def make(self, name: str) -> str:
        """A calendar; its path."""
        path = f"/{USER}/{name}/"
        assert self.ask("MKCALENDAR", path, CALENDAR.format(name=name.title()))[0] == 201
        return path

    def empty(self) -> None:
        """As new, with one calendar “Agenda”."""
        self.set_password(PASSWORD)
        self.ask("DELETE", f"/{USER}/")
        self.ask("MKCOL", f"/{USER}/")
        self.make("agenda")

    def items(self, name: str = "agenda") -> dict[str, str]:
        """{file: what it says} of a calendar."""
        folder = self.folder / "collection-root" / USER / name
        return {path.name: path.read_text() for path in sorted(folder.glob("*.ics"))}

    def set_password(self, password: str) -> None:
        (self.folder / "users").write_text(f"{USER}:{password}\n")
        self.password = password


@contextmanager
def radicale(folder: Path) -> Iterator[Radicale]:
    """Up and empty, until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "users").write_text(f"{USER}:{PASSWORD}\n")
    (folder / "config").write_text(
        f"[server]\nhosts = 127.0.0.1:{port}\n[auth]\ntype = htpasswd\nhtpasswd_filename = {folder}/users\n"
        f"htpasswd_encryption = plain\ndelay = 0\n[storage]\nfilesystem_folder = {folder}\n"
        "[logging]\nlevel = error\n"
    )
    command = [sys.executable, "-m", "radicale", "--config", str(folder / "config")]
    process = subprocess.Popen(command, env={**os.environ, "PYTHONWARNINGS": "ignore"})
    try:
        server = Radicale(port, folder)
        until = time.monotonic() + 20
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", port), 0.2).close()
                break
            except OSError:
                time.sleep(0.05)
        yield server
    finally:
        process.terminate()
        process.wait(10)
