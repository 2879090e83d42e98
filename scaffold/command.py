"""A command of the pack that reads a list of Vision One: function, permission, yml, example, test, README."""

import argparse
import ast
from collections.abc import Iterator, Sequence
from pathlib import Path

from scaffold.draft import Change, Draft, Insertion, ScaffoldError, read
from scaffold.twin_list import TwinList, read_list, snaked
from scaffold.words import capitals, checked, sentence, snake
from visionone_sim.permissions import permission_for
from visionone_sim.sources import SOURCES

EXAMPLE = "make new-command ARGS=\"get-roles --reads iam/roles --says 'Shows the roles of the tenant.'\""
INTEGRATION = "Packs/VisionOneResponse/Integrations/VisionOneResponse"
CODE, YML, TYPED = (
    f"{INTEGRATION}/VisionOneResponse.py",
    f"{INTEGRATION}/VisionOneResponse.yml",
    f"{INTEGRATION}/command_examples",
)
PRINTED = (f"{INTEGRATION}/README.md", f"{INTEGRATION}/VisionOneResponse_description.md")
PREFIX = "trendmicro-visionone-"

FUNCTION = '''def {function}_command(client: Client, args: dict[str, Any]) -> CommandResults:
    """{says}"""
    limit = whole(args.get("limit") or 50, "limit")
    outputs = [snake(record) for record in islice(client.records("{path}"), limit)]
    columns = {columns}
    return CommandResults(
        outputs_prefix="{outputs}",
        outputs_key_field="{key}",
        outputs=outputs,
        readable_output=table_of("{title}", outputs, columns),
        raw_response=outputs,
    )


'''
PERMISSION = """{constant} = Permission(
    name="{permission}",
    reads=("GET {path}",),
    probe=("{path}", {probe}, {{}}),
)
"""
BLOCK = """  - name: {prefix}{name}
    description: {says}
    arguments:
    - name: limit
      description: How many to show.
      defaultValue: "50"
    outputs:
"""
OUTPUT = """    - contextPath: {path}
      description: {what}
      type: {type}
"""
TEST = """import httpx
import pytest

from tests.packs.visionone.live_pack import Xsoar
from visionone_sim.testing import RunningTwin


@pytest.fixture
def ids(twin: RunningTwin) -> list[str]:
    \"\"\"The IDs of the records in the twin's tenant.\"\"\"
    with httpx.Client(base_url=f"{{twin.url}}/v3.0", headers={{"Authorization": f"Bearer {{twin.api_key}}"}}) as client:
        {create}found = [record["{twin_key}"] for record in client.get("/{path}").raise_for_status().json()["items"]]
    assert found, "The tenant has no records of this kind. Create two in this fixture, before they are read."
    return found


def test_the_records_of_the_tenant_are_shown(xsoar: Xsoar, ids: list[str]) -> None:
    ran = xsoar.run("{name}")

    assert ran.errors == []
    assert [record["{key}"] for record in ran.context("{outputs}")] == ids[:50]


def test_a_limit_is_kept(xsoar: Xsoar, ids: list[str]) -> None:
    shown = xsoar.run("{name}", limit="1").context("{outputs}")
    assert [record["{key}"] for record in shown] == ids[:1]
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", help=f"the name without {PREFIX}, such as get-roles")
    parser.add_argument("--reads", required=True, help="the path of the list after /v3.0/, such as iam/roles")
    parser.add_argument("--says", required=True, help="what it does, in one sentence")


def draft(root: Path, wanted: argparse.Namespace) -> Draft:
    """Return a command that shows the list as it is, with a limit."""
    name = checked(wanted.name.removeprefix(PREFIX), r"[a-z]+(-[a-z]+)+", "get-roles")
    path = checked(wanted.reads.strip("/").removeprefix("v3.0/"), r"\w+(/\w+)*", "iam/roles", "path")
    code = read(root, CODE)
    if f'"{PREFIX}{name}"' in code:
        raise ScaffoldError(f"The pack has a command {PREFIX}{name} already.")
    if f"GET /{path}" not in SOURCES:
        raise ScaffoldError(f"The twin has no GET /{path}. Correct the path, or create it first: make new-endpoint.")
    known, function = read_list(path), snake(name)
    need, granted = _permission(code, path, known)
    words = {"function": function, "name": name, "path": path, "prefix": PREFIX, "twin_key": known.key}
    words |= {"outputs": f"VisionOne.{capitals(name.partition('-')[2])}", "key": snaked(known.key)}
    words |= {"columns": repr(tuple(known.columns)), "title": " ".join(name.split("-")[1:]).capitalize()}
    words |= {"says": sentence(wanted.says), "create": _create(path, known)}
    test = f"tests/packs/visionone/test_{function}.py"
    row = f'    "{PREFIX}{name}": reading({function}_command, {need}),\n'
    return Draft(
        files={test: TEST.format(**words)},
        insertions=(
            *granted,
            Insertion(file=CODE, before='""" COMMANDS """\n', text=FUNCTION.format(**words)),
            Insertion(file=CODE, before='    "endpoint": reading(', text=row),
            Insertion(file=YML, before="  - name: endpoint\n    description", text=_block(words, known)),
            Insertion(file=TYPED, before="!endpoint hostname=", text=f"!{PREFIX}{name} limit=10\n"),
        ),
        prints=dict.fromkeys(PRINTED, ("tests.packs.visionone.integration_readme",)),
        then=_then(function, test, known),
    )


def _block(words: dict[str, str], known: TwinList) -> str:
    outputs = ((f"{words['outputs']}.{name}", kind, what) for name, kind, what in known.outputs())
    rows = (OUTPUT.format(path=path, type=kind, what=what) for path, kind, what in outputs)
    return BLOCK.format(**words) + "".join(rows)


def _create(path: str, known: TwinList) -> str:
    """Return the line of the test that stands where records must be created first."""
    if known.records:
        return ""
    how = f"POST /{path}" if f"POST /{path}" in SOURCES else "twin.tenant"
    return f"# Create two records here, with {how}.\n        "


def _then(function: str, test: str, known: TwinList) -> Sequence[str]:
    fields = (
        f"In {YML}, describe the outputs, whose names and types are those of the twin's first record; in "
        f"{function}_command, choose the columns."
        if known.records
        else f"The twin's tenant has no records of this kind at first: create two in the fixture `ids` of {test}; then "
        f"name the outputs in {YML}, the columns in {function}_command, and the key if it is not `id`."
    )
    return (
        fields,
        f'make test ARGS="{test} tests/packs/visionone/test_examples.py"',
        f'make docs; then make test ARGS="{INTEGRATION}"; and once make pack-check (its first run takes minutes).',
        "A line in CHANGELOG.md: [Unreleased], The pack.",
    )


def _permission(code: str, path: str, known: TwinList) -> tuple[str, Sequence[Change]]:
    """Return the constant of the permission that reads a path, with what is missing of it."""
    permissions = list(_permissions(ast.parse(code)))
    for constant, _, reads in permissions:
        if f"GET {path}" in reads:
            return constant, ()
    name = permission_for("GET", f"/{path}")
    if name is None:
        raise ScaffoldError(f"Every key may read {path}. Write this command by hand, as check_status_command.")
    for constant, permission, reads in permissions:
        if permission == name and reads:
            opens = f'{constant} = Permission(\n    name="{name}",\n    reads=('
            return constant, (Insertion(file=CODE, after=opens, text=f'"GET {path}", '),)
    constant = f"VIEW_{snake(name.partition(':')[0]).upper()}"
    text = PERMISSION.format(constant=constant, permission=name, path=path, probe=_probe(known))
    return constant, (
        Insertion(file=CODE, before="ISOLATE_ENDPOINTS = acting(\n", text=text),
        Insertion(file=CODE, after="PERMISSIONS = (\n", text=f"    {constant},\n"),
    )


def _probe(known: TwinList) -> str:
    return '{"top": 50}' if known.probe else "{}"


def _permissions(tree: ast.Module) -> Iterator[tuple[str, str, Sequence[str]]]:
    """Yield each permission of the pack: its constant, its name and what it reads."""
    for node in tree.body:
        match node:
            case ast.Assign(
                targets=[ast.Name(id=constant)], value=ast.Call(func=ast.Name(id="Permission"), keywords=words)
            ):
                given = {word.arg: word.value for word in words if word.arg in {"name", "reads"}}
                reads = ast.literal_eval(given["reads"]) if "reads" in given else ()
                yield constant, ast.literal_eval(given["name"]), reads
