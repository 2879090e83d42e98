"""Signatures: what proves later that a log or an export comes from this installation."""

import hashlib
from typing import Protocol


class Signer(Protocol):
    """Signs with one Ed25519 key. What is signed is the domain's name, a zero byte, and the message.

    A signature of one domain is none of another: a sealed log cannot be shown as evidence.
    """

    def public_key(self) -> bytes:
        """Give the 32 bytes of the public key; the key is made at first need."""
        ...

    def sign(self, domain: str, message: bytes) -> bytes:
        """Give the 64 bytes of the signature."""
        ...


def signed_text(domain: str, message: bytes) -> bytes:
    r"""Give the bytes that a signature of a domain is over.

    >>> signed_text("audit", b"{}")
    b'audit\x00{}'
    """
    return domain.encode("utf-8") + b"\0" + message


def fingerprint(public_key: bytes) -> str:
    """Give what people compare: the SHA-256 of the public key's 32 bytes, in hex."""
    return hashlib.sha256(public_key).hexdigest()
