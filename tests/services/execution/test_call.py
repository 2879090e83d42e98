from warroom.model.context import ContextPatch, PatchKind
from warroom.services.execution.call import Effects
from warroom.testing.samples import an_incident


def test_effects_add_up_in_order_and_the_newest_incident_counts() -> None:
    first, second = an_incident(1), an_incident(1, owner="ana")
    patch = ContextPatch(incident=first.id, kind=PatchKind.SET, path="A", value=1)
    effects = Effects(incident=first, secrets=["s"])
    effects.add([patch])
    assert (effects.incident, effects.patches) == (first, [patch])
    effects.add([], second, ["t"])
    assert (effects.incident, effects.secrets) == (second, ["s", "t"])
