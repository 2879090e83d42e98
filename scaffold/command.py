"""A command of the pack that reads a list of Vision One: function, yml, example, test, and its part of the README."""

import argparse
import ast
from collections.abc import Iterator
from pathlib import Path

from scaffold.draft import Draft, Insertion, ScaffoldError, read
from scaffold.words import capitals, checked, sentence, snake

EXAMPLE = "make new-command ARGS=\"get-accounts --reads iam/accounts --says 'Shows the accounts of the tenant.'\""
INTEGRATION = "Packs/VisionOneResponse/Integrations/VisionOneResponse"
CODE, YML, TYPED = (
    f"{INTEGRATION}/VisionOneResponse.py",
    f"{INTEGRATION}/VisionOneResponse.yml",
    f"{INTEGRATION}/command_examples",
)
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
    return [record["id"] for record in answer.raise_for_status().json()["items"]]


def test_the_records_of_the_tenant_are_shown(xsoar: Xsoar, twin: RunningTwin) -> None:
    ran = xsoar.run("{name}")

    assert ran.errors == []
    shown = ran.context("{outputs}") or []
    assert [record["id"] for record in shown] == of_the_tenant(twin)[:50]


def test_no_more_are_shown_than_are_wanted(xsoar: Xsoar, twin: RunningTwin) -> None:
    shown = xsoar.run("{name}", limit="1").context("{outputs}") or []

    assert len(shown) == min(1, len(of_the_tenant(twin)))
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", help=f"its name behind {PREFIX}, such as get-accounts")
    parser.add_argument("--reads", required=True, help="the path of the list behind /v3.0/, such as iam/accounts")
    parser.add_argument("--says", required=True, help="what it does, in one sentence")


def draft(root: Path, wanted: argparse.Namespace) -> Draft:
    """Return a command that shows the list as it is, with a limit."""
    name = checked(wanted.name.removeprefix(PREFIX), r"[a-z]+(-[a-z]+)+", "get-accounts")
    path = checked(wanted.reads.strip("/").removeprefix("v3.0/"), r"\w+(/\w+)*", "iam/accounts")
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
        prints=(("tests.packs.visionone.integration_readme",),),
        then=(
            f"Choose what {function}_command shows and name its outputs in {YML}; that test compares the records' ids.",
            f'make test ARGS="{test} tests/packs/visionone/test_examples.py"',
            f'make docs, then make test ARGS="{INTEGRATION}"; a line in CHANGELOG.md, and make pack-check once.',
        ),
    )


def _permission(code: str, path: str) -> str:
    """Return the name of the permission that reads a path."""
    reads = dict(_reads(ast.parse(code)))
    if f"GET {path}" in reads:
        return reads[f"GET {path}"]
    alike = sorted(row for row in reads if row.startswith(f"GET {path.partition('/')[0]}/") and "{" not in row)
    raise ScaffoldError(
        f'No permission of the pack reads {path}. At the top of {CODE}, add "GET {path}" to the reads of the one '
        f"that does. Known are: {', '.join(alike or sorted(reads))}."
    )


def _reads(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Give each read that the pack knows, with the name of its permission."""
    for node in tree.body:
        match node:
            case ast.Assign(
                targets=[ast.Name(id=name)], value=ast.Call(func=ast.Name(id="Permission"), keywords=words)
            ):
                for word in words:
                    if word.arg == "reads":
                        yield from ((row, name) for row in ast.literal_eval(word.value))
