import pytest

from warroom.model.errors import ForbiddenError
from warroom.model.user import SYSTEM, Actor, Role
from warroom.services.people.access import MINIMUM, Permission, may, require


def test_every_permission_has_its_least_role() -> None:
    assert set(MINIMUM) == set(Permission)


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("role", Role)
def test_a_role_is_enough_from_its_minimum_on(role: Role, permission: Permission) -> None:
    actor = Actor(name="ana", role=role)
    if role < MINIMUM[permission]:
        with pytest.raises(ForbiddenError):
            require(actor, permission)
    else:
        require(actor, permission)


def test_a_refusal_says_what_it_takes_and_whom_to_ask() -> None:
    with pytest.raises(ForbiddenError) as refusal:
        require(Actor(name="ana", role=Role.ANALYST), Permission.RUN_ACTIONS)
    assert str(refusal.value) == (
        "ana may not run response actions as analyst: that takes the role responder. Ask a responder or an admin."
    )


def test_playbooks_may_do_everything() -> None:
    assert all(may(SYSTEM.role, permission) for permission in Permission)
