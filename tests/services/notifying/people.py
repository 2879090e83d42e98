"""Users with mail addresses."""

from dataclasses import replace

from tests.services.approvals.approval_world import a_user
from warroom.model.user import Role, User


def somebody(name: str, role: Role = Role.RESPONDER, *, mail: str | None = None, disabled: bool = False) -> User:
    """Make a user who has the address NAME@example.com unless told otherwise."""
    address = f"{name}@example.com" if mail is None else mail
    return replace(a_user(name, role, disabled=disabled), mail=address)


def mail_to(name: str) -> str:
    return f"mailto:{name}@example.com"
