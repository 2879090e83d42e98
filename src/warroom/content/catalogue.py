"""What all installed packs offer together; of two items with the same id the later pack's counts, if it can run."""

from collections.abc import Callable, Collection, Container, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import groupby
from typing import TypeAlias, TypeVar

from warroom.content.heading import Heading, PlaybookSummary
from warroom.content.incident_type import Classifier, IncidentField, IncidentType, Layout, Mapper
from warroom.content.indicator_type import IndicatorType
from warroom.content.integration import JAVASCRIPT, PYTHON, Code, Command, Integration, Script
from warroom.content.likeness import close_names
from warroom.content.pack import FileNote, Pack
from warroom.content.playbook import Playbook
from warroom.content.preprocess_rule import PreProcessRule
from warroom.content.shelf import LateMapping, Shelf, headings
from warroom.model.errors import NotFoundError

# Scripts that all code of their language finds, the library before what the customer adds to it.
_SHARED_MODULES: Mapping[str, tuple[str, ...]] = {
    PYTHON: ("CommonServerPython", "CommonServerUserPython"),
    JAVASCRIPT: ("CommonServer", "CommonUserServer"),
}


ModulesOf: TypeAlias = Callable[[str], Container[str] | None]
"""Return the modules of the environment that a docker image has; None for one that has none."""
_Offers: TypeAlias = tuple[tuple[Integration, Command], ...]


