from tests.services.approvals.desk import EVE, a_desk
from tests.services.notifying.people import mail_to, somebody
from tests.services.notifying.telling import Told, notifying
from warroom.services.notifying.rules import Rule
from warroom.services.notifying.trying import Trying
from warroom.services.ports.notices import SendError, Sent

HOOK = "https://hooks.example/x"


async def test_everybody_whom_the_rules_reach_is_tried_once_and_who_is_not_reached_is_said() -> None:
    desk = await a_desk(people=(somebody("ann"), somebody("bob")))
    told = Told(fails=[SendError("It is full.", Sent.WAITING)])
    rules = [Rule(to=HOOK, shape="slack"), Rule(roles=("responder",), users=("zoe",)), Rule(users=("ann",))]
    first, second, third = await Trying(notifying(desk.world, told, rules)).rules(EVE)
    assert (first.told, first.failed, first.gaps) == ([], [(HOOK, "It is full.")], [])
    assert second.told == [mail_to("ann"), mail_to("bob")]
    assert second.gaps == ["User zoe is not told: there is no such user."]
    assert third.told == [mail_to("ann")]
    assert told.tried == [f"{HOOK} slack", f"{mail_to('ann')} json", f"{mail_to('bob')} json"]
