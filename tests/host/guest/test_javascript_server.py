"""What code in JavaScript asks, answered in this process: nothing that it sends raises."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from warroom.host.guest.bounded_log import BoundedLog
from warroom.host.guest.channel import Channel
from warroom.host.guest.javascript_server import CodeServer
from warroom.host.guest.outcome import Outcome

RUN: dict[str, Any] = {
    "args": {},
    "params": {},
    "investigation": "7",
    "calling_context": {},
    "last_run": {"at": 1},
    "integration_context": {},
    "integration_context_version": 0,
}


def asked(method: str, args: str) -> dict[str, Any]:
    """Ask a server whose host has gone."""
    read, write = os.pipe()
    os.close(write)
    gone, to_host = os.pipe()
    channel = Channel(read, to_host)
    server = CodeServer(channel, RUN, Outcome(BoundedLog(1000), 1000))
    try:
        answer: dict[str, Any] = json.loads(server.ask(method, args))
        return {**answer, "gone": server.is_host_gone}
    finally:
        channel._incoming.close()
        os.close(gone)
        os.close(to_host)


def test_what_is_known_here_is_answered_here() -> None:
    assert asked("getLastRun", "{}") == {"value": {"at": 1}, "error": None, "gone": False}


@pytest.mark.parametrize(
    ("method", "args", "value"),
    [
        ("btoa", '{"text": "user:pass"}', "dXNlcjpwYXNz"),
        ("btoa", '{"text": "\\u00ff"}', "/w=="),
        ("btoa", '{"text": "\\u20ac"}', "4oKs"),
        ("atob", '{"text": "dXNlcjpwYXNz"}', "user:pass"),
        ("atob", '{"text": "/w=="}', "\u00ff"),
        (
            "HMAC_SHA256_MAC",
            '{"key": "key", "message": "The quick brown fox jumps over the lazy dog"}',
            "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8",
        ),
    ],
)
def test_encodings_and_keyed_hashes(method: str, args: str, value: str) -> None:
    assert asked(method, args)["value"] == value


@pytest.mark.parametrize(
    ("method", "args"),
    [
        ("atob", '{"text": "not base64!"}'),
        ("getLastRun", '{"odd": 1}'),
        ("log", "{}"),
        ("log", "[]"),
        ("log", '"text"'),
        ("wait", '{"seconds": "x"}'),
        ("wait", '{"seconds": 1e400}'),
        ("saveFile", '{"content": 1}'),
        ("x2j", '{"xml": "<a>"}'),
        ("getLastRun", "[" * 100_000),
        ("getLastRun", "not JSON"),
    ],
)
def test_what_makes_no_sense_is_an_error_and_never_raises(
    method: str, args: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = asked(method, args)
    assert (answer["value"], bool(answer["error"]), answer["gone"]) == (None, True, False)


def test_a_host_that_has_gone_is_noticed() -> None:
    assert asked("context", "{}") == {"value": None, "error": "The server is gone.", "gone": True}
