"""The types that indicators can have: XSOAR's system types, and those of installed packs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

import structlog

from warroom.content.catalogue import Catalogue
from warroom.content.indicator_type import IndicatorType
from warroom.context.regex import compile_regex
from warroom.model.errors import InvalidInputError
from warroom.services.indicators.system_types import SYSTEM_TYPES, Check, SystemType, refanged

log = structlog.get_logger(__name__)

_ALSO: Mapping[str, SystemType] = {
    name.casefold(): system for system in SYSTEM_TYPES for name in (*system.also, system.name)
}


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownType:
    """A type as it counts here: a system type keeps its pattern, whatever a pack says of it."""

    name: str
    system: SystemType | None = None
    installed: IndicatorType | None = None

    @property
    def lasts(self) -> timedelta | None:
        """Return how long an indicator counts after it was last seen; None: for ever."""
        if self.installed and self.installed.expires_after is not None:
            minutes = self.installed.expires_after
            return timedelta(minutes=minutes) if minutes else None
        return self.system.lasts if self.system else None

    @property
    def reputation(self) -> tuple[str, ...]:
        """Return the command and the scripts that say what is known of a value."""
        command = (self.installed.command if self.installed else "") or (self.system.command if self.system else "")
        scripts = self.installed.scripts if self.installed else ()
        return tuple(filter(None, (command, *scripts)))

    @property
    def is_off(self) -> bool:
        return bool(self.installed and self.installed.disabled)

    def found_in(self, text: str) -> Iterator[str]:
        """Yield the values of this type in a text that `refanged` returned."""
        check: Check = self.system.check if self.system else str
        if self.system and self.system.pattern:
            pattern = self.system.pattern
        elif self.installed and self.installed.regex:
            try:
                pattern = compile_regex(self.installed.regex)
            except InvalidInputError as error:
                log.warning("indicator type has no usable regex", type=self.name, error=str(error))
                return
        else:
            return
        for found in pattern.finditer(text):
            if value := check(found[0].strip()):
                yield value


class KnownTypes:
    """All types of a catalogue, by name."""

    def __init__(self, catalogue: Catalogue) -> None:
        installed: dict[str, IndicatorType] = {}
        for one in catalogue.indicator_types.values():
            system = _ALSO.get(one.name.casefold())
            name = system.name if system else one.name
            if name not in installed or one.name == name:  # an old name of a type must not switch it off
                installed[name] = one
        names = dict.fromkeys([*(system.name for system in SYSTEM_TYPES), *installed])
        self._known = {
            name: KnownType(name=name, system=_ALSO.get(name.casefold()), installed=installed.get(name))
            for name in names
        }
        self._by_name = {name.casefold(): known for name, known in self._known.items()}
        self._by_id = {one.id.casefold(): self._known[name] for name, one in installed.items()}

    @property
    def names(self) -> list[str]:
        return list(self._known)

    def find(self, name: str) -> KnownType | None:
        """Return the type with a name or an id, also an earlier one."""
        wanted = name.strip().casefold()
        system = _ALSO.get(wanted)
        own = self._known[system.name] if system else None
        return self._by_name.get(wanted) or own or self._by_id.get(wanted)

    def named(self, name: str) -> KnownType:
        """Return the type with a name; raises InvalidInputError where there is none."""
        if found := self.find(name):
            return found
        offered = ", ".join(self.names[:12])
        raise InvalidInputError(
            f"There is no indicator type {name!r}. Use one of {offered} …, or install the pack that has it."
        )

    def of_value(self, value: str) -> KnownType | None:
        """Return the type whose values look like this one as a whole."""
        text = refanged(value.strip())
        for known in self._known.values():
            if not known.is_off and next(known.found_in(text), None) in {text, text.upper()}:
                return known
        return None

    def extract(self, text: str) -> dict[str, list[str]]:
        """Return the values of every type in a text, each once, in their order; a type without any is left out."""
        whole = refanged(text)
        found = {
            known.name: list(dict.fromkeys(known.found_in(whole))) for known in self._known.values() if not known.is_off
        }
        return {name: values for name, values in found.items() if values}


@lru_cache(maxsize=8)
def known_types(catalogue: Catalogue) -> KnownTypes:
    """Return the types of a catalogue; they are put together once."""
    return KnownTypes(catalogue)
