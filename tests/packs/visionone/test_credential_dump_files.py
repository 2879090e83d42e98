"""Which files an alert saw being written, where they lie, and whether they can be had."""

import json
import time
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st

from tests.packs.visionone.live_pack import PACK, load

HOST_1: dict[str, Any] = {"guid": "5d0c1a7e-2b61-4a0e-9f53-0a1c77d2e901", "name": "FIN-LT-042"}
HOST_2: dict[str, Any] = {"guid": "6e0c1a7e-2b61-4a0e-9f53-0a1c77d2e902", "name": "FIN-LT-043"}
DUMP = "C:\\Temp\\lsass.DMP"


def entity(host: dict[str, Any]) -> dict[str, Any]:
    return {"entityType": "host", "entityValue": host, "entityId": host["guid"]}


def trace(path: str, *hosts: dict[str, Any], field: str | None = "objectFilePath") -> dict[str, Any]:
    return {"type": "fullpath", "field": field, "value": path, "relatedEntities": [host["guid"] for host in hosts]}


def alert(*indicators: Any, hosts: tuple[dict[str, Any], ...] = (HOST_1, HOST_2)) -> dict[str, Any]:
    account = {"entityType": "account", "entityValue": "FIN\\mlopez", "entityId": "FIN\\mlopez"}
    return {"impactScope": {"entities": [account, *map(entity, hosts)]}, "indicators": list(indicators)}


@pytest.fixture(scope="module")
def script(integration: Any) -> Any:
    """The script's own functions; the integration's fixture puts in place what it imports."""
    assert integration
    return load(PACK / "Scripts" / "VisionOneCredentialDumpFiles" / "VisionOneCredentialDumpFiles.py")


@pytest.fixture
def files(xsoar: Any) -> Any:
    def files(given: Any, **args: Any) -> list[tuple[str, str, str]]:
        ran = xsoar.script("VisionOneCredentialDumpFiles", alert=given, **args)
        assert ran.errors == []
        found = ran.context("VisionOne.Dump_File") or []
        return [(one["endpoint"], one["file_path"], one["reason"]) for one in found]

    return files


def test_each_file_belongs_to_the_endpoints_that_it_was_seen_on(files: Any) -> None:
    given = alert(trace(DUMP, HOST_2), trace("D:\\sam.save", HOST_1, HOST_2))

    assert files(given) == [
        ("FIN-LT-043", DUMP, ""),
        ("FIN-LT-042", "D:\\sam.save", ""),
        ("FIN-LT-043", "D:\\sam.save", ""),
    ]


def test_programs_and_the_dumped_process_are_no_dumps(files: Any) -> None:
    given = alert(
        trace("C:\\Windows\\System32\\Taskmgr.exe", HOST_1, field="processFilePath"),
        trace("C:\\Windows\\System32\\lsass.exe", HOST_1),
        trace("C:\\Users\\x\\parent.txt", HOST_1, field="parentFilePath"),
        trace(DUMP, HOST_1),
    )

    assert [path for _, path, _ in files(given)] == [DUMP]


def test_the_same_file_is_named_once(files: Any) -> None:
    assert files(alert(trace(DUMP, HOST_1), trace(DUMP, HOST_1))) == [("FIN-LT-042", DUMP, "")]


def test_an_indicator_without_an_endpoint_belongs_to_the_only_one(files: Any) -> None:
    assert files(alert(trace(DUMP), hosts=(HOST_1,))) == [("FIN-LT-042", DUMP, "")]


def test_an_indicator_without_an_endpoint_among_several_is_not_guessed(files: Any) -> None:
    [(endpoint, path, reason)] = files(alert(trace(DUMP)))

    assert (endpoint, path) == ("", DUMP)
    assert reason == "The alert does not say which endpoint the file was seen on."


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        ({"product_code": "xes", "connectivity": "connected"}, ""),
        ({"product_code": "xes"}, ""),
        ({"product_code": "xes", "connectivity": "unknown"}, ""),
        ({"product_code": "xes", "connectivity": "disconnected"}, ""),
        ({"product_code": "sds"}, "The agent on FIN-LT-042 (sds) cannot collect files."),
        ({"product_code": "sds", "installed_product_codes": ["sds", "xes"]}, ""),
    ],
)
def test_product_and_connection_decide(files: Any, known: dict[str, Any], reason: str) -> None:
    known = {"agent_guid": HOST_1["guid"].upper(), **known}

    for form in (known, [known], json.dumps([known])):
        assert files(alert(trace(DUMP, HOST_1)), endpoints=form) == [("FIN-LT-042", DUMP, reason)]


