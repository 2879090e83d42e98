import stat
from pathlib import Path

from warroom.store.key_file import key_in


def test_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "home" / "a.key"
    assert key_in(path, lambda: b"first") == key_in(path, lambda: b"second") == b"first"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_the_key_of_a_quicker_process_counts(tmp_path: Path) -> None:
    path = tmp_path / "a.key"

    def outrun() -> bytes:
        path.write_bytes(b"theirs")
        return b"ours"

    assert key_in(path, outrun) == b"theirs"
    assert list(tmp_path.iterdir()) == [path]
