"""An endpoint of the twin that returns a list: state of the tenant, route, permission, source, tests."""

import argparse
from collections.abc import Iterator
from pathlib import Path

from scaffold.draft import Change, Draft, Insertion, Row, ScaffoldError
from scaffold.words import capitals, checked, snake
from visionone_sim.permissions import permission_for
from visionone_sim.sources import SOURCES, documented

EXAMPLE = "make new-endpoint ARGS=\"dmm/models --source guessed --needs 'Detection Model Management: View'\""
TWIN = "src/visionone_sim"
PAGE = "docs/reference/twin-operations.md"
CHECKS = " ".join(f"tests/visionone_sim/test_{name}.py" for name in ("sources", "operations", "openapi"))
STEPS = (
    "The page sizes 50, 100 and 200 are our default: replace them by those of your source.",
    "If it takes a filter, write it as in services/iam_roles.py, and add the path to HEADERS in openapi.py.",
    "A filter allows `eq`, and other operators only with `functions=`: test that the rest is refused with 400.",
    "In docs/reference/visionone-api.md, write what is known of it and from which source (section 0 lists them).",
)
NAME = r"[A-Z][\w':, /-]{2,80}"
LABELS = {"client": "CLIENT", "documented": "DOCUMENTED", "alike": "ALIKE", "guessed": "GUESSED"}

STATE = '''"""{title}, as a tenant has them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class {record}:
    """One of the records that GET /{path} lists."""

    id: str
    name: str = ""
'''
ROUTE = '''"""/{path}: the list of {title_low}{guess}."""

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from visionone_sim.paging import cut, page_size, read_cursor
from visionone_sim.services.access import TenantDep, page_response
from visionone_sim.tenant.{module} import {record}
from visionone_sim.wire import Json

router = APIRouter(prefix="/{prefix}", tags=["{title}"])


@router.get("/{last}")
async def list_{module}(request: Request, tenant: TenantDep) -> JSONResponse:
    cursor = read_cursor(request.query_params.get("skipToken"), tenant.clock.now())
    page = cut(list(tenant.{module}.values()), cursor, page_size(request.query_params, (50, 100, 200), 50))
    return page_response(request, page, (_wire(one) for one in page.items), counted=False)


def _wire(one: {record}) -> dict[str, Json]:
    """Write a record as Vision One returns it."""
    return {{"id": one.id, "name": one.name}}
'''
TEST = """import httpx

from visionone_sim.tenant.{module} import {record}
from visionone_sim.testing import RunningTwin


def test_the_records_of_the_tenant_are_listed(twin: RunningTwin, client: httpx.Client) -> None:
    before = client.get("/{path}").json()["items"]
    twin.tenant.{module}["new"] = {record}(id="new", name="A new one")
    assert client.get("/{path}").json() == {{"items": [*before, {{"id": "new", "name": "A new one"}}]}}


def test_a_long_list_comes_in_pages(twin: RunningTwin, client: httpx.Client) -> None:
    twin.tenant.{module}.update({{str(number): {record}(id=str(number)) for number in range(60)}})
    first = client.get("/{path}").json()
    rest = client.get(first["nextLink"]).json()
    assert [one["id"] for one in (*first["items"], *rest["items"])] == list(twin.tenant.{module})
    assert "nextLink" not in rest


def test_a_page_size_that_is_not_allowed_is_refused(client: httpx.Client) -> None:
    assert client.get("/{path}", params={{"top": "7"}}).status_code == 400
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", help="the path of the list after /v3.0/, read with GET, such as dmm/models")
    parser.add_argument("--source", required=True, choices=LABELS, help="how the shape of its response is known")
    parser.add_argument("--needs", default="", help="the permission, if no row of permissions.py covers the path")
    parser.add_argument("--named-by", default="", help="who names the operation, if the vendor's list does not")


def draft(_root: Path, wanted: argparse.Namespace) -> Draft:
    """Return an endpoint that lists records of its own, page by page."""
    path = checked(wanted.path.strip("/").removeprefix("v3.0/"), r"[a-z]\w*(/[a-z]\w*)+", "dmm/models", "path")
    prefix, _, last = path.rpartition("/")
    operation = f"GET /{path}"
    module = snake(path)
    if operation in SOURCES:
        raise ScaffoldError(f"The twin has {operation} already.")
    record = capitals(module.removesuffix("s")).replace("_", "")
    title = " ".join(snake(last).split("_")).capitalize()
    words = {"path": path, "prefix": prefix, "last": last, "module": module, "record": record, "title": title}
    service, test = f"{TWIN}/services/{module}.py", f"tests/visionone_sim/services/test_{module}.py"
    guess = "; the fields of its records are a guess" if wanted.source == "guessed" else ""
    return Draft(
        files={
            f"{TWIN}/tenant/{module}.py": STATE.format(**words),
            service: ROUTE.format(**words, title_low=title.lower(), guess=guess),
            test: TEST.format(**words),
            f"tests/visionone_sim/tenant/test_{module}.py": _state_test(words),
        },
        insertions=_insertions(wanted, operation, words),
        prints={PAGE: ("visionone_sim.operations", PAGE)},
        then=tuple(_then(operation, module, service, test)),
    )


def _state_test(words: dict[str, str]) -> str:
    return (
        "from visionone_sim.tenant.{module} import {record}\n\n\n"
        "def test_only_the_id_of_a_record_is_required() -> None:\n"
        '    assert {record}(id="1") == {record}(id="1", name="")\n'
    ).format(**words)


def _insertions(wanted: argparse.Namespace, operation: str, words: dict[str, str]) -> list[Change]:
    module, record = words["module"], words["record"]
    app, tenant, sources = f"{TWIN}/app.py", f"{TWIN}/tenant/tenant.py", f"{TWIN}/sources.py"
    return [
        Insertion(file=app, after="from visionone_sim.services import (\n", text=f"    {module},\n"),
        Insertion(file=app, before=")\n\n\n@dataclass", text=f"    {module},\n"),
        Insertion(
            file=tenant,
            before="from visionone_sim.tenant.users",
            text=f"from visionone_sim.tenant.{module} import {record}\n",
        ),
        Insertion(
            file=tenant,
            before="    links: LinkSigner",
            text=f"    {module}: dict[str, {record}] = field(default_factory=dict)\n",
        ),
        Row(file=sources, opens=f"    Source.{LABELS[wanted.source]}: (", text=f'        "{operation}",\n'),
        *_named(wanted.named_by, operation),
        *_permitted(wanted.needs, operation),
    ]


def _named(who: str, operation: str) -> Iterator[Change]:
    """Say who names an operation that the vendor's list does not have."""
    if operation in documented():
        return
    if not who:
        raise ScaffoldError(
            f"{operation} is not in {TWIN}/documented_operations.txt. Correct the path (its letters are as the vendor "
            'writes them), or name its source with --named-by, such as --named-by "Trend Micro\'s MCP server".'
        )
    row = f'    "{operation}": "{checked(who, NAME, "an example")}",\n'
    yield Row(file=f"{TWIN}/sources.py", opens="ELSEWHERE: Mapping[str, str] = {", text=row)


