"""The vault: keeps secrets encrypted."""

from typing import Protocol

from warroom.model.json import Json


class Vault(Protocol):
    """Encrypts instances' secrets; the key is in the data folder or the environment."""

    def seal(self, value: Json) -> str: ...

    def open(self, sealed: str) -> Json: ...
