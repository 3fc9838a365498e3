"""The secret key of an installation: it encrypts what is kept, and signs what comes back."""

import hashlib
import hmac
import os
import secrets
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.settings import KEY_BYTES, Settings, SettingsError

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

FILE = "secret.key"
SIGNATURE = 9
"""Bytes of a signature: 72 bits, since whoever guesses has to ask the service for each guess."""


class VaultError(Exception):
    """Say that something sealed cannot be opened with the keys of this installation."""


class Vault:
    """Encrypts and signs with the first key; opens and verifies with any, so that keys can be changed."""

    def __init__(self, keys: Sequence[bytes]):
        self._keys = tuple(keys)

    def seal(self, text: str) -> str:
        """Encrypt a text."""
        return self._fernet().encrypt(_bytes(text)).decode()

    def open(self, sealed: str) -> str:
        """Decrypt what `seal` made; VaultError where none of the keys made it."""
        from cryptography.fernet import InvalidToken

        try:
            return self._fernet().decrypt(_bytes(sealed)).decode("utf-8", "surrogatepass")
        except InvalidToken:
            raise VaultError(
                "What is stored encrypted cannot be read with ADVISOR_SECRET_KEY: keep the earlier key behind the new "
                "one, by comma, until it is used no more."
            ) from None

    def sign(self, text: str) -> str:
        """Return a short url-safe signature of a text."""
        return _signature(self._keys[0], text)

    def verifies(self, text: str, signature: str) -> bool:
        """Tell whether one of the keys signed this text."""
        return any(hmac.compare_digest(_bytes(_signature(key, text)), _bytes(signature)) for key in self._keys)

    def _fernet(self) -> "MultiFernet":
        from cryptography.fernet import Fernet, MultiFernet

        return MultiFernet([Fernet(urlsafe_b64encode(key)) for key in self._keys])


def open_vault(settings: Settings) -> Vault:
    """Return the vault of ADVISOR_SECRET_KEY; without one its key is made once under ADVISOR_HOME.

    SettingsError where that key cannot be kept or read.
    """
    if settings.secret_key is not None:
        return Vault([_decoded(key) for key in settings.secret_key.get_secret_value().split(",")])
    return Vault([_kept(settings.home.expanduser() / FILE)])


def is_key(file: Path) -> bool:
    """Tell whether a file holds a key of ours."""
    try:
        return bool(_decoded(file.read_text("ascii")))
    except (OSError, ValueError):
        return False


def _kept(file: Path) -> bytes:
    try:
        if not file.exists():
            _make(file)
        return _decoded(file.read_text("ascii"))
    except OSError as error:
        raise SettingsError(
            f"The secret key cannot be kept in {file} ({error.strerror}): correct ADVISOR_HOME, or set "
            "ADVISOR_SECRET_KEY."
        ) from None
    except ValueError:
        raise SettingsError(
            f"The secret key in {file} is damaged: restore the file, or remove it for a new key; what was encrypted "
            "with the old one is lost then, and buttons that are on show stop working."
        ) from None


def _make(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
            opened.write(urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode())
            opened.flush()
            os.fsync(opened.fileno())
        # Linked, not renamed: where two processes start at once, the first one's key stays and both use it.
        os.link(made, file)
    except FileExistsError:
        pass
    finally:
        made.unlink(missing_ok=True)


def _decoded(key: str) -> bytes:
    """Return a key of url-safe base64; ValueError where it is none."""
    key = key.strip()
    decoded = b64decode(key + "=" * (-len(key) % 4), altchars=b"-_", validate=True)
    if len(decoded) != KEY_BYTES:
        raise ValueError("A key has 32 bytes.")
    return decoded


def _signature(key: bytes, text: str) -> str:
    derived = hmac.digest(key, b"advisor signature", hashlib.sha256)
    return urlsafe_b64encode(hmac.digest(derived, _bytes(text), hashlib.sha256)[:SIGNATURE]).decode()


def _bytes(text: str) -> bytes:
    # What comes from outside may hold half a character; it must fail as wrong, not as an error.
    return text.encode("utf-8", "surrogatepass")
