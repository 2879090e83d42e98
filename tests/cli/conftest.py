"""The command line as a person meets it: words in; exit code, output and errors out."""

import io
import json
import logging
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog

from tests.database import lay_home
from visionone_sim.testing import RunningTwin, start_twin
from warroom.cli.main import main


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on standard output; anything else there is an error."""
        return json.loads(self.out)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandLine:
    """Runs `warroom` on a data folder of its own."""

    home: Path
    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch

    def __call__(self, *argv: str, typed: str = "") -> Answer:
        if not self.home.exists():  # what commands make of an empty one is in test_serve, test_own_door and test_opened
            lay_home(self.home)
        self.monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        with pytest.raises(SystemExit) as ended:
            main(["--home", str(self.home), *argv])
        out, err = self.capsys.readouterr()
        return Answer(code=int(ended.value.code or 0), out=out, err=err)

    def refused(self, *argv: str, code: int = 1) -> str:
        """Run what must be refused; gives the sentence, after seeing that it is all there is."""
        answer = self(*argv)
        assert answer.code == code, answer
        assert answer.out == ""
        sentence = answer.err.removesuffix("\n")
        assert sentence
        assert "\n" not in sentence
        assert "Traceback" not in sentence
        return sentence


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """Commands configure what is logged, for their whole process."""
    configured, handlers, level = structlog.get_config(), logging.root.handlers[:], logging.root.level
    yield
    structlog.configure(**configured)
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


@pytest.fixture
def command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    folder = tmp_path / "elsewhere"  # so that no settings file of the developer is read
    folder.mkdir()
    monkeypatch.chdir(folder)
    for name in [name for name in os.environ if name.startswith("WARROOM_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "200")
    return CommandLine(home=tmp_path / "home", capsys=capsys, monkeypatch=monkeypatch)


@pytest.fixture(scope="session")
def twin() -> Iterator[RunningTwin]:
    with start_twin(speed=100) as running:
        yield running


@pytest.fixture
def key_file(tmp_path: Path, twin: RunningTwin) -> Path:
    path = tmp_path / "key.txt"
    path.write_text(f"{twin.api_key}\n", encoding="utf-8")
    return path
