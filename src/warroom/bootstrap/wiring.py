"""All use cases of one data folder, put together from their adapters and what the operator sets."""

from collections.abc import Sequence
from dataclasses import dataclass

from warroom.bootstrap.content import environments_of
from warroom.bootstrap.settings import Settings
from warroom.content.catalogue import Catalogue
from warroom.content.pack import Pack
from warroom.durable.clock import SystemClock
from warroom.host.runner import WarmRunner
from warroom.mapping.storm import StormRule
from warroom.model.ids import WorkerId
from warroom.outbound.sending import Post
from warroom.outbound.web import Web
from warroom.services.app import App
from warroom.services.approvals.deciding import Approvals
from warroom.services.approvals.grants import Grants
from warroom.services.approvals.halting import Halting
from warroom.services.approvals.judge import Judge
from warroom.services.approvals.pausing import Pausing
from warroom.services.approvals.people import People
from warroom.services.approvals.refusing import with_withdrawals
from warroom.services.approvals.rules import Rules
from warroom.services.audit.audit import Audit
from warroom.services.audit.standing import Standings
from warroom.services.commands.library import Library
from warroom.services.drive.approval_check import ApprovalCheck
from warroom.services.drive.conductor import Conductor
from warroom.services.drive.frames import Frames
from warroom.services.drive.holding import Holding
from warroom.services.drive.perform import Performer
from warroom.services.drive.tools import Tools
from warroom.services.evidence.evidence import Evidence
from warroom.services.evidence.exporting import Exporting
from warroom.services.evidence.proving import Proving
from warroom.services.evidence.scrubbing import Scrubbing
from warroom.services.execution.executor import Executor
from warroom.services.execution.gate import Gate
from warroom.services.execution.settings import Settings as ExecutionSettings
from warroom.services.incidents.incidents import Incidents
from warroom.services.incidents.sla import targets
from warroom.services.incidents.uploading import Uploading
from warroom.services.incidents.war_room import WarRoom
from warroom.services.indicators.indicators import Indicators
from warroom.services.instances.instances import Instances
from warroom.services.instances.line_deaths import fetch_deaths, mirror_deaths
from warroom.services.intake.fetch_page import FETCH_ACTOR, Pages
from warroom.services.intake.fetch_watch import FetchWatch
from warroom.services.intake.fetching import Fetching
from warroom.services.intake.preprocessing import Preprocessing
from warroom.services.intake.resetting import Resetting
from warroom.services.intake.rule_list import RuleList
from warroom.services.intake.set_asides import SetAsides
from warroom.services.mirroring.mirroring import Mirroring
from warroom.services.notifying.new_incidents import NewIncidents
from warroom.services.notifying.notices import Notices
from warroom.services.notifying.notifying import Notifying
from warroom.services.notifying.trying import Trying
from warroom.services.packs.installing import Installing
from warroom.services.people.guessing import Guessing
from warroom.services.people.kept_tries import KeptTries
from warroom.services.people.passwords import Passwords
from warroom.services.people.users import Users
from warroom.services.plans.cancelling import Cancelling
from warroom.services.plans.plans import Plans
from warroom.services.ports.job_queue import JobQueue
from warroom.services.ports.timestamps import TimestampAuthority
from warroom.services.runtime import Runtime
from warroom.services.sealing.keeping import Keeping
from warroom.services.sealing.sealing import Sealing
from warroom.services.secrecy.redaction import Redaction
from warroom.services.writing.journal import Journal
from warroom.store.blobs import FolderBlobs
from warroom.store.signing_key import FileSigner
from warroom.store.store import SqlStore

SCRATCH = "scratch"  # folder of what need not outlive the process


@dataclass(frozen=True, slots=True)
class Adapters:
    """The adapters of the ports, and the packs."""

    packs: Sequence[Pack]
    store: SqlStore
    blobs: FolderBlobs
    runner: WarmRunner
    jobs: JobQueue
    clock: SystemClock
    worker: WorkerId


