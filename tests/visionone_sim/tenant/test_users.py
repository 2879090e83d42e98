import pytest

from visionone_sim.errors import BadRequestError, NotFoundError
from visionone_sim.tenant.users import OWNER, User, UserBook


def test_an_address_is_invited_once_and_each_change_makes_another_etag() -> None:
    book = UserBook()
    user = book.invite(User(id="u2", email="mia@soc.example", role="analyst"))
    with pytest.raises(BadRequestError, match="already"):
        book.invite(User(id="u3", email="Mia@SOC.example", role="full"))
    book.change(user)
    assert book.find("u2").etag != user.etag
    book.delete("u2")
    assert list(book) == [OWNER.id]
    with pytest.raises(NotFoundError):
        book.delete("u2")
