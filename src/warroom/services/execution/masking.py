"""Keeps secrets out of what people and logs see: values of instances, and keys that name a secret.

The password of an evidence archive stays in the context (design 6) and is masked everywhere else.
"""

import re
from collections.abc import Iterable

from warroom.model.json import Json

MASK = "••••••"
SECRET_KEYS = re.compile(r"passw(or)?d|secret|api_?key|token$|^authorization$", re.IGNORECASE)
LINK_KEYS = re.compile(r"resource_?location", re.IGNORECASE)
SHORTEST_SECRET = 4  # masking shorter ones would blank out ordinary text


class Mask:
    """Masks a set of secret texts, wherever they stand."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = sorted({text for text in secrets if len(text) >= SHORTEST_SECRET}, key=len, reverse=True)

    def text(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        return text

    def tree(self, value: Json) -> Json:
        """Mask secrets in a JSON tree: known texts anywhere, and whatever stands under a key that names a secret."""
        match value:
            case str():
                return self.text(value) if self._secrets else value
            case dict():
                return {key: self._member(key, item) for key, item in value.items()}
            case list():
                return [self.tree(item) for item in value]
            case _:
                return value

    def _member(self, key: str, value: Json) -> Json:
        if isinstance(value, str) and value:
            if SECRET_KEYS.search(key):
                return MASK
            if LINK_KEYS.search(key):
                return without_query(value)
        return self.tree(value)


def without_query(url: str) -> str:
    """Cut the signature off a pre-signed link.

    >>> without_query("http://127.0.0.1/f/7?sig=abc")
    'http://127.0.0.1/f/7?…'
    """
    head, mark, _ = url.partition("?")
    return f"{head}?…" if mark else url
