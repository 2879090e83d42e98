"""What a command loads: nothing of a server to print help, and nothing of one to ask a running one."""

import json
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine
from tests.cli.serving import serving
from tests.cli.test_main import LEAVES

SERVER_ONLY = (
    *("alembic", "argon2", "cryptography", "dbos", "fastapi", "httpx", "jinja2", "pydantic_settings", "sqlalchemy"),
    *("starlette", "structlog", "uvicorn", "yaml", "dateparser", "requests"),
    *(
        "warroom.bootstrap",
        "warroom.content.load",
        "warroom.context",
        "warroom.host",
        "warroom.store",
        "visionone_sim.app",
    ),
)
PROGRAM = f"""
import io, json, sys
from contextlib import redirect_stdout, suppress
from warroom.cli.main import main

loaded = {{}}
for argv in json.load(sys.stdin):
    before = {{*sys.modules}}
    with suppress(SystemExit), redirect_stdout(io.StringIO()):
        main(argv)
    loaded[" ".join(argv)] = sorted(({{*sys.modules}} - before) & {{*{SERVER_ONLY!r}}})
print(json.dumps(loaded))
"""
CLIENTS: tuple[tuple[str, ...], ...] = (
    ("run", "!Print value=x"),
    ("doctor", "--json"),
    ("incident", "create", "One"),
    ("incident", "list"),
    ("incident", "show", "1"),
    ("incident", "close", "1"),
    ("instance", "add", "v1", "--integration", "VisionOneResponse", "--param", "url=http://127.0.0.1:1"),
    ("instance", "list"),
    ("instance", "test", "v1"),
    ("instance", "remove", "v1"),
    ("indicator", "search", "type:IP"),
    ("indicator", "show", "nothing"),
    ("indicator", "create", "192.0.2.7"),
    ("indicator", "verdict", "nothing", "bad"),
    ("indicator", "expire", "nothing"),
    ("indicator", "delete", "nothing"),
    ("task", "list"),
    ("task", "answer", "nobody", "1"),
    ("playbook", "list"),
    ("playbook", "run", "nothing"),
    ("pack", "list"),
    ("pack", "show", "WarroomBase"),
    ("pack", "install", "/nowhere/pack"),
    ("pack", "remove", "nothing"),
    ("pack", "restore", "nothing"),
    ("pack", "previous"),
    ("evidence", "list"),
    ("evidence", "export", "1@1"),
    ("evidence", "verify", "1@1"),
    ("evidence", "custody", "1"),
    ("evidence", "restrict", "1", "--open", "--reason", "x"),
    ("evidence", "delete", "1@1", "--reason", "x"),
    ("evidence", "add", "1", "/nowhere/sample"),
    ("fetch", "list"),
    ("fetch", "dropped"),
    ("fetch", "rules"),
    ("fetch", "show", "nothing"),
    ("fetch", "replay", "nothing"),
    ("fetch", "drop", "nothing"),
    ("fetch", "reset", "nothing", "--reason", "x"),
    ("instance", "allow-origin", "nothing"),
    ("notify", "test"),
    ("pause",),
    ("resume",),
    ("plan", "cancel", "nothing"),
    ("user", "add", "ann", "--role", "reader", "--password", "@-"),
    ("user", "role", "ann", "reader"),
    ("user", "disable", "ann"),
    ("user", "enable", "ann"),
    ("user", "list"),
    ("user", "mail", "nobody", "nobody@example.com"),
    ("audit", "list"),
    ("audit", "verify"),
    ("audit", "trim", "--before", "2020-01-01T00:00:00Z", "--reason", "x"),
)
ENVIRONMENTS = frozenset({("pack", "environments", *words) for words in ((), ("make",), ("remove",))})
READ_CONTENT = ENVIRONMENTS | {("pack", "validate"), ("pack", "build"), ("playbook", "lint")}
NOT_CLIENTS = {
    ("demo",): "a server itself",
    ("serve",): "a server itself",
    ("simulator",): "a server itself",
    ("shell",): "stays; its prompt is tested in a terminal",
} | dict.fromkeys(READ_CONTENT, "reads files, asks no server")


def loaded(home: Path, commands: Iterable[Sequence[str]]) -> dict[str, list[str]]:
    """Run commands one after another in a new process; gives what each loaded of what only a server needs."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=json.dumps([["--home", str(home), *argv] for argv in commands]),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    found: dict[str, list[str]] = json.loads(done.stdout)
    return {command: modules for command, modules in found.items() if modules}


def test_a_client_of_a_running_server_loads_no_server(command_line: CommandLine) -> None:
    with serving(command_line.home):
        assert loaded(command_line.home, CLIENTS) == {}


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_every_command_is_tested_as_a_client_or_is_none(path: tuple[str, ...]) -> None:
    assert any(argv[: len(path)] == path for argv in CLIENTS) != (path in NOT_CLIENTS)


def test_help_and_version_load_no_server(tmp_path: Path) -> None:
    groups = {path[:-1] for path in LEAVES if path[:-1]}
    helped = [(*path, "--help") for path in [(), *sorted(groups), *LEAVES] if path not in READ_CONTENT]
    assert loaded(tmp_path, [("--version",), *helped]) == {}


def test_what_is_looked_for_is_what_a_command_without_a_server_loads(tmp_path: Path) -> None:
    [found] = loaded(tmp_path, [("incident", "list")]).values()
    assert {"pydantic_settings", "sqlalchemy", "structlog", "warroom.bootstrap", "warroom.store"} <= set(found)
    assert not {"fastapi", "uvicorn", "httpx", "dbos"} & set(found)
