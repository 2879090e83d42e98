from pathlib import Path

from warroom.cli.shell_history import PrivateHistory


def is_secret(name: str) -> bool:
    return name == "password"


async def test_lines_come_back_in_the_next_session_without_secrets(tmp_path: Path) -> None:
    path = tmp_path / "home" / "shell_history"
    history = PrivateHistory(path, is_secret)
    history.append_string("!login user=ann password=hunter2")
    history.append_string("!Print value=x")
    assert history.get_strings() == ["!login user=ann password=", "!Print value=x"]
    later = [line async for line in PrivateHistory(path, is_secret).load()]
    assert later == ["!Print value=x", "!login user=ann password="]
    assert b"hunter2" not in path.read_bytes()


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "shell_history"
    path.touch(mode=0o644)
    PrivateHistory(path, is_secret).append_string("!Print value=x")
    assert path.stat().st_mode & 0o777 == 0o600
