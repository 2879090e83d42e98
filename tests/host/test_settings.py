import sys

from warroom.host.settings import HostSettings


def test_workers_run_under_our_own_python_unless_told_otherwise() -> None:
    assert str(HostSettings().python) == sys.executable
