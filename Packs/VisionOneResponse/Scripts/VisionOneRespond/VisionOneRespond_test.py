"""The code, yml and README of the script name the same; how it behaves is tested on the simulator."""

import re
from typing import Any


def test_the_code_reads_the_arguments_that_the_yml_declares(item: Any) -> None:
    assert item.arguments_read == {argument["name"] for argument in item.declared["args"]}


def test_the_readme_has_every_argument(item: Any) -> None:
    assert [row for row in item.readme_rows if row not in item.readme] == []


def test_code_yml_and_readme_know_the_same_actions(item: Any) -> None:
    actions = set(item.declared["args"][0]["predefined"])

    assert set(re.findall(r'^    "(\w+)": ', item.code, re.MULTILINE)) == actions
    assert {action for action in actions if f"| {action} | " in item.readme} == actions
