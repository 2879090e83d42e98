from dataclasses import replace

import pytest

from tests.services.world import an_instance, command, lab, script
from warroom.content.integration import Command, Integration
from warroom.model.ids import InstanceId
from warroom.model.incident import Incident
from warroom.model.instance import IntegrationInstance
from warroom.services.commands.binding import Binding, UnclearTargetError, targets_of, within_reach
from warroom.services.commands.targets import (
    BuiltinTarget,
    CommandTarget,
    Resolved,
    ScriptTarget,
    UnavailableCommandError,
)
from warroom.testing.code import python_code
from warroom.testing.samples import an_incident

ACT = command("act", "host", execution=True)
LAB = lab(ACT)
OTHER = Integration(id="Other", name="Other", commands={}, code=python_code(""))
ACTION = Resolved(name="act", offers=((LAB, ACT),), is_action=True)
READ = replace(ACTION, name="read", is_action=False)
EVERYWHERE = ((LAB, ACT), (OTHER, ACT))
ONE, TWO, COMMA = an_instance("lab-1"), an_instance("lab-2"), an_instance("lab, too")
OFF = replace(TWO, enabled=False)
AGAIN = an_instance("lab-2", id=InstanceId("id-of-a-new-one"))
AWAY, AFAR = an_instance("other-1", integration="Other"), an_instance("other-2", integration="Other")
NOBODYS = an_incident()
OF_TWO = replace(NOBODYS, source_brand="Lab", source_instance="lab-2", source_id=TWO.id)
BUILTIN, SCRIPT = BuiltinTarget(name="setIncident"), ScriptTarget(script=script("Tool"))


def chosen(
    resolved: Resolved,
    *instances: IntegrationInstance,
    incident: Incident = NOBODYS,
    using: str = "",
    handed: str = "",
) -> list[str]:
    """Name the instances that a call runs on."""
    targets = targets_of(resolved, instances, Binding(incident=incident, using=using, handed=handed))
    return [target.instance.name for target in targets if isinstance(target, CommandTarget)]


# -- where the incident came from -------------------------------------------------------------------------------------


@pytest.mark.parametrize("resolved", [ACTION, READ], ids=["action", "read"])
def test_the_instance_that_the_incident_came_from_is_taken_alone(resolved: Resolved) -> None:
    assert chosen(resolved, ONE, TWO, incident=OF_TWO) == ["lab-2"]


def test_an_incident_of_before_ids_were_kept_goes_by_the_name() -> None:
    assert chosen(ACTION, ONE, TWO, incident=replace(OF_TWO, source_id="")) == ["lab-2"]


def test_of_other_brands_a_read_takes_all() -> None:
    asked = replace(READ, offers=EVERYWHERE)
    assert chosen(asked, ONE, TWO, AWAY, AFAR, incident=OF_TWO) == ["lab-2", "other-1", "other-2"]


def test_an_action_that_others_offer_too_is_taken_by_the_source_alone() -> None:
    assert chosen(replace(ACTION, offers=EVERYWHERE), ONE, TWO, AWAY, incident=OF_TWO) == ["lab-2"]


def test_an_action_of_another_brand_takes_the_one_instance_that_there_is() -> None:
    asked = replace(ACTION, offers=((OTHER, ACT),))
    assert chosen(asked, ONE, TWO, AWAY, incident=OF_TWO) == ["other-1"]
    with pytest.raises(UnclearTargetError, match="other-1, other-2"):
        chosen(asked, ONE, TWO, AWAY, AFAR, incident=OF_TWO)


@pytest.mark.parametrize("resolved", [ACTION, READ, replace(ACTION, offers=EVERYWHERE)], ids=["act", "read", "both"])
@pytest.mark.parametrize(
    ("instances", "words"),
    [
        ((ONE, OFF), r"Incident 1 came from the instance 'lab-2', which is disabled; (act|read) is not run on another"),
        ((ONE,), r"'lab-2', which was removed; (act|read) is not run on another one by itself\..*using=NAME"),
        ((ONE, AGAIN), r"'lab-2', which was removed \(what is called so now is another one\)"),
    ],
    ids=["disabled", "removed", "replaced"],
)
def test_a_source_that_is_gone_is_said_and_no_other_is_taken(
    resolved: Resolved, instances: tuple[IntegrationInstance, ...], words: str
) -> None:
    with pytest.raises(UnavailableCommandError, match=words):
        chosen(resolved, *instances, incident=OF_TWO)


def test_a_read_that_other_brands_answer_too_goes_without_a_source_that_is_gone() -> None:
    assert chosen(replace(READ, offers=EVERYWHERE), ONE, OFF, AWAY, incident=OF_TWO) == ["other-1"]


def test_a_source_of_a_brand_that_does_not_offer_the_command_says_nothing() -> None:
    elsewhere = replace(NOBODYS, source_brand="Third", source_instance="third-1")
    assert chosen(ACTION, ONE, an_instance("third-1", integration="Third"), incident=elsewhere) == ["lab-1"]


# -- without a source -------------------------------------------------------------------------------------------------


