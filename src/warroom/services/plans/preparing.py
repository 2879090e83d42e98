"""Makes the rows of new work plans, with the inputs of their playbooks filled in."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from warroom.content.playbook import Playbook
from warroom.context.value import resolve
from warroom.model.errors import InvalidInputError
from warroom.model.ids import PlanId
from warroom.model.incident import Incident
from warroom.model.json import Json
from warroom.model.plan import Frame, PlanRecord
from warroom.services.commands.library import Library
from warroom.services.commands.references import lost_part
from warroom.services.plans.lists import lists_named_in
from warroom.services.plans.scopes import scope_of
from warroom.services.ports.clock import Clock
from warroom.services.ports.store import Store
from warroom.services.ports.value_scripts import Reader, ValueScripts
from warroom.services.writing.journal import Journal

STEPS = " - Steps"  # how the name of a playbook ends that another one, of the name before it, runs as its steps


def started_name(name: str) -> str:
    """Name the playbook that a person starts, for one that runs as its steps.

    >>> started_name("Contain Endpoint - Steps"), started_name("Contain Endpoint")
    ('Contain Endpoint', 'Contain Endpoint')
    """
    return name.removesuffix(STEPS)


def new_plan_id() -> PlanId:
    """Return a random plan id; short, because it is part of the idempotency keys in Vision One's descriptions."""
    return PlanId(secrets.token_hex(6))


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparing:
    """Prepares plans that others start."""

    store: Store
    journal: Journal
    library: Library
    clock: Clock
    scripts: ValueScripts

    async def prepare(
        self, incident: Incident, playbook: Playbook, inputs: Mapping[str, Json], started_by: str = ""
    ) -> PlanRecord:
        """Make the row of a new plan, with its inputs filled in; commits only the playbook's text."""
        self._refuse_steps(playbook)
        unknown = sorted(set(inputs) - {item.key for item in playbook.inputs})
        if unknown:
            offered = ", ".join(item.key for item in playbook.inputs) or "none"
            raise InvalidInputError(f"Playbook {playbook.name!r} has no input {unknown[0]!r}. It takes: {offered}.")
        filled, lost = await self._filled(incident, playbook, inputs) if playbook.inputs else (dict(inputs), {})
        content = await self.library.pin(playbook)
        frame = Frame(playbook=playbook.id, name=playbook.name, content=content, inputs=filled, lost=lost)
        return PlanRecord(
            id=new_plan_id(), incident=incident.id, frame=frame, created=self.clock.now(), started_by=started_by
        )

    def _refuse_steps(self, playbook: Playbook) -> None:
        """Refuse to start a playbook by itself that another one runs as its steps in a private context.

        On the incident's own context it could act on what another run has left there.
        """
        if not playbook.name.endswith(STEPS):
            return
        shell = self.library.catalogue.find_playbook(playbook.name.removesuffix(STEPS))
        tasks = shell.tasks.values() if shell else ()
        if shell and any(task.separate_context and task.playbook in {playbook.id, playbook.name} for task in tasks):
            raise InvalidInputError(
                f"{playbook.name!r} are the steps of the playbook {shell.name!r}, which runs them in a context of their"
                f" own; by themselves they could act on what another run left in the incident. Start {shell.name!r}."
            )

    async def _filled(
        self, incident: Incident, playbook: Playbook, inputs: Mapping[str, Json]
    ) -> tuple[dict[str, Json], dict[str, str]]:
        """Return the inputs with defaults for the missing ones, and which of the defaults led nowhere."""
        filled = dict(inputs)
        lost: dict[str, str] = {}
        lists = await lists_named_in(self.store, playbook.inputs)
        scope = scope_of(await self.journal.context(incident.id), incident, inputs=filled, lists=lists)
        reader = Reader(incident=incident)
        for item in playbook.inputs:
            if item.key not in filled and (value := item.value) is not None:
                filled[item.key] = await self.scripts.evaluated(scope, reader, partial(resolve, value))
                without = replace(scope, lost=lost)
                if written := await self.scripts.evaluated(without, reader, partial(lost_part, value)):
                    lost[item.key] = written
            if item.required and filled.get(item.key) in (None, "", []):
                raise InvalidInputError(f"Playbook {playbook.name!r} needs its input {item.key!r}. Give it a value.")
        return filled, lost
