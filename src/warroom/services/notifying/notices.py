"""The current notices: what waits for a person, what is wrong with fetching or evidence, and what is paused."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from warroom.model.plan import PlanRecord, TaskRecord, Wait, WaitKind
from warroom.model.sentence import ended
from warroom.model.user import Actor, Role
from warroom.services.approvals.request import request_of
from warroom.services.audit.standing import Standings
from warroom.services.intake.fetch_watch import FetchWatch
from warroom.services.intake.set_asides import SetAsides
from warroom.services.notifying.new_incidents import NewIncidents
from warroom.services.people.guessing import Guessing
from warroom.services.plans.plans import Plans
from warroom.services.ports.halts import Halts
from warroom.services.ports.notices import Asked, Notice

READER = Actor(name="notifier", role=Role.READER)  # a message leaves this server: it holds only what every role may see
NO_INCIDENT = -1.0  # a severity below all: it belongs to no incident
ABOUT = {
    WaitKind.APPROVAL: ("approval", "Approval is needed"),
    WaitKind.PERSON: ("question", "A question waits"),
    WaitKind.UNKNOWN: ("doubt", "It is not known whether an action happened"),
    WaitKind.EXPIRED: ("expired", "A request for approval was not answered in time"),
    WaitKind.SET_ASIDE: ("set aside", "A task was set aside"),
}
MISSING = "evidence missing"  # the name of the pack's task for evidence that could not be saved, and its topic


@dataclass(frozen=True, slots=True, kw_only=True)
class Notices:
    """Collects the current notices."""

    plans: Plans
    halts: Halts
    new_incidents: NewIncidents
    fetch_watch: FetchWatch
    set_asides: SetAsides
    standings: Standings
    guessing: Guessing

    async def now(self, *, incidents: bool = False) -> list[Notice]:
        """Return all notices, the oldest first; new incidents only where a rule wants them."""
        found = [await self._of_task(plan, task) for plan, task in await self.plans.waiting_for_people(READER)]
        new = await self.new_incidents.now() if incidents else []
        return [notice for notice in found if notice] + [notice async for notice in self._of_server()] + new

    async def _of_task(self, plan: PlanRecord, task: TaskRecord) -> Notice | None:
        if task.wait is None or task.wait.kind not in ABOUT:
            return None
        about, title = ABOUT[task.wait.kind]
        if task.wait.kind is WaitKind.PERSON and task.name.strip().casefold() == MISSING:
            about, title = MISSING, "Evidence is missing"
        incident = await self.plans.journal.incident(plan.incident)
        said = str(task.wait.data.get("question") or task.name)
        if task.wait.kind is WaitKind.APPROVAL:
            request = request_of(task.wait)
            said = f"{request.asker} asks for {request.said} Why: {request.shown['why']}."
        return Notice(
            key=f"{plan.id} {task.key} {task.attempts} {task.wait.kind}",
            about=about,
            title=f"{title}: incident {incident.id}, {incident.name}",
            text=said,
            link="/tasks",
            severity=incident.severity.value,
            since=task.wait.since,
            asks=_asked(plan, task.wait),
        )

    async def _of_server(self) -> AsyncIterator[Notice]:
        for one in await self.fetch_watch.concerns():
            key = f"{one.instance.id} {one.kind} {one.since.isoformat()}"
            title = f"Instance {one.instance.name} is {one.kind.value}"
            yield Notice(key=key, about="silence", title=title, text=one.says, link="/integrations",
                         severity=NO_INCIDENT, since=one.since)  # fmt: skip
        for aside in await self.set_asides.list(READER):
            title = f"A record of {aside.instance_name} was set aside"
            text = f"{aside.what}: {ended(aside.why)} `warroom fetch list` shows it."
            yield Notice(key=f"aside {aside.id}", about="set aside", title=title, text=text, link="/integrations",
                         severity=NO_INCIDENT, since=aside.at)  # fmt: skip
        for held in await self.standings.long(READER):
            key = f"stands {held.command} {held.target} {held.since.isoformat()}"
            title = f"{held.command} on {held.target} still stands"
            yield Notice(key=key, about="standing", title=title, text=held.said, link=f"/incidents/{held.incident}",
                         severity=NO_INCIDENT, since=held.since)  # fmt: skip
        for damage in await self.plans.store.custody.damages():
            yield Notice(key=f"damage {damage.sha256} {damage.at.isoformat()}", about="damage",
                         title="Stored evidence is damaged", text=damage.said, link="/", severity=NO_INCIDENT,
                         since=damage.at)  # fmt: skip
        if guessed := await self.guessing.concern():
            key = f"guessing {guessed.since.isoformat()} {len(str(guessed.wrong))}"  # repeated at each power of ten
            yield Notice(key=key, about="guessing", title="Passwords are being guessed", text=guessed.said,
                         link="/users", severity=NO_INCIDENT, since=guessed.last)  # fmt: skip
        for halt in await self.halts.all():
            key = f"halt {halt.instance} {halt.since.isoformat()}"
            yield Notice(key=key, about="paused", title="Response actions are paused", text=halt.said, link="/",
                         severity=NO_INCIDENT, since=halt.since)  # fmt: skip


def _asked(plan: PlanRecord, wait: Wait) -> Asked:
    """Return who asked for an approval; empty for other tasks, which anyone with the permission may answer."""
    if wait.kind is WaitKind.APPROVAL:
        request = request_of(wait)
        return Asked(by=request.asked_by, approvers=request.approvers, is_approval=True)
    if wait.data.get("approves"):
        return Asked(by=plan.started_by, approvers=int(wait.data.get("approvers") or 0), is_approval=True)
    return Asked()
