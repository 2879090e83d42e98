"""A built-in command: function, table row, declaration, test, and its part of the list of commands."""

import argparse
from pathlib import Path

from scaffold.draft import Draft, Insertion, Removal, Row, ScaffoldError
from scaffold.words import capitals, one_of, sentence, snake
from warroom.content.not_built import NOT_BUILT
from warroom.services.commands.declared import DECLARED
from warroom.services.people.access import Permission

EXAMPLE = "make new-builtin ARGS=\"relatedIncidents --says 'Returns the incidents that are like this one.'\""
PAGE = "docs/reference/built-in-commands.md"
SERVICES = "src/warroom/services"
SERVER, WRITING = f"{SERVICES}/execution/server.py", "tests/services/commands/test_declared.py"
MISSING = "src/warroom/content/not_built.py"
TABLE, DECLARATIONS = f"{SERVICES}/execution/builtins.py", f"{SERVICES}/commands/declared.py"

MODULE = '''"""The built-in command {name}."""

from warroom.services.execution.call import Call, Outcome
from warroom.services.execution.server import Server, text_entry


async def {function}(_server: Server, call: Call) -> Outcome:
    """{says}"""
    incident = call.incident
    entry = text_entry(f"Incident {{incident.id}} is {{incident.name}}.")
    # Outputs for the context: the path, with the condition that selects the item to replace, and the value.
    outputs = {{"{outputs}(val.id == obj.id)": {{"id": incident.id, "name": incident.name}}}}
    return Outcome(raw=[entry | {{"EntryContext": outputs}}])
'''
TEST = """from tests.services.execution.built_in import INCIDENT, run


async def test_it_returns_an_entry_and_writes_to_the_context() -> None:
    (entry,) = (await run("{name}")).raw
    assert entry["HumanReadable"] == f"Incident {{INCIDENT.id}} is {{INCIDENT.name}}."
    assert entry["EntryContext"] == {{"{outputs}(val.id == obj.id)": {{"id": INCIDENT.id, "name": INCIDENT.name}}}}
"""
IMPORT = "from warroom.services.execution.{function} import {function}\n"
DECLARATION = """    "{name}": Declared(
        description="{says}",
        permission=Permission.{permission},
    ),
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", help=f"its name in XSOAR, one of those in {MISSING}")
    parser.add_argument(
        "--permission",
        default="SEE",
        help="the permission that it requires, a name of Permission in services/people/access.py",
    )
    parser.add_argument("--says", required=True, help="what it does, in one sentence")


def draft(_root: Path, wanted: argparse.Namespace) -> Draft:
    """Return a command that says what the incident is, as the pattern of what it is to do."""
    name, permission = _left(wanted.name), one_of(wanted.permission, Permission.__members__, "permission")
    function = snake(name)
    code, test = f"{SERVICES}/execution/{function}.py", f"tests/services/execution/test_{function}.py"
    words = {"name": name, "function": function, "says": sentence(wanted.says), "permission": permission}
    words["outputs"] = capitals(function).replace("_", "")
    row = f'    "{name}": {function},\n'
    return Draft(
        files={code: MODULE.format(**words), test: TEST.format(**words)},
        insertions=(
            Removal(file=MISSING, name=name),
            Row(file=TABLE, opens="FUNCTIONS: Mapping[str, Builtin] = {", text=row),
            Row(file=DECLARATIONS, opens="DECLARED: Mapping[str, Declared] = {", text=DECLARATION.format(**words)),
            Insertion(file=TABLE, before="from warroom.services.execution.fields", text=IMPORT.format(**words)),
        ),
        prints={PAGE: ("warroom.services.commands.reference", PAGE)},
        then=(
            f"Write {function}, in {code}. The stores and the clock are fields of Server, in {SERVER}.",
            f"Declare each argument in {DECLARATIONS}, with arguments=(_of(NAME, DESCRIPTION), …); it is in call.args.",
            f"If it changes something, declare writes=True there, and add its name to {WRITING}.",
            f'make test ARGS="{test} tests/services/commands tests/content/test_not_built.py"',
            "make docs again if you changed the sentence or the arguments.",
            "A line in CHANGELOG.md: [Unreleased], The runtime.",
        ),
    )


def _left(name: str) -> str:
    """Return a name that XSOAR has and that is left to build; another is refused."""
    if name in DECLARED:
        raise ScaffoldError(f"There is a built-in command {name} already.")
    if name not in NOT_BUILT:
        raise ScaffoldError(
            f"{name!r} is not among XSOAR's built-in commands that are left to build, in {MISSING}. Correct it; where "
            "XSOAR's documentation or content has it, add it there. What XSOAR lacks is a script or an operation."
        )
    return name
