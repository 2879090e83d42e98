import pytest

from warroom.model.errors import InvalidInputError
from warroom.services.people.mail_address import checked

GOOD = ["a@b", "Ann.O+soc@mail-1.example.com", "a%x@b", "a@[192.0.2.1]"]
NONE = [
    "a", "@b", "a@", "a b@c", "a@b@c", "a@b..c", "a@b.", "a@-b", ".a@b", "a.@b", "<a@b>", "a,c@b", "a@b,c@d",
    "a@b\r\nBcc: c@d", "a@b\0", "a(c)@b", "ä@b", "a@bücher.example", "a" * 250 + "@b.example", "a@[]", '"a b"@c',
]  # fmt: skip


@pytest.mark.parametrize("address", GOOD)
def test_an_address_is_taken_as_it_is(address: str) -> None:
    assert checked(f" {address}\n") == address


@pytest.mark.parametrize("address", NONE)
def test_what_no_mail_can_go_to_is_refused(address: str) -> None:
    with pytest.raises(InvalidInputError, match=r"is no mail address\. Write NAME@HOST"):
        checked(address)
