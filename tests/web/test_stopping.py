"""The emergency stop at the doors of this machine: what each operation says."""

from typing import Any

import pytest

from warroom.model.errors import ConflictError, InvalidInputError
from warroom.model.plan import PlanState
from warroom.services.app import App
from warroom.testing.samples import an_actor
from warroom.web.perform import perform


async def ask(app: App, operation: str, **asked: Any) -> Any:
    return await perform(app, operation, asked, an_actor())


async def test_pausing_says_what_is_paused_and_how_it_ends(app: App) -> None:
    paused = await ask(app, "pause", reason="Drill.")
    assert (paused["instance"], paused["by"], paused["reason"], paused["is_new"]) == (None, "ana", "Drill.", True)
    assert paused["on_the_way"] == []
    assert [halt["said"] for halt in await ask(app, "halt.list")] == [paused["said"]]
    ended = await ask(app, "resume")
    assert (ended["said"], ended["still"]) == (paused["said"].replace(" paused ", " had paused "), [])
    with pytest.raises(ConflictError, match="Nothing is paused"):
        await ask(app, "resume")


async def test_cancelling_says_which_plans_have_ended(app: App) -> None:
    incident, _ = await app.incidents.create("One", an_actor())
    plan = await app.plans.start(incident, app.library.catalogue.playbook("Ask"), {}, an_actor())
    await app.conductor.see_through(plan.id)
    cancelled = await ask(app, "plan.cancel", incident=incident.id, reason="False alarm.")
    assert cancelled == {
        "plans": [
            {"id": plan.id, "incident": incident.id, "playbook": "Ask", "state": "cancelled", "ended": True}
        ]
    }  # fmt: skip
    assert (await app.store.plan(plan.id)).state is PlanState.CANCELLED
    with pytest.raises(InvalidInputError, match="Say which plans are to be cancelled"):
        await ask(app, "plan.cancel")
