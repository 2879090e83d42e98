"""Loads packs: which file is what, and all of it together as one typed value."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Any, Protocol, Self, TypeVar

from warroom.content.archive import open_zip
from warroom.content.files import METADATA, PackFiles, open_folder, open_single
from warroom.content.heading import heading_of
from warroom.content.ignored import ignored_folders
from warroom.content.incident_type import Classifier, IncidentField, IncidentType, Layout, Mapper
from warroom.content.indicator_type import IndicatorType
from warroom.content.integration import Integration, Script
from warroom.content.pack import FileNote, Pack
from warroom.content.playbook import Playbook
from warroom.content.preprocess_rule import PreProcessRule
from warroom.content.read_incident_type import (
    read_classifier,
    read_incident_field,
    read_incident_type,
    read_layout,
    read_mapper,
)
from warroom.content.read_indicator_type import read_indicator_type, set_aside
from warroom.content.read_integration import read_integration
from warroom.content.read_playbook import read_playbook
from warroom.content.read_preprocess_rule import read_preprocess_rule
from warroom.content.read_script import read_script
from warroom.content.source import Node, Source
from warroom.model import border
from warroom.model.errors import ContentError, Location, NotFoundError
from warroom.model.json import Json, JsonObject

SERVER_VERSION = (8, 99, 99)  # we load what a Cortex XSOAR 8 loads


class Kind(StrEnum):
    INTEGRATION = "integration"
    SCRIPT = "script"
    PLAYBOOK = "playbook"
    TEST_PLAYBOOK = "test playbook"
    INCIDENT_TYPE = "incident type"
    INCIDENT_FIELD = "incident field"
    CLASSIFICATION = "classifier or mapper"  # its `type` says which
    LAYOUT = "layout"
    PREPROCESS_RULE = "pre-process rule"
    INDICATOR_TYPE = "indicator type"
    INDICATOR_FIELD = "indicator field"


FOLDERS: Mapping[str, Kind] = {
    "Integrations": Kind.INTEGRATION,
    "Scripts": Kind.SCRIPT,
    "Playbooks": Kind.PLAYBOOK,
    "TestPlaybooks": Kind.TEST_PLAYBOOK,
    "IncidentTypes": Kind.INCIDENT_TYPE,
    "IncidentFields": Kind.INCIDENT_FIELD,
    "Classifiers": Kind.CLASSIFICATION,
    "Layouts": Kind.LAYOUT,
    "PreProcessRules": Kind.PREPROCESS_RULE,
    "IndicatorTypes": Kind.INDICATOR_TYPE,
    "IndicatorFields": Kind.INDICATOR_FIELD,
}
_PREFIXES: Mapping[str, Kind] = {
    "integration-": Kind.INTEGRATION,
    "script-": Kind.SCRIPT,
    "automation-": Kind.SCRIPT,
    "playbook-": Kind.PLAYBOOK,
    "incidenttype-": Kind.INCIDENT_TYPE,
    "incidentfield-": Kind.INCIDENT_FIELD,
    "classifier-": Kind.CLASSIFICATION,  # also classifier-mapper-incoming-
    "mapper-": Kind.CLASSIFICATION,
    "layoutscontainer-": Kind.LAYOUT,
    "layout-": Kind.LAYOUT,
    "preprocessrule-": Kind.PREPROCESS_RULE,
    "reputation-": Kind.INDICATOR_TYPE,
    "indicatorfield-": Kind.INDICATOR_FIELD,
}
_YAML_KINDS = frozenset({Kind.INTEGRATION, Kind.SCRIPT, Kind.PLAYBOOK, Kind.TEST_PLAYBOOK})
_YAML = frozenset({".yml", ".yaml"})


# Of kinds whose items are their file alone: where a pack keeps them, and what reads them.
_PLAIN: Mapping[Kind, tuple[str, Callable[[Source], Any]]] = {
    Kind.INCIDENT_TYPE: ("incident_types", read_incident_type),
    Kind.INCIDENT_FIELD: ("incident_fields", read_incident_field),
    Kind.LAYOUT: ("layouts", read_layout),
    Kind.PREPROCESS_RULE: ("preprocess_rules", read_preprocess_rule),
    Kind.INDICATOR_TYPE: ("indicator_types", read_indicator_type),
    Kind.INDICATOR_FIELD: ("indicator_fields", read_incident_field),
}

# What a pack keeps its items in.
SECTIONS = (
    *("integrations", "scripts", "playbooks", "test_playbooks", "incident_types", "incident_fields"),
    *("classifiers", "mappers", "outgoing_mappers", "layouts", "preprocess_rules"),
    *("indicator_types", "indicator_fields"),
)


def load_packs(paths: Iterable[Path], *, whole: bool = True) -> list[Pack]:
    """Return every pack in these folders, zips and files, in order.

    Unless the `whole` pack is needed, a file that cannot be read is left out, and `Pack.unreadable` names it.
    """
    return [load_files(files, whole=whole) for path in paths for files in open_packs(path)]


def load_pack(path: Path) -> Pack:
    """The one pack in a folder, zip or unified yml."""
    found = open_packs(path)
    if len(found) != 1:
        raise ContentError(f"There are {len(found)} packs here; name one of them.", at=Location(path))
    return load_files(found[0])


def read_item(files: PackFiles, pack_id: str, section: str, item_id: str, name: PurePosixPath) -> Any:
    """One item of a pack, from its file; `section` says what it is, as the fields of Pack do."""
    kind = _kind(name)
    assert kind is not None
    loader = _Loader(pack_id, files)
    loader.take_file(name, kind)
    return getattr(loader, section)[item_id]


def mistakes(path: Path) -> list[ContentError]:
    """Return why the items at a path cannot be read: every file's first mistake, not only the first file's."""
    try:
        opened = open_packs(path)
    except ContentError as error:
        return [error]
    return [error for files in opened for error in _Loader(files.name, files).mistakes()]


def unread_files(path: Path) -> list[Location]:
    """Files in the folders of items that no item is read from: too deep, or of another kind than the folder."""
    return [
        Location(files.path / name)
        for files in open_packs(path)
        for name in sorted(files.names)
        if _is_unread(files, name)
    ]


def _is_unread(files: PackFiles, name: PurePosixPath) -> bool:
    looks_like_one = name.suffix in _YAML | {".json"} and name.parts[0] in FOLDERS and len(name.parts) > 1
    return looks_like_one and "test_data" not in name.parts and name not in dict(_items(files))


def open_packs(path: Path) -> list[PackFiles]:
    """Return the files of each pack in a folder, a zip or a yml."""
    if path.is_dir():
        return open_folder(path)
    if not path.exists():
        raise NotFoundError(f"There is no pack at `{path}`; give a folder, a zip or a yml file.")
    if path.suffix == ".zip":
        return open_zip(path)
    if path.suffix in _YAML:
        return [open_single(path)]
    raise ContentError("A pack is a folder, a zip or a yml file; this is none of them.", at=Location(path))


class _Item(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def at(self) -> Location | None: ...


_I = TypeVar("_I", bound=_Item)
_C = TypeVar("_C", Integration, Script)


@dataclass(slots=True)
class _Loader:
    """Collects the items of one pack."""

    pack: str
    files: PackFiles
    whole: bool = True  # every mistake counts; else a file that has one costs its own item alone
    integrations: dict[str, Integration] = field(default_factory=dict)
    scripts: dict[str, Script] = field(default_factory=dict)
    playbooks: dict[str, Playbook] = field(default_factory=dict)
    test_playbooks: dict[str, Playbook] = field(default_factory=dict)
    incident_types: dict[str, IncidentType] = field(default_factory=dict)
    incident_fields: dict[str, IncidentField] = field(default_factory=dict)
    classifiers: dict[str, Classifier] = field(default_factory=dict)
    mappers: dict[str, Mapper] = field(default_factory=dict)
    outgoing_mappers: dict[str, Mapper] = field(default_factory=dict)
    layouts: dict[str, Layout] = field(default_factory=dict)
    preprocess_rules: dict[str, PreProcessRule] = field(default_factory=dict)
    indicator_types: dict[str, IndicatorType] = field(default_factory=dict)
    indicator_fields: dict[str, IncidentField] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    unreadable: list[FileNote] = field(default_factory=list)
    remarks: list[FileNote] = field(default_factory=list)

    def take_all(self) -> Self:
        for name, kind in _items(self.files):
            try:
                self.take_file(name, kind)
            except ContentError as error:
                if self.whole:
                    raise
                self.unreadable.append(_unreadable_file(self.files, name, error))
        if not self._found_something():
            if self.unreadable:
                return self  # a pack of which nothing can be read, as its notes say
            message = "This is no pack; give a folder or zip with Integrations, Playbooks and so on."
            raise ContentError(message, at=Location(self.files.path))
        return self

    def mistakes(self) -> Iterator[ContentError]:
        for name, kind in _items(self.files):
            try:
                self.take_file(name, kind)
            except ContentError as error:
                yield error

    def take_file(self, name: PurePosixPath, kind: Kind) -> None:
        source = self.files.source(name)
        self.remarks += [FileNote(file=str(name), message=one.message, line=one.line) for one in source.remarks]
        if not isinstance(source.data, dict):
            raise source.root().error(f"The file of this {kind} holds no mapping; is it empty?")
        if reason := _not_for_us(source.root()) or set_aside(source):
            self.skipped[str(name)] = reason
        else:
            self._take(name, _by_content(kind, source), source)

    def _take(self, name: PurePosixPath, kind: Kind, source: Source) -> None:
        match kind:
            case Kind.INTEGRATION:
                code, description = self.files.code_beside(name), self.files.description_beside(name)
                self._add(self.integrations, self._ours(read_integration(source, code, description)))
            case Kind.SCRIPT:
                self._add(self.scripts, self._ours(read_script(source, self.files.code_beside(name))))
            case Kind.PLAYBOOK:
                self._add(self.playbooks, read_playbook(source))
            case Kind.TEST_PLAYBOOK:
                self._add(self.test_playbooks, read_playbook(source))
            case Kind.CLASSIFICATION:
                self._take_classification(name, source)
            case _:
                section, read = _PLAIN[kind]
                self._add(getattr(self, section), replace(read(source), pack=self.pack))

    def _add(self, found: dict[str, _I], item: _I) -> None:
        """Take an item; of two with one id the later counts, as in XSOAR, unless the earlier one can rather run."""
        other = found.get(item.id)
        if other is None:
            found[item.id] = item
            return
        if self.whole:
            message = f"The id `{item.id}` is already taken by {other.at}; give one of them another id."
            raise ContentError(message, at=item.at)
        kept, left = (other, item) if heading_of(other).runs > heading_of(item).runs else (item, other)
        found[item.id] = kept
        message = f"The id `{item.id}` is also that of {self._file(kept)}, which counts; give one of them another id."
        self.unreadable.append(_unreadable_file(self.files, self._file(left), ContentError(message, at=left.at)))

    def _file(self, item: _Item) -> PurePosixPath:
        assert item.at is not None  # it was read from one
        return PurePosixPath(item.at.path.relative_to(self.files.path).as_posix())

    def _ours(self, item: _C) -> _C:
        """Say which pack the item is of, and what a traceback calls the file of its code: from the pack's folder on."""
        assert item.code.at is not None  # it was read from a file
        at = item.code.at
        file = str(Path(self.files.path.name or self.files.name) / at.path.relative_to(self.files.path))
        if at.path.suffix in _YAML and not at.line:
            file += " (its script)"
        return replace(item, pack=self.pack, code=replace(item.code, file=file))

    def _take_classification(self, name: PurePosixPath, source: Source) -> None:
        root = source.root()
        written = root.get("type").text("both" if root.get("mapping").exists else "classification")
        if written in {"classification", "both"}:
            self._add(self.classifiers, replace(read_classifier(source), pack=self.pack))
        if written in {"mapping-incoming", "both"}:
            self._add(self.mappers, replace(read_mapper(source), pack=self.pack))
        if written == "mapping-outgoing":
            self._add(self.outgoing_mappers, replace(read_mapper(source), pack=self.pack))
        if written not in {"classification", "both", "mapping-incoming", "mapping-outgoing"}:
            self.skipped[str(name)] = f"classifiers of type `{written}` are not used yet"

    def _found_something(self) -> bool:
        found = (self.integrations, self.scripts, self.playbooks, self.test_playbooks, self.incident_types)
        mappers = (self.mappers, self.outgoing_mappers)
        more = (self.incident_fields, self.classifiers, self.layouts, self.preprocess_rules, self.skipped)
        return any((*found, *mappers, *more, self.indicator_types, self.indicator_fields)) or any(
            self.files.has(PurePosixPath(name)) for name in METADATA
        )


