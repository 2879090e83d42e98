"""The installed content, and the versions that running plans are pinned to."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence

from warroom.content.catalogue import Catalogue
from warroom.content.pack import Pack
from warroom.content.playbook import Playbook
from warroom.content.read_playbook import read_playbook_text
from warroom.model.plan import Frame, PlanRecord
from warroom.services.commands.command_line import as_playbook
from warroom.services.ports.store import Store

PLAYBOOKS_HELD = 256


class Library:
    """What the installed packs offer now, and each playbook text that a plan started with."""

    def __init__(self, catalogue: Catalogue, store: Store) -> None:
        self.catalogue = catalogue
        self._store = store
        self._texts: OrderedDict[str, Playbook] = OrderedDict()

    @property
    def packs(self) -> Sequence[Pack]:
        return self.catalogue.packs

    def use(self, packs: Iterable[Pack]) -> None:
        """Offer what these packs have from now on; plans keep the playbooks that they started with."""
        self.catalogue = Catalogue(packs, self.catalogue.modules_of)

    async def pin(self, playbook: Playbook) -> str:
        """Keep the playbook's text for plans that start now, and return its hash."""
        if playbook.sha256 not in self._texts:
            await self._store.save_content(playbook.sha256, playbook.text)
            self._keep(playbook)
        return playbook.sha256

    async def of(self, plan: PlanRecord) -> Playbook:
        """Return what a plan carries out: its playbook as it was when it started, or the typed command as one."""
        return as_playbook(plan.command) if plan.command else await self.pinned(plan.frame)

    async def pinned(self, frame: Frame) -> Playbook:
        """Return the playbook that the frame started with, even if another version is installed now."""
        held = self._texts.get(frame.content)
        if held is None:
            held = read_playbook_text(await self._store.content(frame.content), frame.content)
            self._keep(held)
        return held

    def _keep(self, playbook: Playbook) -> None:
        self._texts[playbook.sha256] = playbook
        while len(self._texts) > PLAYBOOKS_HELD:
            self._texts.popitem(last=False)
