"""The operations of the API by name, such as `POST /v3.0/response/endpoints/isolate`; ids are written `{id}`."""

import re
from collections.abc import Iterable

_PARAMETER = re.compile(r"{[^}]*}")


class UnknownOperationError(Exception):
    """No operation is named so."""


def template(path: str) -> str:
    """Write the path of a route as the name of an operation holds it.

    >>> template("/workbench/alerts/{alert_id}")
    '/workbench/alerts/{id}'
    """
    return _PARAMETER.sub("{id}", path)


class OperationNames:
    """Finds the operation of a request, and the operations that somebody means."""

    def __init__(self, operations: Iterable[str]) -> None:
        # A literal path is preferred to one with an id that could be the same word.
        self._names = sorted(set(operations), key=lambda name: (name.count("{id}"), name))
        self._patterns: dict[tuple[str, int], list[tuple[re.Pattern[str], str]]] = {}
        for name in self._names:
            method, _, path = name.partition(" ")
            pattern = re.compile(re.escape(path).replace(re.escape("{id}"), "[^/]+"))
            self._patterns.setdefault((method, path.count("/")), []).append((pattern, name))

    def of(self, method: str, path: str) -> str | None:
        """Return the operation of a request; None for a request that is none."""
        candidates = self._patterns.get((method, path.count("/")), ())
        return next((name for pattern, name in candidates if pattern.fullmatch(path)), None)

    def meant(self, text: str) -> frozenset[str]:
        """Return the operations whose name is this, or whose path ends so: `isolate` is on endpoints and containers."""
        method, _, ending = text.rpartition(" ")
        path = ending.lstrip("/")
        found = frozenset(
            name
            for name in self._names
            if name.endswith(f"/{path}") and name.startswith(f"{method} " if method else "")
        )
        if not path or not found:
            raise UnknownOperationError(
                f"No operation of the twin is named {text!r}; write it as POST /v3.0/response/endpoints/isolate, "
                "or as the end of its path. GET /_twin/openapi.json lists them all."
            )
        return found
