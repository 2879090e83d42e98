"""A story under way: it can raise more alerts, about endpoints that it chooses or is given."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from visionone_sim.scenarios.alert import Cast, draw_cast, write_alert
from visionone_sim.scenarios.evidence import record_activity, run_program
from visionone_sim.scenarios.models import OTHERS, Bait, DetectionModel, Leftover
from visionone_sim.scenarios.people import Letter, deliver, mailboxes
from visionone_sim.tenant.alerts import Alert
from visionone_sim.tenant.contents import Content, dump_content, text_content
from visionone_sim.tenant.endpoints import Endpoint, EndpointFile
from visionone_sim.tenant.tenant import Tenant

SMALL_DUMP = (1_000_000, 3_000_000)


@dataclass(slots=True, kw_only=True)
class Story:
    """Raises alerts in a tenant; all chance comes from the tenant's own source."""

    tenant: Tenant
    dump_size: int | None = None
    _number: int = field(default=0, init=False)
    _company: int = field(init=False)
    _fitting: dict[str, list[Endpoint]] = field(default_factory=dict, init=False)
    """Who noise may happen to, by model: looking through thousands of endpoints for each alert takes its time."""

    def __post_init__(self) -> None:
        self._company = self.tenant.rng.randrange(10_000, 100_000)

    def raise_alert(
        self,
        model: DetectionModel,
        *,
        endpoints: Sequence[Endpoint] = (),
        created: datetime | None = None,
        after_seconds: float = 0,
        changes: dict[str, Any] | None = None,
    ) -> Alert:
        """Raise a detection: its files are on the endpoints, its alert appears after some seconds."""
        chosen = endpoints or [self.tenant.rng.choice(self.suitable([model]))]
        casts = [self.cast(endpoint) for endpoint in chosen]
        return self.tell(model, casts, created=created, after_seconds=after_seconds, changes=changes)

    def make_noise(self, *, created: datetime | None = None, after_seconds: float = 0) -> Alert:
        """Raise an alert of any common kind that leaves nothing but files: many thousands can happen so."""
        rng = self.tenant.rng
        model = rng.choice(OTHERS)
        if model.key not in self._fitting:
            self._fitting[model.key] = self.suitable([model])
        casts = [self.cast(rng.choice(self._fitting[model.key]))]
        return self.tell(model, casts, created=created, after_seconds=after_seconds, background=True)

    def tell(
        self,
        model: DetectionModel,
        casts: Sequence[Cast],
        *,
        created: datetime | None = None,
        after_seconds: float = 0,
        changes: dict[str, Any] | None = None,
        background: bool = False,
    ) -> Alert:
        """Raise a detection on the endpoints that are cast for it."""
        appears = self.tenant.clock.now() + timedelta(seconds=after_seconds)
        moment = created or appears
        for cast in casts:
            self._leave_files(model, cast)
            if not background:
                self._leave_traces(model, cast, moment)
        self._number += 1
        alert_id = f"WB-{self._company}-{moment:%Y%m%d}-{self._number:05d}"
        document = write_alert(self.tenant.rng, model, casts, alert_id=alert_id, created=moment)
        changed = {key: value for key, value in {**document, **(changes or {})}.items() if value is not None}
        return self.tenant.show_alert(changed, after_seconds=after_seconds)

    def leave(self, model: DetectionModel, casts: Sequence[Cast], moment: datetime) -> None:
        """Do something that raises no alert: it leaves files, records and programs."""
        for cast in casts:
            self._leave_files(model, cast)
            self._leave_traces(model, cast, moment)

    def cast(self, endpoint: Endpoint) -> Cast:
        inventory = self.tenant.inventory
        guids = inventory.by_guid()
        other = self.tenant.rng.choice(guids)
        while other == endpoint.agent_guid and len(guids) > 1:
            other = self.tenant.rng.choice(guids)
        return draw_cast(self.tenant.rng, endpoint, inventory[other].name)

    def suitable(self, models: Sequence[DetectionModel]) -> list[Endpoint]:
        """Return the endpoints that all of these can happen to."""
        return [
            endpoint
            for endpoint in self.tenant.inventory.values()
            if endpoint.connected
            and all(
                endpoint.os_name in model.os_names and endpoint.product_code in model.product_codes for model in models
            )
        ]

    def _leave_traces(self, model: DetectionModel, cast: Cast, moment: datetime) -> None:
        tenant, words = self.tenant, cast.words
        # Objects of the attack are malicious for the sandbox, too.
        for word in ("domain", "url", "sha1", "sha256"):
            tenant.sandbox.know(words[word], "high")
        if model.message is not None:
            self._send(model.message, words, moment)
        if "host" in model.entities:
            run_program(tenant, model, cast.endpoint, words)
            record_activity(tenant, model, cast.endpoint, words, moment)

    def _send(self, bait: Bait, words: dict[str, str], moment: datetime) -> None:
        others = [address for address in mailboxes(self.tenant) if address != words["mail"]]
        chosen = self.tenant.rng.sample(others, min(bait.mailboxes - 1, len(others)))
        letter = Letter(
            subject=bait.subject.format_map(words),
            sender=bait.sender.format_map(words),
            recipients=(words["mail"], *chosen),
            sent=moment,
            message_id=bait.message_id.format_map(words),
            urls=(bait.url.format_map(words),),
        )
        deliver(self.tenant, letter)

    def _leave_files(self, model: DetectionModel, cast: Cast) -> None:
        for leftover in model.leftovers:
            path = leftover.path.format_map(cast.words)
            file = EndpointFile(path=path, content=self._content(leftover, cast))
            self.tenant.place_file(cast.endpoint.agent_guid, file)

    def _content(self, leftover: Leftover, cast: Cast) -> Content:
        if leftover.text is not None:
            return text_content(leftover.text.format_map(cast.words))
        rng = self.tenant.rng
        return dump_content(
            size=self.dump_size or rng.randint(*SMALL_DUMP),
            seed=rng.getrandbits(64),
            taken_at=int(self.tenant.clock.now().timestamp()),
            account=cast.words["account"],
        )
