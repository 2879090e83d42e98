"""An operation: its module in the room of doors, its place in the table and in the API, and its test through both."""

import argparse
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
EXAMPLE = "make new-operation ARGS=\"rule.count --path rules/count --says 'Count the rules for alerts.'\""

IMPORTS = """from dataclasses import dataclass

from pydantic import Field

from warroom.doors.asked import Asked
from warroom.doors.operation import reads
from warroom.model.user import Actor
from warroom.services.people.access import Permission
from warroom.services.app import App
from warroom.services.ports.store import IncidentQuery
"""
CODE = '''

class {noun}Query(Asked):
    """What is counted."""

{fields}

@dataclass(frozen=True, slots=True, kw_only=True)
class {noun}Answer:
    """How many there are."""

    incidents: int


@reads("{name}", Permission.{permission})
async def {function}(app: App, asked: {noun}Query, actor: Actor) -> {noun}Answer:
    """{says}"""
    # An operation calls one use case, for the actor: services decide who may see or do what.
    return {noun}Answer(incidents=await app.incidents.count(IncidentQuery(type=asked.{filter}), actor))
'''
OPTIONAL = "    type: str | None = Field(default=None, max_length=200)\n"
REQUIRED = "    {field}: str = Field(max_length=200)\n"
TEST_IMPORTS = """from tests.web.clients import Clients
from warroom.testing.samples import an_actor
from warroom.web.api import API
from warroom.web.perform import perform
"""
TEST = """

async def test_{function}_says_the_same_at_the_socket_and_in_the_api(clients: Clients) -> None:
    await clients.incident()
    await clients.incident()
    told = await perform(clients.app, "{name}", {{{given}}}, an_actor())
    assert told == {{"incidents": {count}}}
    assert (await clients.admin.get(f"{{API}}/{filled}")).json() == told


async def test_{function}_refuses_what_is_too_long(clients: Clients) -> None:
    {too_long}
    assert answer.status_code == 422
"""
ROW = '    Rest(operation="{name}", method="GET", path="/{path}", id="{id}", tag="{module}"),\n'


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", help="what it is about and what it does, such as rule.count")
    parser.add_argument(
        "--path", required=True, help="where in the API it is, such as rules/count or rules/{name}/count"
    )
    parser.add_argument("--permission", default="SEE", help="what it takes, a name of services' Permission")
    parser.add_argument("--says", required=True, help="what it does, in one sentence")


def draft(root: Path, wanted: argparse.Namespace) -> Draft:
    """Return a read that counts incidents, as the pattern of what it is to do."""
    name = checked(wanted.name, r"[a-z]+\.[a-z]+(_[a-z]+)*", "rule.count")
    path = checked(wanted.path.strip("/"), rf"{WORD}(/({WORD}|{{[a-z]+(_[a-z]+)*}}))*", "rules/count", "path")
    permission = one_of(wanted.permission, Permission.__members__, "permission")
    if name in OPERATIONS:
        raise ScaffoldError(f"The table has an operation {name} already. Choose another name.")
    if taken := next((row for row in ROWS if (row.method, row.path) == ("GET", f"/{path}")), None):
        raise ScaffoldError(f"GET /{path} is {taken.operation} already. Choose another path.")
    noun, verb = name.split(".")
    module = next((one for one in (f"{noun}s", noun) if one in MODULES), f"{noun}s")
    is_new = module not in MODULES
    words = {"name": name, "path": path, "permission": permission, "says": sentence(wanted.says), "module": module}
    words |= {"noun": capitals(noun if is_new else f"{noun}_{verb}").replace("_", ""), "function": f"{verb}_{noun}"}
    words |= {"id": f"{verb}_{noun}s"} | _asked(path)
    code, test = f"src/warroom/doors/{module}.py", f"tests/doors/test_{module}.py"
    if not is_new and f"def {words['function']}(" in read(root, code):
        raise ScaffoldError(f"{code} has a function {words['function']} already. Choose another name.")
    texts = {code: CODE.format(**words), test: TEST.format(**words)}
    heads = {code: f'"""{words["says"]}"""\n\n{IMPORTS}', test: TEST_IMPORTS}
    return Draft(
        files={file: heads[file] + text for file, text in texts.items()} if is_new else {},
        insertions=(_route(words), *(_table(module) if is_new else _imports(code, test))),
        at_end={} if is_new else texts,
        then=_then(code, test),
    )


def _asked(path: str) -> dict[str, str]:
    """Return how the request and its test read: a word of the path is a field; without one, there is a filter."""
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
        f"Call the use case that it is for, in {code}; name what is asked and told.",
        'An answer that is a list is {"items": [...]} in the API, and bare at the socket: so its test says.',
        "A use case that is missing is written in `services` first, with its permission (`require`) and its test.",
        "What `app` lacks is a field of services/app.py, made in bootstrap/wiring.py.",
        "Both have their line in tests/services/people/test_permissions.py, which says what it needs.",
        "What changes something is made with `writes`, names its errors, and is a POST in rows.py.",
        f'make test ARGS="{test} tests/architecture/test_doors.py tests/doors/test_promises.py", which are fast;',
        'then once, as it takes minutes: make test ARGS="tests/doors tests/architecture tests/web/test_permissions.py"',
        "If people type it, a command of the command line: see src/warroom/cli/fetch.py and its test in tests/cli.",
        "Then add that command to the list in docs/explanation/design.md, section 5.",
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


def _imports(code: str, test: str) -> Sequence[Change]:
    """Return what a module that is there imports as well."""
    return Imports(file=code, text=IMPORTS), Imports(file=test, text=TEST_IMPORTS)
