from collections.abc import Iterator

import pytest

from warroom.model.errors import (
    CommandTimeoutError,
    ContentError,
    FolderInUseError,
    ForbiddenError,
    HostError,
    InvalidInputError,
    NotFoundError,
    StaleEpochError,
    UnavailableError,
    WarroomError,
)
from warroom.web.errors import KINDS, as_json, from_json, status_of


def _family(kind: type[WarroomError]) -> Iterator[type[WarroomError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _family(child)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFoundError("x"), 404),
        (ForbiddenError("x"), 403),
        (StaleEpochError("x"), 409),
        (InvalidInputError("x"), 422),
        (ContentError("x"), 422),
        (CommandTimeoutError("x"), 502),
        (UnavailableError("x"), 503),
        (WarroomError("x"), 400),
    ],
)
def test_an_error_is_the_status_of_its_nearest_kind(error: WarroomError, status: int) -> None:
    assert status_of(error) == status


@pytest.mark.parametrize("kind", KINDS.values())
def test_a_known_error_comes_back_as_it_was(kind: type[WarroomError]) -> None:
    back = from_json(as_json(kind("Say it again.")))
    assert (type(back), str(back)) == (kind, "Say it again.")


def test_every_error_of_ours_comes_back_as_itself_or_as_what_it_is_a_kind_of() -> None:
    ours = [kind for kind in _family(WarroomError) if kind.__module__.startswith("warroom.")]
    assert len(ours) > len(KINDS) - 1
    for kind in ours:
        assert isinstance(kind("x"), type(from_json(as_json(kind("x")))))


def test_an_unknown_kind_is_an_error_all_the_same() -> None:
    assert type(from_json({"error": {"kind": "Strange", "message": "x"}})) is WarroomError
    assert "no reason" in str(from_json({}))


def test_a_subclass_that_the_client_does_not_know_arrives_as_its_parent() -> None:
    class BlockedError(HostError):
        """Known to the server only."""

    assert type(from_json(as_json(BlockedError("x")))) is HostError
    assert type(from_json(as_json(FolderInUseError("x")))) is FolderInUseError