def wire(settings: Settings, adapters: Adapters) -> App:
    """Wire the use cases to these adapters."""
    store, clock, jobs = adapters.store, adapters.clock, adapters.jobs
    journal = Journal(store, on_close=with_withdrawals)
    library = Library(Catalogue(adapters.packs, environments_of(settings.home).modules_of), store)
    gate = _gate(settings, adapters, journal, library)
    executor = _executor(settings, adapters, library, gate)
    conductor = Conductor(_tools(settings, executor, adapters), adapters.worker)
    journal.wake_with(conductor.start_soon)
    plans = Plans(
        store=store,
        journal=journal,
        library=library,
        clock=clock,
        scripts=executor.scripts,
        approvals=gate.approvals,
    )
    incidents = Incidents(store=store, journal=journal, library=library, plans=plans, users=store.users, clock=clock)
    fetching = _fetching(settings, adapters, executor, incidents)
    instances = Instances(journal=journal, library=library, executor=executor, jobs=jobs, clock=clock)
    mirroring = _mirroring(settings, adapters, executor)
    pausing = Pausing(store=store, journal=journal, halting=gate.halting, jobs=jobs, clock=clock)
    evidence = Evidence(store=store, users=store.users, blobs=adapters.blobs, redaction=Redaction(journal), clock=clock)
    signer = FileSigner(settings.home)
    fetch_watch = FetchWatch(fetching=fetching, mirroring=mirroring, silent_hours=settings.silent_hours)
    notifying = _notifying(settings, adapters, plans, fetch_watch)
    sealing = Sealing(seals=store.seals, locks=store.locks, signer=signer, clock=clock)
    return App(
        home=settings.home,
        store=store,
        replies=store.replies,
        signer=signer,
        journal=journal,
        library=library,
        clock=clock,
        sla=targets(settings.sla_hours),
        conductor=conductor,
        plans=plans,
        war_room=WarRoom(store=store, journal=journal, library=library, plans=plans, halting=gate.halting, clock=clock),
        incidents=incidents,
        instances=instances,
        installing=Installing(
            home=settings.home, library=library, journal=journal, begin=instances.begin_new, clock=clock
        ),
        evidence=evidence,
        scrubbing=_scrubbing(settings, evidence, store),
        exporting=_exporting(settings, evidence, sealing),
        uploading=_uploading(settings, adapters, journal),
        fetching=fetching,
        resetting=Resetting(fetching=fetching, instances=instances),
        set_asides=notifying.notices.set_asides,
        preprocess_rules=RuleList(fetching.pages),
        indicators=Indicators(store, clock, library),
        fetch_watch=fetch_watch,
        mirroring=mirroring,
        runtime=_runtime(adapters, conductor, fetching, mirroring, pausing),
        users=Users(store=store.users, clock=clock, passwords=Passwords(), tries=KeptTries(store.tries)),
        guessing=notifying.notices.guessing,
        audit=Audit(store=store),
        notifying=notifying,
        trying=Trying(notifying),
        standings=notifying.notices.standings,
        pausing=pausing,
        cancelling=Cancelling(store=store, journal=journal, halts=store.halts, clock=clock),
        sealing=sealing,
        proving=Proving(
            evidence=evidence, seals=store.seals, signer=signer, authority=_authority(settings.timestamp_url)
        ),
        keeping=Keeping(sealing=sealing, days=settings.audit_keep_days),
    )


def _runtime(
    adapters: Adapters, conductor: Conductor, fetching: Fetching, mirroring: Mirroring, pausing: Pausing
) -> Runtime:
    return Runtime(
        store=adapters.store,
        journal=mirroring.journal,
        runner=adapters.runner,
        jobs=adapters.jobs,
        conductor=conductor,
        fetching=fetching,
        mirroring=mirroring,
        pausing=pausing,
        clock=adapters.clock,
    )


def _fetching(settings: Settings, adapters: Adapters, executor: Executor, incidents: Incidents) -> Fetching:
    rule = StormRule(minutes=settings.group_minutes, same=settings.group_same, shared=settings.group_shared)
    return Fetching(
        pages=Pages(
            store=adapters.store,
            journal=executor.journal,
            library=executor.library,
            incidents=incidents,
            preprocessing=Preprocessing(
                store=adapters.store, executor=executor, clock=adapters.clock, actor=FETCH_ACTOR
            ),
            clock=adapters.clock,
            rule=rule,
        ),
        executor=executor,
        deaths=fetch_deaths(executor.journal, settings.set_aside_after),
        seconds=settings.fetch_seconds,
    )


