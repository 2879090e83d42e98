import asyncio
import io
from contextlib import suppress
from pathlib import Path
from shutil import copytree, make_archive
from zipfile import ZipFile, ZipInfo

import pytest

from tests.content.written import SCRIPT, a_pack
from tests.services.world import World, command, lab
from warroom.model.errors import ConflictError, ContentError, InvalidInputError, NotFoundError, WarroomError
from warroom.model.instance import IntegrationInstance
from warroom.services.instances.instances import Instances
from warroom.services.packs.installed import installed_packs
from warroom.services.packs.installing import Installing
from warroom.services.packs.user_packs import PACKS, PREVIOUS
from warroom.testing.job_queue import MemoryJobQueue
from warroom.testing.samples import an_actor

ADMIN = an_actor(name="ada")
INTEGRATION = """
commonfields: {{id: Lamp, version: -1}}
name: Lamp
configuration: []
script:
  type: python
  subtype: python3
  script: "demisto.results('ok')"
  ismappable: true
  isremotesyncin: {mirrors}
  commands: []
"""


class Home:
    """A data folder with packs of users, and the use case on it."""

    def __init__(self, tmp_path: Path) -> None:
        self.home, self.made = tmp_path / "home", tmp_path / "made"
        self.world = World(lab(command("read")), {})
        self.world.library.use(installed_packs(self.home))
        self.jobs = MemoryJobQueue(self.world.clock)
        self.installing = Installing(
            home=self.home,
            library=self.world.library,
            journal=self.world.journal,
            begin=Instances(
                journal=self.world.journal,
                library=self.world.library,
                executor=self.world.executor,
                jobs=self.jobs,
                clock=self.world.clock,
            ).begin_new,
            clock=self.world.clock,
        )

    def pack(self, name: str = "Mine", script: str = "Hello", version: str = "1.0.0", folder: str = "") -> Path:
        """Write a pack of one script."""
        pack = a_pack(self.made / (folder or f"{name}-{version}-{script}") / name, name, script)
        metadata = pack / "pack_metadata.json"
        metadata.write_text(metadata.read_text().replace("1.0.0", version))
        return pack

    def zipped(self, name: str = "Mine", script: str = "Hello", version: str = "1.0.0") -> bytes:
        return _zip_of(self.pack(name, script, version).parent)

    def scripts(self) -> set[str]:
        """Name the scripts of users' packs that are in use."""
        ours = {script for pack in installed_packs(self.made) for script in pack.scripts}
        return set(self.world.library.catalogue.scripts) - ours

    def on_disk(self) -> list[str]:
        return sorted(path.name for path in (self.home / PACKS).iterdir()) if (self.home / PACKS).is_dir() else []

    async def log(self) -> list[tuple[str, str, str, str]]:
        events = [event for event in await self.world.store.events(0, 1000) if event.kind == "pack"]
        return [(event.actor, *(event.payload[key] for key in ("change", "pack", "version"))) for event in events]

    async def same_after_a_start(self) -> bool:
        """Whether the packs in use are those that a start would find, in the same order."""
        found = [(pack.id, pack.version, pack.path) for pack in installed_packs(self.home)]
        return found == [(pack.id, pack.version, pack.path) for pack in self.world.library.packs]


def _zip_of(folder: Path) -> bytes:
    return Path(make_archive(str(folder), "zip", folder)).read_bytes()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


async def test_a_folder_is_in_use_at_once_and_the_version_before_is_kept(home: Home) -> None:
    first = await home.installing.install(home.pack(), ADMIN)
    second = await home.installing.install(home.pack(script="Goodbye", version="1.1.0"), ADMIN)
    assert (first.replaced, second.replaced) == ({}, {"Mine": "1.0.0"})
    assert home.scripts() == {"Goodbye"}
    assert second.packs[0].scripts["Goodbye"].at.path.is_file()  # type: ignore[union-attr]  # it was read from a file
    [kept] = await home.installing.previous(ADMIN)
    assert (kept.id, kept.version, kept.by) == ("Mine", "1.0.0", "ada")
    assert await home.same_after_a_start()
    assert await home.log() == [
        ("ada", "installed", "Mine", "1.0.0"),
        ("ada", "replaced", "Mine", "1.0.0"),
        ("ada", "installed", "Mine", "1.1.0"),
    ]


async def test_a_version_is_brought_back_and_the_other_one_kept_in_its_place(home: Home) -> None:
    await home.installing.install(home.pack(), ADMIN)
    await home.installing.install(home.pack(script="Goodbye", version="1.1.0"), ADMIN)
    for scripts, version in (({"Hello"}, "1.1.0"), ({"Goodbye"}, "1.0.0")):
        await home.installing.restore("Mine", ADMIN)
        assert home.scripts() == scripts
        assert [pack.version for pack in await home.installing.previous(ADMIN)] == [version]
        assert await home.same_after_a_start()


