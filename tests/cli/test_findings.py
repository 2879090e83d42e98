import json
from pathlib import Path

import pytest
import typer

from warroom.cli.findings import end_with
from warroom.content.lint import Finding, Rule, Severity
from warroom.model.errors import Location

ERROR = Finding(rule=Rule.UNREAD_FILE, severity=Severity.ERROR, message="It is [odd].", at=Location(Path("a.yml"), 3))
WARNING = Finding(rule=Rule.UNUSED_INPUT, severity=Severity.WARNING, message="So so.")


def test_an_error_ends_in_one_and_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as ended:
        end_with([ERROR, WARNING], "2 packs", as_json=False)

    assert ended.value.exit_code == 1
    assert capsys.readouterr().out.splitlines() == [
        "a.yml:3: error: It is [odd]. [unread-file]",
        "warning: So so. [unused-input]",
        "1 error, 1 warning in 2 packs.",
    ]


def test_warnings_alone_end_in_zero_and_a_program_gets_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as ended:
        end_with([WARNING], "2 packs", as_json=True)

    assert ended.value.exit_code == 0
    [finding] = json.loads(capsys.readouterr().out)
    assert (finding["rule"], finding["file"], finding["line"]) == ("unused-input", None, None)
