"""The keys and signatures are the ones of RFC 8032, section 7.1; the library signs and judges everything else."""

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from warroom.services.proof.ed25519 import ORDER, PRIME, is_signed

VECTORS = [  # secret key, message, signature
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
    (
        "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
    ),
]
IDENTITY = (1).to_bytes(32, "little")
SMALL_ORDER = [
    IDENTITY,
    bytes(32),  # y = 0, of order 4
    (PRIME - 1).to_bytes(32, "little"),  # y = -1, of order 2
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),  # of order 8
]


def by_the_library(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def public_of(secret: str) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret)).public_key().public_bytes_raw()


@pytest.mark.parametrize(("secret", "message", "signature"), VECTORS)
def test_the_signatures_of_the_rfc_are_good(secret: str, message: str, signature: str) -> None:
    assert is_signed(public_of(secret), bytes.fromhex(message), bytes.fromhex(signature))


@pytest.mark.parametrize(("secret", "message", "signature"), VECTORS)
def test_no_byte_of_them_can_be_another_one(secret: str, message: str, signature: str) -> None:
    whole = bytearray(public_of(secret) + bytes.fromhex(signature) + bytes.fromhex(message))
    for place in range(len(whole)):
        changed = bytes([*whole[:place], whole[place] ^ 1 << place % 8, *whole[place + 1 :]])
        assert not is_signed(changed[:32], changed[96:], changed[32:96])


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200))
def test_what_the_library_signs_is_good(secret: bytes, message: bytes) -> None:
    key = Ed25519PrivateKey.from_private_bytes(secret)
    signature = key.sign(message)
    assert is_signed(key.public_key().public_bytes_raw(), message, signature)
    assert not is_signed(key.public_key().public_bytes_raw(), message + b"\0", signature)


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=20), st.binary(min_size=64, max_size=64), st.data())
def test_what_was_changed_is_judged_as_the_library_judges(
    secret: bytes, message: bytes, other: bytes, data: st.DataObject
) -> None:
    key = Ed25519PrivateKey.from_private_bytes(secret)
    cut = data.draw(st.integers(0, 64))
    mixed = key.sign(message)[:cut] + other[cut:]
    public = key.public_key().public_bytes_raw()
    assert is_signed(public, message, mixed) == by_the_library(public, message, mixed)


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=20), st.binary(min_size=64, max_size=64))
def test_what_nobody_signed_is_no_signature(public: bytes, message: bytes, signature: bytes) -> None:
    assert not is_signed(public, message, signature)


def test_a_scalar_beyond_the_order_is_a_second_text_of_one_signature_and_refused() -> None:
    secret, message, signature = VECTORS[1]
    good = bytes.fromhex(signature)
    higher = (int.from_bytes(good[32:], "little") + ORDER).to_bytes(32, "little")
    assert not is_signed(public_of(secret), bytes.fromhex(message), good[:32] + higher)


@pytest.mark.parametrize("public", SMALL_ORDER)
def test_a_key_that_fits_every_message_is_refused(public: bytes) -> None:
    signature = IDENTITY + bytes(32)
    assert by_the_library(IDENTITY, b"any message", signature), "the library takes it, so that this is no idle worry"
    assert not any(is_signed(public, bytes([each]), signature) for each in range(64))


@pytest.mark.parametrize(
    "text",
    [
        PRIME.to_bytes(32, "little"),  # y = 0 once more
        (PRIME + 1).to_bytes(32, "little"),  # y = 1 once more
        bytes([*IDENTITY[:31], 0x80]),  # x = 0 with a sign
        b"\xff" * 32,
        (2).to_bytes(32, "little"),  # on no curve
    ],
)
def test_a_point_in_another_writing_or_none_is_refused_as_key_and_in_a_signature(text: bytes) -> None:
    secret, message, signature = VECTORS[0]
    assert not is_signed(text, bytes.fromhex(message), bytes.fromhex(signature))
    assert not is_signed(public_of(secret), bytes.fromhex(message), text + bytes.fromhex(signature)[32:])
    assert not is_signed(text, b"", text + bytes(32))


@pytest.mark.parametrize(("key", "signature"), [(31, 64), (33, 64), (32, 63), (32, 65), (0, 0)])
def test_a_wrong_length_is_refused(key: int, signature: int) -> None:
    assert not is_signed(b"\1" * key, b"", b"\1" * signature)
