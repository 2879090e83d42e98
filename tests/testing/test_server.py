from pathlib import Path

import pytest

from warroom.model.errors import NotFoundError
from warroom.model.json import Json, JsonObject
from warroom.services.ports.runner import ServerCalls
from warroom.testing.server import FakeServer


async def test_answers_come_from_the_table_and_are_recorded(tmp_path: Path) -> None:
    async def context(_: JsonObject, __: Path) -> Json:
        return {"Endpoint": []}

    fake = FakeServer({"dt": lambda args, _: args["trnsfrm"], "context": context})
    server: ServerCalls = fake
    assert await server.call("dt", {"trnsfrm": "File.Name"}, tmp_path) == "File.Name"
    assert await server.call("context", {}, tmp_path) == {"Endpoint": []}
    assert fake.calls == [("dt", {"trnsfrm": "File.Name"}), ("context", {})]


async def test_an_unknown_method_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no answer to getModules"):
        await FakeServer().call("getModules", {}, tmp_path)
