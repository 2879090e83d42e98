import json
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from tests.host.lab import a_run
from tests.hostile import tree
from warroom.host.wire import (
    LONGEST_TAUGHT,
    MOST_TAUGHT,
    Call,
    Done,
    Ended,
    MalformedMessageError,
    Refused,
    Started,
    order_message,
    ran,
    read_message,
    read_notice,
    refusal_message,
    reply_message,
    run_message,
)
from warroom.model.border import clean
from warroom.model.errors import Location
from warroom.model.json import JsonObject
from warroom.services.ports.runner import Run

SCRATCH = Path("/scratch/1")


def sent(run: Run, known: set[str]) -> JsonObject:
    message: JsonObject = json.loads(run_message(4, run, SCRATCH, known))
    return message


def done(**body: Any) -> Done:
    return Done(body={"results": [], **body}, keep=True, resident=1)


def test_a_program_text_is_sent_once() -> None:
    run = a_run("x = 1", modules={"CommonServerPython": a_run("y = 2").code})
    known: set[str] = set()
    assert sorted(sent(run, known)["sources"].values()) == ["x = 1", "y = 2"]
    again = sent(run, known)
    assert again["sources"] == {}
    assert again["modules"] == {"CommonServerPython": run.modules["CommonServerPython"].sha256}


def ordered(run: Run, known: set[str]) -> JsonObject:
    order: JsonObject = json.loads(order_message(run, known))
    return order


def test_an_order_has_the_texts_to_compile_once_each_with_its_name() -> None:
    run = a_run("x = 1", name="Probe", modules={"CommonServerPython": a_run("y = 2").code})
    known: set[str] = set()
    order = ordered(run, known)
    assert sorted(order["sources"].values()) == ["x = 1", "y = 2"]
    assert order["names"] == [
        ["CommonServerPython", run.modules["CommonServerPython"].sha256],
        ["Probe", run.code.sha256],
    ]
    assert ordered(run, known) == {"sources": {}, "files": {}, "names": []}
    assert sent(run, known)["sources"] == {}  # a worker that was forked since has them


def test_a_text_in_javascript_is_left_to_its_worker() -> None:
    run = a_run("return 1", language="javascript", modules={"CommonServer": a_run("var x", language="javascript").code})
    known: set[str] = set()
    assert ordered(run, known) == {"sources": {}, "files": {}, "names": []}
    message = sent(run, known)
    assert message["language"] == "javascript"
    assert sorted(message["sources"].values()) == ["return 1", "var x"]


def test_a_text_that_is_too_long_or_one_too_many_is_left_to_the_worker() -> None:
    known: set[str] = set()
    long = a_run("#" * (LONGEST_TAUGHT + 1))
    assert ordered(long, known)["sources"] == {}
    assert len(sent(long, known)["sources"]) == 1
    many = {f"text {number}" for number in range(MOST_TAUGHT)}
    assert ordered(a_run("x = 1"), many) == {"sources": {}, "files": {}, "names": []}


@pytest.mark.parametrize(
    ("line", "notice"),
    [
        (b'{"started": 7}', Started(7)),
        (b'{"ended": 7, "code": -9}', Ended(7, -9)),
        (b'{"refused": 11}', Refused(11)),
    ],
)
def test_what_the_fork_server_says_is_read(line: bytes, notice: object) -> None:
    assert read_notice(line) == notice


@pytest.mark.parametrize("line", [b"", b"[]", b'{"started": "7"}', b'{"ended": 7}', b'{"refused": null}', b"\xff"])
def test_a_notice_that_makes_no_sense_is_refused(line: bytes) -> None:
    with pytest.raises(MalformedMessageError):
        read_notice(line)


