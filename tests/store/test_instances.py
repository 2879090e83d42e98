from dataclasses import replace

import pytest
from sqlalchemy import text

from warroom.model.errors import ConflictError, NotFoundError
from warroom.model.ids import InstanceId
from warroom.model.instance import IntegrationInstance
from warroom.services.ports.fetches import LastRun
from warroom.services.ports.store import IntegrationContext, Store
from warroom.store.store import SqlStore
from warroom.testing.clock import START
from warroom.testing.samples import some_changes

ONE = IntegrationInstance(
    id=InstanceId("i1"),
    name="Tenant one",
    integration="VisionOneResponse",
    enabled=False,
    params={"url": "https://tenant.example", "max": 50},
    secrets={"api_key": "tell nobody"},
    fetch=True,
    incident_type="Alert",
    classifier="c",
    mapper="m",
)


async def test_an_instance_comes_back_with_its_secrets(store: Store) -> None:
    other = replace(ONE, id=InstanceId("i2"), name="Another", secrets={})
    await store.save_instance(ONE, "ada", START)
    await store.save_instance(other, "ada", START)
    assert await store.instances() == [other, ONE]


async def test_saving_again_replaces(store: Store) -> None:
    await store.save_instance(ONE, "ada", START)
    enabled = replace(ONE, enabled=True, secrets={"api_key": "new"})
    await store.save_instance(enabled, "ada", START)
    assert await store.instances() == [enabled]


async def test_the_secrets_are_not_in_the_database_as_they_are(sql_store: SqlStore) -> None:
    await sql_store.save_instance(ONE, "ada", START)
    with sql_store.engine.connect() as connection:
        (row,) = connection.execute(text("SELECT * FROM instance")).all()
    assert "tell nobody" not in str(row)
    assert "https://tenant.example" in str(row)


async def test_a_removed_instance_leaves_nothing_behind(store: Store) -> None:
    await store.save_instance(ONE, "ada", START)
    await store.commit(some_changes(last_run=LastRun(instance=ONE.id, value={"n": 1})))
    await store.save_integration_context(ONE.id, {"n": 1}, None)
    await store.remove_instance(ONE.id, "ada", START)
    assert await store.instances() == []
    assert await store.last_run(ONE.id) == {}
    assert await store.integration_context(ONE.id) == IntegrationContext()
    with pytest.raises(NotFoundError, match="no integration instance i1"):
        await store.remove_instance(ONE.id, "ada", START)


async def test_the_last_run_is_the_newest_one(store: Store) -> None:
    assert await store.last_run(ONE.id) == {}
    for number in (1, 2):
        await store.commit(some_changes(last_run=LastRun(instance=ONE.id, value={"n": number}), durable=True))
    assert await store.last_run(ONE.id) == {"n": 2}


async def test_the_integration_context_counts_its_versions(store: Store) -> None:
    assert await store.integration_context(ONE.id) == IntegrationContext()
    assert await store.save_integration_context(ONE.id, {"token": "a"}, None) == 1
    assert await store.save_integration_context(ONE.id, {"token": "b"}, 1) == 2
    assert await store.integration_context(ONE.id) == IntegrationContext(value={"token": "b"}, version=2)


async def test_an_old_version_of_the_integration_context_is_refused(store: Store) -> None:
    await store.save_integration_context(ONE.id, {"n": 1}, 0)
    with pytest.raises(ConflictError, match="at version 1, not 0"):
        await store.save_integration_context(ONE.id, {"n": 2}, 0)
    assert await store.save_integration_context(ONE.id, {"n": 3}, None) == 2
