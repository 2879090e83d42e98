"""What is told of installed content alone; no use case is imported, so that who asks for nothing else loads none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from warroom.content.catalogue import Catalogue
from warroom.content.pack import Pack
from warroom.content.playbook import Input
from warroom.doors.answer import shaped
from warroom.doors.local import path_for
from warroom.model.user import Actor
from warroom.services.packs.installed import is_ours


@dataclass(frozen=True, slots=True, kw_only=True)
class PackShown:
    """A pack and what is in it, by id; `path` is where it is stored, for clients on the same machine.

    One that is `ours` came with warroom, all others can be removed.
    """

    id: str
    name: str
    version: str
    path: str
    ours: bool
    integrations: Sequence[str]
    scripts: Sequence[str]
    playbooks: Sequence[str]
    incident_types: Sequence[str]
    preprocess_rules: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class InputShown:
    """An input that a playbook takes."""

    key: str
    required: bool
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybookLine:
    """A playbook as a list shows it; `outputs` are context paths, `tasks` is their number."""

    id: str
    name: str
    description: str
    inputs: Sequence[InputShown]
    outputs: Sequence[str]
    tasks: int


def pack_of(pack: Pack, path: str = "") -> PackShown:
    """Shape a pack, with its path."""
    return shaped(
        PackShown,
        pack,
        path=path,
        ours=is_ours(pack),
        integrations=sorted(pack.integrations),
        scripts=sorted(pack.scripts),
        playbooks=sorted(pack.playbooks),
        incident_types=sorted(pack.incident_types),
        preprocess_rules=sorted(pack.preprocess_rules),
    )


def packs_of(packs: Iterable[Pack], actor: Actor) -> list[PackShown]:
    """Shape packs; where they are stored is told to who asks on the machine itself."""
    return [pack_of(pack, path_for(actor, pack.path)) for pack in packs]


def playbooks_of(catalogue: Catalogue) -> list[PlaybookLine]:
    """Return the lines of all playbooks, by name."""
    summaries = catalogue.playbook_summaries()
    return [shaped(PlaybookLine, summary, inputs=inputs_of(summary.inputs)) for summary in summaries]


def inputs_of(inputs: Iterable[Input]) -> list[InputShown]:
    return [shaped(InputShown, item) for item in inputs]
