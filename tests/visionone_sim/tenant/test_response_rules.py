from visionone_sim.tenant.response_rules import ResponseRules


def test_an_exception_counts_for_its_action_while_the_switch_is_on() -> None:
    rules = ResponseRules(excepted={"isolate": ["g1"]})
    assert not rules.excepts("isolate", "g1")
    rules.switches["endpointActionException"] = "enabled"
    assert rules.excepts("isolate", "g1")
    assert not rules.excepts("collectFile", "g1")
    assert not rules.excepts("isolate", "g2")
