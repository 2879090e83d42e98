from visionone_sim.tenant.objects import ListedObject
from visionone_sim.tenant.targets import EndpointTarget, MessageTarget, ObjectTarget


def test_equal_targets_are_duplicates_of_each_other() -> None:
    assert {EndpointTarget(agent_guid="g", endpoint_name="n")} == {EndpointTarget(agent_guid="g", endpoint_name="n")}
    assert ObjectTarget(ListedObject("domain", "A.example")) == ObjectTarget(ListedObject("domain", "a.example"))


def test_a_message_in_one_mailbox_is_another_target_than_in_all() -> None:
    everywhere = MessageTarget(message_id="<1>", mail_box=None, unique_id=None)
    assert everywhere != MessageTarget(message_id="<1>", mail_box="a@b", unique_id=None)
