"""JavaScript as a worker runs it, in this process."""

import json
from typing import Any

import pytest

from warroom.host.guest.javascript import OUT_OF_MEMORY, Program
from warroom.host.guest.sources import Text

MEMORY = 64 << 20
GIVEN: dict[str, Any] = {"args": {}, "params": {}, "command": "", "incidents": [], "investigation": {"id": "7"}}


class Server:
    """Answers from a table, and keeps what it was asked."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.asked: list[tuple[str, Any]] = []

    def ask(self, method: str, args: str) -> str:
        self.asked.append((method, json.loads(args)))
        if method not in self.answers:
            return json.dumps({"value": None, "error": f"Nothing answers to {method}."})
        return json.dumps({"value": self.answers[method], "error": None})


def run(text: str, *modules: str, server: Server | None = None, before: int = 0, **given: Any) -> dict[str, Any]:
    program = Program((server or Server()).ask, MEMORY)
    sources = [Text(f"Library{number}.js", 0, module) for number, module in enumerate(modules, 1)]
    return program.run({**GIVEN, **given}, sources, Text("Look.js", before, text))


def result(text: str, *modules: str, server: Server | None = None, **given: Any) -> Any:
    [only] = run(text, *modules, server=server, **given)["results"]
    return only


@pytest.mark.parametrize(
    ("text", "results"),
    [
        ("return 'yes'", ["yes"]),
        ("return 3.5", [3.5]),
        ("return true", [True]),
        ("return {a: 1, b: undefined}", [{"a": 1}]),
        (
            "return [{Type: 1, Contents: 'one'}, {Type: 4, Contents: 'two'}]",
            [{"Type": 1, "Contents": "one"}, {"Type": 4, "Contents": "two"}],
        ),
        ("return ['a', 'b']", ["a", "b"]),
        ("return []", [[]]),
        ("return null", []),
        ("return", []),
        ("var x = 1", []),
        ("", []),
        ("return 'ends in a comment' // here", ["ends in a comment"]),
        ("return 'half \\ud800'", ["half \ud800"]),
        ("return '\u2028 é 😀'", ["\u2028 é 😀"]),
    ],
)
def test_what_a_script_returns_is_its_result(text: str, results: list[Any]) -> None:
    assert run(text) == {"results": results}


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("throw 'Path x is not in context.'", "Path x is not in context."),
        ("throw new Error('first\\nsecond')", "first second"),
        ("throw new TypeError('no')", "TypeError: no"),
        ("throw {code: 4}", '{"code":4}'),
        ("throw ''", "''"),
        ("throw undefined", "undefined"),
        ("throw new Error('')", "Error"),
        ("missing(1)", "ReferenceError: missing is not defined"),
        ("null.x", "TypeError: cannot read property 'x' of null"),
        ("var = 3", "SyntaxError: variable name expected"),
        ("}); throw 1; (function () {", "1"),
        ("var x = {}; x.x = x; return x", "TypeError: circular reference"),
        (
            "return Promise.resolve(1)",
            "TypeError: the script returns a promise; XSOAR has none, so return the value itself",
        ),
        ("return entries[0]", "ReferenceError: entries is not defined. `entries` is not available in this runtime."),
    ],
)
def test_what_escapes_a_script_is_one_line(text: str, error: str) -> None:
    assert run(text)["error"] == error


def test_a_trace_names_the_lines_of_the_files() -> None:
    end = run("function f() {\n  lib();\n}\nf();", "\nfunction lib() { null.x }", before=10)
    assert end["traceback"].splitlines() == [
        "TypeError: cannot read property 'x' of null",
        "    at lib (Library1.js:2:18)",
        "    at f (Look.js:12:3)",
        "    at <anonymous> (Look.js:14:1)",
    ]


def test_a_library_that_cannot_be_read_is_named() -> None:
    end = run("return 1", "var ok = 1;\nfunction (")
    assert end["error"].startswith("SyntaxError")
    assert "Library1.js:2:" in end["traceback"]


def test_libraries_are_there_in_order_and_a_script_has_names_of_its_own() -> None:
    first, second = "var word = 'one'; function say() { return word; }", "word = 'two ' + word"
    assert (
        result("var say2 = say(); var word = 'mine'; return [say2, say()].join()", first, second) == "two one,two one"
    )


def test_names_that_nobody_declared_are_global_in_old_scripts() -> None:
    assert result("index = 4; return (function () { return index; })()") == 4


def test_a_script_sees_what_it_was_started_with() -> None:
    text = "return [args.list[1], params.url, command, incidents[0].name, investigation.id].join()"
    incidents = [{"name": "WB-1"}]
    assert (
        result(text, args={"list": [1, 2]}, params={"url": "u"}, command="x-do", incidents=incidents)
        == "2,u,x-do,WB-1,7"
    )


def test_the_server_is_asked_under_the_names_of_its_methods() -> None:
    server = Server(executeCommand=[{"Type": 1, "Contents": 4}], dt=["a"], context={"k": 1}, setContext=None)
    text = """
        setContext('K', invContext.k + invContext.k);
        return {entry: executeCommand('Print', {value: 'x'})[0].Contents, found: dq(invContext, 'k'), bare: executeCommand('Stop')}
        """  # noqa: E501
    found = result(text, server=server)
    assert found == {"entry": 4, "found": ["a"], "bare": [{"Type": 1, "Contents": 4}]}
    assert server.asked == [
        ("context", {}),
        ("setContext", {"contextPath": "K", "value": 2}),
        ("executeCommand", {"command": "Print", "args": {"value": "x"}}),
        ("dt", {"obj": {"k": 1}, "trnsfrm": "k"}),
        ("executeCommand", {"command": "Stop", "args": {}}),
    ]


def test_the_web_is_asked_by_the_server() -> None:
    server = Server(http={"StatusCode": 200, "Body": "there"})
    text = "return http('http://a.example/', {Method: 'POST', Headers: {A: ['b']}}, true, 'true').Body"
    assert result(text, server=server) == "there"
    assert result("return http('http://a.example/').StatusCode", server=server) == 200
    assert server.asked == [
        (
            "http",
            {
                "url": "http://a.example/",
                "request": {"Method": "POST", "Headers": {"A": ["b"]}},
                "insecure": True,
                "proxy": "true",
            },
        ),
        ("http", {"url": "http://a.example/", "request": {}}),
    ]


def test_a_form_is_sent_by_the_server() -> None:
    server = Server(httpMultipart={"StatusCode": 201})
    text = "return httpMultipart('http://a.example/', '3@7', {Method: 'PUT'}, {a: 'b'}, false, true).StatusCode"
    assert result(text, server=server) == 201
    sent = {"request": {"Method": "PUT"}, "fields": {"a": "b"}, "insecure": False, "proxy": True}
    assert server.asked == [("httpMultipart", {"url": "http://a.example/", "file": "3@7", **sent})]


def test_the_context_is_asked_for_only_where_a_script_looks_at_it() -> None:
    server = Server(context={"k": 1})
    assert result("return 'no'", server=server) == "no"
    assert result("invContext = {mine: 1}; return invContext.mine", server=server) == 1
    assert server.asked == []


def test_a_refusal_is_an_error_in_the_script() -> None:
    assert result("try { dq({}, 'x') } catch (e) { return e.message }") == "Nothing answers to dt."
    assert run("dq({}, 'x')")["error"] == "Nothing answers to dt."


def test_the_instances_that_have_a_command_are_found() -> None:
    modules = {"one": {"brand": "A", "state": "active"}, "two": {"brand": "B", "state": "active"}}
    server = Server(getModules=modules, getAllSupportedCommands={"A": [{"name": "x-do"}], "C": [{"name": "x-do"}]})
    assert result("return getModulesForCommand('x-do')", server=server) == {"one": modules["one"]}


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("ipRegex", "192.0.2.7 and 256.1.1.1", ["192.0.2.7"]),
        ("emailRegex", "mail a.b@c.example now", ["a.b@c.example"]),
        ("md5Regex", f"x {'a1' * 16} {'a1' * 20}", ["a1" * 16]),
        ("sha1Regex", f"x {'a1' * 16} {'A1' * 20}", ["A1" * 20]),
        ("sha256Regex", f"{'0f' * 32}", ["0f" * 32]),
    ],
)
def test_patterns_of_indicators_are_there(pattern: str, text: str, found: list[str]) -> None:
    assert result(f"return {{found: args.text.match({pattern})}}", args={"text": text}) == {"found": found}


def test_an_address_is_told_from_another_text() -> None:
    assert (
        result("return [isValidIP('192.0.2.1'), isValidIP('192.0.2.256'), isValidIP('x')].join()") == "true,false,false"
    )


@pytest.mark.parametrize(
    "name", ["require", "process", "std", "os", "ask", "console", "fetch", "XMLHttpRequest", "bjson"]
)
def test_nothing_of_the_system_is_there(name: str) -> None:
    assert result(f"return typeof {name}") == "undefined"
    assert result(f"return typeof (0, eval)('this')['{name}']") == "undefined"


@pytest.mark.parametrize("text", ["import('os').then(m => { found = m })", "import('/etc/passwd')"])
def test_nothing_can_be_imported(text: str) -> None:
    assert result(f"found = null; {text}; return {{found: found}}") == {"found": None}
    assert run("import os from 'os'; return 1")["error"].startswith("SyntaxError")


def test_memory_has_a_limit() -> None:
    end = run("var all = []; for (;;) { all.push(new Uint8Array(1 << 20)); }")
    assert end["error"] == OUT_OF_MEMORY
    assert run("var text = 'x'; for (;;) { text += text + text.length; }")["error"]


def test_recursion_has_a_limit_that_a_script_can_catch() -> None:
    assert run("function f() { return f() + 1; } f()")["error"] == "RangeError: Maximum call stack size exceeded"
    assert result("function f() { return f() + 1; } try { f() } catch (e) { return 'caught' }") == "caught"


@pytest.mark.parametrize("depth", [5_000, 50_000])
def test_a_result_that_is_nested_too_deep_is_an_error(depth: int) -> None:
    text = f"var x = []; for (var i = 0; i < {depth}; i++) x = [x]; return {{x: x}}"
    assert run(text)["error"].startswith("RangeError")


def test_memory_that_runs_out_while_an_error_is_made_is_said() -> None:
    end = run("var x = []; for (var i = 0; i < 200000; i++) x = [x]; return {x: x}")
    assert end["error"].startswith(OUT_OF_MEMORY)
    assert run("throw null")["error"] == f"{OUT_OF_MEMORY}, or the script threw null"


@pytest.mark.parametrize(
    "trick",
    [
        "Object.prototype.toJSON = function () { return 'mine'; }",
        "String.prototype.toJSON = Array.prototype.toJSON = function () { return undefined; }",
        "Object.defineProperty(Object.prototype, 'error', {get: function () { return 'x'; }})",
        "Object.prototype.results = [1]; Object.prototype.value = 2",
        "JSON.stringify = JSON.parse = function () { return 'mine'; }",
        "Array.prototype.map = Array.prototype.some = Array.isArray = null; Object.keys = null",
        "Promise = null; Error = String; Object.defineProperty(this, 'undefined', {})",
        "Array.prototype[Symbol.iterator] = null",
        "Function.prototype.call = Function.prototype.apply = null",
        "Object.freeze(Object.prototype)",
    ],
)
def test_a_script_that_bends_its_world_harms_itself_at_most(trick: str) -> None:
    end = run(
        f"try {{ {trick} }} catch (e) {{}} log('x'); dq({{}}, 'y'); return {{a: 1}}", server=Server(log=None, dt=1)
    )
    assert set(end) <= {"results", "error", "traceback"}
    assert run("return {a: [1].map(function (x) { return x + 1; })}") == {"results": [{"a": [2]}]}


@pytest.mark.parametrize("trick", ["log.constructor('return ask')()", "log.caller", "log.arguments"])
def test_the_way_out_is_not_reached_by_way_of_what_is_offered(trick: str) -> None:
    assert "error" in run(f"return {{found: {trick}.name}}")
