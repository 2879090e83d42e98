import socket
from pathlib import Path

import pytest

from visionone_sim.options import OptionError, SimulatorOptions, Started
from visionone_sim.run import run_simulator


def refusal(options: SimulatorOptions) -> str:
    started: list[Started] = []
    with pytest.raises(OptionError) as refused:
        run_simulator(options, on_start=started.append)
    assert started == []
    return str(refused.value)


def test_a_port_that_is_taken_is_told_before_it_starts() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert str(port) in refusal(SimulatorOptions(port=port, scenario="empty"))


def test_a_state_that_cannot_be_kept_is_told_before_it_starts(tmp_path: Path) -> None:
    assert "cannot be kept" in refusal(SimulatorOptions(scenario="empty", state=tmp_path / "no" / "state"))