async def test_the_same_once_more_leaves_the_version_before_it_kept(home: Home) -> None:
    await home.installing.install(home.pack(), ADMIN)
    newer = home.pack(script="Goodbye", version="1.1.0")
    for _ in range(2):
        await home.installing.install(newer, ADMIN)
    assert [pack.version for pack in await home.installing.previous(ADMIN)] == ["1.0.0"]
    assert await home.same_after_a_start()


async def test_a_zip_takes_the_place_of_the_same_pack_by_another_file(home: Home) -> None:
    await home.installing.upload("Mine-1.0.zip", home.zipped(), ADMIN)
    await home.installing.upload("Mine-2.0.zip", home.zipped(script="Goodbye", version="2.0.0"), ADMIN)
    assert (home.on_disk(), home.scripts()) == (["Mine-2.0.zip"], {"Goodbye"})
    await home.installing.restore("Mine", ADMIN)
    assert (home.on_disk(), home.scripts()) == (["Mine-1.0.zip"], {"Hello"})
    assert await home.same_after_a_start()


async def test_packs_are_in_use_in_the_order_of_a_start(home: Home) -> None:
    for name in ("Zebra", "Ant", "Mole"):
        await home.installing.install(home.pack(name, name), ADMIN)
    single = home.made / "Bee.yml"
    single.write_text(SCRIPT.format(name="Bee"))
    await home.installing.install(single, ADMIN)
    assert [pack.id for pack in home.world.library.packs][-4:] == ["Ant", "Bee", "Mole", "Zebra"]
    assert await home.same_after_a_start()


async def test_a_removed_pack_is_out_of_use_and_can_be_brought_back(home: Home) -> None:
    await home.installing.install(home.pack(), ADMIN)
    await home.installing.remove("Mine", ADMIN)
    assert (home.scripts(), home.on_disk()) == (set(), [])
    assert await home.same_after_a_start()
    await home.installing.restore("Mine", ADMIN)
    assert home.scripts() == {"Hello"}
    assert await home.installing.previous(ADMIN) == []
    assert [line[1] for line in await home.log()] == ["installed", "removed", "restored"]
    assert list((home.home / PREVIOUS).iterdir()) == []


async def test_packs_that_came_as_one_file_go_as_one(home: Home) -> None:
    both = home.pack("One", "First", folder="Both").parent
    home.pack("Two", "Second", folder="Both")
    await home.installing.install(both, ADMIN)
    with pytest.raises(ConflictError, match=r"'One' was installed with others as Both: One, Two\. Name Both to remove"):
        await home.installing.remove("One", ADMIN)
    with pytest.raises(ConflictError, match="One is installed with other packs as Both"):
        await home.installing.install(home.pack("One", "Other"), ADMIN)
    await home.installing.remove("Both", ADMIN)
    assert home.scripts() == set()
    await home.installing.restore("Two", ADMIN)
    assert home.scripts() == {"First", "Second"}


async def test_a_file_of_the_same_name_with_another_pack_in_it_is_refused(home: Home) -> None:
    await home.installing.upload("content.zip", home.zipped(), ADMIN)
    with pytest.raises(ConflictError, match=r"content\.zip is also the file of another installed pack, Mine"):
        await home.installing.upload("content.zip", home.zipped("Other"), ADMIN)
    assert [pack.id for pack in home.world.library.packs][-1] == "Mine"


async def test_what_is_ours_or_not_there_is_not_removed(home: Home) -> None:
    with pytest.raises(ConflictError, match="'WarroomBase' belongs to warroom"):
        await home.installing.remove("WarroomBase", ADMIN)
    with pytest.raises(NotFoundError, match="There is no pack 'Gone'"):
        await home.installing.remove("Gone", ADMIN)
    with pytest.raises(NotFoundError, match="There is no previous version of 'Gone'"):
        await home.installing.restore("Gone", ADMIN)
    assert await home.log() == []


async def test_a_broken_pack_changes_nothing_and_each_file_is_named(home: Home) -> None:
    await home.installing.install(home.pack(), ADMIN)
    broken = home.pack(version="2.0.0")
    (broken / "Scripts" / "Hello" / "Hello.yml").write_text("name: [")
    (broken / "Layouts").mkdir()
    (broken / "Layouts" / "layoutscontainer-L.json").write_text("{")
    with pytest.raises(ContentError) as raised:
        await home.installing.upload("Mine.zip", _zip_of(broken.parent), ADMIN)
    first, second = str(raised.value).splitlines()
    assert first.startswith(
        "Mine.zip/Layouts/layoutscontainer-L.json:1: Nothing of Mine can be read: This is not valid"
    )
    assert second.startswith("Scripts/Hello/Hello.yml:1: ")
    assert str(home.home) not in str(raised.value)
    assert (home.scripts(), home.on_disk(), await home.installing.previous(ADMIN)) == ({"Hello"}, ["Mine"], [])
    assert [path.name for path in home.home.iterdir()] == [PACKS]
    assert len(await home.log()) == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.zip", b""),
        ("a.zip", b"PK\x05\x06" + b"\0" * 18),
        ("a.zip", b"\0" * 1000),
        ("a.yml", b"\xff\xfe"),
        ("a.yml", b"- 1\n- 2\n"),
        ("a.yml", b""),
        ("a.exe", b"MZ"),
        ("", b"x"),
        (".zip", b"x"),
        ("../a.zip", b"x"),
        ("..\\a.zip", b"x"),
        ("a\0.zip", b"x"),
        (f"{'a' * 300}.zip", b"x"),
    ],
)
async def test_what_is_no_pack_is_refused_in_a_sentence_without_our_paths(
    home: Home, name: str, content: bytes
) -> None:
    with pytest.raises((ContentError, InvalidInputError)) as raised:
        await home.installing.upload(name, content, ADMIN)
    assert str(home.home) not in str(raised.value)
    assert home.on_disk() == []