def test_which_products_collect_is_a_setting(files: Any) -> None:
    known = {"agent_guid": HOST_1["guid"], "product_code": "sds"}

    assert files(alert(trace(DUMP, HOST_1)), endpoints=known, collecting_products="sds")[0][2] == ""


def test_the_incidents_own_alert_is_the_default(xsoar: Any) -> None:
    xsoar.demisto.raw_incident = {"rawJSON": json.dumps(alert(trace(DUMP, HOST_1)))}

    [found] = xsoar.script("VisionOneCredentialDumpFiles").context("VisionOne.Dump_File")

    assert found["file_path"] == DUMP
    assert found["collectable"] == "yes"


@pytest.mark.parametrize(
    "given", ["{}", "[]", "null", {"indicators": None}, {"indicators": [1, {"type": "fullpath"}], "impactScope": None}]
)
def test_an_alert_without_files_is_no_error(xsoar: Any, given: Any) -> None:
    ran = xsoar.script("VisionOneCredentialDumpFiles", alert=given)

    assert ran.errors == []
    assert ran.readable == "The alert names no file that was written."


def test_text_that_is_no_json_is_one_error(xsoar: Any) -> None:
    ran = xsoar.script("VisionOneCredentialDumpFiles", alert="{")

    assert len(ran.errors) == 1
    assert ran.errors[0].startswith("VisionOneCredentialDumpFiles: ")


TASK_MANAGERS = '"C:\\Windows\\System32\\Taskmgr.exe" /7'
# What a command line says, and the dump that it names; by tool, after ATT&CK T1003.001 to .003.
COMMAND_LINES = [
    ("rundll32.exe C:\\windows\\System32\\comsvcs.dll, MiniDump 624 C:\\Temp\\x.bin full", "C:\\Temp\\x.bin"),
    ("comsvcs.dll, MiniDump 624 C:\\Temp\\x.bin full", "C:\\Temp\\x.bin"),
    ("rundll32 comsvcs.dll,#24 624 C:\\Temp\\x.exe full", "C:\\Temp\\x.exe"),
    ("rundll32.exe comsvcs.dll #+000024 700 \\Windows\\Temp\\q.docx full", "C:\\Windows\\Temp\\q.docx"),
    ('rundll32 "C:\\Windows\\System32\\comsvcs.dll" , #-65512 700 "C:\\a b\\q.z" full', "C:\\a b\\q.z"),
    ("powershell -c \"rundll32 comsvcs.dll, MiniDump (Get-Process lsass).id 'C:\\T\\p.d' full\"", "C:\\T\\p.d"),
    ('cmd.exe /Q /c for /f "tokens=2" %i in (x) do rundll32 comsvcs.dll, MiniDump %i C:\\l.log full', "C:\\l.log"),
    ("procdump.exe -accepteula -ma lsass.exe C:\\Temp\\out.dmp", "C:\\Temp\\out.dmp"),
    ("procdump64 /accepteula /ma 624 C:\\Temp\\out", "C:\\Temp\\out.dmp"),
    ("C:\\tools\\procdump64.exe -n 1 -mm lsass.exe C:\\Temp\\few.dmp", "C:\\Temp\\few.dmp"),
    ("nanodump.exe -w C:\\Windows\\Temp\\report.docx --valid", "C:\\Windows\\Temp\\report.docx"),
    ("nanodump.x64.exe --fork --write=C:\\n.tmp", "C:\\n.tmp"),
    ("rdrleakdiag.exe /p 832 /o C:\\Temp /fullmemdmp /wait 1", "C:\\Temp\\minidump_832.dmp"),
    ("createdump.exe -u -f C:\\Temp\\core.%p 624", "C:\\Temp\\core.624"),
    ("Outflank-Dumpert.exe", "C:\\Windows\\Temp\\dumpert.dmp"),
    ("dump64.exe 624 C:\\v.dmp", "C:\\v.dmp"),
    ("DumpMinitool.exe --file C:\\m.txt --processId 624 --dumpType Full", "C:\\m.txt"),
    ("AvDump.exe --pid 624 --exception_ptr 0 --dump_level 1 --dump_file C:\\av.dmp", "C:\\av.dmp"),
    ("handlekatz.exe --pid:624 --outfile:C:\\hk.obf", "C:\\hk.obf"),
    ("PPLdump64.exe -v lsass.exe C:\\ppl.dmp", "C:\\ppl.dmp"),
    ("lsassy -u admin --dump-path C:\\dumped.png 10.0.0.5", "C:\\dumped.png"),
    ("gcore -o /tmp/core 624", "/tmp/core.624"),
    ("reg.exe save hklm\\sam C:\\Temp\\sam.save /y", "C:\\Temp\\sam.save"),
    ("esentutl.exe /y C:\\Windows\\NTDS\\ntds.dit /d C:\\n.dit", "C:\\n.dit"),
    ('ntdsutil "ac i ntds" "ifm" "create full C:\\t" q q', "C:\\t\\Active Directory\\ntds.dit"),
    ("echo one & procdump -ma lsass C:\\after.dmp", "C:\\after.dmp"),
    ("procdump -ma lsass \\\\127.0.0.1\\C$\\share.dmp", "C:\\share.dmp"),
    ("procdump -ma lsass %PUBLIC%\\v.dmp", "C:\\Users\\Public\\v.dmp"),
    ("procdump -ma lsass $env:TEMP\\v.dmp", "C:\\Users\\mlopez\\AppData\\Local\\Temp\\v.dmp"),
    (TASK_MANAGERS, "C:\\Users\\mlopez\\AppData\\Local\\Temp\\lsass.DMP"),
]


