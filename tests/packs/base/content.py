"""Runs the pack's Python as the runtime does: CommonServerPython is a module, a script is executed in a fresh one."""

import functools
import sys
from contextlib import suppress
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import pytest

from tests.packs.base.demisto_object import Demisto

SCRIPTS = Path(__file__).parents[3] / "Packs" / "WarroomBase" / "Scripts"


@functools.cache
def _compiled(name: str) -> CodeType:
    path = SCRIPTS / name / f"{name}.py"
    return compile(path.read_text(encoding="utf-8"), str(path), "exec")


def load(name: str, module_name: str) -> ModuleType:
    """The script's module, executed once."""
    module = ModuleType(module_name)
    exec(_compiled(name), vars(module))
    return module


class Content:
    """The library and the scripts, all bound to one demisto object."""

    def __init__(self, demisto: Demisto, monkeypatch: pytest.MonkeyPatch) -> None:
        self.demisto = demisto
        monkeypatch.setitem(sys.modules, "demistomock", demisto)
        self.library = load("CommonServerPython", "CommonServerPython")
        for name, module in (
            ("CommonServerPython", self.library),
            ("CommonServerUserPython", load("CommonServerUserPython", "CommonServerUserPython")),
        ):
            monkeypatch.setitem(sys.modules, name, module)

    def run(self, script: str, **args: Any) -> list[Any]:
        """What the script returned to the War Room."""
        self.demisto.callingContext["context"].pop("IntegrationBrand", None)
        self.demisto.callingContext["context"]["ScriptName"] = script
        self.demisto.arguments = args
        self.demisto.returned = []
        with suppress(SystemExit):
            load(script, "builtins")
        return self.demisto.returned
