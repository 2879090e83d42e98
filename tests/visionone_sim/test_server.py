import socket

import pytest

from visionone_sim.server import PortInUseError, listen
from visionone_sim.testing import RunningTwin


def test_a_port_in_use_is_said_in_one_sentence(twin: RunningTwin) -> None:
    port = int(twin.url.rsplit(":", 1)[1])
    with pytest.raises(PortInUseError, match=f"Cannot listen on 127.0.0.1:{port} .*choose another --port"):
        listen("127.0.0.1", port)


def test_an_address_of_another_machine_is_said_too() -> None:
    with pytest.raises(PortInUseError, match=r"192\.0\.2\.1"):
        listen("192.0.2.1", 0)


def test_a_free_port_is_taken_and_can_be_connected_to_at_once() -> None:
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        assert listener.getsockname()[1] > 0
