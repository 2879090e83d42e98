from warroom.model.plan import PlanKind, leg_of
from warroom.testing.clock import START
from warroom.testing.samples import a_plan


def test_the_leg_of_a_typed_command_goes_before_those_of_playbooks() -> None:
    typed, played = (leg_of(a_plan(kind=kind), START) for kind in (PlanKind.COMMAND, PlanKind.PLAYBOOK))
    assert (typed.kind, played.kind) == ("people", "plan")
    assert (typed.target, typed.at) == ("p1", START)
