from warroom.services.commands.declaring import argument, other_incident


def test_an_argument_is_not_required_unless_it_is_said() -> None:
    assert argument("a", "An a.").required is False
    assert argument("a", "An a.", required=True, is_array=True).is_array is True


def test_an_incident_is_named_by_its_id() -> None:
    assert (other_incident("see").name, other_incident("see").description) == (
        "id", "The ID of the incident to see, if it is another one.",
    )  # fmt: skip
