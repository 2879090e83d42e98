from pathlib import Path

from tests.host.lab import Lab, a_run
from warroom.host.scratch import ScratchFolders
from warroom.model.json import Json, JsonObject


async def test_a_file_can_be_taken_until_the_context_ends(lab: Lab) -> None:
    run = a_run("open('evidence.zip', 'wb').write(b'PK'); import os; os.makedirs('a/b'); demisto.results(os.getcwd())")
    async with lab.runner.run(run, lab.server) as ran:
        assert ran.results == [str(ran.scratch)]
        assert (ran.scratch / "evidence.zip").read_bytes() == b"PK"
    assert not ran.scratch.exists()


async def test_each_run_has_an_empty_folder_of_its_own(lab: Lab) -> None:
    text = "import os; open('left', 'w').close(); demisto.results(os.listdir('.'))"
    assert await lab.results(text) == [["left"]]
    assert await lab.results(text) == [["left"]]


async def test_temporary_files_of_the_code_lie_in_its_folder(lab: Lab) -> None:
    run = a_run("import tempfile; demisto.results(tempfile.mkdtemp())")
    async with lab.runner.run(run, lab.server) as ran:
        assert Path(ran.results[0]).parent == ran.scratch


async def test_the_server_can_put_a_file_into_the_folder(lab: Lab) -> None:
    def link(args: JsonObject, scratch: Path) -> Json:
        (scratch / "given").write_text("content")
        return {"id": args["id"], "path": str(scratch / "given"), "name": "report.txt"}

    lab.server.table["getFilePath"] = link
    assert await lab.results("demisto.results(open(demisto.getFilePath('3@1')['path']).read())") == ["content"]


async def test_closing_leaves_no_folder_behind(lab: Lab, tmp_path: Path) -> None:
    await lab.results("open('x', 'w').close()")
    await lab.runner.close()
    assert list((tmp_path / "work").iterdir()) == []


async def test_only_an_empty_folder_is_used_again(tmp_path: Path) -> None:
    folders = ScratchFolders(tmp_path)
    first = folders.make()
    await folders.remove(first)
    assert folders.make() == first
    (first / "left").mkdir()
    await folders.remove(first)
    second = folders.make()
    assert second != first
    assert not first.exists()


async def test_folders_in_use_differ(tmp_path: Path) -> None:
    folders = ScratchFolders(tmp_path)
    assert folders.make() != folders.make()


async def test_a_folder_that_the_code_has_put_a_link_in_place_of_is_not_used_again(tmp_path: Path) -> None:
    folders = ScratchFolders(tmp_path / "work")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(0o700)
    folder = folders.make()
    folder.rmdir()
    folder.symlink_to(elsewhere)
    await folders.remove(folder)
    assert folders.make() != folder
    assert elsewhere.exists()


async def test_folders_are_private(tmp_path: Path) -> None:
    folder = ScratchFolders(tmp_path).make()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert folder.parent.stat().st_mode & 0o777 == 0o700
