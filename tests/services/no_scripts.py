"""Values that use no scripts as transformers and operators."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from warroom.context.scope import Scope
from warroom.context.scripted import Scripts
from warroom.services.ports.value_scripts import Reader

Item = TypeVar("Item")
Found = TypeVar("Found")


class NoScripts:
    """Evaluates once: a script that is needed is not known."""

    def open(self) -> Scripts:
        return Scripts(lambda _: None)

    async def evaluated(self, scope: Scope, reader: Reader, evaluate: Callable[[Scope], Found]) -> Found:
        del reader
        return evaluate(scope)

    async def each(
        self,
        items: Sequence[Item],
        reader: Reader,
        evaluate: Callable[[Item, Scripts], Found],
        scripts: Scripts | None = None,
    ) -> list[Found]:
        del reader
        known = self.open() if scripts is None else scripts
        return [evaluate(item, known) for item in items]
