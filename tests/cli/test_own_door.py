import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine
from warroom.cli.door import user_name
from warroom.cli.own_door import open_own_door
from warroom.model.errors import FolderInUseError


async def test_operations_are_done_in_the_name_of_who_works_on_the_folder(
    command_line: CommandLine, tmp_path: Path
) -> None:
    async with open_own_door(tmp_path) as door:
        created = await door.call("incident.create", name="One")
        with pytest.raises(FolderInUseError):
            async with open_own_door(tmp_path):
                pass
    assert created["owner"] == user_name()


def test_a_command_that_opens_the_folder_itself_carries_no_web_server() -> None:
    code = "import sys, warroom.cli.own_door; print({'fastapi', 'uvicorn', 'httpx', 'dbos'} & {*sys.modules})"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"
