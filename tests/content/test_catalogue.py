from dataclasses import replace
from pathlib import Path

import pytest

from warroom.content.catalogue import Catalogue
from warroom.content.incident_type import IncidentField
from warroom.content.integration import Code, Command, Integration, Script
from warroom.content.load import load_pack
from warroom.content.pack import FileNote, Pack
from warroom.model.errors import NotFoundError

CODE = Code(text="pass", sha256="0")


def integration(brand: str, *commands: str) -> Integration:
    return Integration(id=brand, name=brand, code=CODE, commands={name: Command(name=name) for name in commands})


def script(
    item_id: str, name: str = "", comment: str = "", language: str = "python", subtype: str = "python3"
) -> Script:
    code = replace(CODE, language=language, subtype=subtype)
    return Script(id=item_id, name=name or item_id, comment=comment, code=code)


def pack(name: str, *items: Integration | Script | IncidentField) -> Pack:
    return Pack(
        id=name,
        name=name,
        version="1.0.0",
        path=Path(name),
        integrations={item.id: item for item in items if isinstance(item, Integration)},
        scripts={item.id: item for item in items if isinstance(item, Script)},
        incident_fields={item.id: item for item in items if isinstance(item, IncidentField)},
    )


def failure(catalogue: Catalogue, find: str, name: str) -> str:
    with pytest.raises(NotFoundError) as caught:
        getattr(catalogue, find)(name)
    return str(caught.value)


def test_a_later_pack_wins() -> None:
    catalogue = Catalogue([pack("Base", script("Set", comment="ours")), pack("Mine", script("Set", comment="mine"))])
    assert catalogue.script("Set").comment == "mine"


@pytest.mark.parametrize(
    ("ours", "theirs", "wins"),
    [
        (("python", "python3"), ("python", "python3"), "theirs"),
        (("python", "python3"), ("javascript", ""), "theirs"),
        (("python", "python3"), ("javascript", "d2"), "ours"),
        (("python", "python3"), ("powershell", ""), "ours"),
        (("python", "python3"), ("python", "python2"), "ours"),
        (("python", "python2"), ("powershell", ""), "ours"),
        (("javascript", ""), ("python", "python3"), "theirs"),
        (("javascript", ""), ("python", "python2"), "ours"),
        (("javascript", ""), ("powershell", ""), "ours"),
        (("javascript", "d2"), ("python", "python2"), "theirs"),
        (("powershell", ""), ("javascript", "d2"), "theirs"),
    ],
)
def test_what_cannot_run_never_wins(ours: tuple[str, str], theirs: tuple[str, str], wins: str) -> None:
    first = script("Set", comment="ours", language=ours[0], subtype=ours[1])
    second = script("Set", comment="theirs", language=theirs[0], subtype=theirs[1])
    assert Catalogue([pack("Base", first), pack("Common", second)]).script("Set").comment == wins


def test_code_that_asks_which_python_runs_it_is_for_both() -> None:
    ours = script("CommonServerPython", comment="ours")
    text = "import sys\nIS_PY3 = sys.version_info[0] == 3\n"
    theirs = script("CommonServerPython", comment="theirs", subtype="python2")
    theirs = replace(theirs, code=replace(theirs.code, text=text))
    assert Catalogue([pack("Base", ours), pack("Theirs", theirs)]).script("CommonServerPython").comment == "theirs"


def test_each_language_has_its_own_shared_scripts() -> None:
    names = ("CommonServerUserPython", "CommonServerPython", "CommonUserServer", "CommonServer", "XApiModule", "Set")
    catalogue = Catalogue([pack("P", *(script(name) for name in names))])
    assert list(catalogue.module_sources()) == ["CommonServerPython", "CommonServerUserPython", "XApiModule"]
    assert list(catalogue.module_sources("javascript")) == ["CommonServer", "CommonUserServer"]
    assert catalogue.module_sources("powershell") == {}


@pytest.mark.parametrize("order", [1, -1])
def test_what_cannot_run_does_not_win_by_its_id_or_name_either(order: int) -> None:
    cannot = script("3f2c", name="Set", language="powershell"), script("Sleep", language="powershell")
    can = script("Set"), script("77aa", name="Sleep")
    catalogue = Catalogue([pack("A", *can), pack("B", *cannot)][::order])
    assert catalogue.script("Set").id == "Set"
    assert catalogue.script("Sleep").id == "77aa"


def test_what_cannot_run_never_wins_among_integrations() -> None:
    ours = integration("VirusTotal", "file")
    theirs = replace(ours, code=replace(CODE, language="powershell"), commands={})
    assert Catalogue([pack("A", ours), pack("B", theirs)]).integration("VirusTotal") == ours
    assert Catalogue([pack("B", theirs), pack("A", ours)]).integration("VirusTotal") == ours


