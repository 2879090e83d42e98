import pytest

from warroom.doors.perform import perform, read
from warroom.doors.table import OPERATIONS
from warroom.model.errors import ForbiddenError, InvalidInputError
from warroom.model.user import Role
from warroom.services.app import App
from warroom.services.people.access import may
from warroom.testing.samples import an_actor

CLOSE = OPERATIONS["incident.close"]


def test_a_field_that_is_missing_or_wrong_is_named() -> None:
    with pytest.raises(InvalidInputError, match=r"^incident.close needs 'id', which the request does not name\.$"):
        read(CLOSE, {})
    with pytest.raises(InvalidInputError, match=r"^reason: .*200 characters\. Correct it\.$"):
        read(CLOSE, {"id": "1", "reason": "x" * 201})


@pytest.mark.parametrize("name", sorted(OPERATIONS))
async def test_whose_role_is_not_enough_is_refused_before_the_request_is_looked_at(app: App, name: str) -> None:
    operation = OPERATIONS[name]
    for role in (role for role in Role if not may(role, operation.permission)):
        with pytest.raises(ForbiddenError, match=f"{operation.permission.value} as {role.label}"):
            await perform(operation, app, {}, an_actor(role=role))
