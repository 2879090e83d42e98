"""Makes the environments of the docker images that scripts of the chosen playbooks name, where they lack modules."""

import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path

from tests.public_content.selecting import reached
from warroom.bootstrap.content import environments_of
from warroom.bootstrap.environment_batches import batches_of, make_batch
from warroom.bootstrap.environments import images_of, needs_of_items, sources_of
from warroom.bootstrap.settings import Settings
from warroom.content.catalogue import Catalogue
from warroom.content.category import without_category
from warroom.content.integration import Script
from warroom.content.playbook import Playbook, Task
from warroom.content.value import Comparison, TransformerCall
from warroom.model.errors import WarroomError

CALLED = re.compile(r"""(?:executeCommand|execute_command)\(\s*["']([^"']+)["']""")


@dataclass(slots=True, kw_only=True)
class Environments:
    """The images that have an environment, and those that it could not be made for, each with the reason."""

    made: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


def make_environments(
    playbooks: Iterable[Playbook], catalogue: Catalogue, home: Path, settings: Settings
) -> Environments:
    """Make what is missing, with pip; equal ones are made once, and those that are there are left as they are."""
    environments, table, sources = environments_of(home), images_of(settings), sources_of(settings)
    scripts = scripts_of(playbooks, catalogue)
    batches = batches_of(needs_of_items(scripts, catalogue, environments, table), environments, table, sources)
    refused = dict(batches.refused)
    for batch in batches.batches:
        names = ", ".join(batch.images)
        sys.stderr.write(f"{names}: {', '.join(batch.packages)} …\n")
        try:
            make_batch(environments, batch, sources)
        except WarroomError as error:
            refused |= dict.fromkeys(batch.images, str(error))
    return Environments(made=[each.image for each in environments.all()], refused=refused)


def scripts_of(playbooks: Iterable[Playbook], catalogue: Catalogue) -> list[Script]:
    """Return the scripts that playbooks call, in tasks and values, and those that these call by name in turn."""
    books = {book.id: book for playbook in playbooks for book in reached(playbook, catalogue)}
    found: dict[str, Script] = {}
    left = [name for book in books.values() for name in _names(book.tasks)]
    while left:
        script = catalogue.find_script(left.pop())
        if script and script.id not in found:
            found[script.id] = script
            left += CALLED.findall(script.code.text)
    return list(found.values())


def _names(value: object) -> Iterator[str]:
    """Yield the names under a value at which a script may be called."""
    match value:
        case Task(script=script):
            yield script
        case TransformerCall(operator=operator) | Comparison(operator=operator):
            yield without_category(operator)
        case _:
            pass
    if is_dataclass(value):
        for each in fields(value):
            yield from _names(getattr(value, each.name))
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _names(item)
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        for item in value:
            yield from _names(item)
