import logging

import pytest
import structlog

from tests.cli.conftest import CommandLine
from warroom.cli import logs


@pytest.mark.parametrize(
    ("choose", "heard"),
    [(logs.quiet, ["louder"]), (logs.talkative, ["soft", "louder"]), (logs.verbose, ["hardly", "soft", "louder"])],
)
def test_log_lines_go_to_standard_error_only(
    command_line: CommandLine, capsys: pytest.CaptureFixture[str], choose: object, heard: list[str]
) -> None:
    assert callable(choose)
    choose()
    log = structlog.get_logger("test")
    log.debug("hardly")
    log.info("soft")
    log.warning("louder")
    out, err = capsys.readouterr()
    assert out == ""
    assert [word for word in ("hardly", "soft", "louder") if word in err] == heard


def test_libraries_are_heard_only_when_they_warn(command_line: CommandLine, capsys: pytest.CaptureFixture[str]) -> None:
    logs.talkative()
    library = logging.getLogger("some.library")
    library.info("chatter")
    library.warning("trouble")
    assert capsys.readouterr().err == "trouble\n"


def test_a_traceback_shows_no_local_variables(command_line: CommandLine, capsys: pytest.CaptureFixture[str]) -> None:
    logs.talkative()
    try:
        _break("s3", "cr3t")
    except ValueError as error:
        structlog.get_logger("test").error("it broke", exc_info=error)
    err = capsys.readouterr().err
    assert "ValueError: of 6 characters" in err
    assert "s3cr3t" not in err


def _break(*parts: str) -> None:
    secret = "".join(parts)
    raise ValueError(f"of {len(secret)} characters")
