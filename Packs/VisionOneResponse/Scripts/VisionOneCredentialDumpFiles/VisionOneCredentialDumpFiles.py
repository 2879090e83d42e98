import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import PureWindowsPath
from typing import Any

import demistomock as demisto
from CommonServerPython import *

PROGRAMS = {".exe", ".dll", ".sys", ".com", ".scr", ".msi", ".lnk"}
DUMPED = {"lsass.exe", "winlogon.exe", "csrss.exe"}  # processes that are dumped, never the dump
SYSTEM_FOLDERS = ("c:\\windows\\system32\\", "c:\\windows\\syswow64\\")
DUMP_TEXT = re.compile(r"(?:[A-Za-z]:\\|\\\\)[^\"'<>|*?\r\n]{0,240}?\.(?:dmp|mdmp|hdmp)\b", re.IGNORECASE)
NO_PLACE = "The alert does not say which endpoint the file was seen on."
NO_FOLDER = "The alert does not say in which folder {} lies."
ELSEWHERE = "{} lies on the share of another machine."


""" COMMAND LINES """


@dataclass(frozen=True, slots=True)
class Line:
    """The words after the program of one command, and the positional ones among them."""

    words: list[str]

    def option(self, *names: str) -> str:
        """Return what follows one of these options, or stands in it after = or a colon."""
        for place, word in enumerate(self.words):
            low = word.casefold()
            if low in names:
                return self.words[place + 1] if place + 1 < len(self.words) else ""
            for name in names:
                if low.startswith((f"{name}:", f"{name}=")):
                    return word[len(name) + 1 :]
        return ""

    def plain(self, *with_value: str) -> list[str]:
        """Return the words that are no options, without the values of these options."""
        kept, skip = [], False
        for word in self.words:
            if skip:
                skip = False
            elif re.match(r"(--?|/)[\w?]", word) and not re.match(r"/\w+/", word):
                skip = word.casefold() in with_value
            else:
                kept.append(word)
        return kept


def comsvcs(line: Line) -> list[str]:
    """`comsvcs.dll, MiniDump 624 C:\\Temp\\x.bin full`, by name or by ordinal: #24, #+000024, #-65512."""
    if not line.words or not re.fullmatch(r"minidumpw?|#[+-]?\d+", line.words[0], re.IGNORECASE):
        return []
    rest = [word for word in line.words[1:] if word != ","]
    if "full" in [word.casefold() for word in rest]:
        rest = rest[: [word.casefold() for word in rest].index("full")]
    return rest[-1:] if len(rest) > 1 else []


def procdump(line: Line) -> list[str]:
    """`procdump -accepteula -ma lsass.exe C:\\Temp\\x`: a file, to which .dmp is added, or a folder, or nothing."""
    names = line.plain("-n", "-s", "-c", "-cl", "-m", "-ml", "-p", "-pl", "-f", "-fx", "-l", "-dc", "-b", "-cx")
    process, out = [*names, "", ""][:2]
    if not process:
        return []
    if not out or out.endswith(("\\", "/")):
        return [f"{out}{process.removesuffix('.exe')}*.dmp"]
    return [out if PureWindowsPath(out).suffix else f"{out}.dmp"]


def rdrleakdiag(line: Line) -> list[str]:
    """`rdrleakdiag /p 832 /o C:\\Temp /fullmemdmp`: a folder, in which the file's name has the number."""
    folder, pid = line.option("/o", "-o"), line.option("/p", "-p")
    return [f"{folder}\\minidump_{pid}.dmp"] if folder and pid else []


def sqldumper(line: Line) -> list[str]:
    """`sqldumper 624 0 0x0110 0 C:\\Temp`: the file is numbered."""
    folder = (line.plain() + [""] * 5)[4]
    return [f"{folder}\\SQLDmpr*.mdmp" if folder else "SQLDmpr*.mdmp"]


def createdump(line: Line) -> list[str]:
    """`createdump -u -f C:\\Temp\\x.dmp 624`, where %p stands for the number of the process."""
    out, pids = line.option("-f", "--name"), line.plain("-f", "--name")
    return [(out or "%TEMP%\\dump.%p.dmp").replace("%p", pids[0] if pids else "*")]


