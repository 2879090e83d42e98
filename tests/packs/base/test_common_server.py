"""CommonServer, the library of JavaScript, as scripts use it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from warroom.host.guest.javascript import Program
from warroom.host.guest.sources import Text

LIBRARY = Path(__file__).parents[3] / "Packs/WarroomBase/Scripts/CommonServer/CommonServer.js"
GIVEN: dict[str, Any] = {"args": {}, "params": {}, "command": "", "incidents": [], "investigation": {}}
NOTE = [{"Type": 1, "Contents": "a, b,,c "}]
ROWS = "[{b: 1, a: 'x|y'}, {a: ['p', 'q'], c: {d: null}}]"


def run(text: str, answer: Callable[[str, Any], Any] = lambda _, __: NOTE) -> Any:
    """Return the value of an expression, or raise what escaped it."""

    def ask(method: str, args: str) -> str:
        return json.dumps({"value": answer(method, json.loads(args)), "error": None})

    library = Text("CommonServer.js", 0, LIBRARY.read_text(encoding="utf-8"))
    end = Program(ask, None).run(GIVEN, [library], Text("Look.js", 0, f"return {{is: {text}}}"))
    if "error" in end:
        raise ValueError(end["error"])
    [result] = end["results"]
    return result.get("is")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("[entryTypes.note, entryTypes.error, entryTypes.file, entryTypes.entryInfoFile]", [1, 4, 3, 9]),
        ("[formats.markdown, formats.dbotResponse]", ["markdown", "dbotCommandResponse"]),
        ("[isError({Type: 4}), isError({Type: 1}), isError(null), isError('x')]", [True, False, False, False]),
        ("[isValidRes([{Type: 1}]), isValidRes([{Type: 4}]), isValidRes([]), isValidRes(null)]", [True, False, False, False]),  # noqa: E501
        ("[0, 1, 2, 3, 9].map(scoreToReputation)", ["None", "Good", "Suspicious", "Bad", "None"]),
        ("argToList('a,b')", ["a", "b"]),
        ("argToList('[1,2]')", [1, 2]),
        ("argToList(['x'])", ["x"]),
        ("argToList(undefined)", []),
        ("[toArray(1), toArray([1]), nvl('', 'x'), nvl(null), nvl(3)]", [[1], [1], "x", "Unknown", 3]),
        ("mergeForeignObjects([{a: 1}, {b: 2}])", {"a": 1, "b": 2}),
        ("cleanObject([{a: null, b: '', c: 0, d: undefined, e: [1]}])", [{"c": 0, "e": [1]}]),
        ("treeToFlattenObject({a: {b: 1, c: [1, 2]}, d: [{e: 2}], f: null})", {"a.b": 1, "a.c": [1, 2], "d.0.e": 2, "f": None}),  # noqa: E501
        ("(function () { var flat = {}; flattenFields({a: {b: 1}, c: ['x', {d: 2}]}, '', flat); return flat; })()", {"a.b": "1", "c.0": "x", "c.1.d": "2"}),  # noqa: E501
        ("[jq({a: [{b: 0}]}, 'a[0].b'), jq({a: 1}, 'a.b'), jq(null, 'a'), jq({a: 1}, 'toString')]", [0, None, None, None]),  # noqa: E501
        ("createContext([{'a.b': 1, 'a.c': 2}], 7)", [{"a": {"b": 1, "c": 2}, "ID": 7}]),
        ("'{0} and {1} of {7}'.format('x', 0)", "x and 0 of {7}"),
        ("[fixUrl('https://a/'), removeLastSlash('https://a')]", ["https://a", "https://a"]),
        ("[encodeToURLQuery({a: 'x y', b: [1, '&']}), encodeToURLQuery({}), encodeToURLQuery()]", ["?a=x%20y&b=1&b=%26", "", ""]),  # noqa: E501
        ("replaceInTemplates('/a/%id%/%id%/%no%', {id: 7})", "/a/7/7/%no%"),
        ("(function () { var args = {id: 7, x: 1}; return [replaceInTemplatesAndRemove('/%id%', args), args]; })()", ["/7", {"x": 1}]),  # noqa: E501
        ("escapeXMLChars(\"<a b='c'>&\\\"\")", "&lt;a b=&apos;c&apos;&gt;&amp;&quot;"),
        ("[stringEscapeMD('a|b*'), stringEscapeMD('a|b*\\n', true, true)]", ["a\\|b\\*", "a\\|b*<br>"]),
        ("[underscoreToCamelCase('hello_world'), dotToSpace('a.b'), pascalToSpace('SomeWord')]", ["HelloWorld", "a b", "Some Word"]),  # noqa: E501
        ("convertKeysToPascalCase({'some key': 1})", {"SomeKey": 1}),
        ("convertTimestampToString('0')", "1970-01-01T00:00:00.000Z"),
        ("dateToString(new Date(1666000000123), '%Y-%m-%dT%H:%M:%S.%fZ')", "2022-10-17T09:46:40.123Z"),
        ("dateToString(new Date(0), '%a %A %b %B %y %% %q')", "Thu Thursday Jan January 70 % %q"),
        ("stringToDate('2022-10-17T09:46:40.123+0000', '%Y-%m-%dT%H:%M:%S.%fZ').getTime()", 1666000000123),
        ("stringToDate('31 Dec 2021', '%d %b %Y').toISOString()", "2021-12-31T00:00:00.000Z"),
        ("stringToDate('2024-02-29 1.5', '%Y-%m-%d %H.%f').toISOString()", "2024-02-29T01:00:00.500Z"),
        ("['', 'a', 'ab', 'abc', 'abcd'].map(Base64.encode)", ["", "YQ==", "YWI=", "YWJj", "YWJjZA=="]),
        ("[isIp('192.0.2.1'), isIp('192.0.2'), numToIp(3221225985)]", [True, False, "192.0.2.1"]),
        ("[isIPInSubnet('192.0.2.9', '192.0.2.0/28'), isIPInSubnet('192.0.2.16', '192.0.2.0/28')]", [True, False]),
        ("[isIPInSubnet('192.0.2.9', '192.0.2.9'), isIPInSubnet('10.9.8.7', '0.0.0.0/0')]", [True, True]),
        ("(function () { var c = {}; addMalicious(c, 'IP', {Address: 'x'}); return c; })()", {"IP": {"Address": "x", "properties_to_append": ["Malicious"]}}),  # noqa: E501
        ("[isDemistoVersionGE('6.2.0'), isDemistoVersionGE('6.10'), isDemistoVersionGE('6.9.0')]", [True, False, True]),
    ],
)  # fmt: skip
def test_values(text: str, value: Any) -> None:
    assert run(text, lambda method, _: {"version": "6.9.0"} if method == "demistoVersion" else None) == value


@pytest.mark.parametrize(
    ("text", "table"),
    [
        (f"tableToMarkdown('T', {ROWS}, ['a', 'b'])", "### T\na|b\n---|---\nx\\|y | 1\np,q |  \n"),
        (f"tableToMarkdown('', {ROWS}, ['a'], '; ', dotToSpace)", "a|\n---|\nx\\|y|\np; q|\n"),
        ("tableToMarkdown('T', {b: 'two\\nlines', a: {c: 1}})", '### T\na|b\n---|---\n{"c":1} | two<br>lines\n'),
        ("tableToMarkdown('T', ['x', 'y'], 'Name')", "### T\nName|\n---|\nx|\ny|\n"),
        ("tableToMarkdown('T', [], ['a'])", "### T\nNo data returned\n"),
        ("tableToMarkdown('T', undefined)", "No data returned\n"),
        ("tblToMd('T', [{a: ''}])", "### T\na|\n---|\n |\n"),
        ("arrToMd([])", ""),
        ("arrToMd([{a: 1}])", "a|\n---|\n1|\n"),
        ("arrayToMarkdownTable([])", "No results"),
        ("tableToHTML('T<', [{a: '<b>'}])", "<h3>T&lt;</h3><table><tr><th>a</th></tr><tr><td>&lt;b&gt;</td></tr></table>"),  # noqa: E501
        ("objToMd({b: {c: 1}, a: 'x'})", "Key | Value\n- | -\na | x\nb.c | 1\n"),
        ("objToList({a: [1, 2]}, 'T')", "### T\n- a: 1,2\n"),
    ],
)  # fmt: skip
def test_tables(text: str, table: str) -> None:
    assert run(text) == table


@pytest.mark.parametrize(
    ("text", "command", "args"),
    [
        ("closeInvestigation({closeReason: 'x'})", "closeInvestigation", {"closeReason": "x"}),
        ("createNewIncident({name: 'x'})", "createNewIncident", {"name": "x"}),
        ("setIncident({severity: 3})", "setIncident", {"severity": 3}),
        ("setOwner('ann')", "setOwner", {"owner": "ann"}),
        ("setPlaybook('P')", "setPlaybook", {"name": "P"}),
        ("setPlaybookAccordingToType('T')", "setPlaybookAccordingToType", {"type": "T"}),
    ],
)
def test_commands_of_the_server_are_called_by_their_names(text: str, command: str, args: Any) -> None:
    asked: list[Any] = []

    def answer(method: str, asks: Any) -> Any:
        asked.append((method, asks))
        return NOTE

    assert run(text, answer) == NOTE
    assert asked == [("executeCommand", {"command": command, "args": args})]


def test_lists_are_read() -> None:
    assert run("getCSVListAsArray('L')") == ["a", "b", "c"]
    assert run("getJSONListAsObject('L')", lambda _, __: [{"Type": 1, "Contents": '{"a": 1}'}]) == {"a": 1}
    assert run("[getCSVListAsArray('L'), getJSONListAsObject('L')]", lambda _, __: [{"Type": 4}]) == [[], None]
    with pytest.raises(ValueError, match="The list L is not JSON"):
        run("getJSONListAsObject('L')")


def test_an_entry_is_made_by_a_table() -> None:
    table = "{contextPath: 'X(val.ID == obj.ID)', title: 'T', innerPath: 'data', data: [{to: 'A.ID', from: 'id'}, {to: 'N', from: 'n', humanReadable: false}]}"  # noqa: E501

    def answer(_: str, asks: Any) -> Any:
        return asks["obj"].get(asks["trnsfrm"])

    entry = run(f"createEntry({{data: {{id: 7, n: 8}}}}, {table})", answer)
    assert entry["EntryContext"] == {"X(val.ID == obj.ID)": {"A": {"ID": 7}, "N": 8}}
    assert entry["HumanReadable"] == "### T\nA ID|\n---|\n7|\n"
    assert (entry["Type"], entry["ContentsFormat"]) == (1, "json")


def test_a_field_of_the_context_is_verified() -> None:
    def context(_: str, __: Any) -> Any:
        return "found"

    assert run("verifyContextField('K', 'found')", context) == "found"
    assert run("verifyContextField('K', 'oun', 'stringContains')", context) == "found"
    with pytest.raises(ValueError, match="K is found, where lost was expected"):
        run("verifyContextField('K', 'lost')", context)
    with pytest.raises(ValueError, match="There is no K in the context"):
        run("verifyContextField('K')", lambda _, __: None)


def test_a_command_that_an_integration_offers_is_available() -> None:
    def offers(_: str, __: Any) -> Any:
        return {"A": [{"name": "x-do"}], "B": None}

    assert run("[isCommandAvailable('x-do'), isCommandAvailable('x')]", offers) == [True, False]


def test_paths_are_built_for_dq() -> None:
    assert run("dqQueryBuilder('A.B', 'val.x === 1', function (val) { return val.y; })") == (
        "A.B(val.x === 1)=(function (val) { return val.y; })(val)"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("dateToString('2022', '%Y')", "dateToString takes a date, and not 2022"),
        ("dateToString(new Date('x'), '%Y')", "dateToString takes a date"),
        ("stringToDate('yesterday', '%Y-%m-%d')", "yesterday is not a date of the form %Y-%m-%d"),
    ],
)
def test_what_is_no_date_is_an_error(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        run(text)


class Kept:
    """An integration context that another run changes before the first tries."""

    def __init__(self, conflicts: int) -> None:
        self.context: dict[str, Any] = {"mine": 1, "old": 2}
        self.version = 5
        self.conflicts = conflicts

    def answer(self, method: str, args: Any) -> Any:
        if method == "getIntegrationContextVersioned":
            return {"context": self.context, "version": self.version}
        assert method == "setIntegrationContextVersioned"
        if self.conflicts:
            self.conflicts -= 1
            self.version += 1
            self.context = {**self.context, "theirs": self.version}
        if args["version"] != self.version:
            raise ConflictError("the version is not the current one")
        self.context, self.version = args["context"], self.version + 1
        return None


class ConflictError(Exception):
    pass


def merged(text: str, kept: Kept) -> Any:
    def ask(method: str, args: str) -> str:
        try:
            return json.dumps({"value": kept.answer(method, json.loads(args)), "error": None})
        except ConflictError as error:
            return json.dumps({"value": None, "error": str(error)})

    library = Text("CommonServer.js", 0, LIBRARY.read_text(encoding="utf-8"))
    return Program(ask, None).run(GIVEN, [library], Text("Look.js", 0, f"mergeVersionedIntegrationContext({text})"))


@pytest.mark.parametrize(
    ("text", "conflicts", "context"),
    [
        ("{newContext: {a: 1}}", 0, {"mine": 1, "old": 2, "a": 1}),
        ("{newContext: {a: 1, old: 'remove'}, version: 5}", 0, {"mine": 1, "a": 1}),
        ("{newContext: {old: 'remove'}, retries: 2}", 2, {"mine": 1, "theirs": 7}),
    ],
)
def test_keys_are_kept_beside_those_of_others(text: str, conflicts: int, context: dict[str, Any]) -> None:
    kept = Kept(conflicts)
    assert merged(text, kept) == {"results": []}
    assert kept.context == context


@pytest.mark.parametrize(("text", "conflicts"), [("{newContext: {a: 1}}", 1), ("{newContext: {a: 1}, version: 4}", 0)])
def test_a_conflict_that_stays_is_an_error(text: str, conflicts: int) -> None:
    kept = Kept(conflicts)
    assert "was changed by others meanwhile: the version is not the current one" in merged(text, kept)["error"]
    assert "a" not in kept.context
