"""What only reads content: the same answers as through the whole app, and nothing of it loaded."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine
from tests.content.written import a_pack
from warroom.cli.content_door import READS, open_content_door
from warroom.cli.own_door import open_own_door

HEAVY = (
    *("alembic", "argon2", "cryptography", "dateparser", "dbos", "fastapi", "httpx", "jinja2", "requests"),
    *("pydantic_settings", "sqlalchemy", "starlette", "structlog", "uvicorn"),
    *(
        "warroom.bootstrap.settings",
        "warroom.context",
        "warroom.doors.table",
        *(f"warroom.host.{part}" for part in ("fork_server", "guest", "pool", "runner", "wire", "worker")),
        "warroom.services.app",
    ),
)
PROGRAM = f"""
import sys
from contextlib import suppress
from warroom.cli.main import main

with suppress(SystemExit):
    main()
print(sorted({{*{HEAVY!r}}} & {{*sys.modules}}), file=sys.stderr)
"""


@pytest.mark.parametrize("operation", READS)
async def test_an_answer_is_that_of_the_whole_app(command_line: CommandLine, operation: str) -> None:
    a_pack(command_line.home / "packs" / "Mine", "Mine", "Hello")
    async with open_own_door(command_line.home) as door:
        told = await door.call(operation)
    async with open_content_door(command_line.home) as door:
        assert await door.call(operation) == told


@pytest.mark.parametrize(
    ("argv", "listed"),
    [(("pack", "list"), "Warroom Base"), (("playbook", "list", "--json"), "Vision One - Credential Dumping")],
)
def test_reading_content_loads_no_database_and_no_use_case(tmp_path: Path, argv: tuple[str, ...], listed: str) -> None:
    a_pack(tmp_path / "packs" / "Mine", "Mine", "Hello")
    command = [sys.executable, "-c", PROGRAM, *argv]
    environment = {**os.environ, "WARROOM_HOME": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert done.stderr == "[]\n"
    assert listed in done.stdout


def test_content_is_listed_whatever_the_database_and_the_settings_are(command_line: CommandLine) -> None:
    command_line.monkeypatch.setenv("WARROOM_DATABASE_URL", "postgresql://127.0.0.1:1/nobody")
    command_line.monkeypatch.setenv("WARROOM_SPEED", "fast")
    assert "WarroomBase" in command_line("pack", "list").out
    assert "The setting speed is wrong" in command_line.refused("incident", "list")