def _scrubbing(settings: Settings, evidence: Evidence, store: SqlStore) -> Scrubbing:
    speed = settings.scrub_megabytes_per_second * 1e6
    return Scrubbing(custodian=evidence.custodian, locks=store.locks, days=settings.scrub_days, bytes_per_second=speed)


def _uploading(settings: Settings, adapters: Adapters, journal: Journal) -> Uploading:
    return Uploading(
        store=adapters.store,
        journal=journal,
        blobs=adapters.blobs,
        clock=adapters.clock,
        scratch=settings.home / SCRATCH,
    )


def _exporting(settings: Settings, evidence: Evidence, sealing: Sealing) -> Exporting:
    return Exporting(
        store=evidence.store,
        evidence=evidence,
        audit=Audit(store=evidence.store),
        signer=sealing.signer,
        sealing=sealing,
        clock=evidence.clock,
        authority=_authority(settings.timestamp_url),
    )


def _authority(url: str) -> TimestampAuthority | None:
    if not url:
        return None
    from warroom.outbound.timestamps import HttpTimestamps  # noqa: PLC0415  # hardly anybody has one, and it is large

    return HttpTimestamps(url)


def _notifying(settings: Settings, adapters: Adapters, plans: Plans, watch: FetchWatch) -> Notifying:
    notices = Notices(
        plans=plans,
        halts=adapters.store.halts,
        new_incidents=NewIncidents(store=adapters.store, clock=adapters.clock),
        fetch_watch=watch,
        set_asides=SetAsides(watch.fetching.pages),
        standings=Standings(
            store=adapters.store,
            journal=plans.journal,
            library=watch.fetching.pages.library,
            clock=adapters.clock,
            days=settings.standing_days,
        ),
        guessing=Guessing(store=adapters.store.tries, clock=adapters.clock),
    )
    post = Post(
        smtp=settings.notify_smtp,
        password=settings.notify_smtp_password,
        sender=settings.notify_from,
        public_url=settings.public_url,
    )
    return Notifying(
        notices=notices,
        users=adapters.store.users,
        deliveries=adapters.store.deliveries,
        sender=post,
        clock=adapters.clock,
        rules=settings.notify,
    )


def _tools(settings: Settings, executor: Executor, adapters: Adapters) -> Tools:
    store, journal, library, clock = adapters.store, executor.journal, executor.library, adapters.clock
    performer = Performer(executor, journal, clock, settings.set_aside_after)
    return Tools(
        store=store,
        journal=journal,
        library=library,
        performer=performer,
        approval=ApprovalCheck(performer=performer, gate=executor.gate),
        holding=Holding(performer=performer, halting=executor.gate.halting),
        frames=Frames(library, journal, executor, clock),
        clock=clock,
        set_aside_after=settings.set_aside_after,
    )


def _gate(settings: Settings, adapters: Adapters, journal: Journal, library: Library) -> Gate:
    rules = Rules(commands=settings.approve_commands, above=settings.approve_above, hours=settings.approval_hours)
    store = adapters.store
    judge = Judge(store=store, journal=journal, library=library, rules=rules)
    approvals = Approvals(store=store, judge=judge, people=People(store.users), clock=adapters.clock)
    halting = Halting(halts=store.halts, goes_on=settings.pause_lets_pass)
    return Gate(approvals=approvals, grants=Grants(store), halting=halting)


def _executor(settings: Settings, adapters: Adapters, library: Library, gate: Gate) -> Executor:
    return Executor(
        library=library,
        store=adapters.store,
        users=adapters.store.users,
        journal=gate.approvals.judge.journal,
        runner=adapters.runner,
        blobs=adapters.blobs,
        clock=adapters.clock,
        outgoing=Web(settings.content_environment),
        settings=ExecutionSettings(allowed_origins=settings.allowed_origins, public_url=settings.public_url),
        gate=gate,
    )


def _mirroring(settings: Settings, adapters: Adapters, executor: Executor) -> Mirroring:
    return Mirroring(
        store=adapters.store,
        journal=executor.journal,
        library=executor.library,
        executor=executor,
        blobs=adapters.blobs,
        users=adapters.store.users,
        locks=adapters.store.locks,
        clock=adapters.clock,
        deaths=mirror_deaths(executor.journal, settings.set_aside_after),
        seconds=settings.mirror_seconds,
    )
