from typing import Any

from tests.content.rules import a_rule
from tests.web.asides import DROPPED, put_aside
from visionone_sim.permissions import PERMISSIONS, VIEW_SANDBOX, VIEW_SEARCH
from visionone_sim.testing import start_twin
from warroom.doors.answer import json_of
from warroom.doors.doctor import findings
from warroom.services.app import App
from warroom.services.people.guessing import GUESSES
from warroom.services.people.kept_tries import KeptTries
from warroom.services.proof.layout import fingerprint
from warroom.testing.samples import an_actor


async def found(app: App) -> dict[str, Any]:
    return {item["what"]: item for item in json_of(await findings(app, an_actor()))}


async def test_everything_is_looked_at(app: App) -> None:
    looked_at = await found(app)
    assert list(looked_at) == [
        "data folder",
        "secret key",
        "signing key",
        "database",
        "event log",
        "packs",
        "clock",
        "evidence",
        "instances",
    ]
    assert {what for what, item in looked_at.items() if not item["ok"]} == {"instances"}
    assert looked_at["database"]["found"].startswith("SQLite ")
    assert "VisionOneResponse" in looked_at["packs"]["found"]


async def test_an_instance_is_tested(app: App) -> None:
    with start_twin(speed=100) as twin:
        for name, key in (("good", twin.api_key), ("bad", "wrong-key")):
            await app.instances.add(name, "VisionOneResponse", {"url": twin.url}, {"apikey": key}, an_actor())
        looked_at = await found(app)
    assert looked_at["instance good"]["ok"]
    assert not looked_at["instance bad"]["ok"]
    assert "wrong-key" not in str(looked_at)


async def test_each_permission_that_a_key_lacks_is_a_line_with_the_commands_that_need_it(app: App) -> None:
    lacking = {VIEW_SANDBOX, VIEW_SEARCH}
    with start_twin(speed=100) as twin:
        (key,) = twin.tenant.keys
        twin.tenant.roles = {key.role: PERMISSIONS - lacking}
        await app.instances.add("v1", "VisionOneResponse", {"url": twin.url}, {"apikey": twin.api_key}, an_actor())
        about = [item for item in json_of(await findings(app, an_actor())) if item["what"].startswith("instance v1")]
        asked = {seen.method for seen in twin.requests}
    first, *lacks = about
    assert (first["ok"], [item["ok"] for item in lacks]) == (False, [False, False])
    assert {item["found"].partition(": needed by ")[0] for item in lacks} == lacking
    assert "trendmicro-visionone-get-file-analysis-status" in str(lacks)
    assert asked == {"GET"}


async def test_an_instance_that_does_not_answer_is_a_finding_not_an_error(app: App) -> None:
    with start_twin(speed=100) as twin:
        await app.instances.add("v1", "VisionOneResponse", {"url": twin.url}, {"apikey": twin.api_key}, an_actor())
    looked_at = await found(app)
    assert not looked_at["instance v1"]["ok"]
    assert looked_at["instance v1"]["found"]


async def test_the_signing_key_is_named_by_the_fingerprint_that_exports_are_checked_with(app: App) -> None:
    key = (await found(app))["signing key"]
    assert key["ok"]
    assert key["found"].startswith(f"fingerprint {fingerprint(app.signer.public_key())}; ")
    (app.home / "signing.key").chmod(0o604)
    key = (await found(app))["signing key"]
    assert not key["ok"]
    assert "0604" in key["found"]


async def test_a_signing_key_that_is_none_is_a_finding(app: App) -> None:
    (app.home / "signing.key").write_text("no key")
    key = (await found(app))["signing key"]
    assert not key["ok"]
    assert "Bring a copy back" in key["found"]


async def test_a_key_that_others_can_read_is_told_with_what_to_do(app: App) -> None:
    (app.home / "secret.key").chmod(0o640)
    key = (await found(app))["secret key"]
    assert not key["ok"]
    assert "0640" in key["found"]
    assert "chmod 600" in key["found"]


async def test_without_a_key_file_the_key_is_from_the_environment(app: App) -> None:
    (app.home / "secret.key").unlink()
    assert (await found(app))["secret key"]["found"] == "from WARROOM_SECRET_KEY"


async def test_what_rules_dropped_is_said_and_is_fine(app: App) -> None:
    await put_aside(app, aside=DROPPED)
    looked_at = await found(app)
    assert looked_at["records dropped"]["ok"]
    assert looked_at["records dropped"]["found"].startswith("1 dropped by pre-process rules in the last 30 days; `war")
    assert "records set aside" not in looked_at


async def test_a_rule_that_is_on_and_cannot_be_run_is_said(app: App) -> None:
    rules = {name: a_rule(name=name, action=action) for name, action in (("Odd", "explode"), ("Fine", "drop"))}
    off = a_rule(name="Off", action="explode", enabled=False)
    app.library.catalogue.preprocess_rules = [*rules.values(), off]
    said = [one for one in await findings(app, an_actor()) if one.what == "pre-process rule"]
    assert [one.ok for one in said] == [False]
    assert said[0].found.startswith("The pre-process rule `Odd` has the action `explode`, which is not known")


async def test_what_fails_to_fetch_and_what_is_set_aside_is_said(app: App) -> None:
    await put_aside(app, failures=7)
    looked_at = await found(app)
    assert not looked_at["instance lab fetches"]["ok"]
    assert looked_at["instance lab fetches"]["found"].startswith("7 fetches in a row have failed, since ")
    assert "503 Busy." in looked_at["instance lab fetches"]["found"]
    assert looked_at["records set aside"]["found"].startswith("1 could not become incidents; `warroom fetch list`")


async def test_an_address_of_this_machine_that_content_may_not_read_from_is_named_with_what_now(app: App) -> None:
    with start_twin(speed=100) as twin:
        for name, allow in (("asked", False), ("allowed", True)):
            await app.instances.add(
                name, "VisionOneResponse", {"url": twin.url}, {"apikey": twin.api_key}, an_actor(), allow_local=allow
            )
        looked_at = await found(app)
    finding = looked_at["files of instance asked"]
    assert not finding["ok"]
    assert twin.url in finding["found"]
    assert "`warroom instance allow-origin asked`" in finding["found"]
    assert "files of instance allowed" not in looked_at


async def test_that_passwords_are_guessed_is_a_finding_also_after_a_restart(app: App) -> None:
    for _ in range(GUESSES):
        await KeptTries(app.users.tries.store).was_wrong(app.clock.now())
    finding = (await found(app))["sign-ins"]
    assert not finding["ok"]
    assert finding["found"].startswith(f"{GUESSES} sign-ins have failed since ")
