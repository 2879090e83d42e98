from warroom.model.plan import PlanKind, job_of
from warroom.testing.clock import START
from warroom.testing.samples import a_plan


def test_the_job_of_a_typed_command_goes_before_those_of_playbooks() -> None:
    typed, played = (job_of(a_plan(kind=kind), START) for kind in (PlanKind.COMMAND, PlanKind.PLAYBOOK))
    assert (typed.kind, played.kind) == ("people", "plan")
    assert (typed.target, typed.at) == ("p1", START)
