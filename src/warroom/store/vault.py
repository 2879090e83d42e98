"""Keeps secrets encrypted at rest, with a key from the environment or the data folder."""

import json
import os
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from warroom.model.errors import ConflictError, InvalidInputError
from warroom.model.json import Json

KEY_FILE = "secret.key"


class FernetVault:
    """Implements the Vault port with Fernet (AES-128-CBC and HMAC-SHA256)."""

    def __init__(self, key: str, *, origin: str) -> None:
        try:
            self._fernet = Fernet(key.strip())
        except ValueError:
            raise InvalidInputError(
                f"{origin} is not a key: it must be 32 bytes in url-safe base64, 44 characters long."
            ) from None
        self._origin = origin

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
    if not path.exists():
        _make_key(path)
    return FernetVault(path.read_text(encoding="ascii", errors="replace"), origin=str(path))


def _make_key(path: Path) -> None:
    """Linked into place when it is complete, so that whoever finds a key finds a whole one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(Fernet.generate_key())
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was quicker: its key counts
    finally:
        draft.unlink()
