"""Kills a server at every step of its work, at each step once; what the steps are, the server shows by what it does."""

import json
import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

from tests.acceptance.folder import Folder, options_for
from tests.acceptance.gate import Gate, Moment
from tests.acceptance.waiting import TIMEOUT, until
from warroom.model.plan import TaskState

ID = re.compile(r"/(?:\d+|WB-[^/]+)(?=/|$)")
MOST = 300  # kills after which a plan that still does something new does not come to an end
LOOK_SECONDS = 0.001  # between two checks at what is committed
QUIET_SECONDS = 1.0  # without a commit, after which it may be that all is done

Question = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Step:
    """An operation before the tenant has it or after it has had its effect, or a task of a plan in a new state."""

    what: str
    moment: str


@dataclass(slots=True, kw_only=True)
class Kills:
    """The steps at which a server has been killed; none has it twice, in however many runs."""

    steps: list[Step] = field(default_factory=list)

    def are_new(self, *steps: Step) -> bool:
        """Whether one of the steps is new; from now on they all are known."""
        new = [step for step in dict.fromkeys(steps) if step not in self.steps]
        self.steps += new
        return bool(new)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a server is killed: what comes before each of its lives, and a wait for the moment, or until all is done."""

    begin: Callable[[], None]
    is_due: Callable[[Question], bool]


def operation_of(request: str) -> str:
    """Name the operation of a request, as the twin does.

    >>> operation_of("GET /v3.0/response/tasks/00000001?top=5"), operation_of("POST /v3.0/workbench/alerts/WB-1/notes")
    ('GET /v3.0/response/tasks/{id}', 'POST /v3.0/workbench/alerts/{id}/notes')
    """
    return ID.sub("/{id}", request.partition("?")[0])


def moments_of(operation: str) -> tuple[Moment, ...]:
    """Return the moments at which an operation can be cut off; a read has no effect, so that its two are one.

    >>> moments_of("GET /v3.0/response/tasks/{id}")
    (<Moment.AFTER: 'after'>,)
    """
    return (Moment.AFTER,) if operation.startswith("GET ") else tuple(Moment)


def at_each_request(gate: Gate, kills: Kills) -> Way:
    """Kill in each operation that the tenant is asked for, before it takes effect and after it."""

    def is_new(request: str, moment: Moment) -> bool:
        operation = operation_of(request)
        return moment in moments_of(operation) and kills.are_new(Step(operation, moment))

    def is_due(is_done: Question) -> bool:
        until(lambda: gate.held.is_set() or is_done(), "the server asks for something new, or all is done")
        return gate.held.is_set()

    return Way(begin=lambda: gate.choose(is_new), is_due=is_due)


def at_each_commit(folder: Folder, kills: Kills) -> Way:
    """Kill after each commit that brings a task of a plan into a state in which it has not been."""

    def is_due(is_done: Question) -> bool:
        with closing(_reader(folder)) as database:
            for is_quiet in _commits(database):
                if is_quiet and is_done():
                    return False
                if kills.are_new(*_steps(database)):
                    return True
        raise AssertionError(f"Waited {TIMEOUT:g} s in vain for a step that is new, or for the end.")

    return Way(begin=lambda: None, is_due=is_due)


def _reader(folder: Folder) -> sqlite3.Connection:
    """Read beside the server what it has committed; to ask through its socket takes longer than most tasks."""
    return sqlite3.connect(f"file:{folder.home / 'warroom.db'}?mode=ro", uri=True)


def _commits(database: sqlite3.Connection) -> Iterator[bool]:
    """Yield at each commit, and when there has been none for a while; says whether it is quiet."""
    pause, version, since = threading.Event(), None, time.monotonic()
    end = since + TIMEOUT
    while (now := time.monotonic()) < end:
        before, version = version, database.execute("PRAGMA data_version").fetchone()
        if version != before or now > since + QUIET_SECONDS:
            since = now
            yield version == before
        pause.wait(LOOK_SECONDS)


def _steps(database: sqlite3.Connection) -> list[Step]:
    bodies = [json.loads(body) for (body,) in database.execute("SELECT body FROM event WHERE kind = 'task'")]
    told = [body[1]["payload"] for body in bodies]
    return [Step(one["key"], one["state"]) for one in told if one["state"] != TaskState.SKIPPED]


@contextmanager
def killed(folder: Folder, url: str, way: Way, is_done: Question) -> Iterator[int]:
    """Serve, and kill at each step until all is done; gives how many died, while the last one serves."""
    blame_no_task(folder)
    for life in range(MOST):
        way.begin()
        with folder.served(*options_for(url)) as server:
            server.ready()
            if way.is_due(is_done):
                server.kill()
                continue
            yield life
            server.stop()
            return
    raise AssertionError(f"After {MOST} kills the server still does what it has not done before.")


def blame_no_task(folder: Folder) -> None:
    """Set no task aside: the deaths come from outside, more often than three tasks in a row can end between them."""
    (folder.home.parent / "warroom.toml").write_text("set_aside_after = 1000\n", encoding="utf-8")
