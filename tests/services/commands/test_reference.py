from pathlib import Path

import pytest

from warroom.services.commands.declared import DECLARED
from warroom.services.commands.reference import PAGE, main, page

ROOT = Path(__file__).parents[3]


def test_the_page_in_docs_is_current() -> None:
    assert main([str(ROOT / PAGE), "--check"]) == 0, "Run: make docs"


def test_every_command_has_its_row_and_every_argument_its_line() -> None:
    lines = page().splitlines()
    for name, one in DECLARED.items():
        assert sum(line.startswith(f"| `{name}` |") for line in lines) == 1
        section = page().partition(f"\n## {name}\n")[2].partition("\n## ")[0]
        assert [line.split("`")[1] for line in section.splitlines() if line.startswith("- `")] == [
            argument.name for argument in one.arguments
        ]


def test_the_row_says_what_it_does_and_which_role_it_takes() -> None:
    assert "| `setPlaybook` | Replaces the incident's playbook by another one. | responder |" in page()
    assert "- `size`: How many on a page. Default: `100`." in page()
    assert "- `all`: Whether to delete every key. One of `yes`, `no`." in page()


def test_an_old_page_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "page.md"
    assert main([str(file), "--check"]) == 1
    assert "is out of date; run make docs." in capsys.readouterr().err
    assert main([str(file)]) == 0
    assert main([str(file), "--check"]) == 0
    assert main([]) == 0
    assert capsys.readouterr().out == file.read_text() == page()
