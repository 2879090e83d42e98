"""The fourteen actions: how each is called, what it changes in the tenant, and how often it may ask again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.acceptance.scene import Scene
from warroom.model.json import JsonObject

Args = dict[str, str]
Answered = Callable[[Sequence[JsonObject]], bool]

NO_DOMAIN = {"object_type": "domain", "object_value": "no domain"}
HALF_A_LIST = "[{"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What one call acts upon, drawn at random."""

    args: Args
    unknown: Args  # what Vision One refuses
    bad: Args  # what is refused before anything is asked
    changes: Callable[[], int]  # how often the tenant has changed by it
    is_done: Callable[[], bool]
    path: str = ""  # of its request, when the action's says too little
    answered: Answered = lambda _: True  # whether a read's entries hold what was asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One of the fourteen; `promise` is its number."""

    promise: int
    title: str
    command: str
    method: str
    path: str  # of its request, as it begins after /v3.0/
    draw: Callable[[Scene], Subject]
    outputs: str = ""  # where its response tasks are in the context
    repeats: bool = False  # asks again by itself when the server is busy: nothing is done twice by that
    keyed: bool = True  # acts once for a key, or changes nothing; else a person is asked after a cut
    reads: bool = False

    @property
    def name(self) -> str:
        return f"trendmicro-visionone-{self.command}"

    def request(self, subject: Subject) -> str:
        """Return the beginning of its request, as a server reads it."""
        path = f"{self.method} /v3.0/{subject.path or self.path}"
        return path if self.reads else f"{path} HTTP"


def _except(scene: Scene) -> Subject:
    domain = scene.domain()
    count = scene.counting("exceptions", "domain", domain)
    return Subject(
        args={"object_value": domain},
        unknown=NO_DOMAIN,
        bad={"block_objects": HALF_A_LIST},
        changes=count,
        is_done=lambda: count() == 1,
    )


def _end_exception(scene: Scene) -> Subject:
    domain = scene.excepted()
    count = scene.counting("exceptions", "domain", domain)
    return Subject(
        args={"object_value": domain},
        unknown={"object_type": "ip", "object_value": "no address"},
        bad={"block_objects": HALF_A_LIST},
        changes=lambda: 1 - count(),
        is_done=lambda: count() == 0,
    )


def _suspect(scene: Scene) -> Subject:
    domain, what = scene.domain(), scene.chance.choice(("log", "block"))
    count = scene.counting("suspiciousObjects", "domain", domain)
    return Subject(
        args={"object_value": domain, "scan_action": what},
        unknown=NO_DOMAIN,
        bad={"object_value": domain, "scan_action": "eat"},
        changes=count,
        is_done=lambda: count() == 1 and scene.found("suspiciousObjects", "domain", domain)["scanAction"] == what,
    )


def _clear(scene: Scene) -> Subject:
    domain = scene.suspected()
    count = scene.counting("suspiciousObjects", "domain", domain)
    return Subject(
        args={"object_value": domain},
        unknown=NO_DOMAIN,
        bad={"block_objects": HALF_A_LIST},
        changes=lambda: 1 - count(),
        is_done=lambda: count() == 0,
    )


def _collect(scene: Scene) -> Subject:
    endpoint, word = scene.endpoint(), scene.word()
    (file,) = endpoint.files.values()
    known = scene.chance.choice(({"endpoint": endpoint.name}, {"agent_guid": endpoint.agent_guid}))
    return Subject(
        args={**known, "file_path": file.path, "description": word},
        unknown={"endpoint": scene.word(), "file_path": file.path, "description": word},
        bad={"collect_files": HALF_A_LIST},
        changes=lambda: len(scene.tasks_about(word)),
        is_done=lambda: [task["status"] for task in scene.tasks_about(word)] == ["succeeded"],
    )


