"""An operation: its module in the room `doors`, its rows in the table and in the API, and its tests."""

import argparse
import keyword
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from scaffold.draft import Change, Draft, Imports, Insertion, Row, ScaffoldError, read
from scaffold.words import capitals, checked, one_of, sentence
from warroom.doors.table import GROUPS, OPERATIONS
from warroom.services.people.access import Permission
from warroom.web.api.rows import ROWS

MODULES = {group.__name__.rpartition(".")[2] for group in GROUPS}
WORD = r"[a-z]+(-[a-z]+)*"
LISTS = "list"  # the verb whose first version returns a list
EXAMPLE = "make new-operation ARGS=\"rule.count --path rules/count --says 'Count the rules for alerts.'\""

IMPORTS = """from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import Field

from warroom.doors.answer import shaped
from warroom.doors.asked import Asked
from warroom.doors.operation import reads
from warroom.model.ids import IncidentId
from warroom.model.user import Actor
from warroom.services.people.access import Permission
from warroom.services.app import App
from warroom.services.ports.store import IncidentQuery
"""
QUERY = '''

class {noun}Query(Asked):
    """{which}"""

{fields}

@dataclass(frozen=True, slots=True, kw_only=True)
'''
COUNT = '''class {noun}Answer:
    """How many there are."""

    incidents: int


@reads("{name}", Permission.{permission})
async def {function}(app: App, asked: {noun}Query, actor: Actor) -> {noun}Answer:
    """{says}"""
    # An operation calls one use case as the actor: `services` decide who may see or do what.
    return {noun}Answer(incidents=await app.incidents.count(IncidentQuery(type=asked.{filter}), actor))
'''
LIST = '''class {noun}Line:
    """One of the list."""

    id: IncidentId
    name: str


@reads("{name}", Permission.{permission})
async def {function}(app: App, asked: {noun}Query, actor: Actor) -> Sequence[{noun}Line]:
    """{says}"""
    # An operation calls one use case as the actor: `services` decide who may see or do what.
    found = await app.incidents.find(IncidentQuery(type=asked.{filter}), actor)
    return [shaped({noun}Line, one) for one in found]
'''
OPTIONAL = "    type: str | None = Field(default=None, max_length=200)\n"
REQUIRED = "    {field}: str = Field(max_length=200)\n"
TEST_IMPORTS = """from tests.web.clients import Clients
from warroom.testing.samples import an_actor
from warroom.web.api import API
from warroom.web.perform import perform
"""
TEST = """

async def test_{function}_answers_the_same_at_the_socket_and_in_the_api(clients: Clients) -> None:
    await clients.incident()
    await clients.incident()
    answer = await perform(clients.app, "{name}", {{{given}}}, an_actor())
    {expected}


async def test_{function}_refuses_an_argument_that_is_too_long(clients: Clients) -> None:
    {too_long}
    assert answer.status_code == 422
"""
SAME = """assert answer == {{"incidents": {count}}}
    assert (await clients.admin.get(f"{{API}}/{filled}")).json() == answer"""
SAME_LIST = """assert isinstance(answer, list)
    assert len(answer) == {count}
    assert (await clients.admin.get(f"{{API}}/{filled}")).json() == {{"items": answer}}"""
ROW = '    Rest(operation="{name}", method="GET", path="/{path}", id="{id}", tag="{module}"),\n'


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "name",
        help="a noun and a verb, such as rule.count; the first version of NOUN.list returns a list, others a count",
    )
    parser.add_argument("--path", required=True, help="its path in the API, such as rules/count or rules/{name}/count")
    parser.add_argument(
        "--permission",
        default="SEE",
        help="the permission that it requires, a name of Permission in services/people/access.py",
    )
    parser.add_argument("--says", required=True, help="what it does, in one sentence")


