from tests.cli.conftest import CommandLine
from tests.cli.content import install_pack

WRITES = '!trendmicro-visionone-isolate-endpoint endpoint_identifiers=\'[{"endpoint": "WIN-7"}]\''


def _with_instance(command_line: CommandLine) -> None:
    options = ("--integration", "VisionOneResponse", "--param", "url=http://127.0.0.1:9", "--secret", "apikey=@-")
    assert command_line("instance", "add", "acme", *options, typed="a-key\n").code == 0


def test_paused_actions_are_refused_until_they_are_resumed(command_line: CommandLine) -> None:
    _with_instance(command_line)
    said = command_line("pause", "--reason", "It isolates the wrong hosts.").out
    assert " paused every instance at " in said
    assert "It isolates the wrong hosts." in said
    assert "`warroom resume` continues the waiting actions." in said
    assert "was not sent" in command_line.refused("run", WRITES)
    assert "Paused already: " in command_line("pause").out
    resumed = command_line("resume").out
    assert resumed.startswith("Resumed. ")
    assert " had paused every instance at " in resumed
    assert command_line.refused("resume") == "Nothing is paused, so there is nothing to resume."
    assert "was not sent" not in command_line("run", WRITES).err


def test_one_instance_is_paused_by_its_name(command_line: CommandLine) -> None:
    _with_instance(command_line)
    assert "There is no instance 'acne'" in command_line.refused("pause", "--instance", "acne")
    paused = command_line("pause", "--instance", "acme", "--json").document
    assert (paused["instance"], paused["is_new"], paused["on_the_way"]) == ("acme", True, [])
    command_line("pause")
    assert "Still paused: " in command_line("resume").out
    assert command_line("resume", "--instance", "acme", "--json").document["still"] == []


def test_the_doctor_says_what_is_paused(command_line: CommandLine) -> None:
    install_pack(command_line.home)
    command_line("pause", "--reason", "Drill.")
    found = {item["what"]: item for item in command_line("doctor", "--json").document}
    assert not found["paused"]["ok"]
    assert found["paused"]["found"].endswith(": Drill. `warroom resume` ends it.")


def test_plans_are_cancelled_by_playbook_and_all_at_once(command_line: CommandLine) -> None:
    install_pack(command_line.home)
    command_line("incident", "create", "One")
    plans = [
        command_line("playbook", "run", "Ask", "--incident", "1", "--wait", "--json").document["plan"] for _ in range(2)
    ]
    assert "No open plan runs 'Nosuch'" in command_line.refused("plan", "cancel", "--playbook", "Nosuch")
    assert "Say which plans" in command_line.refused("plan", "cancel")
    assert "--all is every plan" in command_line.refused("plan", "cancel", "--all", "--incident", "1")
    one = command_line("plan", "cancel", plans[0], "--reason", "Tried out.").out
    assert one == "1 plan cancelled.\n"
    rest = command_line("plan", "cancel", "--all", "--json").document["plans"]
    assert [(plan["id"], plan["state"]) for plan in rest] == [(plans[1], "cancelled")]
    assert command_line("plan", "cancel", "--all").out == "No plan is open, so none was cancelled.\n"
    assert command_line("task", "list").out == "Nothing waits.\n"
