import stat
from io import BytesIO
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from warroom.model.errors import ConflictError, InvalidInputError
from warroom.store.vault import KEY_FILE, open_vault

SECRETS = {"api_key": "tell nobody", "日本": None}


def test_what_is_sealed_comes_back_and_is_not_readable(tmp_path: Path) -> None:
    vault = open_vault(tmp_path)
    sealed = vault.seal(SECRETS)
    assert "tell nobody" not in sealed
    assert vault.open(sealed) == SECRETS


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    sealed = open_vault(tmp_path / "home").seal(SECRETS)
    key = tmp_path / "home" / KEY_FILE
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert open_vault(tmp_path / "home").open(sealed) == SECRETS
    assert [path.name for path in key.parent.iterdir()] == [KEY_FILE]


def test_the_key_of_the_environment_counts_and_leaves_no_file(tmp_path: Path) -> None:
    key = Fernet.generate_key().decode()
    sealed = open_vault(tmp_path, key).seal(SECRETS)
    assert open_vault(tmp_path, key + "\n").open(sealed) == SECRETS
    assert list(tmp_path.iterdir()) == []


def test_another_key_is_answered_in_a_sentence(tmp_path: Path) -> None:
    sealed = open_vault(tmp_path).seal(SECRETS)
    with pytest.raises(ConflictError, match="another key than WARROOM_SECRET_KEY; bring that key back"):
        open_vault(tmp_path, Fernet.generate_key().decode()).open(sealed)


@pytest.mark.parametrize("wrong", ["short", "=" * 44, "ä" * 44])
def test_what_is_no_key_is_answered_in_a_sentence(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(InvalidInputError, match="WARROOM_SECRET_KEY is not a key: it must be 32 bytes"):
        open_vault(tmp_path, wrong)


def test_a_damaged_key_file_is_named(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).write_text("half a k")
    with pytest.raises(InvalidInputError, match=r"secret\.key is not a key"):
        open_vault(tmp_path)


def test_blobs_are_encrypted_with_a_key_of_their_own(tmp_path: Path) -> None:
    sink = BytesIO()
    writer = open_vault(tmp_path).cipher().writer(sink)
    writer.write(b"dump")
    writer.finish()
    assert open_vault(tmp_path).cipher().reader(BytesIO(sink.getvalue())).read() == b"dump"
    with pytest.raises(ConflictError, match="another key than WARROOM_SECRET_KEY"):
        open_vault(tmp_path, Fernet.generate_key().decode()).cipher().reader(BytesIO(sink.getvalue()))
