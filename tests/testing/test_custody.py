"""What the store in memory promises about custody is asked of every store in tests/store/test_custody.py."""

from warroom.model.custody import Damage
from warroom.testing.clock import START
from warroom.testing.custody import MemoryCustody


async def test_it_looks_at_what_its_store_has() -> None:
    custody = MemoryCustody(list, list, lambda *_: None)
    assert await custody.save_damage(Damage(sha256="c0ffee", at=START, found="gone"))
    assert [damage.sha256 for damage in await custody.damages()] == ["c0ffee"]
    assert await custody.holders("c0ffee") == []
