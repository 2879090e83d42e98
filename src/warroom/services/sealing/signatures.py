"""Checks signatures of any key."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from warroom.services.proof.layout import signed_bytes


def is_signed(domain: str, message: bytes, signature: str, key: str) -> bool:
    """Whether a signature is of this domain, message and public key; the last two are in hex, as they are kept."""
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
        public.verify(bytes.fromhex(signature), signed_bytes(domain, message))
    except (ValueError, InvalidSignature):
        return False
    return True