def load_files(files: PackFiles, *, whole: bool = True) -> Pack:
    """Return the pack that some files are; raises ContentError where one of the `whole` pack cannot be read."""
    unreadable: list[FileNote] = []
    author, packed = (_metadata(files, PurePosixPath(name), None if whole else unreadable) for name in METADATA)
    pack_id = border.text(str(packed.get("id") or files.name))
    loaded = _Loader(pack_id, files, whole).take_all()
    both = packed | author
    return Pack(
        id=pack_id,
        name=str(both.get("name") or pack_id),
        version=str(both.get("currentVersion") or "0.0.0"),
        path=files.path,
        metadata=both,
        skipped=loaded.skipped,
        ignored=ignored_folders(files.names, FOLDERS),
        unreadable=(*unreadable, *loaded.unreadable),
        remarks=tuple(loaded.remarks),
        **{section: getattr(loaded, section) for section in SECTIONS},
    )


def _metadata(files: PackFiles, name: PurePosixPath, unreadable: list[FileNote] | None) -> JsonObject:
    """Return what the pack says of itself; what cannot be read is noted where there is a list for it."""
    try:
        return files.source(name).root().object() or {} if files.has(name) else {}
    except ContentError as error:
        if unreadable is None:
            raise
        unreadable.append(_unreadable_file(files, name, error))
        return {}


