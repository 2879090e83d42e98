"""What the server's own commands say of themselves: their arguments, the right that they take, whether they write."""

from collections.abc import Mapping
from dataclasses import dataclass

from warroom.content.integration import Argument
from warroom.services.access import Permission

YES_OR_NO = ("yes", "no")


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A built-in command as its caller sees it. `takes_fields`: names of incident fields are arguments, too."""

    description: str
    permission: Permission
    arguments: tuple[Argument, ...] = ()
    writes: bool = False
    takes_fields: bool = False


def _of(name: str, description: str, **given: object) -> Argument:
    return Argument(name=name, description=description, **given)  # type: ignore[arg-type]  # as the dataclass has them


def _incident(verb: str) -> Argument:
    return _of("id", f"The ID of the incident to {verb}, if it is another one.")


def _on_list(description: str, *, writes: bool = True) -> Declared:
    """Declare a command on one of XSOAR's lists; who may change which list, `services/lists.py` says."""
    name = _of("listName", "The name of the list.", required=True, default=not writes)
    items = _of("listData", "The items: JSON, or text with commas or lines.")
    return Declared(
        description=description,
        permission=Permission.RUN_READS,
        arguments=(name, items) if writes else (name,),
        writes=writes,
    )


DECLARED: Mapping[str, Declared] = {
    "addToList": _on_list("Adds items to a list."),
    "closeInvestigation": Declared(
        description="Closes an incident; without an ID this one.",
        permission=Permission.CLOSE_INCIDENTS,
        arguments=(
            _of("id", "The ID of the incident to close, or several, if it is another one.", is_array=True),
            _of("closeReason", "Why it is closed."),
            _of("closeNotes", "What else there is to say."),
        ),
        writes=True,
        takes_fields=True,
    ),
    "createList": _on_list("Makes a list."),
    "delContext": Declared(
        description="Deletes a key of the incident's context, or all of it.",
        permission=Permission.EDIT_INCIDENTS,
        arguments=(
            _of("key", "The path to delete."),
            _of("all", "Whether to delete every key.", predefined=YES_OR_NO),
            _of("keysToKeep", "With all=yes, the paths to spare.", is_array=True),
            _of("index", "The place in the list at the key, from 0, to delete only this item."),
            _of("subplaybook", "no: delete in the incident's context, not in a sub-playbook's.", predefined=YES_OR_NO),
        ),
        writes=True,
    ),
    "getContext": Declared(
        description="Gives the context of an incident; without an ID of this one.",
        permission=Permission.SEE,
        arguments=(_incident("look at"),),
    ),
    "getEntries": Declared(
        description="Gives the entries of a War Room; without an ID of this one.",
        permission=Permission.SEE,
        arguments=(
            _incident("look at"),
            _of("filter", 'Which entries: {"tags": ["evidence"], "categories": ["notes", "attachments"]}.'),
        ),
    ),
    "getEntry": Declared(
        description="Gives one entry of a War Room.",
        permission=Permission.SEE,
        arguments=(_of("id", "The ID of the entry, such as 4@17.", required=True, default=True),),
    ),
    "getIncidents": Declared(
        description="Finds incidents; without any argument all of them.",
        permission=Permission.SEE,
        arguments=(
            _of("id", "The ID of an incident, or several.", is_array=True),
            _of("query", "Words, and fields: status:active and -type:Phishing and severity:high."),
            _of("name", "Words of the name."),
            _of("status", "Any of these: pending, active, done, archive.", is_array=True),
            _of("notstatus", "None of these.", is_array=True),
            _of("type", "Any of these types.", is_array=True),
            _of("level", "Any of these severities.", is_array=True),
            _of("owner", "Any of these owners.", is_array=True),
            _of("details", "Words of the details."),
            _of("reason", "Any of these reasons for closing.", is_array=True),
            _of("fromdate", "Created at this time or later."),
            _of("todate", "Created at this time or earlier."),
            _of("fromclosedate", "Closed at this time or later."),
            _of("toclosedate", "Closed at this time or earlier."),
            _of("page", "Which page, from 0."),
            _of("size", "How many on a page.", default_value="100"),
            _of("sort", "created.desc, created.asc, severity.desc or severity.asc."),
            _of("populateFields", "Which fields to give; all are given."),
        ),
    ),
    "getList": _on_list("Gives a list.", writes=False),
    "removeFromList": _on_list("Takes items out of a list."),
    "setEntriesTags": Declared(
        description="Adds tags to entries such as 4@17; one tagged for the mirroring goes to the alert as a note.",
        permission=Permission.NOTE,
        arguments=(
            _of("entryIDs", "The IDs of the entries, such as 4@17.", is_array=True, required=True),
            _of("entryTags", "The tags.", is_array=True, required=True),
        ),
        writes=True,
    ),
    "setIncident": Declared(
        description="Sets fields of an incident; without an ID of this one.",
        permission=Permission.EDIT_INCIDENTS,
        arguments=(
            _incident("change"),
            _of("name", "Its name."),
            _of("type", "Its type, which has to be there."),
            _of("severity", "Unknown, Low, Medium, High, Critical or 0 to 4."),
            _of("owner", "Who works on it; a user, or nobody."),
            _of("details", "What it is about."),
            _of("closeReason", "Why it was closed."),
            _of("closeNotes", "What else was said when it was closed."),
            _of("customFields", 'Other fields, as {"field": "value"}.'),
        ),
        writes=True,
        takes_fields=True,
    ),
    "setList": _on_list("Gives a list another text; the hosts in protected_hosts are acted on with approval only."),
    "setPlaybook": Declared(
        description="Puts another playbook in the place of the incident's own.",
        permission=Permission.RUN_PLAYBOOKS,
        arguments=(
            _of("name", "The playbook.", required=True),
            _of("incidentId", "The ID of the incident, if it is another one."),
        ),
        writes=True,
    ),
}
