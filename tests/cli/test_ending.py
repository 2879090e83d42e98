import signal
import subprocess
import sys

from warroom.cli.ending import SERVER_SECONDS

STUBBORN = """
import signal
from warroom.cli.ending import end_within
end_within({seconds}, 143)
{rest}
"""


def ended(seconds: float, rest: str) -> subprocess.CompletedProcess[str]:
    program = STUBBORN.format(seconds=seconds, rest=rest)
    return subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True, timeout=60)


def test_what_does_not_end_by_itself_is_ended_and_said() -> None:
    done = ended(0.1, "while True: signal.pause()")
    assert done.returncode == 128 + signal.SIGTERM
    assert done.stderr == "Something did not end within 0.1 seconds, and was cut off; what it did is kept.\n"


def test_an_end_in_good_order_waits_for_nothing() -> None:
    done = ended(SERVER_SECONDS, "")
    assert (done.returncode, done.stderr) == (0, "")
