"""The code, yml and README of the script name the same; how it behaves is tested on the simulator."""

from typing import Any


def test_the_code_reads_the_arguments_that_the_yml_declares(item: Any) -> None:
    assert item.arguments_read == {argument["name"] for argument in item.declared["args"]}


def test_the_readme_has_every_argument_and_output(item: Any) -> None:
    assert [row for row in item.readme_rows if row not in item.readme] == []
