import socket

import pytest

from warroom.model.ids import InstanceId
from warroom.model.instance import IntegrationInstance
from warroom.model.json import Json
from warroom.services.execution.local_origins import allowed_origins, local_origins, origin_of

A, B = "http://127.0.0.1:8090", "http://[::1]:80"


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("http://127.0.0.1:8090/v3.0?x=1", A),
        (" HTTP://LocalHost ", "http://localhost:80"),
        ("https://user:secret@api.example", "https://api.example:443"),
        ("http://[::1]/", B),
    ],
)
def test_an_origin_is_written_in_one_way(url: str, origin: str) -> None:
    assert origin_of(url) == origin


@pytest.mark.parametrize(
    "value", ["", "file:///etc/passwd", "http://", "http://[x", "http://a:99999", "8090", True, None, 5, []]
)
def test_what_is_no_address_of_the_web_has_no_origin(value: Json) -> None:
    assert origin_of(value) == ""


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:1",
        "http://127.8.9.1",
        "http://0x7f.1:1",
        "http://[::ffff:127.0.0.1]:9",
        "http://169.254.169.254",
        "http://0.0.0.0:1",
        "http://2130706433",
    ],
)
async def test_addresses_of_this_machine_are_known_in_every_spelling(url: str) -> None:
    assert await local_origins({"name": "x", "url": url, "again": url}) == (origin_of(url),)


async def test_a_name_that_leads_here_is_known_by_where_it_leads() -> None:
    name = socket.gethostname()
    leads = socket.gethostbyname(name).startswith("127.")
    assert await local_origins({"server": f"http://{name}:9"}) == ((f"http://{name.lower()}:9",) if leads else ())


@pytest.mark.parametrize(
    "url", ["https://192.0.2.7", "http://10.0.0.1:8090", "http://no-such-name.invalid", f"http://{'a' * 70}.x"]
)
async def test_other_addresses_are_none_of_this_machine(url: str) -> None:
    assert await local_origins({"url": url}) == ()


def test_content_may_read_what_the_settings_and_the_instances_that_are_on_allow() -> None:
    on = IntegrationInstance(
        id=InstanceId("1"), name="a", integration="x", local_origins={A: True, "http://localhost:2": False}
    )
    off = IntegrationInstance(id=InstanceId("2"), name="b", integration="x", local_origins={B: True}, enabled=False)
    assert allowed_origins(["http://localhost:3", A], [on, off]) == ["http://localhost:3", A]
    assert allowed_origins([], [on, off]) == [A]
