"""Keeps secrets encrypted at rest, with a key from the environment or the data folder."""

import json
from base64 import urlsafe_b64decode
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from warroom.model.errors import ConflictError, InvalidInputError
from warroom.model.json import Json
from warroom.store.cipher import Cipher
from warroom.store.key_file import key_in

KEY_FILE = "secret.key"


class FernetVault:
    """Implements the Vault port with Fernet (AES-128-CBC and HMAC-SHA256)."""

    def __init__(self, key: str, *, origin: str) -> None:
        try:
            self._fernet = Fernet(key.strip())
            self._key = urlsafe_b64decode(key.strip())
        except ValueError:
            raise InvalidInputError(
                f"{origin} is not a key: it must be 32 bytes in url-safe base64, 44 characters long."
            ) from None
        self._origin = origin

    def cipher(self) -> Cipher:
        """Return the cipher of blobs, with a key that is derived from this one."""
        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"warroom blobs").derive(self._key)
        return Cipher(derived, origin=self._origin)

    def seal(self, value: Json) -> str:
        return self._fernet.encrypt(json.dumps(value).encode("ascii")).decode("ascii")

    def open(self, sealed: str) -> Json:
        try:
            return json.loads(self._fernet.decrypt(sealed))
        except InvalidToken:
            raise ConflictError(
                f"The secrets in the database were encrypted with another key than {self._origin}; bring that key "
                "back, or remove the instances and add them again."
            ) from None


def open_vault(home: Path, env_key: str | None = None) -> FernetVault:
    """The vault of a data folder; `env_key` (WARROOM_SECRET_KEY) counts before the key file, which is made once."""
    if env_key:
        return FernetVault(env_key, origin="WARROOM_SECRET_KEY")
    path = home / KEY_FILE
    return FernetVault(key_in(path, Fernet.generate_key).decode("ascii", "replace"), origin=str(path))