def out_minidump(line: Line) -> list[str]:
    folder = line.option("-dumpfilepath")
    return [f"{folder}\\lsass_*.dmp" if folder else "lsass_*.dmp"]


def gcore(line: Line) -> list[str]:
    names = line.plain("-o")
    return [f"{line.option('-o') or 'core'}.{names[0]}"] if names else []


def ntdsutil(line: Line) -> list[str]:
    """`ntdsutil "ac i ntds" "ifm" "create full C:\\Temp" q q`: a folder with the directory's database in it."""
    found = re.search(r"create (?:sysvol )?full\s+(\S+)", " ".join(line.words), re.IGNORECASE)
    return [f"{found[1]}\\Active Directory\\ntds.dit"] if found else []


def reg(line: Line) -> list[str]:
    """`reg save hklm\\sam C:\\Temp\\sam.save`; other hives hold no credentials."""
    names = line.plain()
    if len(names) < 3 or names[0].casefold() not in {"save", "export"}:
        return []
    return names[2:3] if re.search(r"\\(sam|security|system)$", names[1], re.IGNORECASE) else []


def esentutl(line: Line) -> list[str]:
    source = f"{line.option('/y')}{line.option('/ssource')}".casefold()
    return [line.option("/d")] if source.endswith(("ntds.dit", "\\sam", "\\security", "\\system")) else []


def after(*names: str) -> Callable[[Line], list[str]]:
    """Read tools that name the file after an option."""
    return lambda line: [path for path in [line.option(*names)] if path]


def positional(number: int) -> Callable[[Line], list[str]]:
    return lambda line: line.plain()[number : number + 1]


def always(*paths: str) -> Callable[[Line], list[str]]:
    """Read tools that write where nobody chooses."""
    return lambda _line: list(paths)


TASK_MANAGER = "%TEMP%\\lsass.DMP"  # unless there is one already; a number is added then
# What dumps credentials to a file, and where its command line says which. After the public description of MITRE ATT&CK
# T1003.001 to .003, and the help of each tool. A star stands for what the tool adds by itself.
TOOLS: dict[str, Callable[[Line], list[str]]] = {
    "comsvcs": comsvcs,
    "comsvcs.dll": comsvcs,
    "procdump": procdump,
    "procdump64": procdump,
    "procdump64a": procdump,
    "taskmgr": always(TASK_MANAGER),
    "nanodump": after("-w", "--write"),
    "nanodump.x64": after("-w", "--write"),
    "nanodump.x86": after("-w", "--write"),
    "sqldumper": sqldumper,
    "createdump": createdump,
    "rdrleakdiag": rdrleakdiag,
    "dumpert": always("C:\\Windows\\Temp\\dumpert.dmp"),
    "outflank-dumpert": always("C:\\Windows\\Temp\\dumpert.dmp"),
    "sharpdump": always("C:\\Windows\\Temp\\debug*.bin"),
    "lsassy": after("--dump-path"),
    "dump64": positional(1),
    "dumpminitool": after("--file"),
    "dumpminitool.x86": after("--file"),
    "avdump": after("--dump_file"),
    "handlekatz": after("--outfile"),
    "ppldump": positional(1),
    "ppldump64": positional(1),
    "tttracer": always("lsass*.run"),
    "out-minidump": out_minidump,
    "gcore": gcore,
    "reg": reg,
    "esentutl": esentutl,
    "ntdsutil": ntdsutil,
}
ENTRY = re.compile(
    r"""(comsvcs(?:\.dll)?["']?)\s*,\s*""", re.IGNORECASE
)  # a library and its entry, with a comma or not
WORD = re.compile(r"""(?:"[^"]*"|'[^']*'|[^\s"';|&])+|[;|&]+""")


