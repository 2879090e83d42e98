"""A use case in a class of its own: its module in `services`, its field of `App`, its wiring, and its tests."""

import argparse
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import get_type_hints

from scaffold.draft import Change, Draft, Imports, Insertion, ScaffoldError
from scaffold.words import checked, one_of, sentence, snake
from warroom.services.app import App
from warroom.services.people.access import MINIMUM, Permission

EXAMPLE = (
    "make new-use-case ARGS=\"Workload.by_owner --package incidents --says 'Counts the open incidents of each owner.'\""
)
SERVICES = "src/warroom/services"
PERMISSIONS = "tests/services/people/test_permissions.py"
PACKAGES = ("approvals", "audit", "evidence", "incidents", "instances", "intake", "mirroring", "notifying", "packs",
            "people", "plans", "sealing")  # fmt: skip

CODE = '''"""{says}"""

from dataclasses import dataclass

from warroom.model.user import Actor
from warroom.services.people.access import Permission, require
from warroom.services.ports.store import IncidentQuery, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class {noun}:
    """{says}"""

    store: Store

    async def {verb}(self, actor: Actor) -> int:
        """{says}"""
        require(actor, Permission.{permission})
        return await self.store.count_incidents(IncidentQuery())
'''
IMPORT = "from warroom.services.{package}.{module} import {noun}\n"
TEST = """from warroom.services.{package}.{module} import {noun}
from warroom.testing.samples import an_actor, an_incident, some_changes
from warroom.testing.store import MemoryStore


async def test_{verb}_counts_the_incidents() -> None:
    store = MemoryStore()
    await store.commit(some_changes(incidents=[an_incident()]))
    assert await {noun}(store=store).{verb}(an_actor()) == 1
"""
REFUSED = '    "{noun}.{verb}": (Role.{role}, lambda use_cases, actor: use_cases.{module}.{verb}(actor)),\n'


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", help="the class and its method, such as Workload.by_owner")
    parser.add_argument("--package", required=True, help=f"the package of services: {', '.join(PACKAGES)}")
    parser.add_argument(
        "--permission",
        default="SEE",
        help="the permission that it requires, a name of Permission in services/people/access.py",
    )
    parser.add_argument("--says", required=True, help="what it does, in one sentence")


def draft(_root: Path, wanted: argparse.Namespace) -> Draft:
    """Return a use case that counts incidents, to be replaced by what it should do."""
    name = checked(wanted.name, r"([A-Z][a-z]+)+\.[a-z]+(_[a-z]+)*", "Workload.by_owner")
    package = one_of(wanted.package, PACKAGES, "package")
    permission = one_of(wanted.permission, Permission.__members__, "permission")
    noun, verb = name.split(".")
    _require_free(noun, verb)
    module = snake(noun)
    words = {"noun": noun, "verb": verb, "module": module, "package": package, "permission": permission}
    words |= {"says": sentence(wanted.says), "role": MINIMUM[Permission[permission]].name}
    code, test = f"{SERVICES}/{package}/{module}.py", f"tests/services/{package}/test_{module}.py"
    return Draft(
        files={code: CODE.format(**words), test: TEST.format(**words)},
        insertions=_insertions(words),
        then=(
            f"Write {verb}, in {code}; the ports are in {SERVICES}/ports. `require` checks the permission.",
            f"If it needs more than the store, pass it in bootstrap/wiring.py and in the fixture of {PERMISSIONS}.",
            "If you change its permission or its arguments, correct its row in REFUSED_BELOW there.",
            f'make test ARGS="{test} {PERMISSIONS} tests/architecture/test_mirror.py"',
            f"Call app.{module}.{verb}(…, actor) in a page (make new-page) or an operation (make new-operation).",
        ),
    )


def _require_free(noun: str, verb: str) -> None:
    """Refuse the name of a class that exists, or of a field of `App`."""
    if there := next((kind for kind in get_type_hints(App).values() if getattr(kind, "__name__", "") == noun), None):
        raise ScaffoldError(
            f"{there.__module__} has a class {noun} already. Write {verb} there, and its row in {PERMISSIONS}."
        )
    if snake(noun) in {field.name for field in fields(App)}:
        raise ScaffoldError(f"`app` has a field {snake(noun)} already. Choose another name.")


def _insertions(words: dict[str, str]) -> Sequence[Change]:
    app, wiring = f"{SERVICES}/app.py", "src/warroom/bootstrap/wiring.py"
    noun, module, imports = words["noun"], words["module"], IMPORT.format(**words)
    field, made = f"    {module}: {noun}\n", f"        {module}={noun}(store=store),\n"
    return (
        *(Imports(file=file, text=imports) for file in (app, wiring, PERMISSIONS)),
        Insertion(file=app, before="    runtime: Runtime\n", text=field),
        Insertion(file=wiring, before="        sealing=sealing,\n        proving=", text=made),
        Insertion(file=PERMISSIONS, before="    cancelling: Cancelling\n", text=field),
        Insertion(file=PERMISSIONS, before='    "Sealing.verify": (', text=REFUSED.format(**words)),
        Insertion(file=PERMISSIONS, before="    Cancelling,\n", text=f"    {noun},\n"),
        Insertion(file=PERMISSIONS, before="        users=await users_of(world),\n", text=made),
    )
