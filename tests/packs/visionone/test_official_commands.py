"""A playbook made for Trend Micro's own pack finds the same commands, arguments and context paths in ours."""

from pathlib import Path
from typing import Any

import pytest
import yaml

OFFICIAL = yaml.load(Path(__file__).with_name("official_commands.yml").read_text(encoding="utf-8"), yaml.CSafeLoader)
# The arguments that we do not have, and why.
MISSING = {("update-status", "inv_status"): "deprecated, hidden and ignored there"}
# What they require and we do not, because ours can be called without.
OPTIONAL = {
    "get-endpoint-info": {"query_op"},  # there is a default
    "update-status": {"if_match"},  # the command reads the ETag itself
    "get-observed-attack-techniques": {"fields"},  # none means all
    # there are older names for these
    "check-task-status": {"task_id"},
    "download-information-for-collected-forensic-file": {"task_id"},
    "submit-file-to-sandbox": {"file_name"},
}
# One argument takes JSON there; ours has flat ones beside it, so none of them is required.
JSON = {"account_identifiers", "block_objects", "collect_files", "email_identifiers", "endpoint_identifiers",
        "process_identifiers", "fields"}  # fmt: skip


@pytest.mark.parametrize("name", sorted(OFFICIAL))
def test_a_command_takes_the_same_arguments(declared: dict[str, Any], name: str) -> None:
    arguments = {each["name"]: each for each in declared[f"trendmicro-visionone-{name}"]["arguments"]}
    theirs = {word.removesuffix("!"): word.endswith("!") for word in OFFICIAL[name]["arguments"].split()}

    missing = {argument for argument in theirs if argument not in arguments and (name, argument) not in MISSING}
    assert missing == set()
    ours = {argument for argument, each in arguments.items() if each.get("required")}
    assert ours <= set(theirs), "a call that names only theirs must be accepted"
    laxer = {argument for argument, required in theirs.items() if required and argument not in ours}
    assert laxer - JSON == OPTIONAL.get(name, set()) - JSON


@pytest.mark.parametrize("name", sorted(OFFICIAL))
def test_a_command_writes_the_same_context_paths(declared: dict[str, Any], name: str) -> None:
    written = {each["contextPath"]: each for each in declared[f"trendmicro-visionone-{name}"]["outputs"]}
    root = f"VisionOne.{OFFICIAL[name]['root']}"

    missing = {
        path
        for path in OFFICIAL[name]["outputs"].split()
        if not any(one == f"{root}.{path}" or one.startswith(f"{root}.{path}.") for one in written)
    }
    assert missing == set()


def test_every_command_of_theirs_is_in_the_table() -> None:
    assert len(OFFICIAL) == 43
