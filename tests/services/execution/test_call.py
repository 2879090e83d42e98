from warroom.model.context import ContextPatch, PatchKind
from warroom.services.execution.call import Outcome
from warroom.testing.samples import an_incident


def test_outcomes_add_up_in_order_and_the_newest_incident_counts() -> None:
    first, second = an_incident(1), an_incident(1, owner="ana")
    patch = ContextPatch(incident=first.id, kind=PatchKind.SET, path="A", value=1)
    outcome = Outcome(incident=first, deaths=1) + Outcome(patches=[patch])
    assert (outcome.incident, outcome.patches, outcome.deaths) == (first, [patch], 1)
    outcome += Outcome(incident=second, patches=[patch], deaths=2)
    assert (outcome.incident, outcome.patches, outcome.deaths) == (second, [patch, patch], 3)


def test_outcomes_join_in_order_and_the_first_error_and_label_count() -> None:
    one = Outcome(raw=["a"], label="yes", interrupted=True)
    two = Outcome(raw=["b"], error="broken", label="no")
    three = Outcome(error="later")
    whole = sum([one, two, three], Outcome())
    assert (list(whole.raw), whole.error, whole.label, whole.interrupted) == (["a", "b"], "broken", "yes", True)
    assert Outcome() + Outcome() == Outcome(
        entries=[], patches=[], schedules=[], raw=[], intents=[], held=[], replacements=[], created=[], scheduled=[]
    )