def _items(files: PackFiles) -> Iterator[tuple[PurePosixPath, Kind]]:
    for name in sorted(files.names):
        kind = _kind(name)
        if kind is None or str(name) in METADATA:
            continue
        fits = name.suffix in _YAML if kind in _YAML_KINDS else name.suffix == ".json"
        if fits and len(name.parts) <= 3:  # an item can have a folder of its own
            yield name, kind


def _unreadable_file(files: PackFiles, name: PurePosixPath, error: ContentError) -> FileNote:
    """Say why a file cannot be read, and by which names its item may be asked for."""
    try:
        data = files.source(name).data
    except ContentError:  # nothing is known but the file's name
        data = None
    names = [name.stem, *(name.stem.removeprefix(prefix) for prefix in _PREFIXES if name.stem.startswith(prefix))]
    return FileNote(
        file=str(name),
        message=error.message,
        line=(error.at and error.at.line) or 1,
        names=tuple(dict.fromkeys([*names, *_names_in(data)])),
    )


def _names_in(data: Json) -> Iterator[str]:
    """Yield what an item that could not be read says that it is called, and its commands."""
    if not isinstance(data, dict):
        return
    common, script = data.get("commonfields"), data.get("script")
    commands = script.get("commands") if isinstance(script, dict) else None
    tables = [data, common, *(commands if isinstance(commands, list) else ())]
    named = [table.get(key) for table in tables if isinstance(table, dict) for key in ("id", "name")]
    yield from (name for name in named if isinstance(name, str) and name)


