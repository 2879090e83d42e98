import pytest

from warroom.services.approvals.rules import PROTECTED_HOSTS, is_written, protected_hosts


@pytest.mark.parametrize("name", ["Protected_Hosts", "protected hosts", " PROTECTED-HOSTS", "protectedHosts"])
def test_the_list_protects_under_whatever_spelling_it_was_stored(name: str) -> None:
    assert protected_hosts({name: "dc-*; fin-1", "hosts": "web-1"}) == ("dc-*", "fin-1")
    assert is_written(name, PROTECTED_HOSTS)


def test_several_spellings_protect_together() -> None:
    assert protected_hosts({PROTECTED_HOSTS: "dc-*", "Protected Hosts": "sql-*\ndc-*"}) == ("dc-*", "sql-*")


@pytest.mark.parametrize("name", ["unprotected_hosts", "protected_host", "protected_hosts_2", ""])
def test_another_list_protects_nothing(name: str) -> None:
    assert protected_hosts({name: "dc-*"}) == ()
