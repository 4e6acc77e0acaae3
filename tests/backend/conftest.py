"""Every test of the letters talks to a real SMTP server."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from tests.factories.mail import Mailbox, compare_with_snapshot, smtp_server


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    """The server that the settings name."""
    with smtp_server() as box:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield box


@pytest.fixture
def snapshot(request: pytest.FixtureRequest) -> Callable[..., None]:
    """`snapshot(email)`: the letter reads as the file of this test's name says (see `compare_with_snapshot`)."""
    name = re.sub(r"[^\w-]+", "_", request.node.name.removeprefix("test_")).strip("_")
    return partial(compare_with_snapshot, request.node.path.parent / "snapshots", name)
