import pytest

from tests.outbound.hook import hook
from warroom.model.errors import InvalidInputError, UnavailableError
from warroom.services.app import App
from warroom.testing.samples import an_actor
from warroom.web.perform import perform


async def test_a_test_message_says_what_came_of_it(app: App) -> None:
    with hook() as there:
        assert await perform(app, "notify.test", {"to": there.url, "shape": "slack"}, an_actor()) == {"to": "127.0.0.1"}
        there.answers = [404]
        with pytest.raises(UnavailableError, match=r"did not get through: 127\.0\.0\.1 answers with HTTP 404"):
            await perform(app, "notify.test", {"to": there.url}, an_actor())
    with pytest.raises(InvalidInputError, match="'morse' is no shape"):
        await perform(app, "notify.test", {"to": there.url, "shape": "morse"}, an_actor())
