"""The signed part of a link by which a reader chooses her letters: it never ends, and opens nothing else.

Pure, no database.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error

from django.utils.crypto import constant_time_compare, salted_hmac

SIGNED = 22  # characters of the signature: sixteen bytes


def token_of(pk: int | None, address: str) -> str:
    """For the person with this number, else for this address of somebody without an account."""
    said = f"u{pk}" if pk is not None else f"a{address.strip().lower()}"
    return _signature(said) + _written(said.encode())


def who(token: str) -> tuple[int | None, str]:
    """(number of the person, "") or (None, address); (None, "") for a token that is none of ours."""
    try:
        said = urlsafe_b64decode(token[SIGNED:] + "=" * (-len(token[SIGNED:]) % 4)).decode()
    except (Error, ValueError):
        return None, ""
    if not said or not constant_time_compare(token, _signature(said) + _written(said.encode())):
        return None, ""
    return (int(said[1:]), "") if said[0] == "u" else (None, said[1:])


def _signature(said: str) -> str:
    return _written(salted_hmac("mail.choosing", said, algorithm="sha256").digest()[:16])


def _written(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
