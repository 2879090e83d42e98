"""A script or a fetch that kills the server is set aside after three deaths; everything else goes on."""

import json
import textwrap
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.acceptance.folder import Folder
from tests.acceptance.waiting import TIMEOUT, until

# When a Unix socket refuses, as that of a dead server does, httpcore leaves its own socket to the garbage collector.
REFUSED = "ignore:Exception ignored in. <socket.socket fd=:pytest.PytestUnraisableExceptionWarning"
pytestmark = [pytest.mark.acceptance, pytest.mark.filterwarnings(REFUSED)]

# A worker's parent is the process that workers are forked from, and the parent of that is the server.
KILL = """import os, signal
with open(f"/proc/{os.getppid()}/stat") as file:
    server = int(file.read().rpartition(")")[2].split()[1])
os.kill(server, signal.SIGKILL)
"""
FETCH_KILLS = f"""
def fetch():
{textwrap.indent(KILL, "    ")}
if demisto.command() == "fetch-incidents":
    fetch()
demisto.results("ok")
"""


def test_a_script_that_kills_the_server_is_set_aside_and_the_server_lives_on(folder: Folder) -> None:
    _write_script(folder.home / "packs" / "Deadly", "Deadly", KILL)
    with folder.served("--no-console") as server:
        server.ready()
        with suppress(httpx.TransportError):  # it may die before it has answered
            folder.call("start", text="!Deadly")
        assert server.dies_within(TIMEOUT)
    for _ in range(2):
        with folder.served("--no-console") as server:
            assert server.dies_within(TIMEOUT)
    with folder.served("--no-console") as server:
        server.ready()
        until(lambda: folder.call("task.list"), "the task is set aside")
        (task,) = folder.call("task.list")
        assert "was under way at 3 deaths of the process" in task["question"]
        assert task["options"] == ["retry", "skip", "stop"]
        (found,) = [item for item in folder.call("doctor") if item["what"] == "set aside"]
        assert not found["ok"]
        assert f"warroom task answer {task['plan']} {task['task']} retry" in found["found"]
        answered = folder.call("task.answer", plan=task["plan"], task=task["task"], choice="stop")
        assert answered["state"] == "failed"
        (entry,) = folder.call("run", text="!Print value=alive")["entries"]
        assert entry["contents"] == "alive"


def test_fetches_that_kill_the_server_are_held_and_the_server_lives_on(folder: Folder) -> None:
    _write_integration(folder.home / "packs" / "Fatal", "Fatal", FETCH_KILLS)
    folder.command("instance", "add", "doomed", "--integration", "Fatal", "--param", "isFetch=true")
    for _ in range(3):
        with folder.served("--no-console") as server:
            assert server.dies_within(TIMEOUT)
    with folder.served("--no-console") as server:
        server.ready()
        until(lambda: _held(folder), "the fetches are held")
        (entry,) = folder.call("run", text="!Print value=alive")["entries"]
        assert entry["contents"] == "alive"


def _held(folder: Folder) -> list[str]:
    found = [item["found"] for item in folder.call("doctor") if item["what"] == "instance doomed fetches"]
    return [text for text in found if "was under way at 3 deaths of the process and is held" in text]


def _write_integration(pack: Path, name: str, text: str) -> None:
    (pack / "Integrations").mkdir(parents=True)
    about = {"name": name, "currentVersion": "1.0.0", "support": "community", "author": "warroom"}
    (pack / "pack_metadata.json").write_text(json.dumps(about), encoding="utf-8")
    integration = {
        "commonfields": {"id": name, "version": -1},
        "name": name,
        "display": name,
        "category": "Utilities",
        "description": "Ends the process above it.",
        "configuration": [{"name": "isFetch", "display": "Fetch incidents", "type": 8, "required": False}],
        "script": {"type": "python", "subtype": "python3", "script": text, "isfetch": True, "commands": []},
    }
    (pack / "Integrations" / f"integration-{name}.yml").write_text(json.dumps(integration), encoding="utf-8")


def _write_script(pack: Path, name: str, text: str) -> None:
    (pack / "Scripts").mkdir(parents=True)
    about = {"name": name, "currentVersion": "1.0.0", "support": "community", "author": "warroom"}
    (pack / "pack_metadata.json").write_text(json.dumps(about), encoding="utf-8")
    script = {
        "commonfields": {"id": name, "version": -1},
        "name": name,
        "comment": "Ends the process above it.",
        "type": "python",
        "subtype": "python3",
        "script": text,
        "dockerimage": "demisto/python3:3.12.13.10116658",
    }
    (pack / "Scripts" / f"script-{name}.yml").write_text(json.dumps(script), encoding="utf-8")
