"""A command of the pack that reads a list of Vision One: function, yml, example, test, and its part of the README."""

import argparse
import ast
from collections.abc import Iterator
from pathlib import Path

from scaffold.draft import Draft, Insertion, ScaffoldError, read
from scaffold.words import capitals, checked, sentence, snake
from visionone_sim.sources import SOURCES

EXAMPLE = "make new-command ARGS=\"get-accounts --reads iam/accounts --says 'Shows the accounts of the tenant.'\""
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
    columns = list(dict.fromkeys(key for one in outputs for key in one))
    return CommandResults(
        outputs_prefix="{outputs}",
        outputs_key_field="id",
        outputs=outputs,
        readable_output=table_of("{title}", outputs, columns),
        raw_response=outputs,
    )


'''
BLOCK = """  - name: {prefix}{name}
    description: {says}
    arguments:
    - name: limit
      description: How many to show.
      defaultValue: "50"
    outputs:
    - contextPath: {outputs}.id
      description: ID of the record.
      type: String
"""
TEST = """import httpx

from tests.packs.visionone.live_pack import Xsoar
from visionone_sim.testing import RunningTwin


def of_the_tenant(twin: RunningTwin) -> list[str]:
    answer = httpx.get(f"{{twin.url}}/v3.0/{path}", headers={{"Authorization": f"Bearer {{twin.api_key}}"}})
    found = [record["id"] for record in answer.raise_for_status().json()["items"]]
    assert found, "The tenant has none at first: put one into twin.tenant, or do what makes one, before this is asked."
    return found


def test_the_records_of_the_tenant_are_shown(xsoar: Xsoar, twin: RunningTwin) -> None:
    ran = xsoar.run("{name}")

    assert ran.errors == []
    there = of_the_tenant(twin)
    assert [record["id"] for record in ran.context("{outputs}")] == there[:50]


def test_no_more_are_shown_than_are_wanted(xsoar: Xsoar, twin: RunningTwin) -> None:
    there = of_the_tenant(twin)

    shown = xsoar.run("{name}", limit="1").context("{outputs}")
    assert [record["id"] for record in shown] == there[:1]
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", help=f"its name behind {PREFIX}, such as get-accounts")
    parser.add_argument("--reads", required=True, help="the path of the list behind /v3.0/, such as iam/accounts")
    parser.add_argument("--says", required=True, help="what it does, in one sentence")


def draft(root: Path, wanted: argparse.Namespace) -> Draft:
    """Return a command that shows the list as it is, with a limit."""
    name = checked(wanted.name.removeprefix(PREFIX), r"[a-z]+(-[a-z]+)+", "get-accounts")
    path = checked(wanted.reads.strip("/").removeprefix("v3.0/"), r"\w+(/\w+)*", "iam/accounts", "path")
    if f'"{PREFIX}{name}"' in read(root, CODE):
        raise ScaffoldError(f"The pack has a command {PREFIX}{name} already.")
    need = _permission(read(root, CODE), path)
    function, title = snake(name), " ".join(name.split("-")[1:]).capitalize()
    outputs = f"VisionOne.{capitals(name.partition('-')[2])}"
    words = {"function": function, "name": name, "path": path, "prefix": PREFIX, "outputs": outputs}
    says, test = sentence(wanted.says), f"tests/packs/visionone/test_{function}.py"
    row = f'    "{PREFIX}{name}": reading({function}_command, {need}),\n'
    return Draft(
        files={test: TEST.format(**words)},
        insertions=(
            Insertion(file=CODE, before='""" COMMANDS """\n', text=FUNCTION.format(**words, says=says, title=title)),
            Insertion(file=CODE, before='    "endpoint": reading(', text=row),
            Insertion(file=YML, before="  - name: endpoint\n    description", text=BLOCK.format(**words, says=says)),
            Insertion(file=TYPED, before="!endpoint hostname=", text=f"!{PREFIX}{name} limit=10\n"),
        ),
        prints=dict.fromkeys(PRINTED, ("tests.packs.visionone.integration_readme",)),
        then=(
            f"Choose what {function}_command shows and name its outputs in {YML}; that test compares the records' ids.",
            "Where the twin's tenant has no records at first, the test says so: let it make some.",
            f'make test ARGS="{test} tests/packs/visionone/test_examples.py"',
            f'make docs, then make test ARGS="{INTEGRATION}", and make pack-check once (the first time takes minutes).',
            "A line in CHANGELOG.md: [Unreleased], The pack.",
        ),
    )


def _permission(code: str, path: str) -> str:
    """Return the name of the permission that reads a path; the twin must answer it."""
    if f"GET /{path}" not in SOURCES:
        raise ScaffoldError(
            f"The twin has no GET /{path}. Correct the path, or make it there first: make new-endpoint."
        )
    reads = dict(_reads(ast.parse(code)))
    if f"GET {path}" in reads:
        return reads[f"GET {path}"]
    family = f"GET {path.partition('/')[0]}/"
    rows = {name: [row for row, reader in reads.items() if reader == name] for name in sorted(set(reads.values()))}
    alike = [f"{name} has {', '.join(row)}" for name, row in rows.items() if any(one.startswith(family) for one in row)]
    new = (
        "none has its family: write one beside them, named as in the console of Vision One, and list it in PERMISSIONS"
    )
    raise ScaffoldError(
        f'No permission of the pack reads {path}. At the top of {CODE}, add "GET {path}" to the reads of the one that '
        f"does ({'; '.join(alike) or new})."
    )


def _reads(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield each read that the pack knows, with the name of its permission."""
    for node in tree.body:
        match node:
            case ast.Assign(
                targets=[ast.Name(id=name)], value=ast.Call(func=ast.Name(id="Permission"), keywords=words)
            ):
                for word in words:
                    if word.arg == "reads":
                        yield from ((row, name) for row in ast.literal_eval(word.value))
