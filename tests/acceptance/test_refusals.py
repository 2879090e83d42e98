"""What goes wrong is said in one sentence, with exit code 1, and without a traceback."""

import re
from pathlib import Path

import pytest

from tests.acceptance.folder import INSTANCE, Folder
from tests.acceptance.twin import started_twin

pytestmark = pytest.mark.acceptance

DETAILS = "!trendmicro-visionone-get-alert-details"
NOBODY = "http://127.0.0.1:1"


def _refused(folder: Folder, *words: str) -> str:
    """Run a command that is refused; gives its one sentence."""
    done = folder.command(*words, code=1)
    assert done.stdout == ""
    assert re.fullmatch(r"[^\n]+[^\n]\n", done.stderr), done.stderr
    return done.stderr.strip()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("run", "!nonsense"), r"There is no command `nonsense`; .+"),
        (("run", DETAILS), rf"{DETAILS[1:]} needs the argument 'workbench_id', which is missing or empty\. .+"),
        (("playbook", "run", "Nope", "--wait"), r"There is no playbook `Nope`; .+"),
        (("instance", "test", INSTANCE), r".*127\.0\.0\.1:1 could not be reached .+; check the server URL .+"),
    ],
    ids=["unknown command", "missing argument", "unknown playbook", "unreachable URL"],
)
def test_a_request_that_cannot_be_met_is_refused(folder: Folder, words: tuple[str, ...], sentence: str) -> None:
    folder.home.mkdir()
    folder.add_instance(NOBODY)
    assert re.fullmatch(sentence, _refused(folder, *words))


def test_a_wrong_key_is_named_with_what_to_check(folder: Folder, tmp_path: Path) -> None:
    with started_twin(tmp_path, "--scenario", "empty", "--api-key", "another") as twin:
        folder.add_instance(twin.url)
        assert re.fullmatch(r".*answered 401 .+ Check the API key .+", _refused(folder, "instance", "test", INSTANCE))


def test_a_port_in_use_is_named(folder: Folder, tmp_path: Path) -> None:
    with started_twin(tmp_path, "--scenario", "empty") as twin:
        sentence = _refused(folder, "simulator", "--port", str(twin.port))
        assert re.fullmatch(rf"Cannot listen on 127\.0\.0\.1:{twin.port} .+; choose another --port\.", sentence)


def test_a_broken_pack_file_is_named_with_its_line_and_the_rest_is_served(folder: Folder) -> None:
    pack = folder.home / "packs" / "Broken"
    (pack / "Playbooks").mkdir(parents=True)
    (pack / "pack_metadata.json").write_text('{"name": "Broken", "currentVersion": "1.0.0"}', encoding="utf-8")
    playbook = pack / "Playbooks" / "playbook-Broken.yml"
    playbook.write_text("id: x\nname: x\ntasks: [\n", encoding="utf-8")
    broken = f"{playbook.relative_to(pack)}:3: This is not valid YAML"
    assert f"Broken is installed without {broken}" in folder.command("doctor", "--json", code=1).stdout
    with folder.served() as server:
        server.ready()
        assert "Broken" in {one["name"] for one in folder.call("pack.list")}
        assert broken in server.log.read_text(encoding="utf-8")


def test_a_home_that_is_a_file_is_named(folder: Folder) -> None:
    folder.home.touch()
    for words in (("incident", "list"), ("demo", "--json")):
        assert _refused(folder, *words).startswith(f"The data folder {folder.home} cannot be used")
