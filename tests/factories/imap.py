"""A real Dovecot on loopback, with one mailbox in a folder of its own."""

import grp
import imaplib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from backend.mail.imap import account_of

PASSWORD = "word-of-nobody"
ACCOUNT = f"rdv%40example.org:{PASSWORD}@127.0.0.1"
CONFIG = """\
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
protocols = imap
listen = 127.0.0.1
{tls}
disable_plaintext_auth = no
{as_user}mail_location = maildir:{home}/mail
mail_uid = {uid}
mail_gid = {gid}
first_valid_uid = 0
first_valid_gid = 0
mail_fsync = never
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}
}}
"""


# Without the rights of root everything runs as who runs the test; with them Dovecot insists on people of its own.
AS_USER = """\
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
"""


def dovecot() -> str | None:
    """Where the program is."""
    return shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")


def certificate(folder: Path, host: str = "127.0.0.1") -> tuple[Path, Path]:
    """(certificate, key) that nobody has signed but itself, for this address."""
    chain, key = folder / f"{host}.pem", folder / f"{host}.key"
    asked = f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN={host} -addext subjectAltName=IP:{host}"
    subprocess.run([*asked.split(), "-out", chain, "-keyout", key], check=True, capture_output=True)
    return chain, key


@contextmanager
def imap_server() -> Iterator[str]:
    """The URL of a mailbox that a server of this test keeps."""
    with _running(None) as (port, _tls_port):
        yield f"imap://{ACCOUNT}:{port}/INBOX"


@contextmanager
def imap_server_with_tls(chain: Path, key: Path) -> Iterator[tuple[str, str, str]]:
    """The URLs of one mailbox: with TLS from the first byte, with STARTTLS, and in clear to put letters into it."""
    with _running((chain, key)) as (port, tls_port):
        hosts = (f"imap+ssl://{ACCOUNT}:{tls_port}", f"imap+tls://{ACCOUNT}:{port}", f"imap://{ACCOUNT}:{port}")
        yield f"{hosts[0]}/INBOX", f"{hosts[1]}/INBOX", f"{hosts[2]}/INBOX"


@contextmanager
def _running(signed: tuple[Path, Path] | None) -> Iterator[tuple[int, int]]:
    program = dovecot()
    assert program is not None
    with socket.create_server(("127.0.0.1", 0)) as door, socket.create_server(("127.0.0.1", 0)) as other:
        port, tls_port = door.getsockname()[1], other.getsockname()[1] if signed else 0
    tls = f"ssl = yes\nssl_cert = <{signed[0]}\nssl_key = <{signed[1]}" if signed else "ssl = no"
    me = os.getuid()
    owner = pwd.getpwuid(me) if me else pwd.getpwnam("nobody")  # no mail of root is ever opened
    home = Path(tempfile.mkdtemp(prefix="jalon-imap-"))
    home.chmod(0o755)  # its people are not ours
    config = home / "dovecot.conf"
    uid, gid = owner.pw_uid, owner.pw_gid
    os.chown(home, uid, gid)
    as_user = AS_USER.format(user=owner.pw_name, group=grp.getgrgid(gid).gr_name) if me else ""
    config.write_text(
        CONFIG.format(
            home=home, uid=uid, gid=gid, port=port, password=PASSWORD, as_user=as_user, tls=tls, tls_port=tls_port
        )
    )
    server = subprocess.Popen([program, "-F", "-c", str(config)], start_new_session=True)
    try:
        _wait_for(port, server, home / "log")
        yield port, tls_port
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=30)
        shutil.rmtree(home, ignore_errors=True)


def _wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and server.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), 5) as caller:
                if caller.recv(64).startswith(b"* OK"):
                    return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(log.read_text() if log.exists() else "no Dovecot")


def put_into(url: str, raw: bytes) -> None:
    """A letter is delivered to the mailbox."""
    account = account_of(url)
    server = imaplib.IMAP4(account.host, account.port, timeout=30)
    server.login(account.user, account.password)
    assert server.append("INBOX", "", "", raw)[0] == "OK"
    server.logout()
