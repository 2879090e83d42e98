import pytest

from warroom.model.errors import NotFoundError
from warroom.services.ports.store import Store


async def test_a_text_is_kept_by_its_hash(store: Store) -> None:
    await store.save_content("c0ffee", "id: Collect Evidence\n")
    await store.save_content("c0ffee", "id: Collect Evidence\n")
    await store.save_content("beef", "other")
    assert await store.content("c0ffee") == "id: Collect Evidence\n"


async def test_an_unknown_text_is_named_in_the_error(store: Store) -> None:
    with pytest.raises(NotFoundError, match="c0ffee"):
        await store.content("c0ffee")
