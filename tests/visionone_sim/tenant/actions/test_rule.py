from visionone_sim.tenant.actions.rule import Plan, no_effect
from visionone_sim.tenant.targets import AccountTarget
from visionone_sim.tenant.tenant import Tenant


def test_a_plan_has_no_obstacle_unless_one_is_named() -> None:
    plan = Plan(target=AccountTarget("a"))
    assert (plan.obstacle, plan.waits_for_agent, plan.parts, plan.download) == (None, False, (), None)


def test_some_actions_change_nothing(tenant: Tenant) -> None:
    before = dict(tenant.inventory)
    no_effect(tenant, None)  # type: ignore[arg-type]
    assert dict(tenant.inventory) == before