def typed(line: str, *hosts: dict[str, Any], field: str = "processCmd") -> dict[str, Any]:
    return {"type": "command_line", "field": field, "value": line, "relatedEntities": [host["guid"] for host in hosts]}


def seen_by(name: str, value: str, *hosts: dict[str, Any]) -> dict[str, Any]:
    return {"type": "text", "field": name, "value": value, "relatedEntities": [host["guid"] for host in hosts]}


LOGGED_ON = seen_by("logonUser", "FIN\\mlopez", HOST_1)


@pytest.mark.parametrize(("line", "path"), COMMAND_LINES, ids=[line.split()[0] for line, _ in COMMAND_LINES])
def test_a_dump_that_only_a_command_line_names_is_found(files: Any, line: str, path: str) -> None:
    for place in ("processCmd", "objectCmd", "parentCmd"):
        assert files(alert(typed(line, HOST_1, field=place), LOGGED_ON)) == [("FIN-LT-042", path, "")]


@pytest.mark.parametrize(
    "line",
    [
        "rundll32.exe shell32.dll,Control_RunDLL desk.cpl",
        "rundll32.exe comsvcs.dll,DllRegisterServer 1 C:\\x full",
        "procdump.exe -?",
        "reg.exe save hklm\\software C:\\Temp\\software.save",
        "reg.exe query hklm\\sam",
        "esentutl.exe /y C:\\mail.edb /d C:\\copy.edb",
        "notepad.exe C:\\Temp\\report.txt",
        "nanodump.exe --getpid",
    ],
)
def test_a_command_line_that_dumps_nothing_names_no_dump(files: Any, line: str) -> None:
    assert files(alert(typed(line, HOST_1))) == []


@pytest.mark.parametrize(
    ("line", "path", "words"),
    [
        ("procdump -ma lsass out.dmp", "out.dmp", "does not say in which folder out.dmp lies"),
        ("procdump -ma lsass.exe C:\\Temp\\", "C:\\Temp\\lsass*.dmp", "does not say the whole name"),
        ("procdump -ma lsass.exe", "lsass*.dmp", "does not say in which folder"),
        ("sqldumper.exe 624 0 0x01100 0 C:\\t", "C:\\t\\SQLDmpr*.mdmp", "does not say the whole name"),
        ("procdump -ma lsass %SECRET%\\x.dmp", "%SECRET%\\x.dmp", "does not say in which folder"),
        ("procdump -ma lsass \\\\NAS-1\\drop\\x.dmp", "\\\\NAS-1\\drop\\x.dmp", "on the share of another machine"),
    ],
)
def test_a_name_that_is_not_the_whole_path_says_so(files: Any, line: str, path: str, words: str) -> None:
    [(endpoint, found, reason)] = files(alert(typed(line, HOST_1)))

    assert (endpoint, found) == ("FIN-LT-042", path)
    assert words in reason