def _submit(scene: Scene) -> Subject:
    name = f"{scene.word()}.txt"
    count = scene.counting("sandbox", "name", name)
    address = f"{scene.twin.url}/_twin/state?part=notes"
    return Subject(
        args={"file_url": address, "file_name": name},
        unknown={"file_url": f"{address}{scene.word()}", "file_name": name},
        bad={"file_url": "ftp://files.example/x", "file_name": name},
        changes=count,
        is_done=lambda: count() == 1,
    )


def _retrieve(scene: Scene) -> Subject:
    name = f"{scene.word()}.txt"
    submission = scene.analyzed(name)
    count = scene.counting("sandbox", "name", name)

    def is_there(entries: Sequence[JsonObject]) -> bool:
        files = [entry["file"] for entry in entries if entry["file"]]
        return [file["name"].endswith(".pdf") and file["size"] > 100 for file in files] == [True]

    return Subject(
        args={"submission_id": submission},
        unknown={"submission_id": scene.word()},
        bad={"submission_id": ""},
        changes=lambda: count() - 1,
        is_done=lambda: True,
        answered=is_there,
    )


def _move_message(state: str) -> Callable[[Scene], Subject]:
    def draw(scene: Scene) -> Subject:
        message, word = scene.message(), scene.word()
        by_id = {"message_id": message.message_id, "mailbox": message.mail_box}
        known = scene.chance.choice((by_id, {"unique_id": message.unique_id}))
        return Subject(
            args={**known, "description": word},
            unknown={"message_id": f"<{scene.word()}@mail.example>", "description": word},
            bad={"email_identifiers": HALF_A_LIST},
            changes=lambda: len(scene.tasks_about(word)),
            is_done=lambda: scene.found("messages", "uniqueId", message.unique_id)["state"] == state,
        )

    return draw


def _inform(scene: Scene) -> Subject:
    endpoint = scene.endpoint()
    known = scene.chance.choice((endpoint.name, endpoint.agent_guid, endpoint.ips[0], endpoint.macs[0]))
    needed = (endpoint.agent_guid, endpoint.name, endpoint.ips[0], endpoint.macs[0], endpoint.os_description)

    def is_there(entries: Sequence[JsonObject]) -> bool:
        context = str([entry["context"] for entry in entries]).replace("\\\\", "\\")
        return all(item in context for item in (*needed, *endpoint.login_accounts))

    return Subject(
        args={"endpoint": known},
        unknown={"endpoint": scene.word()},
        bad={"endpoint": ","},
        changes=lambda: 0,
        is_done=lambda: scene.found("endpoints", "agentGuid", endpoint.agent_guid)["connected"] is True,
        answered=is_there,
    )


def _terminate(scene: Scene) -> Subject:
    endpoint, word = scene.endpoint(), scene.word()
    (program,) = endpoint.processes
    return Subject(
        args={"endpoint": endpoint.name, "file_sha1": program.sha1, "description": word},
        unknown={"endpoint": scene.word(), "file_sha1": program.sha1, "description": word},
        bad={"process_identifiers": HALF_A_LIST},
        changes=lambda: len(scene.tasks_about(word)),
        is_done=lambda: scene.found("endpoints", "agentGuid", endpoint.agent_guid)["processes"] == [],
    )


def _cut(*, isolated: bool) -> Callable[[Scene], Subject]:
    def draw(scene: Scene) -> Subject:
        endpoint, word = scene.endpoint(isolated=not isolated), scene.word()
        known = scene.chance.choice(({"endpoint": endpoint.name}, {"agent_guid": endpoint.agent_guid}))
        return Subject(
            args={**known, "description": word},
            unknown={"endpoint": scene.word(), "description": word},
            bad={"endpoint_identifiers": HALF_A_LIST},
            changes=lambda: len(scene.tasks_about(word)),
            is_done=lambda: scene.found("endpoints", "agentGuid", endpoint.agent_guid)["isolated"] is isolated,
        )

    return draw