def test_without_a_source_a_read_takes_all_and_an_action_the_only_one() -> None:
    assert chosen(READ, ONE, TWO) == ["lab-1", "lab-2"]
    assert chosen(ACTION, ONE, OFF) == ["lab-1"]


@pytest.mark.parametrize(
    ("offers", "instances", "named"),
    [(((LAB, ACT),), (ONE, TWO), "lab-1, lab-2"), (EVERYWHERE, (ONE, AWAY), "lab-1, other-1")],
    ids=["one brand", "two brands"],
)
def test_without_a_source_an_action_asks_which(
    offers: tuple[tuple[Integration, Command], ...], instances: tuple[IntegrationInstance, ...], named: str
) -> None:
    words = rf"act changes something, and 2 instances offer it: {named}\..*using=lab-1 .*--using lab-1.*using=\*"
    with pytest.raises(UnclearTargetError, match=words):
        chosen(replace(ACTION, offers=offers), *instances)


def test_what_is_not_there_at_all_is_said_as_ever() -> None:
    with pytest.raises(UnavailableCommandError, match="There is no gone"):
        chosen(Resolved(name="gone", missing="There is no gone."), ONE)
    with pytest.raises(UnavailableCommandError, match="act needs an enabled instance of Lab"):
        chosen(ACTION, OFF)


# -- instances that are named -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("using", "expected"),
    [
        ("lab-1", ["lab-1"]),
        ("lab-2, lab-1", ["lab-2", "lab-1"]),
        ("lab-1,lab-1", ["lab-1"]),
        ("lab, too", ["lab, too"]),
        ("*", ["lab-1", "lab-2", "lab, too"]),
    ],
)
def test_who_is_named_counts_before_the_source(using: str, expected: list[str]) -> None:
    assert chosen(ACTION, ONE, TWO, COMMA, incident=OF_TWO, using=using) == expected


@pytest.mark.parametrize("using", ["nobody", "lab-1,nobody", "lab-2"])
def test_a_name_that_is_not_there_or_is_disabled_is_refused(using: str) -> None:
    with pytest.raises(UnavailableCommandError, match=r"No enabled instance '(nobody|lab-2)' offers act"):
        chosen(ACTION, ONE, OFF, using=using)


@pytest.mark.parametrize("using", [",", " ", " , "])
def test_a_name_that_is_none_is_refused(using: str) -> None:
    with pytest.raises(UnavailableCommandError, match="names no instance"):
        chosen(READ, ONE, using=using)


@pytest.mark.parametrize("here", [BUILTIN, SCRIPT], ids=["server", "script"])
def test_what_needs_no_instance_is_still_held_to_the_names(here: BuiltinTarget | ScriptTarget) -> None:
    resolved = Resolved(name="x", here=here)
    assert targets_of(resolved, [], Binding(incident=NOBODYS, using="*")) == [here]
    for using in ("", "lab-1", "lab-1,lab-2", "*"):
        assert targets_of(resolved, [ONE, TWO], Binding(incident=OF_TWO, using=using)) == [here]
    with pytest.raises(UnavailableCommandError, match="There is no enabled instance 'nobody'"):
        targets_of(resolved, [ONE, TWO], Binding(incident=OF_TWO, using="lab-1,nobody"))


# -- what a script was told to use ------------------------------------------------------------------------------------


@pytest.mark.parametrize("resolved", [ACTION, READ], ids=["action", "read"])
@pytest.mark.parametrize(
    ("handed", "expected"), [("lab-1", ["lab-1"]), ("lab-1,lab-2", ["lab-1", "lab-2"]), ("*", ["lab-1", "lab-2"])]
)
def test_what_a_script_was_told_to_use_counts_before_the_source(
    resolved: Resolved, handed: str, expected: list[str]
) -> None:
    assert chosen(resolved, ONE, TWO, incident=OF_TWO, handed=handed) == expected


def test_a_call_that_names_its_own_counts_before_what_the_script_was_told() -> None:
    assert chosen(ACTION, ONE, TWO, using="lab-2", handed="lab-1") == ["lab-2"]


def test_for_other_brands_it_says_nothing() -> None:
    assert chosen(ACTION, ONE, TWO, AWAY, incident=OF_TWO, handed="other-1") == ["lab-2"]
    assert chosen(replace(ACTION, offers=((OTHER, ACT),)), ONE, AWAY, handed="lab-1") == ["other-1"]


# -- what content sees ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("incident", "handed", "expected"),
    [
        (NOBODYS, "", ["lab-1", "lab-2", "other-1"]),
        (OF_TWO, "", ["lab-2", "other-1"]),
        (OF_TWO, "lab-1", ["lab-1", "other-1"]),
    ],
)
def test_within_reach_is_what_a_call_without_a_word_may_run_on(
    incident: Incident, handed: str, expected: list[str]
) -> None:
    seen = within_reach([ONE, TWO, AWAY], Binding(incident=incident, handed=handed))
    assert [one.name for one in seen] == expected


def test_a_disabled_source_is_seen_as_disabled_and_no_other_in_its_place() -> None:
    assert within_reach([ONE, OFF], Binding(incident=OF_TWO)) == [OFF]
