import os
import signal
import sys
from contextlib import ExitStack

import pytest

from tests.cli.conftest import CommandLine
from tests.cli.serving import PROGRAM, serving
from tests.cli.terminal import TIMEOUT, in_terminal, wait_until_nobody_is_left
from warroom.cli.door import user_name


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_other_commands_work_through_the_server_until_it_is_told_to_stop(
    command_line: CommandLine, number: signal.Signals
) -> None:
    with serving(command_line.home) as server:
        assert (command_line.home / "warroom.sock").stat().st_mode & 0o777 == 0o600
        assert command_line("run", "!Print value=hello").out.strip() == "hello"
        assert "in use" in command_line.refused("serve")
        server.send_signal(number)
        _, err = server.communicate(timeout=TIMEOUT)
    assert server.returncode == 0, err
    assert "Traceback" not in err
    assert not (command_line.home / "warroom.sock").exists()
    wait_until_nobody_is_left(server.pid)


def test_a_prompt_outlives_the_server_that_it_looks_through(command_line: CommandLine) -> None:
    argv = [sys.executable, "-c", PROGRAM, "--home", str(command_line.home), "shell"]
    with ExitStack() as stack:
        server = stack.enter_context(serving(command_line.home))
        terminal = stack.enter_context(in_terminal(argv, {**os.environ, "TERM": "xterm-256color"}))
        terminal.wait_for("Ctrl-D leaves")
        terminal.wait_for(">")
        server.terminate()
        _, err = server.communicate(timeout=TIMEOUT)
        assert (server.returncode, err) == (0, "")
        terminal.wait_for("The server")
        stack.enter_context(serving(command_line.home))
        terminal.wait_for("That works again.")
        terminal.type("!Print value=hello\r")
        terminal.wait_for(f"{user_name()} Print")
        terminal.type("\x04")
        assert terminal.wait_for_the_end() == 0


def test_a_server_that_is_killed_leaves_neither_processes_nor_a_folder_in_use(command_line: CommandLine) -> None:
    with serving(command_line.home) as server:
        command_line("run", "!Print value=hello")  # so that there is a worker
        server.kill()
    wait_until_nobody_is_left(server.pid)
    assert (command_line.home / "warroom.sock").exists()
    assert command_line("run", "!Print value=hello").code == 0
