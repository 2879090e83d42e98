"""What the twin answers when a list is read: the fields of its records, and which of them identifies a record."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from scaffold.draft import ScaffoldError
from visionone_sim.testing import start_twin

PAGE = {"top": "50"}
SCALARS = (str, int, float, bool)


@dataclass(frozen=True, slots=True, kw_only=True)
class TwinList:
    """Some records of a list, as a fresh tenant has them; `probe` are parameters that the list accepts."""

    records: Sequence[Mapping[str, Any]]
    probe: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The field that identifies a record; `id` where there is no record.

        >>> TwinList(records=[{"source": "a", "uuid": "1"}, {"source": "a", "uuid": "2"}]).key
        'uuid'
        """
        texts = [name for name, value in self.first.items() if isinstance(value, str)]
        ranked = sorted(texts, key=lambda name: (name != "id", not re.search(r"(?i)(id|guid)$", name)))
        return next((name for name in ranked if self._is_unique(name)), "id")

    @property
    def first(self) -> Mapping[str, Any]:
        return self.records[0] if self.records else {}

    @property
    def columns(self) -> Sequence[str]:
        """The key, and other fields that fit into a table."""
        plain = [name for name, value in self.first.items() if isinstance(value, SCALARS) and name != self.key]
        return [snaked(name) for name in (self.key, *plain)]

    def outputs(self) -> Iterator[tuple[str, str, str]]:
        """Yield each field of a record with its type in XSOAR and a description to improve."""
        for name, value in {self.key: "", **self.first}.items():
            words = snaked(name).replace("_", " ")
            what = "ID of the record." if name == self.key else f"{words.capitalize()} of the record."
            yield snaked(name), _type(name, value), what

    def _is_unique(self, name: str) -> bool:
        return len({record.get(name) for record in self.records}) == len(self.records)


def read_list(path: str) -> TwinList:
    """Read a list from a new twin, which is the twin of the pack's tests."""
    with start_twin() as twin, httpx.Client(headers={"Authorization": f"Bearer {twin.api_key}"}) as client:
        url = f"{twin.url}/v3.0/{path}"
        paged = client.get(url, params=PAGE)
        answer = paged if paged.is_success else client.get(url)
    if not answer.is_success:
        raise ScaffoldError(
            f"The twin answers GET /{path} with {answer.status_code}: {_message(answer)} This generator is for "
            "lists that are read without parameters: write the command by hand, as get_techniques_command."
        )
    found = answer.json()
    if not isinstance(found.get("items"), list):
        raise ScaffoldError(f"GET /{path} returns one object and no list. Write this command by hand.")
    return TwinList(records=found["items"], probe=PAGE if paged.is_success else {})


def snaked(name: str) -> str:
    """Write a field as the pack's `snake` does.

    >>> snaked("eventTimeDT")
    'event_time_d_t'
    """
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _type(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "Boolean"
    if isinstance(value, int | float):
        return "Number"
    if isinstance(value, str):
        return "Date" if name.endswith("DateTime") else "String"
    return "Unknown"


def _message(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return answer.text[:100]
