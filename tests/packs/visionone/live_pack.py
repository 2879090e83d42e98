"""Runs the pack's own code, as XSOAR runs it: argument defaults from the yml, results as entries."""

import contextlib
import importlib.util
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import uuid4

import yaml

PACKS = Path(__file__).parents[3] / "Packs"
PACK = PACKS / "VisionOneResponse"
INTEGRATION = PACK / "Integrations" / "VisionOneResponse"
OBSERVABLES = PACKS / "ApiModules" / "Scripts" / "ObservablesApiModule" / "ObservablesApiModule.py"
ERROR = 4
# An endpoint of the twin, and a file that lies there whatever the scenario has drawn.
LAPTOP = "HR-LT-171"
DUMP = "C:\\Users\\dnovak\\AppData\\Local\\Temp\\lsass.DMP"


class Demisto:
    """The object that pack code talks to; it keeps what it is told and answers what it was given."""

    def __init__(self) -> None:
        self.allowed_origins: list[str] = []
        self.begin("", {}, {})
        self.last_run: dict[str, Any] = {}
        self.integration_context: dict[str, Any] = {}
        self.files: dict[str, Path] = {}
        self.raw_incident: dict[str, Any] = {}
        self.stored: dict[str, Any] = {}
        self.called: list[tuple[str, dict[str, Any]]] = []
        self.lists: dict[str, dict[str, Any]] = {}  # the entry that `getList` gives, by name
        self.runs: Callable[[str, dict[str, Any]], list[dict[str, Any]]] = lambda _command, _args: []

    def begin(self, command: str, args: dict[str, Any], params: dict[str, Any]) -> None:
        self._command, self._args, self._params = command, args, params
        self.entries: list[dict[str, Any]] = []
        self.fetched: list[dict[str, Any]] | None = None
        self.callingContext: dict[str, Any] = {"context": {"HttpAllowedOrigins": self.allowed_origins}}
        self.is_debug = False

    def command(self) -> str:
        return self._command

    def args(self) -> dict[str, Any]:
        return self._args

    def params(self) -> dict[str, Any]:
        return self._params

    def results(self, results: Any) -> None:
        for one in results if isinstance(results, list) else [results]:
            self.entries.append(one if isinstance(one, dict) else {"Type": 1, "Contents": one})

    def incidents(self, incidents: list[dict[str, Any]] | None = None) -> Any:
        if incidents is None:
            return [self.raw_incident]
        self.fetched = incidents
        return None

    def incident(self) -> dict[str, Any]:
        return self.raw_incident

    def getLastRun(self) -> dict[str, Any]:  # noqa: N802  # XSOAR's name
        return dict(json.loads(json.dumps(self.last_run)))

    def setLastRun(self, value: dict[str, Any]) -> None:  # noqa: N802  # XSOAR's name
        self.last_run = json.loads(json.dumps(value))

    def getIntegrationContext(self) -> dict[str, Any]:  # noqa: N802  # XSOAR's name
        return dict(json.loads(json.dumps(self.integration_context)))

    def setIntegrationContext(self, value: dict[str, Any]) -> None:  # noqa: N802  # XSOAR's name
        self.integration_context = json.loads(json.dumps(value))

    def integrationInstance(self) -> str:  # noqa: N802  # XSOAR's name
        return "vision-one"

    def context(self) -> dict[str, Any]:
        return self.stored

    def executeCommand(self, command: str, args: dict[str, Any]) -> list[dict[str, Any]]:  # noqa: N802  # XSOAR's name
        """Run a command from a script; what the script was doing comes back afterwards."""
        self.called.append((command, args))
        if command == "getList":
            return [self.lists.get(args["listName"], {"Type": ERROR, "Contents": "Item not found (8)"})]
        before = (self._command, self._args, self._params, self.entries)
        entries = self.runs(command, {key: value for key, value in args.items() if key != "using-brand"})
        self._command, self._args, self._params, self.entries = before
        return entries

    def getFilePath(self, entry_id: str) -> dict[str, str]:  # noqa: N802  # XSOAR's name
        if entry_id not in self.files:
            raise ValueError(f"no file entry {entry_id}")
        path = self.files[entry_id]
        return {"id": entry_id, "path": str(path), "name": path.name}

    def investigation(self) -> dict[str, str]:
        return {"id": "42"}

    def uniqueFile(self) -> str:  # noqa: N802  # XSOAR's name
        return uuid4().hex

    def demistoVersion(self) -> dict[str, str]:  # noqa: N802  # XSOAR's name
        return {"version": "8.4.0", "buildNumber": "1"}

    def debug(self, *_: object) -> None: ...
    def info(self, *_: object) -> None: ...
    def error(self, *_: object) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a command left behind."""

    entries: list[dict[str, Any]]
    incidents: list[dict[str, Any]] | None = None

    @property
    def errors(self) -> list[str]:
        return [str(entry["Contents"]) for entry in self.entries if entry.get("Type") == ERROR]

    @property
    def readable(self) -> str:
        return "\n".join(str(entry.get("HumanReadable") or "") for entry in self.entries if entry.get("Type") != ERROR)

    @property
    def poll(self) -> dict[str, Any]:
        """The command and arguments that XSOAR would run next, or {}."""
        entry = next((entry for entry in self.entries if entry.get("PollingCommand")), {})
        return {"command": entry["PollingCommand"], "args": entry["PollingArgs"]} if entry else {}

    def context(self, path: str) -> Any:
        """What was written at a path, whatever merge key it carries; a list only if it is one."""
        for entry in self.entries:
            for key, value in (entry.get("EntryContext") or {}).items():
                if key.partition("(")[0] == path:
                    return value
        return None

    def saved(self) -> dict[str, bytes]:
        """The files that it put into the War Room, by name, as they lie in the working folder."""
        entries = [entry for entry in self.entries if entry.get("FileID")]
        return {entry["File"]: Path(f"42_{entry['FileID']}").read_bytes() for entry in entries}

    @property
    def everything(self) -> str:
        """All that people can see of it."""
        shown = [{key: value for key, value in entry.items() if key != "EntryContext"} for entry in self.entries]
        return json.dumps(shown)


@dataclass(slots=True, kw_only=True)
class Xsoar:
    """Runs commands of the integration and scripts of the pack."""

    demisto: Demisto
    integration: ModuleType
    params: dict[str, Any] = field(default_factory=dict)
    declared: dict[str, Any] = field(default_factory=dict)

    def run(self, command: str, /, **args: Any) -> Ran:
        """Run a command, its arguments checked and completed as XSOAR does."""
        is_whole = command in {"test-module", "fetch-incidents"} or command in self.declared
        name = command if is_whole else f"trendmicro-visionone-{command}"
        return self.rerun(name, complete(self.declared.get(name, {}), args))

    def rerun(self, name: str, args: dict[str, Any]) -> Ran:
        self.demisto.begin(name, args, self.params)
        with contextlib.suppress(SystemExit):
            self.integration.main()
        return Ran(entries=self.demisto.entries, incidents=self.demisto.fetched)

    def fetch(self) -> list[dict[str, Any]]:
        ran = self.run("fetch-incidents")
        assert ran.incidents is not None
        return ran.incidents

    def script(self, name: str, /, **args: Any) -> Ran:
        self.demisto.runs = lambda command, args: self.rerun(command, args).entries
        module = load(PACK / "Scripts" / name / f"{name}.py")
        declared = yaml.load((PACK / "Scripts" / name / f"{name}.yml").read_text(), yaml.CSafeLoader)
        self.demisto.begin(name, complete({"arguments": declared["args"]}, args), {})
        with contextlib.suppress(SystemExit):
            module.main()
        return Ran(entries=self.demisto.entries)


def complete(command: dict[str, Any], args: dict[str, Any]) -> dict[str, Any]:
    """Fill in defaults, and refuse what XSOAR would refuse."""
    declared = {argument["name"]: argument for argument in command.get("arguments") or ()}
    unknown = set(args) - set(declared)
    assert not unknown, f"not declared in the yml: {unknown}"
    missing = [name for name, argument in declared.items() if argument.get("required") and name not in args]
    assert not missing, f"required by the yml: {missing}"
    defaults = {name: argument["defaultValue"] for name, argument in declared.items() if "defaultValue" in argument}
    return {**defaults, **args}


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@contextlib.contextmanager
def live_demisto() -> Iterator[Demisto]:
    """Put a live object, and CommonServerPython beside it, where pack code imports them from."""
    names = ("demistomock", "CommonServerPython", "ObservablesApiModule", "VisionOneResponse")
    before = {name: sys.modules.pop(name, None) for name in names}
    live = Demisto()
    sys.modules["demistomock"] = live  # type: ignore[assignment]
    load(PACKS / "WarroomBase" / "Scripts" / "CommonServerPython" / "CommonServerPython.py")
    load(OBSERVABLES)
    try:
        yield live
    finally:
        for name in names:
            sys.modules.pop(name, None)
            if (module := before[name]) is not None:
                sys.modules[name] = module


def load_integration() -> ModuleType:
    return load(INTEGRATION / "VisionOneResponse.py")


def declared_commands() -> dict[str, Any]:
    """The commands as the yml declares them."""
    text = (INTEGRATION / "VisionOneResponse.yml").read_text()
    return {command["name"]: command for command in yaml.load(text, yaml.CSafeLoader)["script"]["commands"]}
