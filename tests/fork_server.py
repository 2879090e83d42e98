"""A small program that has imported all of ours once, and forks into each process that the tests ask it for.

It has one thread, and starts none: that is what makes forking safe. Each process is forked twice, so that it is an
orphan at once, and the tests, which adopt orphans meanwhile, become its parent. They wait for it and kill it as if they
had started it themselves.
"""

import gc
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

MOST_BYTES = 1 << 20  # of an order: mostly its environment
# What each program would run; the word that an order begins with.
PROGRAMS = {"warroom": "warroom.cli.main:main", "visionone-sim": "visionone_sim.cli:main"}
# What these import when they begin, and what they put off until it is needed.
IMPORTED = (
    *("warroom.cli.main", "warroom.cli.server", "warroom.cli.own_door", "warroom.durable.job_queue"),
    *("warroom.cli.evidence", "warroom.cli.incident", "warroom.cli.instance", "warroom.cli.pack"),
    *("warroom.cli.playbook", "warroom.cli.run", "warroom.cli.task"),
    *("visionone_sim.cli", "visionone_sim.run", "typer.rich_utils", "dbos._sys_db_sqlite"),
    *("uvicorn.protocols.http.h11_impl", "uvicorn.protocols.websockets.websockets_sansio_impl"),
)

Program = Callable[[], int | None]


def main() -> None:
    on_interrupt = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for those that it has forked
    gc.disable()
    for module in IMPORTED:
        import_module(module)
    _read_our_packs()
    _read_routes()
    gc.freeze()  # what is not looked through stays shared
    if len(list(Path("/proc/self/task").iterdir())) > 1:
        sys.exit("An import has started a thread. Forking with threads is no good: leave that module out.")
    program = _serve(socket.socket(fileno=int(sys.argv[1])))
    gc.enable()
    signal.signal(signal.SIGINT, on_interrupt)
    sys.exit(program())


def _read_our_packs() -> None:
    """They are kept by the process, once as servers and once as commands open them, and so by all that are forked."""
    installed, memory = import_module("warroom.services.packs.installed"), import_module("warroom.testing.pack_indexes")
    nobodys = Path(__file__).parent / "no-home"
    installed.installed_packs(nobodys)
    installed.indexed_packs(nobodys, memory.MemoryPackIndexes(), time.time_ns())


def _read_routes() -> None:
    """What servers serve is read when the first request is matched; here it is one that leads nowhere."""
    scope = {"type": "http", "method": "GET", "path": "/none", "root_path": "", "headers": [], "query_string": b""}
    console, twin = import_module("warroom.web.app"), import_module("visionone_sim.app")
    for route in (*console.all_routes(), *twin.vendor_routes(), *twin.control_routes()):
        route.matches(scope)


def _serve(orders: socket.socket) -> Program:
    """Fork for each order, and answer with the process; ends with the tests. Returns in each process forked."""
    while True:
        text, descriptors, _, _ = socket.recv_fds(orders, MOST_BYTES, 3)
        if not text:
            sys.exit()
        if not (pid := _fork()):
            orders.close()
            return _become(json.loads(text), descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        orders.send(str(pid).encode())


def _fork() -> int:
    """Fork an orphan; gives its pid, and 0 in itself. When this returns, it has its new parent."""
    answer, asked = os.pipe()
    if between := os.fork():
        os.close(asked)
        os.waitpid(between, 0)
        with os.fdopen(answer, encoding="ascii") as said:
            return int(said.read())
    os.close(answer)
    if pid := os.fork():
        os.write(asked, str(pid).encode())
        os._exit(0)
    os.close(asked)
    return 0


def _become(order: dict[str, Any], descriptors: list[int]) -> Program:
    """Put on what a process of its own would have been started with; gives what it is to run."""
    if order["new_session"]:
        os.setsid()
    for number, descriptor in enumerate(descriptors):  # standard input, output and error output
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.argv[:] = order["words"]
    name = Path(sys.argv[0]).name
    Path("/proc/self/comm").write_text(name, encoding="utf-8")  # what `ps` and `top` call it
    module, _, function = PROGRAMS[name].partition(":")
    program: Program = getattr(import_module(module), function)
    return program


if __name__ == "__main__":
    main()
