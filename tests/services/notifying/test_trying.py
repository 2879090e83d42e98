from tests.services.approvals.approval_world import EVE, approval_world
from tests.services.notifying.people import mail_to, somebody
from tests.services.notifying.sent_messages import SentMessages, notifying
from warroom.services.notifying.rules import Rule
from warroom.services.notifying.trying import Trying
from warroom.services.ports.notices import SendError, Sent

HOOK = "https://hooks.example/x"


async def test_everybody_whom_the_rules_reach_is_tried_once_and_who_is_not_reached_is_said() -> None:
    approvals = await approval_world(people=(somebody("ann"), somebody("bob")))
    told = SentMessages(fails=[SendError("It is full.", Sent.WAITING)])
    rules = [Rule(to=HOOK, shape="slack"), Rule(roles=("responder",), users=("zoe",)), Rule(users=("ann",))]
    first, second, third = await Trying(notifying(approvals.world, told, rules)).rules(EVE)
    assert (first.told, first.failed, first.gaps) == ([], [(HOOK, "It is full.")], [])
    assert second.told == [mail_to("ann"), mail_to("bob")]
    assert second.gaps == ["User zoe is not told: there is no such user."]
    assert third.told == [mail_to("ann")]
    assert told.tried == [f"{HOOK} slack", f"{mail_to('ann')} json", f"{mail_to('bob')} json"]
