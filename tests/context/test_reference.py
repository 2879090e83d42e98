from pathlib import Path

import pytest

from warroom.context.operators import OPERATORS
from warroom.context.reference import PAGE, main, page
from warroom.context.transformers import TRANSFORMERS

ROOT = Path(__file__).parents[2]


def test_the_page_in_docs_is_current() -> None:
    assert main(["--check", str(ROOT / PAGE)]) == 0, f"Run: python -m warroom.context.reference {PAGE}"


def test_every_operator_and_transformer_has_its_row() -> None:
    rows = [line for line in page().splitlines() if line.startswith("| `")]
    for name in [*OPERATORS, *TRANSFORMERS]:
        assert sum(row.startswith(f"| `{name}` |") for row in rows) == 1


def test_examples_have_xsoars_names() -> None:
    assert '`replace("a.b.c", toReplace=".", replaceWith="[.]", limit=1)` → `\'a[.]b.c\'`' in page()
    assert '`slice(["a", "b", "c", "d"], from=1, to=3)`' in page()


def test_without_check_the_page_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert capsys.readouterr().out == page()


def test_a_file_is_written_and_then_current(tmp_path: Path) -> None:
    file = tmp_path / "page.md"
    assert main([str(file)]) == 0
    assert main(["--check", str(file)]) == 0


@pytest.mark.parametrize("text", [None, "something else"])
def test_a_page_that_is_missing_or_old_fails_the_check(
    tmp_path: Path, text: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    old = tmp_path / "page.md"
    if text is not None:
        old.write_text(text)
    assert main(["--check", str(old)]) == 1
    assert "is not what the tables say; run" in capsys.readouterr().err