@pytest.mark.parametrize("find", ["script", "integration", "playbook", "command"])
def test_what_was_left_out_is_named_with_its_file(find: str) -> None:
    note = FileNote(file="Scripts/Cry/Cry.yml", message="Correct it.", line=7, names=("Cry", "S"))
    catalogue = Catalogue([replace(pack("Loud"), unreadable=(note,))])
    said = "`S` of the pack Loud is left out, since Scripts/Cry/Cry.yml cannot be read: Correct it."
    assert failure(catalogue, find, "S") == said
    assert catalogue.why_unreadable("Set") == ""


def test_ids_come_before_names() -> None:
    catalogue = Catalogue([pack("P", script("a", name="b"), script("b", name="c"))])
    assert catalogue.script("b").id == "b"
    assert catalogue.script("c").id == "b"
    assert catalogue.script("a").id == "a"


def test_commands_are_found_with_everyone_who_offers_them() -> None:
    catalogue = Catalogue([pack("P", integration("One", "go", "stop"), integration("Two", "go"))])
    assert list(catalogue.commands()) == ["go", "stop"]
    assert [offer[0].id for offer in catalogue.command_integrations("go")] == ["One", "Two"]
    assert [offer[0].id for offer in catalogue.command_integrations("go", "Two")] == ["Two"]
    assert catalogue.command_integrations("go", "Three") == ()
    assert catalogue.command_integrations("gone") == ()
    assert catalogue.command("stop")[0][1].name == "stop"


def test_a_command_that_another_brand_has_says_so() -> None:
    catalogue = Catalogue([pack("P", integration("One", "go"))])
    with pytest.raises(NotFoundError, match=r"^`Two` has no command `go`, but `One` has; name that or none\.$"):
        catalogue.command("go", "Two")


@pytest.mark.parametrize(
    ("find", "name", "message"),
    [
        ("script", "Shuot", "There is no script `Shuot`; did you mean `Shout`?"),
        ("integration", "Ecco", "There is no integration `Ecco`; did you mean `Echo`?"),
        ("command", "echo-sey", "There is no command `echo-sey`; did you mean `echo-say`?"),
        ("playbook", "Great", "There is no playbook `Great`; did you mean `Greet`?"),
        ("incident_type", "Echo Alarm", "There is no incident type `Echo Alarm`; did you mean `Echo Alert`?"),
        ("field", "echovolum", "There is no incident field `echovolum`; did you mean `echovolume`, `Echo Volume`?"),
        ("mapper", "x", "There is no mapper `x`; install the pack that has it, or check the spelling."),
        ("classifier", "", "There is no classifier ``; install the pack that has it, or check the spelling."),
    ],
)
def test_unknown_names_ask_what_was_meant(sample: Path, find: str, name: str, message: str) -> None:
    assert failure(Catalogue([load_pack(sample)]), find, name) == message


def test_everything_of_the_sample_is_found(sample: Path) -> None:
    catalogue = Catalogue([load_pack(sample)])
    assert catalogue.playbook("Greet").name == "Greet"
    assert catalogue.playbook("Greet Test").id == "Greet Test"
    assert catalogue.incident_type("Echo Alert").playbook == "Greet"
    assert catalogue.integration("Echo").commands.keys() == {"echo-say", "echo-shout"}
    assert {catalogue.field(name).id for name in ("Echo Volume", "echovolume", "incident_echovolume")} == {
        "incident_echovolume"
    }
    assert catalogue.mapper("Echo - Incoming Mapper").id == "Echo - Incoming Mapper"
    assert catalogue.classifier("Echo - Classifier").default_type == "Echo Alert"


def test_looking_without_asking_gives_none(sample: Path) -> None:
    catalogue = Catalogue([load_pack(sample)])
    finders = (catalogue.find_script, catalogue.find_integration, catalogue.find_playbook, catalogue.find_field)
    assert [find("gone") for find in (*finders, catalogue.find_incident_type)] == [None] * 5


def test_a_cli_name_comes_before_a_display_name() -> None:
    first = IncidentField(id="incident_a", name="volume", cli_name="a")
    second = IncidentField(id="incident_b", name="B", cli_name="volume")
    assert Catalogue([pack("P", first, second)]).field("volume") is second


def test_modules_that_code_imports_are_offered_by_name() -> None:
    names = ("CommonServerPython", "MicrosoftApiModule", "Set")
    assert set(Catalogue([pack("P", *(script(name) for name in names))]).module_sources()) == set(names[:2])
