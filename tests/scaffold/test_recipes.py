"""The examples of CONTRIBUTING, typed one after the other in a copy: what they make passes the checks as it stands."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from scaffold.__main__ import KINDS
from tests.scaffold.checkout import ROOT, Checkout

RECIPE = re.compile(r'^make new-(?P<kind>[a-z-]+) ARGS="(?P<words>[^"]+)"$', re.MULTILINE)
RECIPES: Mapping[str, str] = {
    found["kind"]: found["words"] for found in RECIPE.finditer((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
}
# What the examples do not show: operations in a module that exists, with words of the path as fields; a list; a command
# whose permission exists, on records without `id`; a transformer with an argument.
MORE = (
    ("operation", "standing.list --path standings --says 'Lists what is in force.'"),
    ("command", "get-inventory --reads endpointSecurity/endpoints --says 'Shows the endpoints of the inventory.'"),
    ("transformer", "sliceByItem --of list --given '[1, 2, 3]' --with from=2 --result '[2, 3]' --says 'Cut a list.'"),
    ("operation", "incident.tally --path 'types/{type}/tally' --says 'Counts the incidents of a type.'"),
    ("operation", "halt.look_back --path 'incidents/{incident_id}/{name}/halts' --says 'Counts halts.'"),
)
CHECKS = (
    "tests/architecture/test_doors.py",
    "tests/architecture/test_size.py",
    "tests/architecture/test_mirror.py",
    "tests/architecture/test_names.py",
    "tests/architecture/test_use_cases.py",
    "tests/context/test_reference.py",
    "tests/context/test_rows.py",
    "tests/context/transformers",
    "tests/doors/test_asking.py",
    "tests/docs/test_links.py",
    "tests/packs/visionone/test_integration_readme.py",
    "tests/content/test_not_built.py",
    "tests/services/people/test_permissions.py",
    "tests/services/commands",
    "tests/packs/visionone/test_examples.py",
    "tests/visionone_sim/test_operations.py",
    "tests/visionone_sim/test_sources.py",
    "Packs/VisionOneResponse/Integrations",
)
pytestmark = pytest.mark.slow


@dataclass(frozen=True, slots=True, kw_only=True)
class Grown:
    """The copy after all recipes: what each printed and wrote, and which Python files are new or changed."""

    checkout: Checkout
    said: Mapping[str, str]
    written: Mapping[str, set[str]]
    files: list[str]


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Grown:
    checkout = Checkout.copied(tmp_path_factory.mktemp("checkout"))
    before = checkout.tree()
    said, written, after = {}, {}, before
    for kind, words in (*RECIPES.items(), *MORE):
        done = checkout.make(kind, words)
        assert done.returncode == 0, done.stderr
        said[words] = done.stdout
        earlier, after = after, checkout.tree()
        written[words] = {name for name, text in after.items() if earlier.get(name) != text}
    changed = [name for name, text in after.items() if name.endswith(".py") and before.get(name) != text]
    return Grown(checkout=checkout, said=said, written=written, files=sorted(changed))


def test_every_kind_has_its_recipe_with_the_example_of_its_help() -> None:
    assert set(RECIPES) == set(KINDS)
    assert {kind: module.EXAMPLE for kind, module in KINDS.items()} == {
        kind: f'make new-{kind} ARGS="{words}"' for kind, words in RECIPES.items()
    }


def test_each_says_what_it_wrote_and_what_comes_next(grown: Grown) -> None:
    for words, said in grown.said.items():
        written, _, following = said.partition("Next:\n")
        assert "  1. " in following, words
        names = [line.strip() for line in written.splitlines()[1:]]
        assert grown.written[words] - set(names) == set(), f"{words} does not say that it wrote these"
        assert any(name.startswith("tests/") or "/known/" in name for name in names), words
        assert all((grown.checkout.root / name).is_file() for name in names)


def test_what_is_made_is_formatted_and_follows_the_rules_and_the_types(grown: Grown) -> None:
    assert len(grown.files) > 12
    typed = [name for name in grown.files if not name.startswith("Packs/")]
    for command in (("ruff", "format", "--check"), ("ruff", "check")):
        done = grown.checkout.run("-m", *command, *grown.files)
        assert done.returncode == 0, done.stdout
    done = grown.checkout.run("-m", "mypy", "--cache-dir", ROOT / ".mypy_cache" / "recipes", *typed)
    assert done.returncode == 0, done.stdout


def test_what_is_made_passes_its_own_tests_and_the_checks_but_for_what_is_to_be_written(grown: Grown) -> None:
    own = [name for name in grown.files if Path(name).name.startswith("test_")]
    done = grown.checkout.run("-m", "pytest", "-q", "-n0", "-p", "no:randomly", "-p", "no:cacheprovider", *own, *CHECKS)
    failed = re.findall(r"^FAILED (\S+)", done.stdout, re.MULTILINE)
    rows = {re.sub(r"-line-\d+", "", name).removeprefix("tests/context/transformers/") for name in failed}
    assert rows == {
        "test_list.py::test_a_row_of_what_is_known_holds[sliceByItem]",
        "test_number.py::test_a_row_of_what_is_known_holds[toPercent]",
    }, done.stdout
    assert "toPercent is not written yet." in done.stdout


def test_a_transformer_that_is_then_written_passes(grown: Grown) -> None:
    code = grown.checkout.root / "src/warroom/context/transformers/number.py"
    made = code.read_text(encoding="utf-8")
    stub = 'raise NotImplementedError("toPercent is not written yet.")'
    tests = ("tests/context/transformers/test_number.py", "tests/context/test_reference.py", code)
    code.write_text(made.replace(stub, 'return f"{cast.number(value):.0%}"'), encoding="utf-8")
    try:
        done = grown.checkout.run("-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", *tests)
    finally:
        code.write_text(made, encoding="utf-8")  # the other tests look at it as it was made
    assert done.returncode == 0, done.stdout
