"""One Vision One tenant: its state, and the rules that hold it together."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from visionone_sim.permissions import ROLES
from visionone_sim.tenant.alerts import Alert, AlertBook
from visionone_sim.tenant.audit import AuditLog
from visionone_sim.tenant.cases import CaseBook
from visionone_sim.tenant.endpoints import Endpoint, EndpointFile, Inventory, Process
from visionone_sim.tenant.estate import Estate
from visionone_sim.tenant.inventory_tasks import InventoryTasks
from visionone_sim.tenant.keys import ApiKey
from visionone_sim.tenant.links import LinkSigner
from visionone_sim.tenant.notes import NoteBook
from visionone_sim.tenant.pipelines import PipelineBook
from visionone_sim.tenant.response import ResponseTasks
from visionone_sim.tenant.sandbox import Sandbox
from visionone_sim.tenant.tasks import TaskBook
from visionone_sim.tenant.telemetry import Telemetry
from visionone_sim.tenant.users import UserBook
from visionone_sim.wire import JsonObject


@dataclass(slots=True, kw_only=True)
class Tenant(Estate):
    """Everything a scenario fills and the API shows."""

    keys: tuple[ApiKey, ...]
    roles: dict[str, frozenset[str]] = field(default_factory=lambda: dict(ROLES))
    key_uses: dict[str, datetime] = field(default_factory=dict)
    """When each key was last used, by its id."""
    users: UserBook = field(default_factory=UserBook)
    alerts: AlertBook = field(init=False)
    notes: NoteBook = field(init=False)
    response: ResponseTasks = field(init=False)
    sandbox: Sandbox = field(init=False)
    telemetry: Telemetry = field(default_factory=Telemetry)
    pipelines: PipelineBook = field(default_factory=PipelineBook)
    audit: AuditLog = field(default_factory=AuditLog)
    inventory_tasks: InventoryTasks = field(default_factory=InventoryTasks)
    cases: CaseBook = field(default_factory=CaseBook)
    links: LinkSigner = field(init=False)

    def __post_init__(self) -> None:
        self.alerts = AlertBook(ignore_case=self.settings.filter_ignores_case)
        self.notes = NoteBook()
        self.response = ResponseTasks(self)
        self.sandbox = Sandbox(self)
        self.links = LinkSigner(self.rng.randbytes(32))

    @property
    def endpoints(self) -> Inventory:
        """The endpoints as they are now."""
        self.settle()
        return self.inventory

    @property
    def tasks(self) -> TaskBook:
        """The response tasks as they are now."""
        self.settle()
        return self.response.tasks

    def settle(self) -> None:
        """Apply the effects of tasks that have succeeded by now."""
        self.response.settle()
        self.sandbox.settle()

    def show_alert(self, document: JsonObject, *, after_seconds: float = 0) -> Alert:
        """Add an alert that the API shows after some seconds."""
        alert = Alert(document=document, visible_since=self._second_after(after_seconds))
        self.alerts.put(alert)
        return alert

    def place_file(self, agent_guid: str, file: EndpointFile) -> None:
        self.inventory.put(self.inventory[agent_guid].with_file(file))

    def remove_file(self, agent_guid: str, path: str) -> None:
        """Delete the attack's files, as an attacker does: later tasks do not find them."""
        self.inventory.put(self.inventory[agent_guid].without_file(path))

    def start_process(self, agent_guid: str, process: Process) -> None:
        self.inventory.put(self.inventory[agent_guid].with_process(process))

    def join(self, endpoint: Endpoint) -> None:
        self.inventory.put(endpoint)

    def link(self, task_id: str) -> tuple[str, datetime]:
        """Return path and expiry of a fresh link to a task's file."""
        expires = self.clock.now().replace(microsecond=0) + timedelta(seconds=self.settings.link_lifetime_seconds)
        return self.links.path(task_id, expires), expires

    def close(self) -> None:
        """Free threads and disk space."""
        self.response.close()

    def _second_after(self, seconds: float) -> datetime:
        return self.clock.now() + timedelta(seconds=seconds)
