import pytest

from tests.services.sign_in_desk import PASSWORD, ROOT, Desk
from warroom.model.user import Actor, Role


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
async def ana(desk: Desk) -> Actor:
    await desk.users.create("root", PASSWORD, Role.ADMIN, ROOT)
    return (await desk.users.create("ana", PASSWORD, Role.ANALYST, ROOT, display_name="Ana Lima")).actor
