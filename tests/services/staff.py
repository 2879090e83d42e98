"""Users for tests that name them."""

from warroom.model.user import Role, User
from warroom.services.ports.users import UserEvent, UserStore
from warroom.testing.clock import START


async def sign_up(users: UserStore, *names: str, disabled: bool = False) -> None:
    """Make analysts who may sign in, or who may no longer."""
    for name in names:
        user = User(name=name, role=Role.ANALYST, password_hash="", created=START, disabled=disabled)
        await users.add_user(user, UserEvent(kind="user", actor="ana", at=START, payload={}))
