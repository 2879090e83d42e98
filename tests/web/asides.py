"""Records that are set aside, for the tests of what shows them."""

from dataclasses import replace

from warroom.model.ids import InstanceId
from warroom.model.instance import IntegrationInstance
from warroom.services.app import App
from warroom.services.ports.fetches import FetchState, FetchStep, SetAside, Untaken
from warroom.testing.clock import START
from warroom.testing.samples import some_changes

LAB = IntegrationInstance(id=InstanceId("id-lab"), name="lab", integration="VisionOneResponse", fetch=True)
ASIDE = SetAside(
    id="0123456789ab",
    instance=LAB.id,
    instance_name="lab",
    what="WB-1 <b>Dump</b>",
    why="It has 40.0 MiB, and an incident can have 8 MiB.",
    at=START,
    size=41_943_040,
)
DROPPED = replace(ASIDE, id="ba9876543210", why="It was dropped by the pre-process rule `Quiet`.", rule="Quiet")
RECORD = '{"name": "Dump", "dbotMirrorId": "WB-1", "rawJSON": "{\\"id\\": \\"WB-1\\"}"}'


async def put_aside(app: App, *, failures: int = 0, aside: SetAside = ASIDE) -> None:
    """Have an instance with a record set aside, or dropped, whose fetches have failed so often."""
    await app.journal.save_instance(LAB, "ana", START)
    state = FetchState(
        instance=LAB.id, since=START, failing_since=START if failures else None, failures=failures, error="503 Busy."
    )
    step = FetchStep(state=state, untaken=[Untaken(aside=aside, record=RECORD)])
    await app.store.commit(some_changes(fetch=step))
