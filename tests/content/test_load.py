from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest

from warroom.content.load import SECTIONS, load_pack, load_packs, mistakes
from warroom.model.errors import ContentError, Location, NotFoundError

Zipped = Callable[..., Path]

PLAYBOOK = "id: {id}\nstarttaskid: '0'\ntasks:\n  '0': {{type: start}}\n"
UNIFIED = "commonfields: {id: Echo}\nname: Echo\nscript:\n  script: pass\n  commands:\n  - name: echo-say\n"


def as_zip(root: Path) -> dict[str, str | bytes]:
    """What Palo Alto's packager makes of the sample: metadata at the root, unified integrations and scripts."""
    contents: dict[str, str | bytes] = {
        str(file.relative_to(root)): file.read_bytes()
        for folder in ("Playbooks", "IncidentTypes", "IncidentFields", "Classifiers", "Layouts", "PreProcessRules")
        for file in (root / folder).iterdir()
    }
    return contents | {
        "metadata.json": '{"id": "SamplePack", "name": "Sample Pack", "currentVersion": "1.2.3"}',
        "Integrations/integration-Echo.yml": UNIFIED,
        "Scripts/script-Shout.yml": "commonfields: {id: Shout}\nname: Shout\nscript: pass\n",
    }


@pytest.fixture
def copied(sample: Path, tmp_path: Path) -> Path:
    return copytree(sample, tmp_path / "Copied")


def test_a_folder_is_loaded_whole(sample: Path) -> None:
    pack = load_pack(sample)
    assert (pack.id, pack.name, pack.version, pack.path) == ("Sample", "Sample Pack", "1.2.3", sample)
    assert pack.metadata["support"] == "community"
    kinds = (pack.integrations, pack.scripts, pack.playbooks, pack.test_playbooks, pack.incident_types)
    more = (
        pack.incident_fields,
        pack.classifiers,
        pack.mappers,
        pack.outgoing_mappers,
        pack.layouts,
        pack.preprocess_rules,
    )
    assert [list(kind) for kind in (*kinds, *more)] == [
        ["Echo"],
        ["Shout"],
        ["Greet"],
        ["Greet Test"],
        ["Echo Alert"],
        ["incident_echovolume"],
        ["Echo - Classifier"],
        ["Echo - Incoming Mapper"],
        ["Echo - Outgoing Mapper"],
        ["Echo Layout"],
        ["Drop quiet echoes"],
    ]
    assert pack.skipped == {}


def test_items_know_their_pack_and_their_code(sample: Path) -> None:
    pack = load_pack(sample)
    echo = pack.integrations["Echo"]
    assert (echo.pack, echo.detailed_description) == ("Sample", "How to set Echo up.\n")
    assert echo.code.text.startswith("ANSWER")
    assert echo.code.at == Location(sample / "Integrations" / "Echo" / "Echo.py")
    assert echo.code.file == "Sample/Integrations/Echo/Echo.py"
    assert pack.scripts["Shout"].code.text == 'ANSWER = "SHOUT"\n'


def test_a_zip_gives_the_same_items(sample: Path, zipped: Zipped) -> None:
    path = zipped(as_zip(sample), "Sample.zip")
    pack, folder = load_pack(path), load_pack(sample)
    assert (pack.id, pack.name, pack.version) == ("SamplePack", "Sample Pack", "1.2.3")
    assert pack.integrations["Echo"].code.text == "pass"
    assert pack.mappers.keys() == folder.mappers.keys()
    assert pack.playbooks["Greet"].sha256 == folder.playbooks["Greet"].sha256
    assert pack.playbooks["Greet"].at == Location(path / "Playbooks" / "playbook-Greet.yml", 1)


def test_several_packs_come_in_order(sample: Path, zipped: Zipped) -> None:
    second = zipped({"metadata.json": '{"id": "Two"}', "playbook-Two.yml": PLAYBOOK.format(id="Two")})
    assert [pack.id for pack in load_packs([sample, second])] == ["Sample", "Two"]


def test_one_pack_is_asked_for_and_several_are_there(sample: Path) -> None:
    copies = sample.parent
    assert [pack.id for pack in load_packs([copies])] == ["Sample"]
    assert load_pack(copies).id == "Sample"


