# ruff: noqa: A002, N802, N803  # XSOAR's names
# ruff: noqa: TID252  # warroom is not importable in a worker
"""The object that pack code knows as `demisto`."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

from .channel import encode
from .outcome import Outcome

if TYPE_CHECKING:
    from .channel import Channel

# Old libraries compare versions as text and new ones as numbers: 6.9 passes the gates of public content, which ask for
# 4.5 to 6.8, in both. Lost are gates for 6.10 to 6.14 in new ones; 8 and later would turn on the cloud's own API paths.
VERSION = {"version": "6.9.0", "buildNumber": "1000000", "platform": "xsoar"}


class Demisto:
    """One object for the life of the process, since modules keep it; `begin` gives it the state of a run.

    What only the server knows goes through `_Demisto__do`, which XSOAR's own CommonServerPython wraps in a lock
    when an integration uses threads.
    """

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def begin(self, run: dict[str, Any], outcome: Outcome) -> None:
        """Reset the object for a run; attributes that the last run's code has set are removed."""
        channel = self._channel
        vars(self).clear()
        self._channel = channel
        self._run = run
        self._outcome = outcome
        self.callingContext = run["calling_context"]
        self.is_debug = False

    def __do(self, cmd: dict[str, Any]) -> Any:
        return self._channel.call(cmd["method"], cmd["args"])

    def _ask(self, method: str, /, **args: object) -> Any:
        return self._Demisto__do({"method": method, "args": args})  # type: ignore[attr-defined]  # may be wrapped

    # What the run was started with.

    def args(self) -> dict[str, Any]:
        found: dict[str, Any] = self._run["args"]
        return found

    def getArg(self, arg: str, default: object = None) -> Any:
        return self.args().get(arg, default)

    def params(self) -> dict[str, Any]:
        found: dict[str, Any] = self._run["params"]
        return found

    def getParam(self, param: str, default: object = None) -> Any:
        return self.params().get(param, default)

    def command(self) -> str:
        return str(self._run["command"])

    def investigation(self) -> dict[str, Any]:
        return {"id": self._run["investigation"]}

    def incident(self) -> dict[str, Any]:
        return self._run["incident"] or {}

    def get_incidents(self) -> list[dict[str, Any]]:
        return [self._run["incident"]] if self._run["incident"] else []

    def incidents(self, incidents: list[dict[str, Any]] | None = None) -> list[dict[str, Any]] | None:
        """In a script the incident it runs on; with a list, what a fetch found."""
        if incidents is None:
            return self.get_incidents()
        self._outcome.set_records("incidents", list(incidents), self._run.get("scratch", "."))
        return None

    def integrationInstance(self) -> str:
        return str(self._calling().get("IntegrationInstance", ""))

    def parentEntry(self) -> dict[str, Any]:
        return self._calling().get("ParentEntry") or {}

    def _calling(self) -> dict[str, Any]:
        return self._run["calling_context"].get("context") or {}

    def demistoVersion(self) -> dict[str, Any]:
        return dict(VERSION)

    def getLicenseID(self) -> str:
        return ""

    def getLicenseCustomField(self, key: str) -> str:
        del key
        return ""

    def getAutoFocusApiKey(self) -> str:
        return ""

    def getIndexHash(self) -> str:
        return ""

    def uniqueFile(self) -> str:
        return str(uuid.uuid4())

    def get(self, obj: Any, field: str, default: object = None) -> Any:
        """The value at a dotted path of nested dictionaries."""
        for part in field.split("."):
            if not isinstance(obj, dict) or part not in obj:
                return default
            obj = obj[part]
        return obj

    def gets(self, obj: Any, field: str) -> str:
        return str(self.get(obj, field))

    # What the run leaves behind.

    def results(self, results: object) -> None:
        self._outcome.add_result(encode(results))

    def debug(self, msg: object, *args: object) -> None:
        self._log("debug", msg, args)

    def info(self, msg: object, *args: object) -> None:
        self._log("info", msg, args)

    def error(self, msg: object, *args: object) -> None:
        self._log("error", msg, args)

    def log(self, msg: object) -> None:
        self._log("log", msg, ())

    def _log(self, level: str, msg: object, args: tuple[object, ...]) -> None:
        self._outcome.log.add(f"{level}: {' '.join(map(str, (msg, *args)))}")

    def updateModuleHealth(self, data: object = "", is_error: bool = False) -> None:
        self._outcome.set("health", {"data": data, "is_error": is_error})

    def getLastRun(self) -> Any:
        return self._kept("last_run")

    def setLastRun(self, obj: object) -> None:
        self._outcome.set("last_run", obj)

    def getLastMirrorRun(self) -> Any:
        return self._kept("last_mirror_run")

    def setLastMirrorRun(self, obj: object) -> None:
        self._outcome.set("last_mirror_run", obj)

    def getIntegrationContext(self) -> Any:
        return self._kept("integration_context")

    def setIntegrationContext(self, context: object) -> None:
        self._outcome.set("integration_context", context)

    def _kept(self, name: str) -> Any:
        """What the code set in this run, else what the run came with."""
        text = self._outcome.kept.get(name)
        return self._run[name] if text is None else json.loads(text)

    def getIntegrationContextVersioned(self, refresh: bool = False) -> dict[str, Any]:
        if refresh:
            found = self._ask("getIntegrationContextVersioned", refresh=True)
            self._saved_context(found["context"], found["version"])
        return {"context": self.getIntegrationContext(), "version": self._run["integration_context_version"]}

    def setIntegrationContextVersioned(self, context: object, version: int = -1, sync: bool = False) -> None:
        """Save at once when asked to, or when a version must be right; ValueError says that it was not."""
        if not sync and version < 0:
            self.setIntegrationContext(context)
            return
        saved = self._ask("setIntegrationContextVersioned", context=context, version=version, sync=sync)
        self._saved_context(context, saved)

    def _saved_context(self, context: object, version: int) -> None:
        self._outcome.kept.pop("integration_context", None)
        self._run["integration_context"] = json.loads(encode(context))
        self._run["integration_context_version"] = version

    # What only the server can answer.

    def executeCommand(self, command: str, args: object = None) -> Any:
        return self._ask("executeCommand", command=command, args=args or {})

    def getFilePath(self, id: str) -> Any:
        return self._ask("getFilePath", id=id)

    def context(self) -> Any:
        return self._ask("context")

    def setContext(self, contextPath: str, value: object) -> Any:
        return self._ask("setContext", contextPath=contextPath, value=value)

    def dt(self, obj: object = None, trnsfrm: str | None = None) -> Any:
        return self._ask("dt", obj=obj, trnsfrm=trnsfrm)

    def demistoUrls(self) -> Any:
        return self._ask("demistoUrls")

    def getModules(self) -> Any:
        return self._ask("getModules")

    def getAllSupportedCommands(self) -> Any:
        return self._ask("getAllSupportedCommands")

    def createIndicators(self, indicators_batch: object, noUpdate: bool = False) -> Any:
        return self._ask("createIndicators", indicators_batch=indicators_batch, noUpdate=noUpdate)

    def searchIndicators(  # noqa: PLR0913, PLR0917  # XSOAR's signature
        self,
        fromDate: str = "",
        query: str = "",
        size: int = 100,
        page: int = 0,
        toDate: str = "",
        value: str = "",
        searchAfter: object = None,
        populateFields: object = None,
        **more: object,
    ) -> Any:
        asked = {"fromDate": fromDate, "query": query, "size": size, "page": page, "toDate": toDate, "value": value}
        return self._ask("searchIndicators", **asked, searchAfter=searchAfter, populateFields=populateFields, **more)

    def searchRelationships(self, args: object) -> Any:
        return self._ask("searchRelationships", args=args)

    def createIncidents(self, incidents: object, lastRun: object = None, userID: str | None = None) -> Any:
        return self._ask("createIncidents", incidents=incidents, lastRun=lastRun, userID=userID)

    def credentials(self, credentials: object) -> Any:
        return self._ask("credentials", credentials=credentials)

    def mapObject(self, obj: object, mapper: str, mapper_type: str | None = None) -> Any:
        return self._ask("mapObject", obj=obj, mapper=mapper, mapper_type=mapper_type)

    def findUser(self, username: str | None = None, email: str | None = None) -> Any:
        return self._ask("findUser", username=username, email=email)

    def addEntry(
        self,
        id: str,
        entry: str,
        username: str | None = None,
        email: str | None = None,
        footer: str | None = None,
        **more: object,
    ) -> Any:
        return self._ask("addEntry", id=id, entry=entry, username=username, email=email, footer=footer, **more)

    def mirrorInvestigation(self, id: str, mirrorType: str, autoClose: bool = False) -> Any:
        return self._ask("mirrorInvestigation", id=id, mirrorType=mirrorType, autoClose=autoClose)

    def directMessage(
        self,
        message: str,
        username: str | None = None,
        email: str | None = None,
        anyoneCanOpenIncidents: bool | None = None,
    ) -> Any:
        return self._ask(
            "directMessage",
            message=message,
            username=username,
            email=email,
            anyoneCanOpenIncidents=anyoneCanOpenIncidents,
        )

    def handleEntitlementForUser(self, incidentID: str, guid: str, email: str, content: str, taskID: str = "") -> Any:
        return self._ask(
            "handleEntitlementForUser", incidentID=incidentID, guid=guid, email=email, content=content, taskID=taskID
        )

    def internalHttpRequest(self, method: str, uri: str, body: object = None, **more: object) -> Any:
        return self._ask("internalHttpRequest", method=method, uri=uri, body=body, **more)
