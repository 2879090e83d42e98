"""A signer whose key is always the same."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from warroom.services.proof.layout import enveloped_bytes, signed_bytes


class MemorySigner:
    """Implements the Signer port; each `number` is another key."""

    def __init__(self, number: int = 1) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(number.to_bytes(32, "big"))

    def public_key(self) -> bytes:
        return self._key.public_key().public_bytes_raw()

    def sign(self, domain: str, message: bytes) -> bytes:
        return self._key.sign(signed_bytes(domain, message))

    def sign_envelope(self, kind: str, payload: bytes) -> bytes:
        return self._key.sign(enveloped_bytes(kind, payload))