def words_of(command_line: str) -> list[list[str]]:
    """Take a command line apart into commands, and each into words without their quotes.

    >>> words_of('cmd /c "C:\\\\a b\\\\x.exe" -w \\'C:\\\\y\\' && del z')
    [['cmd', '/c', 'C:\\\\a b\\\\x.exe', '-w', 'C:\\\\y'], ['del', 'z']]
    """
    commands: list[list[str]] = [[]]
    for word in WORD.findall(command_line):
        if word.strip(";|&"):
            commands[-1].append(re.sub(r"[\"']", "", word))
        else:
            commands.append([])
    return [command for command in commands if command]


def paths_in(command_line: str, depth: int = 3) -> list[str]:
    """Return the dumps that a command line of a known tool names, also of one inside of another's."""
    found = []
    for command in words_of(ENTRY.sub(r"\1 ", command_line)):
        for place, word in enumerate(command):
            if tool := TOOLS.get(program_of(word)):
                found += tool(Line(command[place + 1 :]))
                break
            if depth and len(command) > 1 and re.search(r"\s", word):
                found += paths_in(word, depth - 1)
    return [path for path in found if path]


def program_of(word: str) -> str:
    """Return the name of a program as a command line calls it.

    >>> program_of("C:\\\\Windows\\\\System32\\\\RUNDLL32.EXE")
    'rundll32'
    """
    name = re.split(r"[\\/]", word.strip("(&.,"))[-1].casefold()
    return re.sub(r"\.(exe|com|ps1)$", "", name)


""" PATHS """

