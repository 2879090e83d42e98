"""What there is to tell: requests and questions to the letter, silence, what is paused; and no secret."""

from tests.services.approvals.approval_world import approval_world
from tests.services.notifying.sent_messages import notices
from tests.services.sources import Intake, Source, an_alert
from tests.services.stop import Stop
from tests.services.world import playbook
from warroom.model.custody import Damage
from warroom.model.plan import FOR_PEOPLE
from warroom.services.approvals.rules import Rules
from warroom.services.notifying.notices import ABOUT
from warroom.services.people.guessing import GUESSES
from warroom.services.people.kept_tries import KeptTries

WEEK = 168 * 3600
ASK = playbook("'1': {id: '1', taskid: a, type: condition, task: {id: a, name: Sure?}, nexttasks: {'yes': []}}", "Ask")


async def test_a_request_says_who_asks_for_what_and_why_and_shows_no_secret() -> None:
    approvals = await approval_world(rules=Rules(commands=("wipe",)), secrets=("password",))
    await approvals.typed("!wipe endpoint=A password=hunter2-hunter2")
    (notice,) = await notices(approvals.world).now()
    assert (notice.about, notice.link, notice.severity) == (
        "approval",
        "/tasks",
        approvals.world.incident.severity.value,
    )
    assert notice.text.startswith("bob asks for `!wipe")
    assert "`wipe` always needs it" in notice.text
    assert "hunter2" not in notice.text


async def test_a_question_is_told_until_it_is_answered() -> None:
    approvals = await approval_world()
    plan = await approvals.started(ASK)
    (notice,) = await notices(approvals.world).now()
    assert (notice.about, notice.title) == (
        "question",
        f"A question waits: incident 1, {approvals.world.incident.name}",
    )
    await approvals.world.answer(plan.id, "1", "yes")
    await approvals.driven(plan.id)
    assert await notices(approvals.world).now() == []


async def test_what_is_paused_is_told() -> None:
    approvals = await approval_world()
    await Stop.of(approvals).pause(reason="Drill.")
    (notice,) = await notices(approvals.world).now()
    assert (notice.about, "Drill." in notice.text) == ("paused", True)


async def test_an_instance_that_is_silent_is_told_once_for_each_silence() -> None:
    intake = Intake(Source([an_alert(1)]))
    await intake.begin()
    await intake.fetch()
    intake.world.clock.advance(WEEK + 60)
    await intake.fetch()
    first, again = [await notices(intake.world, intake).now() for _ in range(2)]
    assert [notice.about for notice in first] == ["silence"]
    assert first[0].key == again[0].key


async def test_an_isolation_that_stands_for_long_is_told() -> None:
    approvals = await approval_world()
    await approvals.typed("!isolate endpoint=WIN-7")
    approvals.world.clock.advance(WEEK + 60)
    (notice,) = await notices(approvals.world).now()
    assert (notice.about, notice.title) == ("standing", "isolate on win-7 still stands")


def test_whatever_waits_for_a_person_is_told() -> None:
    assert set(ABOUT) == FOR_PEOPLE


async def test_damaged_evidence_is_told_until_it_is_mended() -> None:
    approvals = await approval_world()
    damage = Damage(sha256="ab" * 32, at=approvals.world.clock.now(), found="they cannot be read")
    await approvals.world.store.custody.save_damage(damage)
    (notice,) = await notices(approvals.world).now()
    assert (notice.about, notice.text) == ("damage", damage.said)
    await approvals.world.store.custody.clear_damage(damage.sha256)
    assert await notices(approvals.world).now() == []


async def test_that_passwords_are_guessed_is_told_once_and_again_when_it_is_ten_times_as_many() -> None:
    approvals = await approval_world()
    tries, keys = KeptTries(approvals.world.store.tries), []
    for _ in range(120):
        await tries.was_wrong(approvals.world.clock.now())
        keys += [notice.key for notice in await notices(approvals.world).now()]
    (notice,) = await notices(approvals.world).now()
    assert (notice.about, notice.link) == ("guessing", "/users")
    assert notice.text.startswith("120 sign-ins have failed since ")
    assert (len(keys), len(set(keys))) == (120 - GUESSES + 1, 2)