def test_a_text_goes_along_with_its_file_and_the_lines_above_it() -> None:
    place = {"file": "Probe/Scripts/Look.yml", "at": Location(Path("/packs/Probe/Scripts/Look.yml"), 4)}
    known: set[str] = set()
    message = sent(a_run("x = 1", **place), known)
    assert message["files"] == {message["code"]: ["Probe/Scripts/Look.yml", 4]}
    assert message["sources"] == {message["code"]: "x = 1"}
    assert sent(a_run("x = 1"), known)["files"] == {}


def test_read_only_mappings_go_over_the_pipe() -> None:
    assert sent(a_run("", args=MappingProxyType({"a": "1"})), set())["args"] == {"a": "1"}


def test_a_value_that_is_not_json_is_refused_before_it_is_sent() -> None:
    with pytest.raises(TypeError, match="set cannot go to a worker"):
        sent(a_run("", args={"a": {1}}), set())


def test_answers_are_one_line_each() -> None:
    assert reply_message(3, {"a": "b\nc"}) == b'{"op":"reply","id":3,"value":{"a":"b\\nc"}}\n'
    assert refusal_message(3, "no") == b'{"op":"reply","id":3,"error":"no"}\n'


def test_a_call_and_an_end_are_understood() -> None:
    assert read_message(b'{"op":"call","id":1,"method":"dt","args":{}}') == Call(id=1, method="dt", args={})
    end = read_message(b'{"op":"done","keep":false,"resident":5,"results":[]}')
    assert isinstance(end, Done)
    assert (end.keep, end.resident) == (False, 5)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"nonsense",
        b"\xff",
        b"null",
        b'{"op":"run"}',
        b'{"op":"call","id":"1","method":"dt","args":{}}',
        b'{"op":"done","keep":1,"resident":5,"results":[]}',
        b'{"op":"done","keep":true,"resident":5}',
    ],
)
def test_anything_else_is_malformed(line: bytes) -> None:
    with pytest.raises(MalformedMessageError):
        read_message(line)


def test_what_a_worker_gives_is_clean_from_here_on() -> None:
    results = json.dumps([tree()])
    message = read_message(f'{{"op":"done","keep":true,"resident":5,"results":{results}}}'.encode())
    assert isinstance(message, Done)
    assert message.body["results"] == clean({"results": [tree()]})["results"]


def test_a_message_that_is_nested_without_end_is_malformed() -> None:
    with pytest.raises(MalformedMessageError):
        read_message(b"[" * 100_000)


def test_a_missing_module_is_named_with_the_image() -> None:
    run = a_run("", docker_image="demisto/ldap:1.0")
    end = ran(done(error="ModuleNotFoundError: No module named 'ldap9'", missing="ldap9"), run, SCRATCH, 0.5)
    assert end.error == (
        "ModuleNotFoundError: No module named 'ldap9'. Its file asks for the image demisto/ldap:1.0. "
        "Make its environment: `warroom pack environments make demisto/ldap`."
    )


def test_a_missing_module_of_code_that_names_no_image_is_installed_where_the_workers_run() -> None:
    end = ran(done(error="ModuleNotFoundError: No module named 'ldap9'", missing="ldap9"), a_run(""), SCRATCH, 0.5)
    assert end.error == ("ModuleNotFoundError: No module named 'ldap9'. Install ldap9 where warroom's workers run.")


def test_a_syntax_error_is_explained_for_python_2_only() -> None:
    body = {"error": "SyntaxError: invalid syntax", "is_syntax": True}
    assert ran(done(**body), a_run("", subtype="python2"), SCRATCH, 0).error.endswith("ported to Python 3.")
    assert ran(done(**body), a_run(""), SCRATCH, 0).error == "SyntaxError: invalid syntax"


def test_an_end_becomes_what_the_caller_gets() -> None:
    end = ran(done(results=[1], log=["a"], last_run={"at": 1}, traceback="t"), a_run(""), SCRATCH, 0.5)
    assert (end.results, end.log, end.last_run, end.traceback, end.seconds) == ([1], ["a"], {"at": 1}, "t", 0.5)
    assert (end.scratch, end.incidents, end.error) == (SCRATCH, None, "")