VARIABLES = {
    "temp": "C:\\Users\\{user}\\AppData\\Local\\Temp",
    "tmp": "C:\\Users\\{user}\\AppData\\Local\\Temp",
    "localappdata": "C:\\Users\\{user}\\AppData\\Local",
    "appdata": "C:\\Users\\{user}\\AppData\\Roaming",
    "userprofile": "C:\\Users\\{user}",
    "username": "{user}",
    "public": "C:\\Users\\Public",
    "programdata": "C:\\ProgramData",
    "allusersprofile": "C:\\ProgramData",
    "windir": "C:\\Windows",
    "systemroot": "C:\\Windows",
    "systemdrive": "C:",
    "homedrive": "C:",
    "programfiles": "C:\\Program Files",
}
BACKSLASH = "\\"
VARIABLE = re.compile(r"%(\w+)%|\$\{?env:(\w+)\}?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What an alert says about the place in which a command ran."""

    host: str = ""
    user: str = ""
    folder: str = ""


def whole_path(path: str, around: Surroundings) -> tuple[str, str]:
    """Return a path as an agent can find it, and why it cannot."""
    text = path.strip().strip("\"'").removeprefix("\\\\?\\").replace("\\\\.\\", "")
    text = VARIABLE.sub(lambda match: value_of(match, around), text)
    own_share = re.match(r"\\\\([^\\]+)\\([A-Za-z])\$\\", text)
    if own_share and own_share[1].casefold() in {"127.0.0.1", "localhost", ".", around.host.casefold()}:
        text = f"{own_share[2]}:\\{text[own_share.end() :]}"
    if text.startswith("\\\\"):
        return text, ELSEWHERE.format(text)
    if re.match(r"[A-Za-z]:[\\/]", text) or (text.startswith("/") and "\\" not in text):
        is_whole = True
    elif text.startswith("\\"):
        text, is_whole = f"C:{text}", True
    else:
        is_whole = bool(around.folder)
        text = f"{around.folder}\\{text.removeprefix('./').lstrip('.').lstrip(BACKSLASH)}" if is_whole else text
    if "*" in text or VARIABLE.search(text) or not is_whole:
        return text, NO_FOLDER.format(text) if not is_whole else f"The alert does not say the whole name of {text}."
    return text, ""


def value_of(match: re.Match, around: Surroundings) -> str:
    form = VARIABLES.get((match[1] or match[2]).casefold())
    if form is None or ("{user}" in form and not around.user):
        return match[0]
    return form.format(user=around.user)


""" ALERTS """


@dataclass(slots=True)
class Seen:
    """A file that an alert tells of: where it was seen, and what is known of it."""

    path: str
    on: list[str]
    hints: dict[str, str] = field(default_factory=dict)


def hosts_of(alert: dict) -> dict[str, dict]:
    """Return the endpoints in the alert's impact scope, by every name that an indicator may refer to."""
    hosts: dict[str, dict] = {}
    for entity in dicts((alert.get("impactScope") or {}).get("entities")):
        value = entity.get("entityValue")
        if isinstance(value, dict) and (value.get("guid") or value.get("name")):
            host = {"endpoint": value.get("name") or "", "agent_guid": value.get("guid") or ""}
            for name in (entity.get("entityId"), value.get("guid"), value.get("name")):
                if name:
                    hosts[str(name).casefold()] = host
    return hosts


def dump_paths(alert: dict) -> Iterator[Seen]:
    """Return the files that the alert tells of: seen being written, named in a command line, or anywhere else."""
    indicators = [one for one in dicts(alert.get("indicators")) if isinstance(one.get("value"), str)]
    programs = programs_of(indicators)
    named = []
    for one in indicators:
        kind, name, value = one.get("type"), str(one.get("field") or "object"), str(one["value"])
        on = [str(each).casefold() for each in one.get("relatedEntities") or ()]
        if kind == "command_line" or name.endswith("Cmd"):
            paths = paths_in(value)
        elif kind == "fullpath" and name.startswith("object"):
            paths = [value] if is_dump(value, programs) else []
        else:
            paths = [] if kind == "fullpath" and is_program(value) else DUMP_TEXT.findall(value)
        named += [Seen(path, on) for path in paths]
        if kind == "filename" and name.startswith("object") and value.casefold().endswith((".dmp", ".mdmp")):
            named.append(Seen(value, on))
    rest = {key: value for key, value in alert.items() if key not in {"indicators", "impactScope"}}
    yield from without_bare_names(named + [Seen(path, []) for path in DUMP_TEXT.findall(" \n".join(texts(rest)))])


def without_bare_names(named: list[Seen]) -> list[Seen]:
    """Leave out a name without a folder, and a guessed name, when another one says it in full."""

    def name_of(one: Seen) -> str:
        return PureWindowsPath(one.path).name.casefold()

    def is_bare(one: Seen) -> bool:
        return "*" in one.path or not re.search(r"[\\/]", one.path) or bool(VARIABLE.search(one.path))

    full = {name_of(one) for one in named if not is_bare(one)}

    def said(one: Seen) -> bool:
        form = re.compile(".*".join(re.escape(part) for part in name_of(one).split("*")))
        return is_bare(one) and any(one.path == TASK_MANAGER or form.fullmatch(other) for other in full)

    return [one for one in named if not said(one)]


def programs_of(indicators: list[dict]) -> set[str]:
    """Return the programs that ran: they leave traces as paths, too."""
    found = {
        str(one["value"]).casefold() for one in indicators if re.match(r"(process|parent)F", str(one.get("field")))
    }
    for one in indicators:
        if one.get("type") == "command_line":
            found |= {command[0].casefold() for command in words_of(str(one["value"]))}
    return found


def is_program(path: str) -> bool:
    return PureWindowsPath(path).suffix.lower() in PROGRAMS


def is_dump(path: str, programs: set[str]) -> bool:
    """Say whether a file that was written is a dump: under any name, unless it is known as a program."""
    low, name = path.casefold(), PureWindowsPath(path).name.casefold()
    if not is_program(path):
        return True
    return not (name in DUMPED or program_of(name) in TOOLS or low in programs or low.startswith(SYSTEM_FOLDERS))


def hints_of(alert: dict, on: list[str]) -> dict[str, str]:
    """Return what else an alert knows of files on these endpoints: their hash, and what wrote them."""
    wanted = {"objectFileHashSha256": "sha256", "processFilePath": "process", "logonUser": "account"}
    found: dict[str, str] = {}
    for one in dicts(alert.get("indicators")):
        related = [str(each).casefold() for each in one.get("relatedEntities") or ()]
        key = wanted.get(str(one.get("field")))
        if key and (not on or not related or set(on) & set(related)):
            found.setdefault(key, str(one.get("value")))
    return found


def folder_of(alert: dict, on: list[str]) -> str:
    """Return the working folder that an alert names for a command on these endpoints."""
    for one in dicts(alert.get("indicators")):
        related = [str(each).casefold() for each in one.get("relatedEntities") or ()]
        is_folder = re.search(r"(current|working)_?(dir|folder|path)", str(one.get("field")), re.IGNORECASE)
        if is_folder and (not on or set(on) & set(related)):
            return str(one.get("value")).rstrip(BACKSLASH)
    return ""


def dump_files(alert: dict, endpoints: list[dict], collecting: set[str]) -> list[dict]:
    """Return the location of each dumped file, and whether it can be collected from there."""
    hosts = hosts_of(alert)
    known = {str(endpoint.get("agent_guid", "")).casefold(): endpoint for endpoint in endpoints}
    everywhere = list({id(host): host for host in hosts.values()}.values())
    files: dict[tuple[str, str], dict] = {}
    for seen in dump_paths(alert):
        places = list({id(hosts[name]): hosts[name] for name in seen.on if name in hosts}.values())
        if not places and len(everywhere) == 1:
            places = everywhere
        hints = hints_of(alert, seen.on)
        account = hints.pop("account", "")
        for host in places or [{"endpoint": "", "agent_guid": ""}]:
            user = re.split(r"[\\@]", account)[-1 if "\\" in account else 0]
            around = Surroundings(host=host["endpoint"], user=user, folder=folder_of(alert, seen.on))
            path, incomplete = whole_path(seen.path, around)
            endpoint = known.get(host["agent_guid"].casefold())
            why = obstacle(host, endpoint, collecting) or incomplete
            connected = "no" if endpoint and endpoint.get("connectivity") == "disconnected" else "yes"
            state = {"collectable": "no" if why else "yes", "connected": connected, "reason": why}
            file = {**host, "file_path": path, **state, **hints}
            files.setdefault((host["agent_guid"] or host["endpoint"], path.casefold()), file)
    return list(files.values())


def obstacle(host: dict, endpoint: dict | None, collecting: set[str]) -> str:
    """Say why an endpoint can never give a file, or nothing: what is not known, or offline, is no obstacle."""
    if not host["endpoint"] and not host["agent_guid"]:
        return NO_PLACE
    if endpoint is None:
        return ""
    products = {endpoint.get("product_code"), *argToList(endpoint.get("installed_product_codes"))} - {None, ""}
    if products and not products & collecting:
        return f"The agent on {host['endpoint']} ({', '.join(sorted(products))}) cannot collect files."
    return ""


def dicts(value: Any) -> list[dict]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def texts(value: Any) -> Iterator[str]:
    """Return every text in a record, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from texts(one)


def read_alert(args: dict[str, Any]) -> dict:
    """Return the workbench alert: the argument's, or the one that the incident was made of."""
    given = args.get("alert") or demisto.incident().get("rawJSON") or "{}"
    alert = json.loads(given) if isinstance(given, str) else given
    return alert if isinstance(alert, dict) else {}


def read_endpoints(value: Any) -> list[dict]:
    value = json.loads(value) if isinstance(value, str) and value.strip() else value
    return dicts(value if isinstance(value, list) else [value])


def credential_dump_files_command(args: dict[str, Any]) -> CommandResults:
    collecting = set(argToList(args.get("collecting_products") or "xes,sao"))
    files = dump_files(read_alert(args), read_endpoints(args.get("endpoints")), collecting)
    columns = ("endpoint", "file_path", "collectable", "connected", "reason")
    table = tableToMarkdown(
        "Dumped files",
        [{key: one[key] for key in columns} for one in files],
        headers=list(columns),
        headerTransform=string_to_table_header,
        removeNull=True,
    )
    return CommandResults(
        outputs_prefix="VisionOne.Dump_File",
        outputs_key_field=["agent_guid", "file_path"],
        outputs=files,
        readable_output=table if files else "The alert names no file that was written.",
        raw_response=files,
    )


def main() -> None:
    try:
        return_results(credential_dump_files_command(demisto.args()))
    except Exception as error:  # noqa: BLE001  # the one place: XSOAR expects every failure as an error entry
        return_error(f"VisionOneCredentialDumpFiles: {error}")


if __name__ in ("__main__", "__builtin__", "builtins"):
    main()
