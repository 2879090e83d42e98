"""Messages between host and guest: what a run looks like on the pipe, and what comes back."""

import errno
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from warroom.content.integration import Code
from warroom.model.border import parsed
from warroom.model.json import Json, JsonObject
from warroom.services.ports.runner import Ran, Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """The code asks something of the server."""

    id: int
    method: str
    args: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The run has ended; `keep` says whether the worker is fit for another."""

    body: JsonObject
    keep: bool
    resident: int
    size: int = 0  # bytes


FILE_TOO_LARGE = f"OSError: [Errno {errno.EFBIG}]"


class MalformedMessageError(Exception):
    """A line from the guest is not what the guest writes."""


def encode(message: Mapping[str, Json]) -> bytes:
    return _encode(message).encode() + b"\n"


def _plain(value: object) -> Json:
    """Frozen values hold read-only mappings and tuples of them; JSON knows dictionaries."""
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} cannot go to a worker: it is not JSON.")


_encode = json.JSONEncoder(separators=(",", ":"), default=_plain).encode  # dumps would make one for each message


def run_message(number: int, run: Run, scratch: Path, known: set[str]) -> bytes:
    """The message that starts a run. Program texts that the worker does not know yet go along, and are known then."""
    codes = {_key(code): code for code in (run.code, *run.modules.values())}
    new = {key: code for key, code in codes.items() if key not in known}
    known.update(new)
    return encode(
        {
            "op": "run",
            "id": number,
            "name": run.name,
            "code": _key(run.code),
            "modules": {name: _key(code) for name, code in run.modules.items()},
            "sources": {key: code.text for key, code in new.items()},
            "files": {key: [code.file, _lines_before(code)] for key, code in new.items() if code.file},
            "scratch": str(scratch),
            "command": run.command,
            "args": run.args,
            "params": run.params,
            "incident": run.incident,
            "investigation": run.investigation,
            "calling_context": run.calling_context,
            "is_integration": run.is_integration,
            "last_run": run.last_run,
            "last_mirror_run": run.last_mirror_run,
            "integration_context": run.integration_context,
            "integration_context_version": run.integration_context_version,
        }
    )


def _key(code: Code) -> str:
    """Tell one text from another, and the same text in two files."""
    return f"{code.sha256} {code.file}:{_lines_before(code)}" if code.file else code.sha256


def _lines_before(code: Code) -> int:
    return code.at.line if code.at else 0


def reply_message(call: int, value: Json) -> bytes:
    return encode({"op": "reply", "id": call, "value": value})


def refusal_message(call: int, error: str) -> bytes:
    return encode({"op": "reply", "id": call, "error": error})


def read_message(line: bytes) -> Call | Done:
    """Raises MalformedMessageError for anything but a call or the end of a run."""
    try:
        message = parsed(line.decode())  # of bytes it would guess the encoding
        match message:
            case {"op": "done", "keep": bool(keep), "resident": int(resident), "results": list()}:
                return Done(body=message, keep=keep, resident=resident, size=len(line))
            case {"op": "call", "id": int(number), "method": str(method), "args": dict(args)}:
                return Call(id=number, method=method, args=args)
    except ValueError:
        pass
    raise MalformedMessageError


def ran(done: Done, run: Run, scratch: Path, seconds: float) -> Ran:
    body = done.body
    return Ran(
        results=body["results"],
        incidents=body.get("incidents"),
        spilled=_spilled(body),
        last_run=body.get("last_run"),
        last_mirror_run=body.get("last_mirror_run"),
        integration_context=body.get("integration_context"),
        health=body.get("health"),
        log=body.get("log", ()),
        error=_advice(body, run),
        traceback=body.get("traceback", ""),
        scratch=scratch,
        seconds=seconds,
        size=done.size,
    )


def _spilled(body: JsonObject) -> dict[int, str]:
    found = body.get("spilled")
    pairs = [item for item in found if isinstance(item, list)] if isinstance(found, list) else []
    return {item[0]: item[1] for item in pairs if list(map(type, item)) == [int, str]}


def _advice(body: JsonObject, run: Run) -> str:
    """What escaped the code, and what to do about it where we know."""
    error: str = body.get("error", "")
    image = f" Its file asks for the image {run.code.docker_image}." if run.code.docker_image else ""
    if "missing" in body:
        return f"{error}.{image} Install {body['missing'] or 'it'} where warroom's workers run."
    if error.startswith("MemoryError"):
        return f"{error}. The run reached the limit of a worker's memory; ask it for less, or raise worker_memory_mb."
    if error.startswith(FILE_TOO_LARGE):
        return f"{error}. A run may write no larger file; ask it for less, or raise worker_file_mb."
    if body.get("is_syntax") and run.code.subtype == "python2":
        return f"{error}.{image} The code is written for Python 2 and needs to be ported to Python 3."
    return error
