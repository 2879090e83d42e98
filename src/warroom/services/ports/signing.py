"""Signatures: what proves later that a log or an export comes from this installation."""

from typing import Protocol


class Signer(Protocol):
    """Signs with one Ed25519 key. What is signed is the domain's name, a zero byte, and the message.

    A signature of one domain is none of another: a sealed log cannot be shown as evidence.
    """

    def public_key(self) -> bytes:
        """Return the 32 bytes of the public key; the key is made at first need."""
        ...

    def sign(self, domain: str, message: bytes) -> bytes:
        """Return the 64 bytes of the signature."""
        ...

    def sign_envelope(self, kind: str, payload: bytes) -> bytes:
        """Return the 64 bytes of the signature of a DSSE envelope with a payload of this kind.

        What is signed is the standard's own text, which begins as no domain does, so that other tools can check it.
        """
        ...