def draft(root: Path, wanted: argparse.Namespace) -> Draft:
    """Return a read of incidents, to be replaced by what the operation should do."""
    name = checked(wanted.name, r"[a-z]+\.[a-z]+(_[a-z]+)*", "rule.count")
    path = checked(wanted.path.strip("/"), rf"{WORD}(/({WORD}|{{[a-z]+(_[a-z]+)*}}))*", "rules/count", "path")
    permission = one_of(wanted.permission, Permission.__members__, "permission")
    noun, verb = name.split(".")
    _require_free(name, path)
    module = next((one for one in (f"{noun}s", noun) if one in MODULES), f"{noun}s")
    is_new = module not in MODULES
    words = {"name": name, "path": path, "permission": permission, "says": sentence(wanted.says), "module": module}
    function = f"{verb}_{noun}s" if verb == LISTS else f"{verb}_{noun}"
    words |= {"noun": capitals(noun if is_new else f"{noun}_{verb}").replace("_", ""), "function": function}
    words |= {"id": f"{verb}_{noun}s", "which": "Which ones to list." if verb == LISTS else "Which ones to count."}
    words |= _asked(path)
    words["expected"] = (SAME_LIST if verb == LISTS else SAME).format(**words)
    code, test = f"src/warroom/doors/{module}.py", f"tests/doors/test_{module}.py"
    if not is_new and f"def {words['function']}(" in read(root, code):
        raise ScaffoldError(f"{code} has a function {words['function']} already. Choose another name.")
    texts = {code: (QUERY + (LIST if verb == LISTS else COUNT)).format(**words), test: TEST.format(**words)}
    heads = {code: f'"""{words["says"]}"""\n\n{_used(texts[code])}', test: TEST_IMPORTS}
    return Draft(
        files={file: heads[file] + text for file, text in texts.items()} if is_new else {},
        insertions=(_route(words), *(_table(module) if is_new else _imports(code, texts[code], test))),
        at_end={} if is_new else texts,
        then=_then(code, test),
    )


def _require_free(name: str, path: str) -> None:
    """Refuse names and paths that other operations have."""
    noun, verb = name.split(".")
    if reserved := [word for word in re.findall(r"{(\w+)}", path) if keyword.iskeyword(word)]:
        raise ScaffoldError(f"{{{reserved[0]}}} is a keyword of Python. Choose another word in the path.")
    if name in OPERATIONS:
        raise ScaffoldError(f"The table has an operation {name} already. Choose another name.")
    if taken := next((row for row in ROWS if (row.method, row.path) == ("GET", f"/{path}")), None):
        raise ScaffoldError(f"GET /{path} is {taken.operation} already. Choose another path.")
    if clash := next((row for row in ROWS if row.id == f"{verb}_{noun}s"), None):
        raise ScaffoldError(f"In the API, {clash.operation} has the id {clash.id} already. Choose another name.")


def _asked(path: str) -> dict[str, str]:
    """Return the parts of request and test: each word of the path is a field; without one, there is a filter."""
    fields = {word: "id" if word.endswith("_id") else word for word in re.findall(r"{(\w+)}", path)}
    filled = re.sub(r"{\w+}", "none", path)
    long = re.sub(r"{\w+}", "{'x' * 201}", path)
    if not fields:
        call = f'answer = await clients.admin.get(f"{{API}}/{path}", params={{"type": "x" * 201}})'
        return {"fields": OPTIONAL, "filter": "type", "given": "", "count": "2", "filled": filled, "too_long": call}
    if len(set(fields.values())) < len(fields):  # two ids: each by its own name
        fields = {word: word for word in fields}
    return {
        "fields": "".join(REQUIRED.format(field=field) for field in fields.values()),
        "filter": next(iter(fields.values())),
        "given": ", ".join(f'"{field}": "none"' for field in fields.values()),
        "count": "0",
        "filled": filled,
        "too_long": f'answer = await clients.admin.get(f"{{API}}/{long}")',
    }


def _then(code: str, test: str) -> Sequence[str]:
    return (
        f"In {code}, call the use case, and name the fields of the request and the answer.",
        "If `app` has no such use case, create it first: make new-use-case.",
        "If it changes something: declare it with `writes` and its errors, and change the row in rows.py to POST.",
        f'make test ARGS="{test} tests/architecture/test_doors.py tests/doors/test_promises.py"',
        'Once, because it takes minutes: make test ARGS="tests/doors tests/architecture tests/web/test_permissions.py"',
        "If people type it, write a command for it with its test: see src/warroom/cli/fetch.py and tests/cli.",
        "Add that command to the list in docs/explanation/design.md, section 5.",
        "A line in CHANGELOG.md: [Unreleased], One table of what can be asked for.",
    )


def _route(words: Mapping[str, str]) -> Change:
    text = ROW.format(**words)
    return Insertion(file="src/warroom/web/api/rows.py", after="ROWS: Sequence[Rest] = (\n", text=text)


def _table(module: str) -> Sequence[Change]:
    table = "src/warroom/doors/table.py"
    return (
        Row(file=table, opens="from warroom.doors import (", text=f"    {module},\n"),
        Row(file=table, opens="GROUPS = (", text=f"    {module},\n"),
    )


def _imports(code: str, text: str, test: str) -> Sequence[Change]:
    """Return what a module that is there imports as well."""
    return Imports(file=code, text=_used(text)), Imports(file=test, text=TEST_IMPORTS)


def _used(text: str) -> str:
    """Return the imports whose names the text uses."""
    lines = IMPORTS.splitlines(keepends=True)
    return "".join(line for line in lines if not line.strip() or re.search(rf"\b{line.split()[-1]}\b", text))
