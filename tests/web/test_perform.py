import pytest

from warroom.doors.local import local_actor
from warroom.model.errors import InvalidInputError, NotFoundError
from warroom.model.user import Role
from warroom.services.app import App
from warroom.testing.samples import an_actor
from warroom.web.perform import perform


async def test_a_word_that_the_request_lacks_is_named(app: App) -> None:
    with pytest.raises(InvalidInputError, match="say needs 'text'"):
        await perform(app, "say", {"incident": "1"}, an_actor())
    with pytest.raises(NotFoundError, match="no operation 'fly'"):
        await perform(app, "fly", {}, an_actor())


def test_who_may_open_the_folder_is_its_admin() -> None:
    assert (local_actor("ana").name, local_actor("ana").role) == ("ana", Role.ADMIN)
