import pytest

from warroom.services.commands.cli_names import CLI_NAMES


@pytest.mark.parametrize(
    ("name", "is_one"),
    [("asn", True), ("office365category", True), ("using-brand", False), ("A", False), ("a", False), (7, False)],
)
def test_what_may_be_the_name_of_a_field(name: object, is_one: bool) -> None:  # pytest passes it by name
    assert (name in CLI_NAMES) is is_one


def test_it_offers_none_and_still_counts_as_names() -> None:
    assert (list(CLI_NAMES), bool(CLI_NAMES)) == ([], True)
