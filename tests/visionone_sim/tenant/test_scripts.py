import pytest

from visionone_sim.errors import BadRequestError, NotFoundError
from visionone_sim.tenant.scripts import Script, ScriptFile, ScriptShelf


def script(name: str = "a.ps1", script_id: str = "1", description: str | None = None) -> Script:
    file = ScriptFile(file_name=name, file_type="powershell", content=b"dir", description=description)
    return file.checked(script_id)


def test_ending_and_type_decide_together() -> None:
    assert script().text == "dir"
    for name, kind in (("a.sh", "powershell"), ("a.ps1", "bash"), ("a.txt", "bash")):
        with pytest.raises(BadRequestError):
            ScriptFile(file_name=name, file_type=kind, content=b"").checked("1")


def test_a_script_is_text() -> None:
    with pytest.raises(BadRequestError, match="UTF-8"):
        ScriptFile(file_name="a.sh", file_type="bash", content=b"\xff").checked("1")


def test_an_update_keeps_the_description_unless_it_brings_one() -> None:
    shelf = ScriptShelf()
    shelf.add(script(description="old"))
    shelf.change("1", script("b.ps1"))
    assert (shelf["1"].file_name, shelf["1"].description) == ("b.ps1", "old")


def test_names_are_unique_and_unknown_ids_are_not_found() -> None:
    shelf = ScriptShelf()
    shelf.add(script())
    with pytest.raises(BadRequestError):
        shelf.add(script(script_id="2"))
    for act in (shelf.find, shelf.delete):
        with pytest.raises(NotFoundError):
            act("9")
    assert shelf.named("none.ps1") is None


def test_a_script_is_put_in_place_of_itself_and_under_no_name_that_is_taken() -> None:
    shelf = ScriptShelf()
    shelf.put(script())
    shelf.put(script("b.ps1"))
    assert [each.file_name for each in shelf.values()] == ["b.ps1"]
    with pytest.raises(BadRequestError, match=r"'1' is named 'b\.ps1'"):
        shelf.put(script("b.ps1", "2"))
