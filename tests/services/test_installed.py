from pathlib import Path

from tests.content.written import a_pack
from warroom.services.installed import OUR_PACKS, installed_packs


def test_our_packs_are_there_and_a_users_pack_comes_after_them(tmp_path: Path) -> None:
    assert [pack.id for pack in installed_packs(tmp_path)] == list(OUR_PACKS)
    a_pack(tmp_path / "packs" / "Mine", "Mine", "Print")
    packs = installed_packs(tmp_path)
    assert [pack.id for pack in packs] == [*OUR_PACKS, "Mine"]
