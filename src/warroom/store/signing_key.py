"""The key that signs, in the data folder."""

from functools import cached_property
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from warroom.model.errors import InvalidInputError
from warroom.services.proof.layout import enveloped_bytes, signed_bytes
from warroom.store.key_file import key_in

KEY_FILE = "signing.key"


class FileSigner:
    """Implements the Signer port with a key in PEM (PKCS #8), which openssl reads too."""

    def __init__(self, home: Path) -> None:
        self._path = home / KEY_FILE

    def public_key(self) -> bytes:
        return self._key.public_key().public_bytes_raw()

    def sign(self, domain: str, message: bytes) -> bytes:
        return self._key.sign(signed_bytes(domain, message))

    def sign_envelope(self, kind: str, payload: bytes) -> bytes:
        return self._key.sign(enveloped_bytes(kind, payload))

    @cached_property
    def _key(self) -> Ed25519PrivateKey:
        try:
            key = load_pem_private_key(key_in(self._path, _new_key), password=None)
        except (ValueError, TypeError):
            key = None
        if not isinstance(key, Ed25519PrivateKey):
            raise InvalidInputError(
                f"{self._path} is not an Ed25519 key in PEM. Bring a copy back; without it, a new key is made when the "
                "file is away, and what the old one signed must be checked with the old fingerprint."
            )
        return key


def _new_key() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
