# ruff: noqa: N802, N803  # the names are XSOAR's
"""The demisto object as a script sees it, kept in memory: what goes in is set, what comes out is listed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from warroom.context.path import get as find

Entry = dict[str, Any]


class Demisto:
    """Commands that scripts run are answered by `commands`; an unknown one is an error entry, as on a server."""

    def __init__(self) -> None:
        self.arguments: dict[str, Any] = {}
        self.parameters: dict[str, Any] = {}
        self.command_name = ""
        self.returned: list[Any] = []
        self.stored: dict[str, Any] = {}
        self.remembered: dict[str, Any] = {}
        self.remembered_version = 0
        self.modules: dict[str, Entry] = {}
        self.indicators: list[Entry] = []
        self.files: dict[str, Path] = {}
        self.commands: dict[str, Callable[[dict[str, Any]], list[Entry]]] = {}
        self.executed: list[tuple[str, dict[str, Any]]] = []
        self.log: list[str] = []
        self.version = {"version": "8.4.0", "buildNumber": "100", "platform": "xsoar"}
        self.callingContext: dict[str, Any] = {"context": {"IntegrationBrand": "Brand", "IntegrationInstance": "one"}}
        self.is_debug = False
        self._unique = 0

    def run_as_script(self, name: str) -> None:
        self.callingContext = {"context": {"ScriptName": name}}

    def args(self) -> dict[str, Any]:
        return self.arguments

    def params(self) -> dict[str, Any]:
        return self.parameters

    def command(self) -> str:
        return self.command_name

    def results(self, results: Any) -> None:
        self.returned.extend(results if isinstance(results, list) else [results])

    def context(self) -> dict[str, Any]:
        return self.stored

    def setContext(self, key: str, value: Any) -> None:
        self.stored[key] = value

    def get(self, data: Any, path: str, default: Any = None) -> Any:
        for part in path.split("."):
            if not isinstance(data, dict) or part not in data:
                return default
            data = data[part]
        return data

    def dt(self, data: Any, path: str) -> Any:
        return find(data, path)

    def executeCommand(self, command: str, args: dict[str, Any]) -> list[Entry]:
        self.executed.append((command, args))
        if command in self.commands:
            return self.commands[command](args)
        return [{"Type": 4, "ContentsFormat": "text", "Contents": f"Unsupported Command: {command}"}]

    def demistoVersion(self) -> dict[str, str]:
        return self.version

    def demistoUrls(self) -> dict[str, str]:
        return {"server": "https://soar.example/acc_blue/"}

    def investigation(self) -> dict[str, str]:
        return {"id": "42"}

    def uniqueFile(self) -> str:
        self._unique += 1
        return f"unique-{self._unique}"

    def getFilePath(self, entry_id: str) -> dict[str, str]:
        path = self.files[entry_id]
        return {"id": entry_id, "path": str(path), "name": path.name}

    def getModules(self) -> dict[str, Entry]:
        return self.modules

    def getIntegrationContext(self) -> dict[str, Any]:
        return self.remembered

    def setIntegrationContext(self, context: dict[str, Any]) -> None:
        self.remembered = context

    def getIntegrationContextVersioned(self, _refresh: bool) -> dict[str, Any]:
        return {"context": self.remembered, "version": self.remembered_version}

    def setIntegrationContextVersioned(self, context: dict[str, Any], version: int, _sync: bool) -> None:
        if version not in (-1, self.remembered_version):
            raise ValueError("The version is not the newest.")
        self.remembered = context
        self.remembered_version += 1

    def searchIndicators(self, *, size: int, page: int = 0, searchAfter: int | None = None, **_filters: Any) -> Entry:
        start = page * size if searchAfter is None else searchAfter
        found = self.indicators[start : start + size]
        return {"iocs": found, "total": len(self.indicators), "searchAfter": start + len(found)}

    def debug(self, message: str) -> None:
        self.log.append(message)

    def info(self, message: str) -> None:
        self.log.append(message)

    def error(self, message: str) -> None:
        self.log.append(message)
