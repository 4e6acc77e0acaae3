"""A CalDAV server that says what a test tells it to say."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Said = tuple[int, dict[str, str], bytes]
FOUND = (
    b'<?xml version="1.0"?><multistatus xmlns="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><response>'
    b"<href>/one/</href><propstat><prop><resourcetype><collection/><c:calendar/></resourcetype><displayname>Agenda</displayname></prop>"
    b"<status>HTTP/1.1 200 OK</status></propstat></response></multistatus>"
)


class Fake:
    """A server that says what it is told to say to each method, and remembers what it was asked."""

    def __init__(self, port: int) -> None:
        self.port, self.asked = port, list[tuple[str, str, dict[str, str]]]()
        self.says: dict[str, Callable[[], Said]] = {"PROPFIND": lambda: (207, {}, FOUND)}

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/one/"

    def methods(self) -> list[str]:
        return [method for method, _path, _headers in self.asked]


@contextmanager
def fake_server() -> Iterator[Fake]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            fake.asked.append((self.command, self.path, dict(self.headers.items())))
            status, headers, body = fake.says.get(self.command, lambda: (404, {}, b""))()
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def __getattr__(self, name: str) -> Any:
            """Whatever it is asked: `do_PUT`, `do_PROPFIND`…"""
            if name.startswith("do_"):
                return self.answer
            raise AttributeError(name)

        def log_message(self, *_args: Any) -> None:
            pass

    served = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.daemon_threads = True
    fake = Fake(served.server_port)
    thread = threading.Thread(target=served.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield fake
    finally:
        served.shutdown()
        thread.join()
        served.server_close()
