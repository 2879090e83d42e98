"""Two tenants, two hundred alerts, a server in a process of its own: what belongs to one is never asked of the other.

The request logs of the twins are the only judges: no id and no host of one tenant may stand in the log of the other.
Hosts have the same names in both, with GUIDs of their own. What runs: the router that each alert starts, the evidence
of those that need it, and two responses by hand.
"""

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from tests.acceptance.folder import Folder
from tests.acceptance.waiting import until
from tests.packs.stand_in import write_stand_in
from visionone_sim.recorder import SeenRequest
from visionone_sim.scenarios.models import MODELS, OTHERS
from visionone_sim.testing import RunningTwin, start_twins
from warroom.model.json import JsonObject

pytestmark = pytest.mark.acceptance

ALERTS = 100  # of each tenant, with our own library
FEWER = 5  # with other people's
BY_HAND = 5  # runs of each response
HOSTS = tuple(f"BOTH-{number:02d}" for number in range(2 * BY_HAND))
CONTAIN, BLOCK = "Vision One - Contain Endpoint", "Vision One - Block Indicators"
SPEED = 100
ENDED = {"completed", "failed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """A twin, its instance, and what is acted upon in this tenant only."""

    twin: RunningTwin
    instance: str
    hosts: tuple[str, ...]
    read: set[str] = field(default_factory=set)  # alerts that the router reads, which is all but dumps

    @property
    def domains(self) -> tuple[str, ...]:
        return tuple(f"stranger-{number}.{self.instance}.example" for number in range(BY_HAND))

    def words(self) -> set[str]:
        """Return the words in a log that belong to this tenant."""
        tenant = self.twin.tenant
        endpoints = {endpoint.agent_guid for endpoint in tenant.inventory.values()}
        copies = {word for copy in tenant.mail.values() for word in (copy.unique_id, copy.message_id.strip("<>"))}
        return {*endpoints, *copies, *tenant.alerts, *tenant.tasks, *self.hosts, *self.domains}


@pytest.mark.parametrize("others", [False, True], ids=["our library", "a library that guards nothing"])
def test_nothing_of_one_tenant_is_ever_asked_of_the_other(folder: Folder, *, others: bool) -> None:
    alerts = FEWER if others else ALERTS
    if others:
        write_stand_in(folder.home / "packs")
    seed = random.SystemRandom().randrange(1 << 32)
    chance, began = random.Random(seed), time.monotonic()
    with start_twins(2, speed=SPEED, start=datetime.now(UTC)) as twins:
        tenants = [
            Tenant(twin=twin, instance=f"tenant-{number}", hosts=HOSTS[number::2]) for number, twin in enumerate(twins)
        ]
        for tenant in tenants:
            _fill(tenant, alerts, chance)
            _add(folder, tenant)
        origins = [word for twin in twins for word in ("--allow-origin", twin.url)]
        with folder.served("--speed", str(SPEED), "--fetch-seconds", "60", *origins, "--no-console") as server:
            server.ready()
            incidents = until(lambda: _all_fetched(folder, alerts), "all alerts are incidents")
            plans = list(_by_hand(folder, tenants, incidents, chance))
            _ended(folder, incidents, plans)
        for own, other in (tenants, tenants[::-1]):
            _judge(own, other)
    print(f"seed {seed}: {time.monotonic() - began:.1f} s")  # noqa: T201  # a figure


def _fill(tenant: Tenant, alerts: int, chance: random.Random) -> None:
    for _ in range(alerts):
        model = chance.choice(list(MODELS.values()))
        alert = tenant.twin.story.raise_alert(model)
        tenant.read.update({alert.id} if model in OTHERS else ())
    for name in HOSTS:  # after the alerts, whose notes name their hosts: these are acted on by hand alone
        tenant.twin.seed.endpoint(name=name)


def _add(folder: Folder, tenant: Tenant) -> None:
    key = folder.home.parent / f"{tenant.instance}.key"
    key.write_text(tenant.twin.api_key, encoding="utf-8")
    params = (f"url={tenant.twin.url}", "isFetch=true", "max_fetch=200", "first_fetch=3 days", "respond=propose")
    given = [word for param in params for word in ("--param", param)]
    options = ("--integration", "VisionOneResponse", *given, "--secret", f"apikey=@{key}")
    folder.command("instance", "add", tenant.instance, *options)


def _all_fetched(folder: Folder, alerts: int) -> list[JsonObject]:
    found = folder.incidents()
    return found if len(found) == 2 * alerts else []


def _by_hand(
    folder: Folder, tenants: list[Tenant], incidents: list[JsonObject], chance: random.Random
) -> Iterator[JsonObject]:
    """Start responses on incidents of both tenants, in any order; they name what both tenants have by its name."""
    runs = []
    for tenant in tenants:
        own = [incident["id"] for incident in incidents if incident["source"] == tenant.instance]
        for host, domain in zip(tenant.hosts, tenant.domains, strict=True):
            runs.append((CONTAIN, chance.choice(own), {"Endpoint": host, "Respond": "act"}))
            runs.append((BLOCK, chance.choice(own), {"Objects": domain, "Respond": "act"}))
    chance.shuffle(runs)
    for name, incident, inputs in runs:
        yield folder.call("playbook.run", name=name, incident=incident, inputs=inputs)


def _ended(folder: Folder, incidents: list[JsonObject], plans: list[JsonObject]) -> None:
    """Wait until every plan has ended; those that have are not asked about again."""
    left = {incident["id"] for incident in incidents}

    def none_left() -> bool:
        for incident in list(left):
            states = {plan["state"] for plan in folder.call("incident.show", id=incident)["plans"]}
            if not states <= ENDED:
                return False
            left.discard(incident)
        return True

    until(none_left, "all plans end", seconds=300)
    for plan in plans:
        assert folder.call("plan.show", plan=plan["plan"])["state"] == "completed"


def _judge(own: Tenant, other: Tenant) -> None:
    """Hold a tenant's log against the other's words, and against what must have been asked here."""
    seen = own.twin.asked()
    foreign = other.words() - own.words()
    assert foreign
    assert [(request.method, request.path) for request in seen if _names(request, foreign)] == []
    read = {request.path.rpartition("/")[2] for request in seen if request.method == "GET"}
    assert own.read <= read
    isolated = {endpoint.name for endpoint in own.twin.tenant.inventory.values() if endpoint.isolated}
    assert isolated == set(own.hosts)
    listed = {entry.item.value for entry in own.twin.tenant.objects.suspicious(own.twin.clock.now())}
    assert listed == set(own.domains)


def _names(request: SeenRequest, words: set[str]) -> bool:
    text = "\n".join(str(part) for part in (request.path, request.query, request.filter, request.body))
    return any(word in text for word in words)
