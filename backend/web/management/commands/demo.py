"""`manage.py demo`: everything a newcomer needs in one command. Never run it on real data."""

import hashlib
import os
import signal
import socket
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from whitenoise.compress import Compressor

from backend.accounts.models import Membership, Organisation
from backend.lib.supervise import Child, stop_all
from backend.web.management.commands.work import worker

ROLES = ("lead", "mentor", "holder", "observer", "steward")
DATABASE = settings.VAR_DIR / "demo.sqlite3"
LOADING = settings.VAR_DIR / "demo.loading"


class Sink:
    """A mail server that takes every letter and keeps none: letters are read in the Outbox."""

    count = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - its name in aiosmtpd
        self.count += 1
        return "250 taken"


class Command(BaseCommand):
    help = "Start the demo: database, data, web and worker in one process group, one sign-in link per role."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))
        parser.add_argument("--host", default=os.environ.get("HOST") or "127.0.0.1")
        parser.add_argument("--empty", action="store_true", help="without the demo's people")

    def handle(self, *, port: int, host: str, empty: bool, **options: Any) -> None:
        self._refuse_taken_port(host, port)
        self._complete_environment(port)
        started = time.monotonic()
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have left it ignored
        self._prepare(empty=empty)
        sink = Sink()
        post = Controller(sink, hostname="127.0.0.1", port=_free_port(), ready_timeout=10)
        post.start()
        email_url = os.environ.get("EMAIL_URL") or f"smtp://127.0.0.1:{post.port}"
        children = _children(host, port, {"EMAIL_URL": email_url})
        try:
            for child in children:
                child.start()
            self._wait_for_answer(host, port, children[0])
            self._welcome(time.monotonic() - started)
            while True:
                time.sleep(1)
                for child in children:
                    if said := child.watch():
                        self.stderr.write(said)
        except KeyboardInterrupt:
            pass
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            self.stdout.write("\nStopping…")
            stop_all(children)
            post.stop()
            self.stdout.write(f"Stopped. {sink.count} letters were delivered to the demo’s own mail server.")

    def _refuse_taken_port(self, host: str, port: int) -> None:
        with socket.socket() as door:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                door.bind((host, port))
            except OSError as error:
                free = _free_port(port + 1)
                raise CommandError(f"Port {port} is taken ({error.strerror}). Try: make demo PORT={free}") from error

    def _complete_environment(self, port: int) -> None:
        """The settings were read before the port was known: start over once with everything set."""
        wanted = {
            "DEMO": "1",
            "DATABASE_URL": os.environ.get("DATABASE_URL") or f"sqlite:///{DATABASE}",
            "SITE_URL": os.environ.get("SITE_URL") or f"http://localhost:{port}",
        }
        if any(os.environ.get(name) != value for name, value in wanted.items()):
            sys.stdout.flush()
            os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **wanted})  # noqa: S606 - ourselves

    def _prepare(self, *, empty: bool) -> None:
        settings.VAR_DIR.mkdir(exist_ok=True)
        is_ours = settings.DATABASES["default"]["NAME"] == str(DATABASE)
        if is_ours and LOADING.exists():  # the last load was interrupted: half a demo is no demo
            for suffix in ("", "-wal", "-shm"):
                Path(f"{DATABASE}{suffix}").unlink(missing_ok=True)
            LOADING.unlink()
        self._step("Preparing the database", lambda: call_command("setup", stdout=self.stdout))
        if not Organisation.objects.exists() and not empty:
            LOADING.touch()
            if "load_demo" in get_commands():
                self._step("Loading the demo’s people and ten months of history", lambda: call_command("load_demo"))
            LOADING.unlink()
        if _static_is_stale():
            self._step("Gathering the static files", _gather_static)

    def _step(self, sentence: str, work: Callable[[], Any]) -> None:
        self.stdout.write(f"{sentence}… ", ending="")
        self.stdout.flush()
        started = time.monotonic()
        work()
        self.stdout.write(f"{sentence}: {time.monotonic() - started:.1f} s")

    def _wait_for_answer(self, host: str, port: int, web: Child) -> None:
        """Until the web process says it is up; CommandError after 60 s."""
        address = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}/healthz"  # noqa: S104 - compared, not bound
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                with urlopen(address, timeout=2) as answer:
                    if answer.status == 200:
                        return
            except (URLError, OSError):
                web.watch()
                time.sleep(0.1)
        raise CommandError(f"No answer from {address} after 60 seconds.")

    def _welcome(self, seconds: float) -> None:
        self.stdout.write(f"\nJalon is open ({seconds:.1f} s): {settings.SITE_URL}\n\nSign in with one click as:")
        for role in ROLES:
            first = Membership.objects.active().filter(role=role).order_by("organisation_id", "pk").first()
            who = f"  {first.user}, {first.organisation}" if first else ""
            self.stdout.write(f"  {role:<9}{settings.SITE_URL}/demo/sign-in/{role}/{who}")
        self.stdout.write(f"  {'adviser':<9}{settings.SITE_URL}/demo/sign-in/adviser/  of a bank, beside one journey")
        self.stdout.write("\nCtrl-C stops it and keeps the data; `make demo-reset` starts over.\n")
        self.stdout.flush()
        connection.close()


def _children(host: str, port: int, environment: dict[str, str]) -> list[Child]:
    """The web server and the worker."""
    folder = Path(sys.executable).parent
    granian = [str(folder / "granian"), "--interface", "wsgi", "--host", host, "--port", str(port)]
    granian += "--workers 2 --blocking-threads 8 --respawn-failed-workers --no-access-log --log-level error".split()
    return [Child("web", [*granian, "backend.wsgi:application"], environment), worker(environment)]


def _free_port(first: int = 0) -> int:
    """A free port: any, or the first one from `first` on."""
    for port in range(first, first + 200) if first else [0]:
        with socket.socket() as door:
            try:
                door.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(door.getsockname()[1])
    return 0


def _static_digest() -> str:
    """What the static files are made from, in one word."""
    digest = hashlib.sha256((settings.BASE_DIR / "requirements.lock").read_bytes())
    for finder in get_finders():
        for name, storage in finder.list([]):
            path = Path(storage.path(name))
            if path.is_relative_to(settings.BASE_DIR) and ".venv" not in path.parts:
                digest.update(name.encode() + path.read_bytes())
    return digest.hexdigest()


def _static_is_stale() -> bool:
    stamp = settings.STATIC_ROOT / "stamp.txt"
    return not stamp.exists() or stamp.read_text() != _static_digest()


def _gather_static() -> None:
    unused = ["rest_framework", "redoc", "knox"]  # the pages of libraries that nobody here opens
    call_command("collectstatic", interactive=False, verbosity=0, clear=True, ignore_patterns=unused)
    compressor = Compressor(quiet=True)
    for folder in ("web", "django_htmx"):
        for path in (settings.STATIC_ROOT / folder).rglob("*.*"):
            if path.is_file() and compressor.should_compress(path.name) and path.stat().st_size < 100_000:
                compressor.compress(str(path))
    (settings.STATIC_ROOT / "stamp.txt").write_text(_static_digest())
