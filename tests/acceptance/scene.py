"""A tenant to act upon: whatever an action needs is drawn at random and put there first."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

import httpx

from visionone_sim.scenarios.catalog import scenario_settings
from visionone_sim.settings import Settings
from visionone_sim.tenant.contents import text_content
from visionone_sim.tenant.endpoints import Endpoint, EndpointFile, Process
from visionone_sim.tenant.ids import draw_uuid
from visionone_sim.tenant.mail import Message, MessageState
from visionone_sim.tenant.objects import ListedObject
from visionone_sim.tenant.sandbox import Sample
from visionone_sim.tenant.verdicts import MARK
from visionone_sim.testing import RunningTwin
from warroom.model.json import JsonObject


def prompt_settings() -> Settings:
    """Return settings of a tenant whose sandbox has its verdict at once."""
    return replace(scenario_settings("empty"), sandbox_seconds=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A twin, and the chance that decides what is in it."""

    twin: RunningTwin
    chance: Random

    def word(self) -> str:
        return f"{self.chance.choice('abcdefgh')}{self.chance.getrandbits(48):012x}"

    def domain(self) -> str:
        return f"{self.word()}.example"

    def state(self, part: str) -> list[JsonObject]:
        """Return one part of the twin's state; its own thread reads it."""
        answer = httpx.get(f"{self.twin.url}/_twin/state", params={"part": part}, timeout=60, verify=False)
        found: list[JsonObject] = answer.raise_for_status().json()[part]
        return found

    def endpoint(self, *, isolated: bool = False) -> Endpoint:
        """Let an endpoint join, with a program that runs and a file that lies there."""
        word = self.word()
        program = Process(
            pid=self.chance.randrange(1000, 60_000),
            name=f"{word}.exe",
            path=f"C:\\Temp\\{word}.exe",
            sha1=f"{self.chance.getrandbits(160):040x}",
        )
        model = Endpoint(
            agent_guid=draw_uuid(self.chance),
            name=f"HOST-{word.upper()}",
            kind="desktop",
            os_name="Windows",
            os_version="10.0.22631",
            os_description="Windows 11 Pro (64 bit) build 22631",
            product_code="xes",
            installed_product_codes=("xes",),
            login_accounts=(f"LAB\\{word}",),
            macs=(":".join(f"{self.chance.randrange(256):02x}" for _ in range(6)),),
            ips=(f"10.{self.chance.randrange(256)}.{self.chance.randrange(256)}.{self.chance.randrange(1, 255)}",),
            policy_name="Default",
            isolated=isolated,
            processes=(program,),
        )
        endpoint = model.with_file(EndpointFile(path=f"C:\\Temp\\{word}.dmp", content=text_content(word)))
        self.twin.tenant.join(endpoint)
        return endpoint

    def message(self, state: MessageState = "delivered") -> Message:
        word = self.word()
        mail_box = f"{self.word()}@lab.example"
        message = Message(
            unique_id=draw_uuid(self.chance),
            message_id=f"<{word}@mail.example>",
            mail_box=mail_box,
            subject=f"About {word}",
            sender="somebody@partner.example",
            recipients=(mail_box,),
            sent=self.twin.clock.now(),
            organization_id=draw_uuid(self.chance),
            state=state,
        )
        self.twin.tenant.mail.deliver(message)
        return message

    def excepted(self) -> str:
        domain = self.domain()
        self.twin.tenant.objects.make_exception(ListedObject("domain", domain), None, self.twin.clock.now())
        return domain

    def suspected(self) -> str:
        domain = self.domain()
        self._post("threatintel/suspiciousObjects", [{"domain": domain}])
        return domain

    def analyzed(self, name: str) -> str:
        """Have a bad file analyzed; gives the id of its submission."""
        content = MARK + b"high " + self.word().encode()
        return self.twin.tenant.sandbox.submit_file(Sample(name=name, content=content)).id

    def begun_task(self, description: str) -> str:
        """Begin a response task that nobody waits for; gives its id."""
        target: JsonObject = {"agentGuid": self.endpoint().agent_guid, "description": description}
        (answer,) = self._post("response/endpoints/isolate", [target])
        return str(answer["headers"][0]["value"]).rpartition("/")[2]

    def tasks_about(self, word: str) -> list[JsonObject]:
        """Return the response tasks whose description holds a word."""
        return [task for task in self.state("tasks") if word in str(task.get("description"))]

    def counting(self, part: str, key: str, value: str) -> Callable[[], int]:
        """Make the question how often a value is in a part of the state."""
        return lambda: sum(item.get(key) == value for item in self.state(part))

    def found(self, part: str, key: str, value: str) -> JsonObject:
        (item,) = [item for item in self.state(part) if item.get(key) == value]
        return item

    def _post(self, path: str, body: list[JsonObject]) -> list[JsonObject]:
        headers = {"Authorization": f"Bearer {self.twin.api_key}"}
        answer = httpx.post(f"{self.twin.url}/v3.0/{path}", json=body, headers=headers, timeout=60, verify=False)
        found: list[JsonObject] = answer.raise_for_status().json()
        return found
