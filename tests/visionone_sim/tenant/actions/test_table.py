from typing import get_args

from visionone_sim.tenant.actions.table import RULES
from visionone_sim.tenant.tasks import Action


def test_every_action_has_a_rule() -> None:
    assert RULES.keys() == set(get_args(Action))
