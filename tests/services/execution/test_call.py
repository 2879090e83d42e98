from warroom.services.execution.call import Effects
from warroom.testing.samples import an_incident


def test_effects_add_up_in_order_and_the_newest_incident_counts() -> None:
    first, second = an_incident(1), an_incident(1, owner="ana")
    effects = Effects(results=["a"], incident=first, secrets=["s"])
    effects.add(Effects(results=["b"]))
    assert effects.incident is first
    effects.add(Effects(incident=second, secrets=["t"]))
    assert (effects.results, effects.incident, effects.secrets) == (["a", "b"], second, ["s", "t"])