def test_too_many_packs_are_an_error(zipped: Zipped) -> None:
    path = zipped({"A/metadata.json": "{}", "B/metadata.json": "{}"})
    with pytest.raises(ContentError, match="There are 2 packs here; name one of them"):
        load_pack(path)


def test_a_single_unified_yml_is_a_pack(tmp_path: Path) -> None:
    for name, text in (("integration-Echo.yml", UNIFIED), ("Greet.yml", PLAYBOOK.format(id="Greet"))):
        (tmp_path / name).write_text(text)
    assert list(load_pack(tmp_path / "integration-Echo.yml").integrations) == ["Echo"]
    assert list(load_pack(tmp_path / "Greet.yml").playbooks) == ["Greet"]


def test_a_single_yml_of_the_package_form_finds_its_code(sample: Path) -> None:
    echo = sample / "Integrations" / "Echo" / "Echo.yml"
    assert load_pack(echo).integrations["Echo"].code.text.startswith("ANSWER")


def test_scripts_beside_test_playbooks_are_scripts(copied: Path) -> None:
    (copied / "TestPlaybooks" / "script-Check.yml").write_text("name: Check\nscript: pass\n")
    assert set(load_pack(copied).scripts) == {"Shout", "Check"}


def test_classifiers_of_the_old_form_are_both(copied: Path) -> None:
    (copied / "Classifiers" / "classifier-Old.json").write_text(
        '{"id": "Old", "mapping": {}, "keyTypeMap": {"a": "A"}}'
    )
    pack = load_pack(copied)
    assert pack.classifiers["Old"].types == {"a": "A"}
    assert "Old" in pack.mappers


def test_what_is_no_classifier_and_no_mapper_is_named_as_left_out(copied: Path) -> None:
    (copied / "Classifiers" / "classifier-Odd.json").write_text('{"id": "Odd", "type": "mapping-sideways"}')
    assert list(load_pack(copied).skipped) == ["Classifiers/classifier-Odd.json"]


@pytest.mark.parametrize("key", ["toversion: 6.9.9", "toversion: 5.9.9", "fromversion: 10.0.0"])
def test_items_for_other_servers_are_left_out(copied: Path, key: str) -> None:
    (copied / "Playbooks" / "playbook-Greet_Other.yml").write_text(PLAYBOOK.format(id="Greet") + key)
    pack = load_pack(copied)
    assert len(pack.playbooks["Greet"].tasks) == 5
    assert key.rsplit(maxsplit=1)[-1] in pack.skipped["Playbooks/playbook-Greet_Other.yml"]


def test_the_same_id_twice_in_a_pack_names_both_files(copied: Path) -> None:
    (copied / "Playbooks" / "playbook-Two.yml").write_text(PLAYBOOK.format(id="Greet"))
    with pytest.raises(ContentError, match=r"playbook-Two\.yml:1: The id `Greet` is already taken by .*-Greet\.yml:1"):
        load_pack(copied)


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("Playbooks/playbook-Greet.yml", "id: Greet\ntasks: [", 2),
        ("Classifiers/classifier-Echo.json", '{"id": "x",\n oops}', 2),
        ("IncidentTypes/incidenttype-Echo_Alert.json", "[]", 1),
        ("pack_metadata.json", "{\n", 2),
        ("Integrations/Echo/Echo.yml", "", 1),
        ("Scripts/Shout/Shout.yml", "name: Shout\nscript: [1]\n", 2),
    ],
)
def test_a_broken_file_is_named_with_its_line(copied: Path, name: str, text: str, line: int) -> None:
    (copied / name).write_text(text)
    with pytest.raises(ContentError) as caught:
        load_pack(copied)
    assert caught.value.at == Location(copied / name, line)