class Catalogue:
    """Finds items by id, then by name. The `find_…` methods return None where the others raise."""

    def __init__(self, packs: Iterable[Pack], modules_of: ModulesOf = lambda _: None) -> None:
        self.packs = tuple(packs)
        self.modules_of = modules_of

    # Each is made on first use: most commands use few of them.

    @cached_property
    def integrations(self) -> Mapping[str, Integration]:
        return _merge(pack.integrations for pack in self.packs)

    @cached_property
    def scripts(self) -> Mapping[str, Script]:
        return _merge(pack.scripts for pack in self.packs)

    @cached_property
    def playbooks(self) -> Mapping[str, Playbook]:
        return _merge(pack.playbooks for pack in self.packs)

    @cached_property
    def test_playbooks(self) -> Mapping[str, Playbook]:
        return _merge(pack.test_playbooks for pack in self.packs)

    @cached_property
    def incident_types(self) -> Mapping[str, IncidentType]:
        return _merge(pack.incident_types for pack in self.packs)

    @cached_property
    def incident_fields(self) -> Mapping[str, IncidentField]:
        return _merge(pack.incident_fields for pack in self.packs)

    @cached_property
    def classifiers(self) -> Mapping[str, Classifier]:
        return _merge(pack.classifiers for pack in self.packs)

    @cached_property
    def mappers(self) -> Mapping[str, Mapper]:
        return _merge(pack.mappers for pack in self.packs)

    @cached_property
    def outgoing_mappers(self) -> Mapping[str, Mapper]:
        return _merge(pack.outgoing_mappers for pack in self.packs)

    @cached_property
    def layouts(self) -> Mapping[str, Layout]:
        return _merge(pack.layouts for pack in self.packs)

    @cached_property
    def indicator_types(self) -> Mapping[str, IndicatorType]:
        return _merge(pack.indicator_types for pack in self.packs)

    @cached_property
    def indicator_fields(self) -> Mapping[str, IncidentField]:
        return _merge(pack.indicator_fields for pack in self.packs)

    @cached_property
    def preprocess_rules(self) -> Sequence[PreProcessRule]:
        """Return the pre-process rules in the order in which they are tried."""
        merged = _merge(pack.preprocess_rules for pack in self.packs)
        return sorted(merged.values(), key=lambda rule: (rule.index, rule.name, rule.id))

    @cached_property
    def _commands(self) -> Mapping[str, _Offers]:
        return _commands(self.integrations)

    @cached_property
    def _offers(self) -> Mapping[tuple[str, str], _Offers]:
        return _by_brand(self.integrations)

    @cached_property
    def _scripts(self) -> Mapping[str, Script]:
        return _by_name(self.scripts)

    @cached_property
    def _integrations(self) -> Mapping[str, Integration]:
        return _by_name(self.integrations)

    @cached_property
    def _playbooks(self) -> Mapping[str, Playbook]:
        return _by_name(_merge([self.test_playbooks, self.playbooks]))

    @cached_property
    def _incident_types(self) -> Mapping[str, IncidentType]:
        return _by_name(self.incident_types)

    @cached_property
    def _fields(self) -> Mapping[str, IncidentField]:
        return _fields(self.incident_fields)

    @cached_property
    def _indicator_fields(self) -> Mapping[str, IncidentField]:
        return _fields(self.indicator_fields)

    @cached_property
    def _modules(self) -> Mapping[str, Mapping[str, Code]]:
        imported = [name for name in self._scripts if name.endswith("ApiModule")]
        names = {**_SHARED_MODULES, PYTHON: (*_SHARED_MODULES[PYTHON], *imported)}
        return {language: _under_names(self._scripts, each) for language, each in names.items()}

    @cached_property
    def _unreadable(self) -> Mapping[str, tuple[Pack, FileNote]]:
        return {name: (pack, note) for pack in self.packs for note in pack.unreadable for name in note.names}

    def why_unreadable(self, name: str) -> str:
        """Say which file that cannot be read has an item or a command of this name; empty when none does."""
        if name not in self._unreadable:
            return ""
        pack, note = self._unreadable[name]
        return f"`{name}` of the pack {pack.id} is left out, since {note.file} cannot be read: {note.message}"

    def _found(self, items: Mapping[str, "_T"], name: str, what: str) -> "_T":
        if name in items:
            return items[name]
        if said := self.why_unreadable(name):
            raise NotFoundError(said)
        close = close_names(name, items)
        if close:
            names = ", ".join(f"`{each}`" for each in close)
            raise NotFoundError(f"There is no {what} `{name}`; did you mean {names}?")
        raise NotFoundError(f"There is no {what} `{name}`; install the pack that has it, or check the spelling.")

    def script(self, name: str) -> Script:
        return self._found(self._scripts, name, "script")

    def find_script(self, name: str) -> Script | None:
        return self._scripts.get(name)

    def integration(self, brand: str) -> Integration:
        return self._found(self._integrations, brand, "integration")

    def find_integration(self, brand: str) -> Integration | None:
        return self._integrations.get(brand)

    def commands(self) -> Mapping[str, _Offers]:
        """Every command and the integrations that offer it."""
        return self._commands

    def command_integrations(self, command: str, brand: str = "") -> _Offers:
        """Return the integrations that offer a command; empty when none does, or not this brand."""
        return self._offers.get((command, brand), ()) if brand else self._commands.get(command, ())

    def command(self, command: str, brand: str = "") -> _Offers:
        """Return the integrations that offer a command; raises when none does."""
        offers = self.command_integrations(command, brand)
        if not offers and command in self._commands:
            others = ", ".join(f"`{offer[0].id}`" for offer in self._commands[command])
            raise NotFoundError(f"`{brand}` has no command `{command}`, but {others} has; name that or none.")
        return offers or self._found(self._commands, command, "command")

    def playbook(self, id_or_name: str) -> Playbook:
        return self._found(self._playbooks, id_or_name, "playbook")

    def playbook_summaries(self) -> list[PlaybookSummary]:
        """Return the line of every playbook in lists, by name, without reading the playbooks."""
        return sorted((known.summary for known in headings(self.playbooks).values()), key=lambda summary: summary.name)

    def find_playbook(self, id_or_name: str) -> Playbook | None:
        return self._playbooks.get(id_or_name)

    def incident_type(self, name: str) -> IncidentType:
        return self._found(self._incident_types, name, "incident type")

    def find_incident_type(self, name: str) -> IncidentType | None:
        return self._incident_types.get(name)

    def field(self, name: str) -> IncidentField:
        return self._found(self._fields, name, "incident field")

    def find_field(self, name: str) -> IncidentField | None:
        """A field by display name, cliName or id."""
        return self._fields.get(name)

    def find_indicator_field(self, name: str) -> IncidentField | None:
        """A field of indicators by display name, cliName or id."""
        return self._indicator_fields.get(name)

    @property
    def field_names(self) -> Collection[str]:
        """Return all names by which incident fields are found."""
        return self._fields

    def classifier(self, classifier_id: str) -> Classifier:
        return self._found(self.classifiers, classifier_id, "classifier")

    def mapper(self, mapper_id: str) -> Mapper:
        return self._found(self.mappers, mapper_id, "mapper")

    def module_sources(self, language: str = PYTHON) -> Mapping[str, Code]:
        """Scripts that other code in a language uses: imports by name, or finds."""
        return self._modules.get(language, {})


_T = TypeVar("_T")


def _merge(parts: Iterable[Mapping[str, _T]]) -> Shelf[_T]:
    """Of two items with the same id the later one counts, unless the earlier one can rather run."""
    known: dict[str, Heading] = {}
    holders: dict[str, Mapping[str, _T]] = {}
    for part in parts:
        found = headings(part)
        if lost := {one for one in known.keys() & found.keys() if found[one].runs < known[one].runs}:
            found = {one: heading for one, heading in found.items() if one not in lost}
        known |= found
        holders |= dict.fromkeys(found, part)
    return Shelf(known, lambda item_id: holders[item_id][item_id])


def _by_name(items: Mapping[str, _T]) -> Mapping[str, _T]:
    """Sort ids before names, and items that can run before those that cannot."""
    known = sorted(headings(items).values(), key=lambda one: one.runs)
    ids: dict[str, str] = {}
    for _, same in groupby(known, key=lambda one: one.runs):
        each = tuple(same)
        ids |= {one.name: one.id for one in each} | {one.id: one.id for one in each}
    return _under(ids, items)


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


def _under_names(scripts: Mapping[str, Script], names: Iterable[str]) -> Mapping[str, Code]:
    return LateMapping((name for name in names if name in scripts), lambda name: scripts[name].code)
