import pytest

from tests.services.sign_in_world import PASSWORD, ROOT, SignIns
from warroom.model.user import Actor, Role


@pytest.fixture
def sign_ins() -> SignIns:
    return SignIns()


@pytest.fixture
async def ana(sign_ins: SignIns) -> Actor:
    await sign_ins.users.create("root", PASSWORD, Role.ADMIN, ROOT)
    return (await sign_ins.users.create("ana", PASSWORD, Role.ANALYST, ROOT, display_name="Ana Lima")).actor
