"""The settings of the tests: those of the house, and what only a test may change."""

import atexit
import os
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import time_machine

os.environ.setdefault("SECRET_KEY", "a-key-for-the-tests-only-and-nothing-else")
os.environ.setdefault("DEMO", "1")  # the demo's doors are doors too: the matrix tries them
os.environ["SITE_URL"] = "http://testserver"
os.environ["ALLOWED_HOSTS"] = "testserver,localhost,127.0.0.1"

from backend.settings import *  # noqa: F403 - all of them, then what a test changes
from backend.settings import DATABASES, EMAIL_TIMEOUT, REST_FRAMEWORK, STORAGES, TEMPLATES
from tests.guards import UndefinedVariable

SCRATCH = Path(tempfile.mkdtemp(prefix="jalon-test-"))
atexit.register(shutil.rmtree, SCRATCH, ignore_errors=True)

# A file and not memory: the live server answers from several threads, which must not share one connection.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(SCRATCH / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON; PRAGMA mmap_size=268435456;"
    )
else:
    DATABASES["default"]["TEST"] = {"NAME": f"test_jalon_{os.getpid()}"}
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    # As above: what a test writes need not outlive the server.
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c jit=off -c synchronous_commit=off"

CACHES = {name: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"} for name in ("default", "process")}
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
# The live server finds static files where they are written: nothing is gathered for a test.
STATIC_ROOT = SCRATCH / "static"
STATIC_ROOT.mkdir()
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
# The clock of the tests stands years away from the browser's: with less it would ask anew for each file on each page.
WHITENOISE_MAX_AGE = 20 * 365 * 24 * 3600
MEDIA_ROOT = SCRATCH / "media"
INVITE_SETTLING = timedelta(0)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
_options: dict[str, Any] = {**TEMPLATES[0]["OPTIONS"], "string_if_invalid": UndefinedVariable()}  # type: ignore[dict-item]  # a dict
TEMPLATES = [{**TEMPLATES[0], "OPTIONS": _options}]
REST_FRAMEWORK = {**REST_FRAMEWORK, "TEST_REQUEST_DEFAULT_FORMAT": "json"}
# A worker in another process (tests/factories/workers.py) whose clock is wrong, or who waits less for a server.
if _ahead := int(os.environ.get("TEST_CLOCK_AHEAD", "0")):
    time_machine.travel(datetime.now(UTC) + timedelta(seconds=_ahead), tick=True).start()
EMAIL_TIMEOUT = int(os.environ.get("TEST_EMAIL_TIMEOUT", EMAIL_TIMEOUT))
