"""A stand-in for Palo Alto's Base and CommonScripts: it takes the place of ours, and guards nothing.

What is promised about actions is kept in `services`, so it must hold with other people's library and scripts, too. The
library here is ours with everything taken out that protects (a path is sent as it is, a table escapes nothing); the
scripts are written anew, in the shortest way that does what XSOAR documents.

`make promises-with-base TREE=folder` runs the same tests with the real packs of a content repository in its place.
"""

import json
import os
import shutil
from pathlib import Path

import yaml

from warroom.content.load import load_packs
from warroom.content.pack import Pack

OURS = Path(__file__).parents[2] / "Packs/WarroomBase/Scripts/CommonServerPython"
LIBRARY = "CommonServerPython"
REAL = ("ApiModules", "Base", "CommonScripts")  # what Base imports is in ApiModules

UNGUARDED = """

# -- the stand-in: nothing below protects anything ---------------------------------------------------------------------


def tableToMarkdown(name, t, headers=None, headerTransform=None, removeNull=False, metadata=None, *_more, **_others):
    rows = t if isinstance(t, list) else [t] if t else []
    first = rows[0] if rows and isinstance(rows[0], dict) else {}
    columns = [headers] if isinstance(headers, str) else list(headers or first)
    lines = [f"### {name}", metadata or "", "|" + "|".join(map(str, columns)) + "|", "|" + "---|" * len(columns)]
    lines += ["|" + "|".join(str(row.get(column, "")) for column in columns) + "|" for row in rows]
    return "\\n".join(lines)


class BaseClient(BaseClient):
    def _http_request(self, method, url_suffix="", full_url=None, **more):
        known = ("headers", "json_data", "params", "data", "timeout", "resp_type", "ok_codes", "error_handler")
        wanted = {name: value for name, value in more.items() if name in known}
        url = full_url or self._base_url.rstrip("/") + "/" + url_suffix.lstrip("/")
        response = self._session.request(
            method,
            url,
            verify=self._verify,
            params=wanted.get("params"),
            data=wanted.get("data"),
            json=wanted.get("json_data"),
            files=more.get("files"),
            headers=wanted.get("headers") or self._headers,
            timeout=wanted.get("timeout") or self.timeout,
            stream=more.get("stream", False),
        )
        if not self._is_status_code_ok(response, wanted.get("ok_codes")):
            self._handle_error(wanted.get("error_handler"), response, False)
        return self.cast_response(response, wanted.get("resp_type", "json"))
"""

SCRIPTS = {
    "Set": (
        ("key", "value", "append", "stringify"),
        """
def main():
    args = demisto.args()
    value = args.get("value")
    try:
        value = json.loads(value) if isinstance(value, str) and value[:1] in "[{" and value else value
    except ValueError:
        pass
    if str(args.get("append")).lower() != "true":
        demisto.executeCommand("delContext", {"key": args["key"]})
    demisto.results(
        {"Type": 1, "ContentsFormat": "json", "Contents": value, "EntryContext": {args["key"]: value}}
    )
""",
    ),
    "SetAndHandleEmpty": (
        ("key", "value", "append", "stringify", "force"),
        """
def main():
    args = demisto.args()
    if args.get("value"):
        args.pop("force", None)
        demisto.results(demisto.executeCommand("Set", args))
    else:
        demisto.results("nothing to set")
""",
    ),
    "DeleteContext": (
        ("key", "all", "subplaybook", "index", "keysToKeep"),
        """
def main():
    args = demisto.args()
    wanted = {} if args.get("subplaybook") in (None, "", "auto") else {"subplaybook": args["subplaybook"]}
    if args.get("all") == "yes":
        demisto.executeCommand("delContext", {"all": "yes", **wanted})
    for key in (args.get("key") or "").split(","):
        if key:
            demisto.executeCommand("delContext", {"key": key, **wanted})
    demisto.results("deleted")
""",
    ),
    "Print": (
        ("value",),
        """
def main():
    demisto.results({"Type": 1, "ContentsFormat": "text", "Contents": str(demisto.args().get("value", ""))})
""",
    ),
}


def write_stand_in(folder: Path) -> list[Path]:
    """Write the packs into a folder, or copy those of the tree that WARROOM_TESTS_TREE names; returns their folders."""
    if tree := os.environ.get("WARROOM_TESTS_TREE"):
        return [_copied(Path(tree) / "Packs" / name, folder / name) for name in REAL]
    base, scripts = _pack(folder, "Base"), _pack(folder, "CommonScripts")
    declared = yaml.safe_load((OURS / f"{LIBRARY}.yml").read_text(encoding="utf-8"))
    _script(base, LIBRARY, declared, (OURS / f"{LIBRARY}.py").read_text(encoding="utf-8") + UNGUARDED)
    for name, (arguments, code) in SCRIPTS.items():
        declared = {
            "commonfields": {"id": name, "version": -1},
            "name": name,
            "type": "python",
            "subtype": "python3",
            "args": [{"name": argument, "isArray": argument == "value"} for argument in arguments],
            "script": "",
        }
        _script(scripts, name, declared, f"from CommonServerPython import *\n{code}\nmain()\n")
    return [base, scripts]


def _copied(pack: Path, to: Path) -> Path:
    shutil.copytree(pack, to, ignore=shutil.ignore_patterns("test_data", "TestData", "TestPlaybooks"))
    return to


def read_stand_in(folder: Path) -> list[Pack]:
    return load_packs(write_stand_in(folder))


def _pack(folder: Path, name: str) -> Path:
    pack = folder / name
    pack.mkdir(parents=True)
    (pack / "pack_metadata.json").write_text(json.dumps({"name": name, "currentVersion": "9.9.9"}), encoding="utf-8")
    return pack


def _script(pack: Path, name: str, declared: object, code: str) -> None:
    folder = pack / "Scripts" / name
    folder.mkdir(parents=True)
    (folder / f"{name}.yml").write_text(yaml.safe_dump(declared), encoding="utf-8")
    (folder / f"{name}.py").write_text(code, encoding="utf-8")
