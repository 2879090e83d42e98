from warroom.services.ports.notices import Delivery, Sent
from warroom.testing.clock import START
from warroom.testing.deliveries import MemoryDeliveries


async def test_the_oldest_comes_first() -> None:
    deliveries = MemoryDeliveries()
    for name in ("b", "a"):
        await deliveries.save([Delivery(id=name, to="t", title="T", state=Sent.SENT, at=START)])
    assert [one.id for one in await deliveries.all()] == ["a", "b"]
