import pytest

from warroom.model.errors import ForbiddenError, InvalidInputError, NotFoundError
from warroom.model.user import Role
from warroom.services.app import App
from warroom.testing.samples import an_actor
from warroom.web.perform import perform

ADMIN = an_actor()


async def test_a_user_gets_a_mail_address_and_loses_it(app: App) -> None:
    await app.users.create("ann", "correct horse battery", Role.RESPONDER, ADMIN)
    assert (await perform(app, "user.mail", {"name": "ann", "mail": "ann@example.com"}, ADMIN))["mail"] == (
        "ann@example.com"
    )
    assert [user["mail"] for user in await perform(app, "user.list", {}, ADMIN)] == ["ann@example.com"]
    assert (await perform(app, "user.mail", {"name": "ann"}, ADMIN))["mail"] == ""


async def test_what_cannot_be_is_refused(app: App) -> None:
    await app.users.create("ann", "correct horse battery", Role.RESPONDER, ADMIN)
    with pytest.raises(InvalidInputError, match="'nowhere' is no mail address"):
        await perform(app, "user.mail", {"name": "ann", "mail": "nowhere"}, ADMIN)
    with pytest.raises(NotFoundError, match="no user zoe"):
        await perform(app, "user.mail", {"name": "zoe", "mail": "zoe@example.com"}, ADMIN)
    with pytest.raises(ForbiddenError):
        await perform(app, "user.list", {}, an_actor(role=Role.RESPONDER))