@pytest.mark.parametrize(
    ("name", "text", "section", "names"),
    [
        ("Playbooks/playbook-Greet.yml", "id: Greet\ntasks: [", "playbooks", {"playbook-Greet", "Greet"}),
        ("Playbooks/playbook-Greet.yml", "id: g\nname: Hail\ntasks: 7", "playbooks", {"g", "Hail"}),
        ("Layouts/layoutscontainer-Echo.json", "[]", "layouts", {"Echo"}),
        ("Scripts/Shout/Shout.yml", "commonfields: {id: S}\nname: Cry\nscript: [1]", "scripts", {"S", "Cry", "Shout"}),
        (
            "Integrations/Echo/Echo.yml",
            "name: Echo\nscript: {commands: [{name: echo-say}], type: {}}",
            "integrations",
            {"Echo", "echo-say"},
        ),
        ("pack_metadata.json", "{", "metadata", set()),
    ],
)
def test_a_broken_file_costs_its_item_alone(copied: Path, name: str, text: str, section: str, names: set[str]) -> None:
    whole = load_pack(copied)
    (copied / name).write_text(text)
    [pack] = load_packs([copied], whole=False)
    [note] = pack.unreadable
    assert (note.file, set(note.names) >= names) == (name, True)
    assert note.message
    assert not (getattr(pack, section) if name.endswith((".yml", "data.json")) else ())
    others = [one for one in SECTIONS if one != section]
    assert {one: list(getattr(pack, one)) for one in others} == {one: list(getattr(whole, one)) for one in others}


def test_of_one_id_twice_the_last_is_taken_and_the_other_named(copied: Path) -> None:
    (copied / "Playbooks" / "playbook-Two.yml").write_text(PLAYBOOK.format(id="Greet").replace("name: ", "name: Two "))
    [pack] = load_packs([copied], whole=False)
    assert pack.playbooks["Greet"].at == Location(copied / "Playbooks" / "playbook-Two.yml", 1)
    [note] = pack.unreadable
    assert str(note) == (
        "Playbooks/playbook-Greet.yml:1: The id `Greet` is also that of Playbooks/playbook-Two.yml, which counts; give"
        " one of them another id."
    )
    assert "Greet" in note.names


def test_of_one_id_twice_in_a_pack_what_can_run_is_taken(copied: Path) -> None:
    (copied / "Scripts" / "script-Zzz.yml").write_text(
        "commonfields: {id: Shout, version: -1}\nname: Shout\nscript: return 1\ntype: powershell\n"
    )
    [pack] = load_packs([copied], whole=False)
    assert pack.scripts["Shout"].code.language == "python"
    assert [note.file for note in pack.unreadable] == ["Scripts/script-Zzz.yml"]


def test_a_pack_of_which_nothing_can_be_read_is_empty_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "broken.yml").write_text("name: [")
    [pack] = load_packs([tmp_path / "broken.yml"], whole=False)
    assert [note.file for note in pack.unreadable] == ["broken.yml"]
    assert not pack.scripts


@pytest.mark.parametrize(
    ("name", "section"),
    [("Playbooks/Of/playbook-Of.yml", "playbooks"), ("TestPlaybooks/Of/playbook-Of.yml", "test_playbooks")],
)
def test_an_item_may_lie_in_a_folder_of_its_own(copied: Path, name: str, section: str) -> None:
    (copied / name).parent.mkdir()
    (copied / name).write_text(PLAYBOOK.format(id="Of"))
    assert "Of" in getattr(load_pack(copied), section)


def test_every_file_that_cannot_be_read_is_named_not_only_the_first(copied: Path) -> None:
    files = [copied / "Playbooks" / "playbook-Greet.yml", copied / "Layouts" / "layoutscontainer-Bad.json"]
    for file in files:
        file.write_text("[")
    assert {error.at.path for error in mistakes(copied) if error.at} == set(files)
    (copied / "notes.txt").write_text("no pack")
    assert [error.message for error in mistakes(copied / "notes.txt")]


def test_a_file_in_another_encoding_is_named(copied: Path) -> None:
    path = copied / "Playbooks" / "playbook-Greet.yml"
    path.write_bytes("id: Grüße".encode("latin-1"))
    with pytest.raises(ContentError, match=r"playbook-Greet\.yml:1: This is not UTF-8"):
        load_pack(copied)


def test_what_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"There is no pack at `.*gone`; give a folder, a zip or a yml file\."):
        load_pack(tmp_path / "gone")


def test_a_folder_without_content_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="This is no pack"):
        load_pack(tmp_path)


def test_another_kind_of_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "x.tar").write_bytes(b"")
    with pytest.raises(ContentError, match="A pack is a folder, a zip or a yml file"):
        load_pack(tmp_path / "x.tar")
