"""Where the socket of a data folder is, and the names that both of its ends use."""

import hashlib
import os
import stat
import tempfile
from pathlib import Path

from warroom.model.errors import ForbiddenError

LONGEST_SOCKET_PATH = 100  # the kernel takes 107 bytes
ACTOR_HEADER = "x-warroom-actor"


def socket_path(home: Path) -> Path:
    """Return where the socket of a data folder is; a folder with a long name has it in the temporary folder."""
    path = home.resolve() / "warroom.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    name = hashlib.sha256(os.fsencode(path)).hexdigest()[:24]
    return Path(tempfile.gettempdir()) / f"warroom-{os.getuid()}" / f"{name}.sock"


def refuse_foreign_folder(path: Path, home: Path) -> None:
    """Raise ForbiddenError when another user could have put a socket outside of the data folder in its place."""
    if path.parent == home.resolve():
        return
    status = path.parent.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid() or status.st_mode & 0o022:
        raise ForbiddenError(f"{path.parent} is not yours alone. Remove it, or use a data folder with a shorter name.")
