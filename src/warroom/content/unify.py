"""Makes the files of the zip that XSOAR takes from a pack's folder: one yml per item, code and picture inside."""

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from warroom.content.files import decode
from warroom.content.json_source import read_json
from warroom.content.source import Source
from warroom.content.yaml_source import read_yaml
from warroom.model.errors import ContentError, Location
from warroom.model.json import Json, JsonObject

MARKETPLACES = ("xsoar", "marketplacev2")
METADATA = "pack_metadata.json"
CONTENTS_LIST = "metadata.json"
# What a folder is called in XSOAR's list of contents, and how that list shows it.
KINDS = {
    "Classifiers": ("classifier", "Classifiers"),
    "IncidentFields": ("incidentfield", "Incident Fields"),
    "IncidentTypes": ("incidenttype", "Incident Types"),
    "Integrations": ("integration", "Integrations"),
    "Layouts": ("layoutscontainer", "Layouts"),
    "Playbooks": ("playbook", "Playbooks"),
    "PreProcessRules": ("preprocessrule", "PreProcess Rules"),
    "Scripts": ("automation", "Automations"),
}
PREFIXES = {"Integrations": "integration-", "Scripts": "script-"}
BESIDE = ("README.md", "Author_image.png")
WHOLE_FOLDERS = ("doc_files", "ReleaseNotes")
MODULES = Path("ApiModules", "Scripts")
MODULE_IMPORT = re.compile(r"^from (\w+ApiModule) import \*.*$", re.MULTILINE)
COMMUNITY = " (Community Contribution)"  # XSOAR puts this after the names of content without support
IMPORTS = re.compile(
    r"^(import demistomock.*|from CommonServer(User)?Python import.*|import CommonServer(User)?Python.*)$", re.MULTILINE
)


def unified_files(root: Path, marketplace: str) -> dict[str, bytes]:
    """Every file of the zip by its name; raises ContentError with file and line."""
    metadata = _metadata(root)
    if marketplace not in (metadata.get("marketplaces") or MARKETPLACES):
        message = f"This pack is not for {marketplace}; its metadata names {metadata['marketplaces']}."
        raise ContentError(message, at=Location(root / METADATA))
    files = {METADATA: (root / METADATA).read_bytes()}
    contents: dict[str, list[JsonObject]] = {}
    for folder, (kind, _) in KINDS.items():
        for source in _sources(root / folder):
            item = _for_marketplace(source.data, marketplace)
            if marketplace not in (item.get("marketplaces") or (marketplace,)):
                continue
            name, data = _packed(folder, source, item, metadata)
            files[f"{folder}/{name}"] = data
            contents.setdefault(kind, []).append(_listed(item))
    files |= dict(_beside(root))
    files[CONTENTS_LIST] = _written(_contents_list(metadata, contents))
    return files


def _metadata(root: Path) -> JsonObject:
    path = root / METADATA
    if not path.is_file():
        raise ContentError(f"There is no {METADATA} here; give the folder of one pack.", at=Location(root))
    return {"id": root.resolve().name, **(read_json(_text(path), path).root().object() or {})}


def _sources(folder: Path) -> Iterator[Source]:
    """The ymls and JSON files of a folder of items, in their own folders or not."""
    files = sorted(path for path in folder.rglob("*") if path.suffix in {".yml", ".json"})
    for path in files:
        if "test_data" not in path.parts:
            source = read_json(_text(path), path) if path.suffix == ".json" else read_yaml(_text(path), path)
            if not isinstance(source.data, dict):
                raise ContentError("This file holds no mapping; is it empty?", at=Location(path))
            yield source


def _text(path: Path) -> str:
    return decode(path.read_bytes(), path)


def _for_marketplace(value: Any, marketplace: str) -> Any:
    """Keep of `key`, `key:xsoar` and so on the one that is for this marketplace."""
    if isinstance(value, list):
        return [_for_marketplace(one, marketplace) for one in value]
    if not isinstance(value, dict):
        return value
    kept: dict[str, Any] = {}
    for key, inner in value.items():
        plain, _, suffix = str(key).partition(":")
        if suffix == marketplace or (suffix not in _SUFFIXES and f"{key}:{marketplace}" not in value):
            kept[plain if suffix == marketplace else str(key)] = _for_marketplace(inner, marketplace)
    return kept


_SUFFIXES = frozenset({"xsoar", "marketplacev2", "xpanse", "xsoar_saas", "xsoar_on_prem", "platform"})


