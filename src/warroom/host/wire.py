"""Messages between host and guest: runs, calls and results as JSON lines."""

import errno
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from warroom.content.integration import PYTHON, Code, image_name
from warroom.host.image_environments import ImageEnvironment
from warroom.host.images import our_images
from warroom.model.border import parsed
from warroom.model.json import Json, JsonObject
from warroom.services.ports.runner import Ran, Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """The code calls the server."""

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


@dataclass(frozen=True, slots=True)
class Started:
    """A worker has been forked."""

    pid: int


@dataclass(frozen=True, slots=True)
class Ended:
    """A worker has ended: with an exit code, or by a signal, which is negative then."""

    pid: int
    code: int


@dataclass(frozen=True, slots=True)
class Refused:
    """The system refused to fork; `number` is the errno."""

    number: int


Notice: TypeAlias = Started | Ended | Refused
LONGEST_TAUGHT = 1 << 20  # characters of a text
MOST_TAUGHT = 256  # texts, since they are kept
OUT_OF_MEMORY = ("MemoryError", "InternalError: out of memory")  # of Python, and of JavaScript
FILE_TOO_LARGE = f"OSError: [Errno {errno.EFBIG}]"


class MalformedMessageError(Exception):
    """A line is not a message of the guest."""


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
    return encode(
        {
            "op": "run",
            "id": number,
            "name": run.name,
            "language": run.code.language,
            "code": _key(run.code),
            "modules": {name: _key(code) for name, code in run.modules.items()},
            **_new_texts((run.code, *run.modules.values()), known),
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


def order_message(run: Run, known: set[str]) -> bytes:
    """The message that orders a worker for a run: the program texts to compile first, as far as that is new.

    A text of a size that takes long is left to its worker, and so are all when there are many, or in JavaScript.
    """
    named = [*run.modules.items(), (run.name, run.code)] if run.code.language == PYTHON else []
    taught = [(name, code) for name, code in named if len(code.text) <= LONGEST_TAUGHT and len(known) < MOST_TAUGHT]
    names: list[Json] = [[name, _key(code)] for name, code in taught if _key(code) not in known]
    return encode({**_new_texts([code for _, code in taught], known), "names": names})


def _new_texts(codes: Iterable[Code], known: set[str]) -> JsonObject:
    """Return the texts that the guest does not have yet, and their files; afterwards they are known."""
    new = {key: code for code in codes if (key := _key(code)) not in known}
    known.update(new)
    return {
        "sources": {key: code.text for key, code in new.items()},
        "files": {key: [code.file, _lines_before(code)] for key, code in new.items() if code.file},
    }


def read_notice(line: bytes) -> Notice:
    """Read what the fork server says. Raises MalformedMessageError for anything else."""
    try:
        match parsed(line.decode()):
            case {"started": int(pid)}:
                return Started(pid)
            case {"ended": int(pid), "code": int(code)}:
                return Ended(pid, code)
            case {"refused": int(number)}:
                return Refused(number)
    except ValueError:
        pass
    raise MalformedMessageError


def _key(code: Code) -> str:
    """Return a key for a text in a file."""
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


def ran(done: Done, run: Run, scratch: Path, seconds: float, environment: ImageEnvironment | None = None) -> Ran:
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
        error=_advice(body, run, environment),
        traceback=body.get("traceback", ""),
        scratch=scratch,
        seconds=seconds,
        size=done.size,
    )


def _spilled(body: JsonObject) -> dict[int, str]:
    found = body.get("spilled")
    pairs = [item for item in found if isinstance(item, list)] if isinstance(found, list) else []
    return {item[0]: item[1] for item in pairs if list(map(type, item)) == [int, str]}


def _advice(body: JsonObject, run: Run, environment: ImageEnvironment | None) -> str:
    """Add advice to an exception that escaped the code, where we know some."""
    error: str = body.get("error", "")
    image = f" Its file asks for the image {run.code.docker_image}." if run.code.docker_image else ""
    if "missing" in body:
        return f"{error}.{image} {_install(str(body['missing'] or 'it'), run, environment)}"
    if error.startswith("Maximum call stack size exceeded", len("RangeError: ")):
        return f"{error}. The code calls itself too often; look for a call that never ends."
    if error.startswith(OUT_OF_MEMORY):
        return f"{error}. The run reached the limit of a worker's memory; ask it for less, or raise worker_memory_mb."
    if error.startswith(FILE_TOO_LARGE):
        return f"{error}. A run may write no larger file; ask it for less, or raise worker_file_mb."
    if body.get("is_syntax") and run.code.subtype == "python2":
        return f"{error}.{image} The code is written for Python 2 and needs to be ported to Python 3."
    return error


def _install(module: str, run: Run, environment: ImageEnvironment | None) -> str:
    """Say how a missing module gets to where the code runs."""
    if environment:
        package = our_images().distribution(module)
        said = f"The environment that was made for {environment.image} lacks it; create it again"
        return f"{said}: `warroom pack environments make {environment.image} --package {package}`."
    if run.code.language == PYTHON and run.code.docker_image:
        return f"Make its environment: `warroom pack environments make {image_name(run.code.docker_image)}`."
    return f"Install {module} where warroom's workers run."
