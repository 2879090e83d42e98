"""Sub-playbooks: opening one with its inputs, closing it by copying its outputs up."""

from dataclasses import dataclass

from warroom.content.playbook import Playbook
from warroom.context.path import get
from warroom.context.value import resolve
from warroom.model.context import ContextPatch, PatchKind
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json
from warroom.model.plan import Frame, PlanRecord, PlanState
from warroom.services.drive.performed import Done, Failed, Performed
from warroom.services.drive.play import FrameRun, Starting
from warroom.services.journal import Journal
from warroom.services.library import Library
from warroom.services.scopes import private_scope, scope_of

DEEPEST_PLAYBOOK = 20


@dataclass(frozen=True, slots=True)
class Frames:
    """Opens and closes the frames of sub-playbooks."""

    library: Library
    journal: Journal

    async def open(self, plan: PlanRecord, starting: Starting) -> tuple[Frame, Playbook]:
        """Resolve a sub-playbook's inputs in the parent and give its frame.

        An input that the task does not name gets the sub-playbook's own default, evaluated inside it.
        """
        task, parent = starting.task, starting.run.frame
        if task.loop:
            raise InvalidInputError(f"Task {task.id} loops over a sub-playbook, which this runtime cannot do yet.")
        if starting.key.count("/") >= DEEPEST_PLAYBOOK:
            raise InvalidInputError(
                f"{task.playbook} is {DEEPEST_PLAYBOOK} playbooks deep. Does a playbook call itself?"
            )
        playbook = self.library.catalogue.playbook(task.playbook)
        incident = await self.journal.incident(plan.incident)
        context = await self.journal.context(plan.incident)
        outside = scope_of(context, incident, scope=parent.scope, inputs=parent.inputs)
        inputs: dict[str, Json] = {key: resolve(value, outside) for key, value in task.arguments.items()}
        scope = private_scope(plan.id, starting.key) if task.separate_context else parent.scope
        inside = scope_of(context, incident, scope=scope, inputs=inputs)
        for item in playbook.inputs:
            if item.key not in inputs and item.value is not None:
                inputs[item.key] = resolve(item.value, inside)
        for item in playbook.inputs:
            if item.required and inputs.get(item.key) in (None, "", []):
                raise InvalidInputError(
                    f"Sub-playbook {playbook.name!r} needs its input {item.key!r}. Give it a value."
                )
        content = await self.library.pin(playbook)
        return Frame(playbook=playbook.id, name=playbook.name, content=content, inputs=inputs, scope=scope), playbook

    async def close(self, plan: PlanRecord, run: FrameRun, parent: FrameRun) -> Performed:
        """Copy the declared outputs of a private context up, and end the task that ran the sub-playbook."""
        if run.state is PlanState.FAILED:
            return Performed(key=run.owner, ending=Failed(f"The sub-playbook {run.frame.name!r} ended in an error."))
        patches: list[ContextPatch] = []
        if run.frame.scope != parent.frame.scope:
            context = await self.journal.context(plan.incident)
            private = context.get(run.frame.scope)
            for output in run.playbook.outputs:
                path = output.context_path.strip()
                value = get(private, path) if path and path != "-" else None
                if value is not None:
                    patches.append(
                        ContextPatch(
                            incident=plan.incident, kind=PatchKind.MERGE, scope=parent.frame.scope, value={path: value}
                        )
                    )
        return Performed(key=run.owner, ending=Done(), patches=tuple(patches))
