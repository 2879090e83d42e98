import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from warroom.services.proof.layout import (
    NO_LINE,
    custody_line,
    data_name,
    digest_lines,
    enveloped_bytes,
    fingerprint,
    line_hash,
    signed_bytes,
)
from warroom.testing.signing import MemorySigner


def test_an_item_lies_under_its_hash() -> None:
    assert data_name("ab" * 32) == "data/" + "ab" * 32


def test_a_list_is_in_the_order_of_its_names() -> None:
    assert digest_lines({"b": "2", "a": "1"}) == b"1  a\n2  b\n"
    assert digest_lines({}) == b""


def test_a_line_names_the_hash_of_the_one_before() -> None:
    first = custody_line({"change": "saved"}, NO_LINE)
    assert custody_line({"change": "viewed"}, line_hash(first)) == (
        b'{"change":"viewed","previous":"%s"}' % hashlib.sha256(first).hexdigest().encode()
    )


def test_a_signer_signs_these_bytes() -> None:
    signer = MemorySigner()
    public = Ed25519PublicKey.from_public_bytes(signer.public_key())
    public.verify(signer.sign("domain", b"message"), signed_bytes("domain", b"message"))
    public.verify(signer.sign_envelope("kind", b"payload"), enveloped_bytes("kind", b"payload"))
    assert fingerprint(signer.public_key()) == hashlib.sha256(signer.public_key()).hexdigest()