def _check(scene: Scene) -> Subject:
    word = scene.word()
    task = scene.begun_task(word)
    return Subject(
        args={"task_id": task},
        unknown={"task_id": "99999999"},
        bad={"task_id": ","},
        changes=lambda: len(scene.tasks_about(word)) - 1,
        is_done=lambda: scene.found("tasks", "id", task)["status"] == "succeeded",
        path=f"response/tasks/{task}",
        answered=lambda entries: "succeeded" in str(entries[-1]),
    )


EXCEPTIONS, SUSPICIOUS = "threatintel/suspiciousObjectExceptions", "threatintel/suspiciousObjects"
ACTIONS = (
    Action(
        promise=5,
        title="Add item to exception list",
        command="add-objects-to-exception-list",
        method="POST",
        path=EXCEPTIONS,
        draw=_except,
        repeats=True,
    ),
    Action(
        promise=6,
        title="Remove item from exception list",
        command="delete-objects-from-exception-list",
        method="POST",
        path=f"{EXCEPTIONS}/delete",
        draw=_end_exception,
        repeats=True,
    ),
    Action(
        promise=7,
        title="Add item to suspicious objects list",
        command="add-objects-to-suspicious-list",
        method="POST",
        path=SUSPICIOUS,
        draw=_suspect,
        repeats=True,
    ),
    Action(
        promise=8,
        title="Remove item from suspicious objects list",
        command="delete-objects-from-suspicious-list",
        method="POST",
        path=f"{SUSPICIOUS}/delete",
        draw=_clear,
        repeats=True,
    ),
    Action(
        promise=9,
        title="Collect file",
        command="collect-forensic-file",
        method="POST",
        path="response/endpoints/collectFile",
        draw=_collect,
        outputs="VisionOne.Collect_Forensic_File",
    ),
    Action(
        promise=10,
        title="Submit a file for sandbox analysis",
        command="submit-file-to-sandbox",
        method="POST",
        path="sandbox/files/analyze",
        draw=_submit,
        keyed=False,
    ),
    Action(
        promise=11,
        title="Retrieve the sandbox analysis",
        command="download-analysis-report",
        method="GET",
        path="sandbox/",
        draw=_retrieve,
        repeats=True,
        reads=True,
    ),
    Action(
        promise=12,
        title="Quarantine an email message",
        command="quarantine-email-message",
        method="POST",
        path="response/emails/quarantine",
        draw=_move_message("quarantined"),
        outputs="VisionOne.Email",
    ),
    Action(
        promise=13,
        title="Delete an email message",
        command="delete-email-message",
        method="POST",
        path="response/emails/delete",
        draw=_move_message("deleted"),
        outputs="VisionOne.Email",
    ),
    Action(
        promise=14,
        title="Gather information on an endpoint",
        command="get-endpoint-info",
        method="GET",
        path="eiqs/endpoints",
        draw=_inform,
        repeats=True,
        reads=True,
    ),
    Action(
        promise=15,
        title="Terminate a process",
        command="terminate-process",
        method="POST",
        path="response/endpoints/terminateProcess",
        draw=_terminate,
        outputs="VisionOne.Terminate_Process",
    ),
    Action(
        promise=16,
        title="Isolate an endpoint",
        command="isolate-endpoint",
        method="POST",
        path="response/endpoints/isolate",
        draw=_cut(isolated=True),
        outputs="VisionOne.Endpoint_Connection",
    ),
    Action(
        promise=17,
        title="Restore an endpoint's connection",
        command="restore-endpoint-connection",
        method="POST",
        path="response/endpoints/restore",
        draw=_cut(isolated=False),
        outputs="VisionOne.Endpoint_Connection",
    ),
    Action(
        promise=18,
        title="Check the status of an action",
        command="check-status",
        method="GET",
        path="response/tasks/",
        draw=_check,
        repeats=True,
        reads=True,
    ),
)