def _hostile(kind: str) -> bytes:
    stream = io.BytesIO()
    with ZipFile(stream, "w", compression=8) as archive:
        archive.writestr("pack_metadata.json", '{"name": "Mine"}')
        match kind:
            case "path":
                archive.writestr("../../packs/Other.yml", SCRIPT.format(name="Other"))
            case "link":
                link = ZipInfo("Scripts/link.yml")
                link.external_attr = 0o120777 << 16
                archive.writestr(link, "/etc/passwd")
            case "bomb":
                archive.writestr("Scripts/bomb.yml", b"0" * (30 << 20))
            case "twice":
                archive.writestr("Scripts/a.yml", "1")
                archive.writestr("Scripts\\a.yml", "2")
            case "many":
                for number in range(100_000):
                    archive.writestr(f"{number}", "")
    return stream.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("path", "has a path outside of the zip"),
        ("link", "is a link"),
        ("bomb", "compression ratio"),
        ("twice", "is in the zip twice"),
        ("many", "has more than 20,000 files"),
    ],
)
async def test_a_hostile_zip_is_refused_and_writes_nothing(home: Home, kind: str, said: str) -> None:
    with pytest.raises(ContentError, match=said):
        await home.installing.upload("Mine.zip", _hostile(kind), ADMIN)
    assert (list(home.home.iterdir()), await home.log()) == ([], [])


@pytest.mark.slow
async def test_a_zip_with_a_byte_changed_is_installed_or_refused_in_a_sentence(home: Home) -> None:
    whole = home.zipped()
    for place in range(0, len(whole), 9):
        changed = bytearray(whole)
        changed[place] ^= 0xFF
        with suppress(WarroomError):
            await home.installing.upload("Mine.zip", bytes(changed), ADMIN)
    assert await home.same_after_a_start()


async def test_an_integration_of_an_instance_cannot_go(home: Home, tmp_path: Path) -> None:
    pack = _lamp(home.pack(), mirrors=False)
    await home.installing.install(pack, ADMIN)
    await _instance(home)
    with pytest.raises(ConflictError, match="The instance 'lamp-1' is one of the integration Lamp, which would be"):
        await home.installing.remove("Mine", ADMIN)
    with pytest.raises(ConflictError, match="Remove the instance first"):
        await home.installing.install(home.pack(version="2.0.0"), ADMIN)
    assert "Lamp" in home.world.library.catalogue.integrations
    assert [line[1] for line in await home.log()] == ["installed"]


async def test_what_an_instance_can_do_with_a_new_version_only_is_begun(home: Home) -> None:
    await home.installing.install(_lamp(home.pack(), mirrors=False), ADMIN)
    await _instance(home)
    newer = _lamp(home.pack(version="2.0.0"), mirrors=True)
    await home.installing.install(newer, ADMIN)
    await home.installing.install(copytree(newer, home.made / "again" / "Mine"), ADMIN)
    assert [job.kind for job in home.jobs.waiting] == ["mirror"]


def _lamp(pack: Path, *, mirrors: bool) -> Path:
    (pack / "Integrations" / "Lamp").mkdir(parents=True)
    (pack / "Integrations" / "Lamp" / "Lamp.yml").write_text(INTEGRATION.format(mirrors=str(mirrors).lower()))
    return pack


async def _instance(home: Home) -> None:
    instance = IntegrationInstance(id="i1", name="lamp-1", integration="Lamp")  # type: ignore[arg-type]  # an id is a text
    await home.world.journal.save_instance(instance, "ada", home.world.clock.now())


async def test_of_two_at_once_each_is_whole(home: Home) -> None:
    await asyncio.gather(*(home.installing.install(home.pack(version=f"{n}.0.0"), ADMIN) for n in range(1, 5)))
    [kept] = await home.installing.previous(ADMIN)
    assert home.on_disk() == ["Mine"]
    assert kept.version != home.world.library.packs[-1].version
    assert await home.same_after_a_start()
