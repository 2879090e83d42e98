"""Keys in files of their owner, made once even when several processes need them at the same time."""

import os
from collections.abc import Callable
from pathlib import Path


def key_in(path: Path, make: Callable[[], bytes]) -> bytes:
    """Return the key in a file with mode 0600; without the file, make both.

    It is linked into place when it is complete, so that no process reads half a key.
    """
    if not path.exists():
        _make(path, make())
    return path.read_bytes()


def _make(path: Path, key: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was quicker: its key counts
    finally:
        draft.unlink()
