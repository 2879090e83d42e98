import pytest

from warroom.services.sealing.signatures import is_signed
from warroom.testing.signing import MemorySigner

SIGNER = MemorySigner()
KEY, SIGNATURE = SIGNER.public_key().hex(), SIGNER.sign("audit", b"text").hex()


def test_a_signature_is_of_one_domain_message_and_key() -> None:
    assert is_signed("audit", b"text", SIGNATURE, KEY)
    assert not is_signed("evidence", b"text", SIGNATURE, KEY)
    assert not is_signed("audit", b"test", SIGNATURE, KEY)
    assert not is_signed("audit", b"text", SIGNATURE, MemorySigner(2).public_key().hex())


@pytest.mark.parametrize("wrong", ["", "no hex", "00", SIGNATURE[:-2], SIGNATURE + "00", "ä"])
def test_what_is_none_is_no_error(wrong: str) -> None:
    assert not is_signed("audit", b"text", wrong, KEY)
    assert not is_signed("audit", b"text", SIGNATURE, wrong)
