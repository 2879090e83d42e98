"""What all installed packs offer together; of two items with the same id the later pack's counts."""

from collections.abc import Collection, Iterable, Mapping
from typing import TypeAlias, TypeVar

from warroom.content.heading import Brief, Heading
from warroom.content.incident_type import Classifier, IncidentField, IncidentType, Layout, Mapper
from warroom.content.integration import Code, Command, Integration, Script
from warroom.content.likeness import close_names
from warroom.content.pack import Pack
from warroom.content.playbook import Playbook
from warroom.content.shelf import LateMapping, Shelf, headings
from warroom.model.errors import NotFoundError

_SHARED_MODULES = ("CommonServerPython", "CommonServerUserPython")


_Offers: TypeAlias = tuple[tuple[Integration, Command], ...]


class Catalogue:
    """Finds items by id, then by name. The `find_…` methods give None where the others raise."""

    def __init__(self, packs: Iterable[Pack]) -> None:
        self.packs = tuple(packs)
        self.integrations: Mapping[str, Integration] = _merge(pack.integrations for pack in self.packs)
        self.scripts: Mapping[str, Script] = _merge(pack.scripts for pack in self.packs)
        self.playbooks: Mapping[str, Playbook] = _merge(pack.playbooks for pack in self.packs)
        self.test_playbooks: Mapping[str, Playbook] = _merge(pack.test_playbooks for pack in self.packs)
        self.incident_types: Mapping[str, IncidentType] = _merge(pack.incident_types for pack in self.packs)
        self.incident_fields: Mapping[str, IncidentField] = _merge(pack.incident_fields for pack in self.packs)
        self.classifiers: Mapping[str, Classifier] = _merge(pack.classifiers for pack in self.packs)
        self.mappers: Mapping[str, Mapper] = _merge(pack.mappers for pack in self.packs)
        self.outgoing_mappers: Mapping[str, Mapper] = _merge(pack.outgoing_mappers for pack in self.packs)
        self.layouts: Mapping[str, Layout] = _merge(pack.layouts for pack in self.packs)
        self._commands = _commands(self.integrations)
        self._offers = _by_brand(self.integrations)
        self._scripts = _by_name(self.scripts)
        self._integrations = _by_name(self.integrations)
        self._playbooks = _by_name(_merge([self.test_playbooks, self.playbooks]))
        self._incident_types = _by_name(self.incident_types)
        self._fields = _fields(self.incident_fields)
        self._modules = _modules(self._scripts)

    def script(self, name: str) -> Script:
        return _found(self._scripts, name, "script")

    def find_script(self, name: str) -> Script | None:
        return self._scripts.get(name)

    def integration(self, brand: str) -> Integration:
        return _found(self._integrations, brand, "integration")

    def find_integration(self, brand: str) -> Integration | None:
        return self._integrations.get(brand)

    def commands(self) -> Mapping[str, _Offers]:
        """Every command and the integrations that offer it."""
        return self._commands

    def command_integrations(self, command: str, brand: str = "") -> _Offers:
        """Who offers a command; empty when nobody does, or not this brand."""
        return self._offers.get((command, brand), ()) if brand else self._commands.get(command, ())

    def command(self, command: str, brand: str = "") -> _Offers:
        """Who offers a command; nobody is an error."""
        offers = self.command_integrations(command, brand)
        if not offers and command in self._commands:
            others = ", ".join(f"`{offer[0].id}`" for offer in self._commands[command])
            raise NotFoundError(f"`{brand}` has no command `{command}`, but {others} has; name that or none.")
        return offers or _found(self._commands, command, "command")

    def playbook(self, id_or_name: str) -> Playbook:
        return _found(self._playbooks, id_or_name, "playbook")

    def briefs(self) -> list[Brief]:
        """What lists say of every playbook, by name; none is read for it."""
        return sorted((known.brief for known in headings(self.playbooks).values()), key=lambda brief: brief.name)

    def find_playbook(self, id_or_name: str) -> Playbook | None:
        return self._playbooks.get(id_or_name)

    def incident_type(self, name: str) -> IncidentType:
        return _found(self._incident_types, name, "incident type")

    def find_incident_type(self, name: str) -> IncidentType | None:
        return self._incident_types.get(name)

    def field(self, name: str) -> IncidentField:
        return _found(self._fields, name, "incident field")

    def find_field(self, name: str) -> IncidentField | None:
        """A field by display name, cliName or id."""
        return self._fields.get(name)

    @property
    def field_names(self) -> Collection[str]:
        """All names by which incident fields are found."""
        return self._fields

    def classifier(self, classifier_id: str) -> Classifier:
        return _found(self.classifiers, classifier_id, "classifier")

    def mapper(self, mapper_id: str) -> Mapper:
        return _found(self.mappers, mapper_id, "mapper")

    def module_sources(self) -> Mapping[str, Code]:
        """Scripts that other code imports by name."""
        return self._modules


_T = TypeVar("_T")


def _merge(parts: Iterable[Mapping[str, _T]]) -> Shelf[_T]:
    known: dict[str, Heading] = {}
    holders: dict[str, Mapping[str, _T]] = {}
    for part in parts:
        known |= headings(part)
        holders |= dict.fromkeys(part, part)
    return Shelf(known, lambda item_id: holders[item_id][item_id])


def _by_name(items: Mapping[str, _T]) -> Mapping[str, _T]:
    """Ids come before names."""
    known = headings(items)
    return _under({one.name: one.id for one in known.values()} | {item_id: item_id for item_id in known}, items)


def _fields(fields: Mapping[str, IncidentField]) -> Mapping[str, IncidentField]:
    known = tuple(headings(fields).values())
    by_id = {each.id: each.id for each in known}
    by_name = {each.name: each.id for each in known}
    return _under(by_id | by_name | {each.cli_name: each.id for each in known}, fields)


def _under(ids: Mapping[str, str], items: Mapping[str, _T]) -> Mapping[str, _T]:
    return LateMapping(ids, lambda name: items[ids[name]])


def _commands(integrations: Mapping[str, Integration]) -> Mapping[str, _Offers]:
    offers: dict[str, list[str]] = {}
    for known in headings(integrations).values():
        for name in known.commands:
            offers.setdefault(name, []).append(known.id)
    return LateMapping(sorted(offers), lambda name: _offered(integrations, offers[name], name))


def _by_brand(integrations: Mapping[str, Integration]) -> Mapping[tuple[str, str], _Offers]:
    """Who offers a command, by the command and by the integration's id or name."""
    offers: dict[tuple[str, str], list[str]] = {}
    for known in headings(integrations).values():
        for command in known.commands:
            for brand in {known.id, known.name}:
                offers.setdefault((command, brand), []).append(known.id)
    return LateMapping(offers, lambda key: _offered(integrations, offers[key], key[0]))


def _offered(integrations: Mapping[str, Integration], ids: Iterable[str], command: str) -> _Offers:
    return tuple((integrations[item_id], integrations[item_id].commands[command]) for item_id in ids)


def _modules(scripts: Mapping[str, Script]) -> Mapping[str, Code]:
    names = (*_SHARED_MODULES, *(name for name in scripts if name.endswith("ApiModule")))
    return LateMapping((name for name in names if name in scripts), lambda name: scripts[name].code)


def _found(items: Mapping[str, _T], name: str, what: str) -> _T:
    if name in items:
        return items[name]
    close = close_names(name, items)
    if close:
        names = ", ".join(f"`{each}`" for each in close)
        raise NotFoundError(f"There is no {what} `{name}`; did you mean {names}?")
    raise NotFoundError(f"There is no {what} `{name}`; install the pack that has it, or check the spelling.")
