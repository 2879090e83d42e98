import stat
import subprocess
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from warroom.model.errors import InvalidInputError
from warroom.store.signing_key import KEY_FILE, FileSigner


def test_the_key_is_made_at_first_need_and_stays(tmp_path: Path) -> None:
    signer = FileSigner(tmp_path)
    assert list(tmp_path.iterdir()) == []
    public = signer.public_key()
    assert len(public) == 32
    assert FileSigner(tmp_path).public_key() == public
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600


def test_a_signature_is_of_one_domain_and_one_message(tmp_path: Path) -> None:
    signer = FileSigner(tmp_path)
    public, signature = Ed25519PublicKey.from_public_bytes(signer.public_key()), signer.sign("audit", b"message")
    public.verify(signature, b"audit\0message")
    for other in (b"evidence\0message", b"audit\0massage", b"message"):
        with pytest.raises(InvalidSignature):
            public.verify(signature, other)


def test_openssl_reads_the_key(tmp_path: Path) -> None:
    public = FileSigner(tmp_path).public_key()
    shown = subprocess.run(
        ["openssl", "pkey", "-in", str(tmp_path / KEY_FILE), "-pubout", "-outform", "DER"],
        capture_output=True,
        check=True,
    )
    assert shown.stdout.endswith(public)


@pytest.mark.parametrize("wrong", ["", "no key", "-----BEGIN PRIVATE KEY-----\nMC4\n-----END PRIVATE KEY-----\n"])
def test_what_is_no_key_is_answered_in_a_sentence_and_stays(tmp_path: Path, wrong: str) -> None:
    (tmp_path / KEY_FILE).write_text(wrong)
    with pytest.raises(InvalidInputError, match=r"signing\.key is not an Ed25519 key in PEM\. Bring a copy back"):
        FileSigner(tmp_path).public_key()
    assert (tmp_path / KEY_FILE).read_text() == wrong
