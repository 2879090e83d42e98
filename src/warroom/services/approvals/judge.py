"""Applies the approval policy to an action: with the current protected hosts and the hosts that the incident names."""

from collections.abc import Sequence
from dataclasses import dataclass

from warroom.content.catalogue import Catalogue
from warroom.content.integration import Argument
from warroom.model.incident import Incident
from warroom.services.approvals.hosts import KnownHosts, Protected
from warroom.services.approvals.policy import HostFacts, ProposedAction, why
from warroom.services.approvals.request import ExactAction
from warroom.services.approvals.rules import Rules, protected_hosts
from warroom.services.commands.library import Library
from warroom.services.ports.store import Store
from warroom.services.writing.journal import Journal


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Says why an action needs approval."""

    store: Store
    journal: Journal
    library: Library
    rules: Rules

    async def why(self, exact: ExactAction, incident: Incident) -> str:
        """Say why it needs approval; empty when it needs none."""
        protected = Protected(protected_hosts(await self.store.lists()))
        known = await self.known(incident) if protected.entries else KnownHosts()
        declared = {argument.name: argument for argument in declared_by(self.library.catalogue, exact)}
        proposed = ProposedAction(command=exact.command, instances=exact.instances, args=exact.args, declared=declared)
        return why(proposed, self.rules, HostFacts(protected=protected, known=known))

    async def known(self, incident: Incident) -> KnownHosts:
        """Return the hosts that an incident describes."""
        return KnownHosts.of(await self.journal.context(incident.id), incident)


def declared_by(catalogue: Catalogue, exact: ExactAction) -> Sequence[Argument]:
    """Return the arguments that an action declares; of several integrations that offer it, those of the first."""
    if not exact.instances:
        script = catalogue.find_script(exact.command)
        return script.arguments if script else ()
    return catalogue.command(exact.command, exact.brand)[0][1].arguments
