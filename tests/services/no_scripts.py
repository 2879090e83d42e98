"""Values that use no scripts as transformers and operators."""

from collections.abc import Callable
from typing import TypeVar

from warroom.context.scope import Scope
from warroom.services.ports.value_scripts import Reader

Found = TypeVar("Found")


class NoScripts:
    """Evaluates once: a script that is needed is not known."""

    async def evaluated(self, scope: Scope, reader: Reader, evaluate: Callable[[Scope], Found]) -> Found:
        del reader
        return evaluate(scope)
