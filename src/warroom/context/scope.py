"""What paths can see: the context, and the roots that are not part of it (`inputs`, `incident`, `lists`, …)."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from warroom.context.cast import MISSING
from warroom.context.dt import Path, parse
from warroom.context.path import find
from warroom.context.scripted import Scripts
from warroom.context.semantics import STANDARD, Semantics
from warroom.model.json import Json, JsonObject


class Source(Protocol):
    """Something that values are read from."""

    @property
    def semantics(self) -> Semantics: ...

    @property
    def scripts(self) -> Scripts | None: ...

    def find(self, path: str) -> Json:
        """The value at a path, `MISSING` where there is none."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The context of a (sub-)playbook and what surrounds it.

    A root that is None is an ordinary key of the context. `incident` is the incident as XSOAR shows it
    (`Incident.as_xsoar()`); `extra` holds further roots: `modules`, `currentPlaybookID`, ….
    """

    context: JsonObject
    inputs: Mapping[str, Json] | None = None
    lost: Mapping[str, str] = field(default_factory=dict)  # of inputs that lack a part: the reference that led nowhere
    incident: Mapping[str, Json] | None = None
    lists: Mapping[str, Json] | None = None
    extra: Mapping[str, Json] = field(default_factory=dict)
    semantics: Semantics = STANDARD
    scripts: Scripts | None = None  # None where no script and no JavaScript can be run

    def get(self, path: str) -> Json:
        """The value at a path, None where there is none."""
        found = self.find(path)
        return None if found is MISSING else found

    def find(self, path: str) -> Json:
        """The value at a path, `MISSING` where there is none."""
        parsed = parse(path.strip())
        root = parsed.root
        if not root:
            return find({**self.context, **self._roots()}, parsed, self.semantics, self.scripts)
        if root in ("incident", "alert") and self.incident is not None:
            return self._in_incident(parsed, self.incident)
        special = self._special(root)
        data = self.context if special is MISSING else {root: special}
        return find(data, parsed, self.semantics, self.scripts)

    def _special(self, root: str) -> Json:
        match root:
            case "inputs" if self.inputs is not None:
                return dict(self.inputs)
            case "lists" if self.lists is not None:
                return dict(self.lists)
            case "modules":
                return _modules(self.extra.get(root, MISSING))
            case _:
                return self.extra.get(root, MISSING)

    def _roots(self) -> JsonObject:
        """All roots at once, for expressions over the whole context."""
        names = ("inputs", "lists", *self.extra)
        roots = {name: found for name in names if (found := self._special(name)) is not MISSING}
        return roots if self.incident is None else {**roots, "incident": _with_fields(self.incident)}

    def _in_incident(self, path: Path, incident: Mapping[str, Json]) -> Json:
        match path.segments:
            case (_, label_root, *rest) if rest and str(label_root.source) == ".labels":
                name = "".join(segment.source for segment in rest)
                labels = _labels(incident.get("labels"))
                whole = labels.get(name.removeprefix("."), MISSING)  # types of labels may hold dots
                return find(labels, name, self.semantics, self.scripts) if whole is MISSING else whole
            case _:
                return find({path.root: _with_fields(incident)}, path, self.semantics, self.scripts)


def _modules(modules: Json) -> Json:
    """Return the integration instances as a list for filters; `getModules()` has them by name."""
    return [{"name": name, **module} for name, module in modules.items()] if isinstance(modules, dict) else modules


def _with_fields(incident: Mapping[str, Json]) -> JsonObject:
    """The incident with its custom fields beside its own; a system field wins."""
    return {**(incident.get("CustomFields") or {}), **incident}


def _labels(labels: Json) -> JsonObject:
    """XSOAR's list of {type, value} as type -> value, or a list of values where a type occurs more than once."""
    if isinstance(labels, dict):
        return labels
    found: defaultdict[str, list[Json]] = defaultdict(list)
    for label in labels or ():
        found[label["type"]].append(label["value"])
    return {kind: values[0] if len(values) == 1 else values for kind, values in found.items()}


@dataclass(frozen=True, slots=True)
class ItemScope:
    """The scope of a filter: paths that start with the filtered root are read from the current item."""

    outer: Source
    root: str
    item: Json

    @property
    def semantics(self) -> Semantics:
        return self.outer.semantics

    @property
    def scripts(self) -> Scripts | None:
        return self.outer.scripts

    def find(self, path: str) -> Json:
        wanted = path.strip()
        rest = wanted.removeprefix(self.root)
        if not self.root or not wanted.startswith(self.root) or rest[:1] not in ("", ".", "[", "(", "="):
            return self.outer.find(path)
        return find(self.item, rest, self.semantics, self.scripts)
