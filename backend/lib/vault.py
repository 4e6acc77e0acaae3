"""Secrets of people that the house must be able to use itself (a password of a calendar): encrypted at rest.

Fernet (AES-128-CBC, HMAC-SHA256), by a key that HKDF derives from SECRET_KEY and the purpose: what was sealed for one
purpose opens for no other. Keys of SECRET_KEY_FALLBACKS still open, and tell that sealing anew is due.
"""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def seal(secret: str, purpose: str, *, says_when: bool = True) -> str:
    """`secret` encrypted; sealed twice it is never the same text. A seal tells in clear when it was made, unless not
    `says_when`.
    """
    lock, data = _lock(settings.SECRET_KEY, purpose), secret.encode()
    return (lock.encrypt(data) if says_when else lock.encrypt_at_time(data, 0)).decode()


def unseal(sealed: str, purpose: str) -> str | None:
    """What was sealed for this purpose; None for anything that no key of the house opens."""
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        found = _opened(sealed, key, purpose)
        if found is not None:
            return found
    return None


def is_sealed_by_today_s_key(sealed: str, purpose: str) -> bool:
    """Would it still open once the former keys are forgotten?"""
    return _opened(sealed, settings.SECRET_KEY, purpose) is not None


def _opened(sealed: str, key: str, purpose: str) -> str | None:
    try:
        return _lock(key, purpose).decrypt(sealed.encode()).decode()
    except (InvalidToken, ValueError):
        return None


@lru_cache(maxsize=8)
def _lock(key: str, purpose: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=b"jalon.vault", info=purpose.encode()).derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
