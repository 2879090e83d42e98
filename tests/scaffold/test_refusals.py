"""A mistake is one sentence that says what now, and nothing is written."""

from pathlib import Path

import pytest

from scaffold.__main__ import KINDS, main
from scaffold.draft import Draft, Insertion, Row, ScaffoldError, write
from warroom.content.not_built import NOT_BUILT
from warroom.context.transformers.not_built import NOT_BUILT as MISSING

BUILTIN = ["builtin", min(NOT_BUILT), "--says", "Finds them."]
COMMAND = ["command", "get-groups", "--reads", "iam/accounts", "--says", "Shows groups."]
ENDPOINT = ["endpoint", "dmm/models", "--source", "guessed"]
OPERATION = ["operation", "rule.count", "--path", "rules/count", "--says", "Counts rules."]
PAGE = ["page", "rules", "--title", "Rules", "--key", "r", "--says", "Shows rules."]
USE_CASE = ["use-case", "Workload.by_owner", "--package", "incidents", "--says", "Counts."]
TRANSFORMER = ["transformer", MISSING[-1], "--given", "a", "--result", "a", "--says", "Turns."]


def changed(words: list[str], at: int, to: str) -> list[str]:
    return [*words[:at], to, *words[at + 1 :]]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (changed(BUILTIN, 1, "setIncident"), "There is a built-in command setIncident already."),
        (
            changed(BUILTIN, 1, "describeIncident"),
            "is not among XSOAR's built-in commands that are left to build, in src/",
        ),
        ([*BUILTIN, "--permission", "FLY"], "There is no permission 'FLY'. There are SEE, "),
        (changed(COMMAND, 1, "Get Groups"), "Write it like get-roles."),
        (changed(COMMAND, 1, "get-block-list"), "has a command trendmicro-visionone-get-block-list already."),
        (changed(COMMAND, 1, "trendmicro-visionone-get-block-list"), "already."),
        (changed(COMMAND, 3, "iam/groups"), "The twin has no GET /iam/groups."),
        (changed(COMMAND, 3, "search/detections"), "with 400: The header TMV1-Query is required. "),
        (changed(COMMAND, 3, "response/settingStatus"), "returns one object and no list."),
        (changed(COMMAND, 3, "../iam"), "Write it like iam/roles."),
        (changed(COMMAND, 5, " "), "Describe it in one sentence"),
        (changed(COMMAND, 5, 'Shows "groups".'), "Describe it in one sentence"),
        (ENDPOINT, "or guess its name, such as --needs"),
        (changed(ENDPOINT, 1, "iam/accounts"), "The twin has GET /iam/accounts already."),
        (changed(ENDPOINT, 1, "dmm/modles"), "name its source with --named-by"),
        (changed(ENDPOINT, 1, "models"), "Write it like dmm/models."),
        ([*ENDPOINT, "--needs", "view\n"], "Write it like Detection Model Management: View."),
        (changed(OPERATION, 1, "incident.close"), "has an operation incident.close already."),
        (changed(OPERATION, 1, "count rules"), "Write it like rule.count."),
        (changed(OPERATION, 3, "incidents"), "GET /incidents is incident.list already."),
        (changed(OPERATION, 3, "rules?"), "The path 'rules?' is not valid. Write it like rules/count."),
        (changed(OPERATION, 3, "rules/{Name}"), "Write it like rules/count."),
        (changed(OPERATION, 3, "rules/{name"), "Write it like rules/count."),
        (changed(OPERATION, 1, "rule.list"), "In the API, fetch.rules has the id list_rules already."),
        (changed(OPERATION, 3, "rules/{class}"), "{class} is a keyword of Python."),
        (changed(USE_CASE, 1, "by_owner"), "Write it like Workload.by_owner."),
        (changed(USE_CASE, 1, "Sla.count"), "`app` has a field sla already."),
        (changed(USE_CASE, 1, "RuleList.enable"), "rule_list has a class RuleList already. Write enable there, "),
        (changed(USE_CASE, 3, "nowhere"), "There is no package 'nowhere'. There are approvals, "),
        ([*USE_CASE, "--permission", "FLY"], "There is no permission 'FLY'. There are SEE, "),
        ([*OPERATION, "--permission", "FLY"], "There is no permission 'FLY'. There are SEE, "),
        (changed(PAGE, 5, "u"), "g u goes to Users. Free are"),
        (changed(PAGE, 5, "rr"), "Write it like r."),
        (changed(PAGE, 1, "tasks"), "already. Choose another name"),
        (changed(PAGE, 1, "Rules!"), "Write it like rules."),
        (changed(PAGE, 3, "<b>"), "Write it like Rules."),
        (changed(PAGE, 1, "api"), "/api is served already. Choose another name"),
        (changed(PAGE, 1, "static"), "/static is served already."),
        (changed(PAGE, 1, "metrics"), "/metrics is served already."),
        ([*TRANSFORMER, "--with", "by"], "Write it as NAME=VALUE, such as --with by=2."),
        ([*TRANSFORMER, "--with", "b y=2"], "The argument 'b y' is not valid."),
        (changed(TRANSFORMER, 1, "trim"), "has trim already."),
        (changed(TRANSFORMER, 1, "ReverseList"), "Others are scripts of packs; "),
    ],
)
def test_a_mistake_is_one_sentence(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    told = capsys.readouterr()
    assert said in told.err
    assert told.err.count("\n") == 1
    assert told.out == ""


@pytest.mark.parametrize("words", [[], ["operation"], ["page"], changed(ENDPOINT, 3, "dream")])
def test_what_is_no_request_prints_the_usage(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(words)
    assert "usage: " in capsys.readouterr().err


@pytest.mark.parametrize("kind", KINDS)
def test_the_help_shows_its_example_in_one_line(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main([kind, "--help"])
    assert f"\n  {KINDS[kind].EXAMPLE}\n" in capsys.readouterr().out


def test_nothing_is_written_when_one_file_is_there_or_one_place_has_gone(tmp_path: Path) -> None:
    root = tmp_path
    (root / "there.py").write_text("a = 1\n", encoding="utf-8")
    with pytest.raises(ScaffoldError, match=r"there\.py is there already"):
        write(root, Draft(files={"new.py": "b = 2\n", "there.py": "c = 3\n"}))
    gone = Insertion(file="there.py", text="d = 4\n", before="x = ")
    with pytest.raises(ScaffoldError, match=r"there\.py has 'x = ' 0 times, where once was expected"):
        write(root, Draft(files={"new.py": "b = 2\n"}, insertions=(gone,)))
    assert [file.name for file in root.iterdir()] == ["there.py"]


@pytest.mark.parametrize(
    ("row", "rows"),
    [
        ("a", ["a", "b", "d", "**e"]),
        ("c", ["b", "c", "d", "**e"]),
        ("z", ["b", "d", "z", "**e"]),
    ],
)
def test_a_row_goes_where_its_name_belongs(row: str, rows: list[str]) -> None:
    made = Row(file="a.py", opens="T = {", text=f'    "{row}": 1,\n').into(
        'T = {\n    "b": B(\n        "x",\n    ),\n    "d": 1,\n    **e,\n}\nz = 1\n'
    )
    names = [line.strip().rstrip(",") for line in made.splitlines() if line.startswith(('    "', "    *"))]
    assert [name.split('"')[1] if '"' in name else name for name in names] == rows
    assert '    "b": B(\n        "x",\n    ),\n' in made
    with pytest.raises(ScaffoldError, match=r"a\.py has 'U = {\\n' 0 times"):
        Row(file="a.py", opens="U = {", text="    x,\n").into(made)


def test_a_printer_that_fails_is_named_with_what_it_said(tmp_path: Path) -> None:
    root = tmp_path
    with pytest.raises(ScaffoldError, match=r"The files are written, but `-m no_such_module` failed"):
        write(root, Draft(files={"new.txt": "b\n"}, prints={"new.md": ("no_such_module",)}))
