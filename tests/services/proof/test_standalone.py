import ast
import sys
from collections import Counter
from pathlib import Path

from warroom.services.proof import standalone
from warroom.services.proof.standalone import MODULES, verifier

PROGRAM = ast.parse(verifier())
YOUNGER = {"removeprefix", "removesuffix", "is_relative_to", "batched", "pairwise", "bit_count"}  # than Python 3.8


def test_the_program_is_made_of_the_modules_as_they_are() -> None:
    text = verifier().decode()
    for name in MODULES:
        last = (Path(standalone.__file__).with_name(f"{name}.py")).read_text(encoding="utf-8").splitlines()[-1]
        assert f"# {name}.py\n" in text
        assert last in text


def test_it_imports_the_standard_library_and_nothing_of_ours() -> None:
    imported = {
        name.partition(".")[0]
        for node in ast.walk(PROGRAM)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported <= set(sys.stdlib_module_names)


def test_no_name_of_one_module_hides_that_of_another() -> None:
    names = Counter(
        node.name if isinstance(node, ast.FunctionDef | ast.ClassDef) else ast.unparse(target)
        for node in PROGRAM.body
        for target in (getattr(node, "targets", None) or [node])
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Assign)
    )
    assert [name for name, times in names.items() if times > 1] == []


def test_it_is_written_for_python_3_8() -> None:
    ast.parse(verifier(), feature_version=(3, 8))
    used = {node.attr for node in ast.walk(PROGRAM) if isinstance(node, ast.Attribute)}
    assert used & YOUNGER == set()
    assert not any(isinstance(node, ast.Match) for node in ast.walk(PROGRAM))


def test_no_type_is_worked_out_when_it_runs() -> None:
    """`list[str]` and `A | B` are annotations, which Python 3.8 takes as text; as values it cannot make them."""
    values = [node.value for node in ast.walk(PROGRAM) if isinstance(node, ast.AnnAssign | ast.Assign) and node.value]
    nodes = [node for value in values for node in ast.walk(value) if isinstance(node, ast.Subscript)]
    assert [text for node in nodes if (text := ast.unparse(node.value)) in {"list", "dict", "tuple", "set"}] == []
