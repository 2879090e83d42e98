# ruff: noqa: RUF001  # names that look like others are what it is about
import pytest

from warroom.model.errors import ConflictError, InvalidInputError
from warroom.model.user import Role, User
from warroom.services.drive.perform import PLAYBOOK_ACTOR
from warroom.services.intake.fetch_page import FETCH_ACTOR
from warroom.services.mirroring.mirroring import MIRROR_ACTOR
from warroom.services.people.names import NAME, likeness, refuse_alike, refuse_reserved
from warroom.testing.clock import START

ANA = User(name="ana.lima", display_name="Ana Lima", role=Role.ADMIN, password_hash="", created=START)


@pytest.mark.parametrize("name", [PLAYBOOK_ACTOR, FETCH_ACTOR, MIRROR_ACTOR.rstrip(":"), "local", "system", "terminal"])
def test_nobody_is_called_as_the_runtime_calls_itself(name: str) -> None:
    with pytest.raises(InvalidInputError, match="in the audit it would be read as"):
        refuse_reserved(name)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "dB0T",
            "d.bot",
            "DBot\u200b",
            "ＤＢｏｔ",
            "ｄ b o t",
            "Dвоt",
            "f-e-t-c-h",
            "FETCH\u00a0",
            "sy5tem",
            "5ystem",
        ),
        *("ſystem", "Sÿstém", "p1aybook", "playb00k", "terrninal", "this-machine", "command_line"),
    ],
)
def test_neither_by_case_blanks_joints_nor_letters_that_are_drawn_alike(name: str) -> None:
    with pytest.raises(InvalidInputError, match="in the audit it would be read as"):
        refuse_reserved(name)


@pytest.mark.parametrize("name", ["admin", "root", "demo", "ana", "fetcher", "system.ops", "a.playbook", "Анна", "1"])
def test_other_names_are_free(name: str) -> None:
    refuse_reserved(name)


@pytest.mark.parametrize(
    "name", ["ana.lima", "ana.l1ma", "ana.1ima", "Ana Lima", "ana  lima", "Ana\u2009Lima", "Аna Lima"]
)
def test_nobody_is_called_so_that_a_colleague_could_be_meant(name: str) -> None:
    with pytest.raises(ConflictError, match=r"a name of the user ana\.lima"):
        refuse_alike(["other", name], [ANA])


@pytest.mark.parametrize("name", ["anna.lima", "ana", "lima", "ana-lima", "ana.lima2", ""])
def test_who_is_told_apart_at_a_glance_may_be_called_so(name: str) -> None:
    refuse_alike([name], [ANA])


def test_two_names_of_signs_alone_are_not_alike_because_nothing_is_left() -> None:
    assert likeness("你好") != likeness("再见")
    assert likeness("!!!") == ""
    refuse_alike(["!!!"], [ANA])


def test_a_name_is_of_plain_letters() -> None:
    assert NAME.fullmatch("ana.lima@lab-1")
    assert not NAME.fullmatch("аna")
