"""Accounts of people, one record for each directory that knows the person."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

Iam: TypeAlias = Literal["AAD", "OPAD"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainAccount:
    name: str
    iam: Iam
    mail_address: str
    enabled: bool = True
    signed_in: bool = True
    must_change_password: bool = False

    @property
    def key(self) -> str:
        return f"{self.iam}:{self.name}"

    def answers_to(self, name: str) -> bool:
        return name.casefold() in {self.name.casefold(), self.mail_address.casefold()}


class Directory:
    """All accounts of the tenant."""

    def __init__(self) -> None:
        self._accounts: dict[str, DomainAccount] = {}

    def __iter__(self) -> Iterator[DomainAccount]:
        return iter(list(self._accounts.values()))

    def __getitem__(self, key: str) -> DomainAccount:
        return self._accounts[key]

    def put(self, account: DomainAccount) -> None:
        self._accounts[account.key] = account

    def remove(self, key: str) -> None:
        del self._accounts[key]

    def named(self, name: str) -> list[DomainAccount]:
        return [account for account in self if account.answers_to(name)]

    def enable(self, key: str, enabled: bool) -> None:
        # A disabled account keeps no session; enabling it again does not sign anybody in.
        account = self._accounts[key]
        self.put(replace(account, enabled=enabled, signed_in=account.signed_in and enabled))

    def sign_out(self, key: str) -> None:
        self.put(replace(self._accounts[key], signed_in=False))

    def reset_password(self, key: str) -> None:
        self.put(replace(self._accounts[key], must_change_password=True))