def test_a_relative_path_lies_in_the_working_folder_of_the_alert(files: Any) -> None:
    folder = seen_by("processCurrentDirectory", "D:\\work\\", HOST_1)

    for name in ("out.dmp", ".\\out.dmp"):
        found = files(alert(typed(f"procdump -ma lsass {name}", HOST_1), folder))
        assert found == [("FIN-LT-042", "D:\\work\\out.dmp", "")]


def test_without_an_account_a_users_folder_is_not_guessed(files: Any) -> None:
    [(_, path, reason)] = files(alert(typed("procdump -ma lsass %TEMP%\\x.dmp", HOST_1)))

    assert path == "%TEMP%\\x.dmp"
    assert reason


def test_what_was_seen_being_written_counts_more_than_what_a_tool_usually_writes(files: Any) -> None:
    second = "C:\\Users\\mlopez\\AppData\\Local\\Temp\\lsass (2).DMP"
    name = {"type": "filename", "field": "objectName", "value": "lsass (2).DMP", "relatedEntities": [HOST_1["guid"]]}

    given = alert(typed(TASK_MANAGERS, HOST_1), trace(second, HOST_1), name, LOGGED_ON)

    assert files(given) == [("FIN-LT-042", second, "")]


def test_a_dump_that_calls_itself_a_program_is_one(files: Any) -> None:
    given = alert(
        trace("C:\\ProgramData\\update.exe", HOST_1),
        trace("C:\\tools\\pd.exe", HOST_1),
        trace("C:\\tools\\procdump64.exe", HOST_1),
        typed('"C:\\tools\\pd.exe" -ma 624 C:\\ProgramData\\update.exe', HOST_1),
    )

    assert [path for _, path, _ in files(given)] == ["C:\\ProgramData\\update.exe"]


def test_a_dump_is_found_in_any_text_of_the_alert(files: Any) -> None:
    given = {**alert(hosts=(HOST_1,)), "description": "A process wrote C:\\Program Files\\x\\mem 1.dmp, then ended."}

    assert files(given) == [("FIN-LT-042", "C:\\Program Files\\x\\mem 1.dmp", "")]


def test_what_else_is_known_of_a_file_goes_with_it(xsoar: Any) -> None:
    sha256 = "ab" * 32
    more = (
        seen_by("objectFileHashSha256", sha256, HOST_1),
        trace("C:\\t\\pd.exe", HOST_1, field="processFilePath"),
        seen_by("objectFileHashSha256", "cd" * 32, HOST_2),
    )

    [found] = xsoar.script("VisionOneCredentialDumpFiles", alert=alert(trace(DUMP, HOST_1), *more)).context(
        "VisionOne.Dump_File"
    )

    assert (found["sha256"], found["process"]) == (sha256, "C:\\t\\pd.exe")


@pytest.mark.parametrize(("connectivity", "connected"), [("connected", "yes"), ("disconnected", "no"), (None, "yes")])
def test_an_endpoint_that_is_offline_is_asked_all_the_same(xsoar: Any, connectivity: Any, connected: str) -> None:
    known = [{"agent_guid": HOST_1["guid"], "product_code": "xes", "connectivity": connectivity}]

    ran = xsoar.script("VisionOneCredentialDumpFiles", alert=alert(trace(DUMP, HOST_1)), endpoints=known)

    [found] = ran.context("VisionOne.Dump_File")
    assert (found["collectable"], found["connected"], found["reason"]) == ("yes", connected, "")


@hypothesis.given(st.text(max_size=200))
def test_no_command_line_is_too_odd_to_read(script: Any, text: str) -> None:
    for line in (text, f"procdump -ma {text}", f"rundll32 comsvcs.dll, MiniDump {text} full", f'cmd /c "{text}'):
        assert isinstance(script.paths_in(line), list)


def test_a_long_text_is_read_in_little_time(files: Any) -> None:
    given = {**alert(hosts=(HOST_1,)), "description": "C:\\a " * 100_000}
    began = time.process_time()

    assert files(given) == []
    assert time.process_time() - began < 5
