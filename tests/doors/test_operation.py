from warroom.doors.asked import Asked
from warroom.doors.operation import reads, writes
from warroom.model.errors import NotFoundError
from warroom.model.user import Actor
from warroom.services.app import App
from warroom.services.people.access import Permission


class Wish(Asked):
    name: str


async def look(app: App, asked: Wish, actor: Actor) -> list[str]:  # an example
    """Look at it;
    and say what there is.
    """
    return [asked.name]


def test_an_operation_is_what_its_function_says() -> None:
    made = reads("wish.look", Permission.SEE, NotFoundError)(look)
    assert (made.name, made.permission, made.errors) == ("wish.look", Permission.SEE, (NotFoundError,))
    assert (made.request, made.answer, made.do) == (Wish, list[str], look)
    assert made.help == "Look at it; and say what there is."
    assert made.is_read


def test_what_changes_something_is_no_read() -> None:
    assert not writes("wish.look", Permission.SEE)(look).is_read