def _packed(folder: str, source: Source, item: JsonObject, metadata: JsonObject) -> tuple[str, bytes]:
    """Return name and bytes of one item, unchanged where nothing has to be unified."""
    if folder in PREFIXES:
        unified = _with_code(source.path, item, metadata)
        if folder == "Integrations":
            unified = _with_looks(source.path, unified, metadata)
        return f"{PREFIXES[folder]}{source.path.stem}.yml", _as_yaml(unified)
    if item == source.data:
        return source.path.name, source.text.encode()
    return source.path.name, _written(item) if source.path.suffix == ".json" else _as_yaml(item)


def _with_code(path: Path, item: JsonObject, metadata: JsonObject) -> JsonObject:
    """Put the code into `script`, between the lines by which XSOAR tells modules in a traceback."""
    code = next((file for suffix in (".py", ".js", ".ps1") if (file := path.with_suffix(suffix)).is_file()), None)
    if code is None:
        return item
    text = _text(code)
    if code.suffix == ".py":
        text = _registered(_merged(text, code), path.stem, metadata)
    if isinstance(item.get("script"), dict):
        return {**item, "script": {**item["script"], "script": text}}
    return {**item, "script": text}


def _merged(code: str, path: Path) -> str:
    """Put the modules of the pack ApiModules, which is beside the code's own, in the place of their imports."""
    return MODULE_IMPORT.sub(lambda found: _module(found[0], found[1], path), code)


def _module(line: str, name: str, asked_by: Path) -> str:
    places = (folder / MODULES / name / f"{name}.py" for folder in asked_by.resolve().parents)
    path = next((place for place in places if place.is_file()), None)
    if path is None:
        message = f"{name} is imported here, but no pack ApiModules with it is beside this pack. Put it there."
        raise ContentError(message, at=Location(asked_by))
    lines = (
        f"### GENERATED CODE ###: {line}",
        f"register_module_line('{name}', 'start', __line__(), wrapper=-2)",
        _merged(_text(path), path),
        f"register_module_line('{name}', 'end', __line__(), wrapper=1)",
        "### END GENERATED CODE ###",
    )
    return "\n".join(lines)


def _registered(code: str, name: str, metadata: JsonObject) -> str:
    version = str(metadata.get("currentVersion") or "")
    lines = (
        f"register_module_line('{name}', 'start', __line__())",
        f"CONSTANT_PACK_VERSION = '{version}'",
        f"demisto.debug('pack id = {metadata['id']}, pack version = {version}')",
    )
    return "\n".join((*lines, IMPORTS.sub("", code), f"register_module_line('{name}', 'end', __line__())", ""))


def _with_looks(path: Path, item: JsonObject, metadata: JsonObject) -> JsonObject:
    picture = path.with_name(f"{path.stem}_image.png")
    description = path.with_name(f"{path.stem}_description.md")
    more: JsonObject = {}
    if picture.is_file():
        more["image"] = f"data:image/png;base64,{b64encode(picture.read_bytes()).decode()}"
    if description.is_file():
        more["detaileddescription"] = _text(description)
    if metadata.get("support") == "community":
        more["display"] = f"{str(item.get('display') or '').removesuffix(COMMUNITY)}{COMMUNITY}"
    return {**item, **more}


def _beside(root: Path) -> Iterator[tuple[str, bytes]]:
    for name in BESIDE:
        if (root / name).is_file():
            yield name, (root / name).read_bytes()
    for folder in WHOLE_FOLDERS:
        for path in sorted((root / folder).glob("*")):
            if path.is_file():
                yield f"{folder}/{path.name}", path.read_bytes()


def _listed(item: JsonObject) -> JsonObject:
    common = item.get("commonfields")
    identity = common.get("id") if isinstance(common, dict) else None
    return {
        "id": identity or item.get("id"),
        "name": item.get("display") or item.get("name"),
        "description": item.get("description") or item.get("comment") or "",
        "fromversion": item.get("fromversion") or item.get("fromVersion") or "",
        "toversion": item.get("toversion") or item.get("toVersion") or "",
    }


def _contents_list(metadata: JsonObject, contents: dict[str, list[JsonObject]]) -> JsonObject:
    displays: dict[str, Json] = {kind: shown for kind, shown in KINDS.values() if kind in contents}
    listed: dict[str, Json] = {kind: list(items) for kind, items in contents.items()}
    return {
        **metadata,
        "serverMinVersion": metadata.get("serverMinVersion") or "6.10.0",
        "contentItems": listed,
        "contentDisplays": displays,
    }


def _written(value: Json) -> bytes:
    return (json.dumps(value, indent=4, ensure_ascii=False) + "\n").encode()


def _as_yaml(item: JsonObject) -> bytes:
    return yaml.dump(item, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120).encode()


class _Dumper(yaml.SafeDumper):
    """Writes text of several lines as a block, so that code in a yml can be read."""

    def ignore_aliases(self, data: Any) -> bool:
        del data
        return True


def _block(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _block)
