from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from warroom.testing.signing import MemorySigner


def test_it_signs_as_the_real_one_does_and_each_number_is_a_key() -> None:
    signer = MemorySigner()
    Ed25519PublicKey.from_public_bytes(signer.public_key()).verify(signer.sign("audit", b"m"), b"audit\0m")
    assert signer.public_key() == MemorySigner(1).public_key() != MemorySigner(2).public_key()