def _kind(name: PurePosixPath) -> Kind | None:
    return FOLDERS.get(name.parts[0]) if len(name.parts) > 1 else _by_name(name)


def _by_name(name: PurePosixPath) -> Kind | None:
    """Return the kind of a file outside of the item folders, from its prefix; `_by_content` corrects it."""
    for prefix, kind in _PREFIXES.items():
        if name.name.startswith(prefix):
            return kind
    return Kind.SCRIPT if name.suffix in _YAML else None


def _by_content(kind: Kind, source: Source) -> Kind:
    """What a yml is by its keys; test playbooks have scripts beside them."""
    if kind not in _YAML_KINDS:
        return kind
    if "tasks" in source.data or "starttaskid" in source.data:
        return kind if kind in {Kind.PLAYBOOK, Kind.TEST_PLAYBOOK} else Kind.PLAYBOOK
    if isinstance(source.data.get("script"), dict):
        return Kind.INTEGRATION
    return Kind.SCRIPT if kind is Kind.TEST_PLAYBOOK and "script" in source.data else kind


def _not_for_us(root: Node) -> str:
    """Return why an item is meant for other servers; empty otherwise."""
    last = root.get("toversion", "toVersion", "toServerVersion").text()
    first = root.get("fromversion", "fromVersion", "fromServerVersion").text()
    if last and _version(last) < (8,):
        return f"it is for servers up to {last}"
    if first and _version(first) > SERVER_VERSION:
        return f"it is for servers from {first} on"
    return ""


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isascii() and part.isdigit())
