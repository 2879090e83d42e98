import httpx

from visionone_sim.connections import Connections
from visionone_sim.testing import RunningTwin


def test_a_connection_is_known_while_it_is_open(twin: RunningTwin) -> None:
    connections = twin.twin.connections
    with httpx.Client(base_url=twin.url, timeout=60) as client:
        client.get("/_twin/clock")
        assert len(connections) == 1
        client.get("/_twin/clock")
        assert len(connections) == 1


def test_an_unknown_client_cannot_be_cut_off() -> None:
    connections = Connections()
    connections.abort(("127.0.0.1", 1))
    connections.abort(None)
    assert len(connections) == 0
