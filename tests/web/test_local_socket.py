import os
import tempfile
from pathlib import Path

import pytest

from warroom.model.errors import ForbiddenError
from warroom.web.local_socket import refuse_foreign_folder, socket_path


def test_a_folder_with_a_long_name_has_its_socket_in_the_temporary_folder(tmp_path: Path) -> None:
    long = tmp_path / ("x" * 120)
    path = socket_path(long)
    assert path.parent == Path(tempfile.gettempdir()) / f"warroom-{os.getuid()}"
    assert path != socket_path(tmp_path / ("y" * 120))
    assert len(os.fsencode(path)) < 107


def test_a_socket_where_others_could_have_put_it_is_not_used(tmp_path: Path) -> None:
    home, foreign = tmp_path / "home", tmp_path / "foreign"
    foreign.mkdir(mode=0o700)
    refuse_foreign_folder(foreign / "x.sock", home)
    foreign.chmod(0o777)
    with pytest.raises(ForbiddenError, match="not yours alone"):
        refuse_foreign_folder(foreign / "x.sock", home)
    link = tmp_path / "link"
    foreign.chmod(0o700)
    link.symlink_to(foreign)
    with pytest.raises(ForbiddenError):
        refuse_foreign_folder(link / "x.sock", home)
