"""Where code failed and what it printed: on an entry, masked, bounded, readable; in the log without arguments."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from urllib.parse import quote

import pytest
import structlog

from tests.services.world import World, an_instance, command, failure, lab, note, script
from warroom.model.entry import Entry
from warroom.model.errors import CommandTimeoutError, WorkerDiedError
from warroom.model.ids import PlanId, TaskKey
from warroom.model.json import Json
from warroom.services.execution.call import Call, Origin
from warroom.services.execution.code_output import CUT_ERROR, LONGEST, NO_OUTPUT, CodeOutput, passed_on, with_output
from warroom.services.execution.look_up import look_up
from warroom.services.ports.runner import Ran
from warroom.services.secrecy.masking import MASK
from warroom.testing.runner import FakeCode, FakeFunction
from warroom.testing.samples import an_entry

KEY = "s3cr3t \"key'/+"
TRACE = 'Traceback (most recent call last):\n  File "Lab/Lab.py", line 7, in read\nValueError: no answer\n'


async def entries_of(
    end: FakeFunction, inner: FakeFunction | None = None, name: str = "read", **args: Json
) -> Sequence[Entry]:
    """Run a command (or a script) that ends so; `inner` is what the script `Inner` does."""
    scripts = {"Outer": script("Outer", "what"), "Inner": script("Inner")}
    table: dict[str, FakeFunction] = {"read": end, "Outer": end, "Inner": inner or end}
    instance = an_instance(secrets={"apikey": KEY})
    world = World(lab(command("read", "what")), table, scripts=scripts, instances=[instance])
    await world.begin()
    origin = Origin(actor="DBot", plan=PlanId("p1"), task=TaskKey("4"))
    call = Call(incident=world.incident, resolved=look_up(world.library.catalogue, name), args=args, origin=origin)
    return (await world.executor.run(call)).entries


def printing(*lines: str, results: Sequence[Json] = ("done",), **more: Json) -> Callable[[FakeCode], Ran]:
    return lambda code: replace(code.ran(*results), log=lines, **more)


async def log_of(*lines: str, **more: Json) -> str:
    (entry,) = await entries_of(printing(*lines, **more))
    return entry.log


async def test_an_exception_is_an_error_entry_as_ever_with_the_place_and_the_prints_beside_it() -> None:
    half, failed = await entries_of(
        printing("looking", results=["half"], error="ValueError: no answer", traceback=TRACE)
    )
    assert (failed.contents, failed.human_readable, dict(failed.context)) == ("ValueError: no answer", None, {})
    assert (failed.trace, failed.log) == (TRACE, "looking")
    assert (half.trace, half.log) == ("", "")


async def test_an_error_that_code_caught_has_its_place_too() -> None:
    first, failed, last = await entries_of(printing(results=["a", failure("read: no answer"), "b"], traceback=TRACE))
    assert (first.trace, failed.trace, last.trace) == ("", TRACE, "")


async def test_a_run_that_went_well_has_no_trace_of_what_it_caught_on_the_way() -> None:
    (entry,) = await entries_of(printing("tried twice", traceback=TRACE))
    assert (entry.trace, entry.log) == ("", "tried twice")


@pytest.mark.parametrize(
    "printed",
    [
        KEY,
        repr(KEY),
        json.dumps({"k": KEY}),
        quote(KEY, safe=""),
        quote(KEY),
        f"s3cr3t \x1b[0m{KEY[7:]}",
        f"two\n{KEY}\nlines",
    ],
)
async def test_a_secret_of_the_instance_is_masked_in_every_spelling(printed: str) -> None:
    told = await log_of(*f"the key is {printed}".split("\n"))
    assert MASK in told
    assert "s3cr3t" not in told


async def test_an_error_is_masked_in_every_spelling_too() -> None:
    (entry,) = await entries_of(printing(results=[], error=f"HTTPError: no /login?key={quote(KEY)} for {KEY}"))
    assert entry.contents == f"HTTPError: no /login?key={MASK} for {MASK}"


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        (f"a {KEY[:9]}\n… 7 bytes of output are left out here …\n{KEY[-9:]} z", "a {0}\n… 7 bytes {1}\n{0} z"),
        (f"a {KEY}\n… 7 bytes of output are left out here …\n\n{KEY} z", "a {0}\n… 7 bytes {1}\n\n{0} z"),
        ("a s3c\n… 7 bytes of output are left out here …\nz", "a s3c\n… 7 bytes {1}\nz"),
        (f"a {KEY[:9]}", f"a {KEY[:9]}"),
    ],
)
async def test_what_a_cut_has_left_of_a_secret_is_masked(told: str, shown: str) -> None:
    assert await log_of(*told.split("\n")) == shown.format(MASK, "of output are left out here …")


async def test_what_is_left_of_a_secret_where_a_worker_cut_an_error_is_masked() -> None:
    start = "x" * (CUT_ERROR - 9)
    (cut,) = await entries_of(printing(results=[], error=f"{start}{KEY[:9]}"))
    (whole,) = await entries_of(printing(results=[], error=f"x{KEY[:9]}"))
    assert (cut.contents, whole.contents) == (f"{start}{MASK}", f"x{KEY[:9]}")


async def test_secrets_around_the_run_are_masked_in_prints_and_trace() -> None:
    memory = {"access_token": "eyJ0eXAi"}
    (entry,) = await entries_of(
        printing("eyJ0eXAi and v1rus-pw", results=[failure("x") | {"EntryContext": {"A": {"password": "v1rus-pw"}}}],
                 integration_context=memory, traceback=f"{TRACE}eyJ0eXAi v1rus-pw\n")
    )  # fmt: skip
    assert entry.log == f"{MASK} and {MASK}"
    assert entry.trace == f"{TRACE}{MASK} {MASK}\n"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("send: b'Authorization: Bearer eyJ0.x' x", f"send: b'Authorization: {MASK} x"),
        ("{'password': 'two words', 'days': 3}", f"{{'password': {MASK}, 'days': 3}}"),
        ("client_secret=abc&x=1", f"client_secret={MASK}"),
        ("5 tokens used, the token is old", "5 tokens used, the token is old"),
    ],
)
async def test_what_stands_behind_a_word_for_a_secret_is_masked(line: str, shown: str) -> None:
    assert await log_of(line) == shown


async def test_what_steers_a_terminal_or_is_no_text_is_dropped() -> None:
    told = await log_of("\x1b[2J\x1b]0;title\x07red\x1b[0m\ttab\r", "half \ud800 \u202egpj.exe \x00")
    assert told == "red\ttab\nhalf \N{REPLACEMENT CHARACTER} gpj.exe "


async def test_a_flood_keeps_its_beginning_and_its_end() -> None:
    told = await log_of("first", *["x" * 100] * 2_500, "last")
    assert (told[:5], told[-4:]) == ("first", "last")
    assert "characters are left out here" in told
    assert len(told) < LONGEST + 100


async def test_what_a_script_called_has_printed_stands_with_what_it_printed_itself() -> None:
    async def outer(code: FakeCode) -> Ran:
        await code.call("executeCommand", {"command": "Inner", "args": {}})
        return replace(code.ran("done"), log=["out"])

    inner = printing("in", results=[], error="KeyError: 'x'", traceback="Traceback of Inner\n")
    (entry,) = await entries_of(outer, inner, name="Outer")
    assert entry.log.splitlines() == ["out", "Inner:", "in", "Traceback of Inner"]


def test_what_many_inner_runs_printed_is_bounded() -> None:
    printed = ""
    for number in range(100):
        printed = passed_on(CodeOutput(name=f"Inner{number}", log="x" * LONGEST), printed)
    assert printed.startswith("Inner0:\nxxx")
    assert len(printed) < LONGEST + 100
    assert "Silent" not in passed_on(CodeOutput(name="Silent"), printed)


def test_a_run_without_entries_has_nowhere_to_put_it() -> None:
    assert with_output([], CodeOutput(log="x", trace="y")) == []
    assert with_output([an_entry()], NO_OUTPUT) == [an_entry()]


async def test_the_last_words_of_a_worker_are_kept_without_secrets() -> None:
    death = WorkerDiedError("its worker process was killed by signal 11 (SIGSEGV)")
    death.add_note(f"Fatal: at {KEY}")

    def die(_: FakeCode) -> Ran:
        raise death

    with structlog.testing.capture_logs() as logs:
        (entry,) = await entries_of(die)
    assert (entry.contents, entry.log) == (str(death), f"Fatal: at {MASK}")
    assert [line["event"] for line in logs] == ["worker died, its run is done again", "pack code failed"]


async def test_a_failure_is_one_line_of_the_log_with_everything_but_the_arguments() -> None:
    with structlog.testing.capture_logs() as logs:
        await entries_of(printing(f"with {KEY}", error=f"ValueError: {KEY}", traceback=TRACE), what="argument")
    assert logs == [
        {
            "event": "pack code failed",
            "log_level": "warning",
            "command": "read",
            "code": "Lab",
            "instance": "lab-1",
            "incident": "1",
            "plan": "p1",
            "task": "4",
            "error": f"ValueError: {MASK}",
            "traceback": TRACE,
        }
    ]


async def test_an_error_that_code_caught_is_no_warning() -> None:
    with structlog.testing.capture_logs() as logs:
        await entries_of(printing(results=[failure("read: no answer")], traceback=TRACE))
    assert [(line["log_level"], line["traceback"]) for line in logs] == [("info", TRACE)]


async def test_what_a_run_without_entries_printed_is_in_the_log() -> None:
    with structlog.testing.capture_logs() as logs:
        assert await entries_of(printing("looked", KEY, results=[])) == []
        await entries_of(printing("looked", results=[note("done")]))
    assert [(line["log_level"], line["output"]) for line in logs] == [("debug", f"looked\n{MASK}")]


async def test_a_run_that_was_stopped_in_time_is_a_warning() -> None:
    def hang(_: FakeCode) -> Ran:
        raise CommandTimeoutError("Command read of Lab ran longer than its limit of 1 s and was stopped.")

    with structlog.testing.capture_logs() as logs:
        (entry,) = await entries_of(hang)
    assert [line["error"] for line in logs] == [entry.contents]