def _permitted(needs: str, operation: str) -> Iterator[Insertion]:
    """Yield the row that adds a permission to a family that has none."""
    path = operation.removeprefix("GET ")
    if permission_for("GET", path):
        return
    if not needs:
        raise ScaffoldError(
            f"No permission covers {operation}. Name it as the console of Vision One does, or guess its name, such "
            "as --needs 'Detection Model Management: View'."
        )
    family = path.split("/")[1]
    constant = f"VIEW_{snake(family).upper()}"
    name = checked(needs, NAME, "Detection Model Management: View")
    file = f"{TWIN}/permissions.py"
    yield Insertion(file=file, before="\n\ndef _response(", text=f'{constant} = "{name}"\n')
    yield Insertion(file=file, before=")\n_ROWS = ", text=f'    ("GET", r"/{family}/.*", {constant}),\n')


def _then(operation: str, module: str, service: str, test: str) -> Iterator[str]:
    yield f"Add the fields of a record in {TWIN}/tenant/{module}.py, and write them in _wire of {service}."
    yield from STEPS
    yield f'make test ARGS="{test} {CHECKS}"'
    yield from _left(operation)
    yield (
        "A new tenant has no such records. If a scenario should show some, add them to tenant."
        f"{module} as settle_people does in {TWIN}/scenarios/people.py."
    )
    yield "make docs again if you changed a path, and a line in CHANGELOG.md: [Unreleased], The twin."


def _left(operation: str) -> Iterator[str]:
    """Say what to do when nothing of the family is left to simulate."""
    family = operation.split("/")[1]
    rest = [name for name in documented() if name.split("/")[1] == family and name not in {operation, *SOURCES}]
    if not rest:
        yield f"Remove {family} from FAMILIES in {TWIN}/operations.py: all its operations are simulated now."
