"""Declarations of the built-in commands: their arguments, the permission that they take, whether they write."""

from collections.abc import Mapping

from warroom.services.commands.declared_indicators import OF_INDICATORS
from warroom.services.commands.declaring import YES_OR_NO, Declared
from warroom.services.commands.declaring import argument as _of
from warroom.services.commands.declaring import other_incident as _incident
from warroom.services.people.access import Permission


def _on_list(description: str, *, writes: bool = True) -> Declared:
    """Declare a command on one of XSOAR's lists; who may change which list, `services/plans/lists.py` says."""
    name = _of("listName", "The name of the list.", required=True, default=not writes)
    items = _of("listData", "The items: JSON, or text with commas or lines.")
    return Declared(
        description=description,
        permission=Permission.RUN_READS,
        arguments=(name, items) if writes else (name,),
        writes=writes,
    )


def _on_timer(description: str) -> Declared:
    return Declared(
        description=description,
        permission=Permission.EDIT_INCIDENTS,
        arguments=(_of("timerField", "The field of the timer.", required=True, default=True),),
        writes=True,
    )


__all__ = ["DECLARED", "Declared"]

DECLARED: Mapping[str, Declared] = {
    **OF_INDICATORS,
    "addEntries": Declared(
        description="Writes entries into a War Room; without an ID, into this incident's.",
        permission=Permission.NOTE,
        arguments=(
            _incident("write to"),
            _of(
                "entries",
                'A list, or JSON: [{"Contents": "…", "Type": 1, "Tags": ["a"], "Note": true}].',
                required=True,
            ),
        ),
        writes=True,
    ),
    "addToList": _on_list("Adds items to a list."),
    "closeInvestigation": Declared(
        description="Closes an incident; without an ID, this one.",
        permission=Permission.CLOSE_INCIDENTS,
        arguments=(
            _of("id", "The ID of the incident to close, or several, if it is another one.", is_array=True),
            _of("closeReason", "Why it is closed."),
            _of("closeNotes", "Further notes."),
        ),
        writes=True,
        takes_fields=True,
    ),
    "createList": _on_list("Makes a list."),
    "createNewIncident": Declared(
        description="Creates an incident, and starts the playbook of its type.",
        permission=Permission.CREATE_INCIDENTS,
        arguments=(
            _of("name", "Its name.", required=True, default=True),
            _of("type", "Its type, which must exist."),
            _of("severity", "Unknown, Low, Medium, High, Critical or 0 to 4."),
            _of("owner", "Its owner: a user."),
            _of("details", "What it is about."),
            _of("occurred", "When it happened; without it, now."),
            _of("customFields", 'Other fields, as {"field": "value"}.'),
            _of("labels", 'Its labels, as [{"name": "value"}].'),
        ),
        writes=True,
        takes_fields=True,
    ),
    "delContext": Declared(
        description="Deletes a key of the incident's context, or all of it.",
        permission=Permission.EDIT_INCIDENTS,
        arguments=(
            _of("key", "The path to delete, or several.", is_array=True),
            _of("all", "Whether to delete every key.", predefined=YES_OR_NO),
            _of("keysToKeep", "With all=yes, the paths to keep.", is_array=True),
            _of("index", "The place in the list at the key, from 0, to delete only this item."),
            _of("subplaybook", "no: delete in the incident's context, not in a sub-playbook's.", predefined=YES_OR_NO),
        ),
        writes=True,
    ),
    "executeCommandAt": Declared(
        description="Runs a command on other incidents, with the same rights; each run is a work plan of its incident.",
        permission=Permission.RUN_READS,
        arguments=(
            _of("command", "The command, without its arguments.", required=True),
            _of("incidents", "The IDs of the incidents.", is_array=True, required=True),
            _of("arguments", 'Its arguments, as {"name": "value"}.'),
        ),
        writes=True,
    ),
    "getContext": Declared(
        description="Returns the context of an incident; without an ID, of this one.",
        permission=Permission.SEE,
        arguments=(_incident("look at"),),
    ),
    "getEntries": Declared(
        description="Returns the entries of a War Room; without an ID, of this incident's.",
        permission=Permission.SEE,
        arguments=(
            _incident("look at"),
            _of("filter", 'Which entries: {"tags": ["a"], "categories": ["notes", "attachments"], "firstId": 4}.'),
        ),
    ),
    "getEntry": Declared(
        description="Returns one entry of a War Room.",
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
            _of(
                "sort",
                "created.desc, created.asc, or another of id, severity, occurred, modified, name, status, type, owner.",
            ),
            _of("populateFields", "Which fields to return; all are returned."),
        ),
    ),
    "getList": _on_list("Returns a list.", writes=False),
    "getRoles": Declared(description="Returns the roles.", permission=Permission.RUN_READS),
    "getUserByUsername": Declared(
        description="Returns one user.",
        permission=Permission.RUN_READS,
        arguments=(_of("username", "The user's name.", required=True, default=True),),
    ),
    "getUsers": Declared(
        description="Returns the users who may sign in.",
        permission=Permission.RUN_READS,
        arguments=(
            _of("roles", "Only those with one of these roles.", is_array=True),
            _of("online", "true: only those who are signed in."),
            _of("onCall", "Refused when true: there are no shifts."),
            _of("current", "true: only who runs this."),
        ),
    ),
    "linkIncidents": Declared(
        description="Links incidents to one, or no longer; as duplicates, it closes them, too.",
        permission=Permission.EDIT_INCIDENTS,
        arguments=(
            _of("incidentId", "The ID of the incident to link them to, if it is another one."),
            _of("linkedIncidentIDs", "The IDs of the incidents to link to it.", is_array=True, required=True),
            _of("action", "What to do.", predefined=("link", "unlink", "duplicate"), default_value="link"),
        ),
        writes=True,
    ),
    "markAsEvidence": Declared(
        description="Tags an entry as evidence.",
        permission=Permission.NOTE,
        arguments=(
            _of("id", "The ID of the entry, such as 4@17.", required=True, default=True),
            _of("description", "What it shows."),
            _of("tags", "Further tags.", is_array=True),
            _of("when", "When it happened."),
        ),
        writes=True,
    ),
    "markAsNote": Declared(
        description="Marks entries as notes.",
        permission=Permission.NOTE,
        arguments=(_of("entryIDs", "The IDs of the entries, such as 4@17.", is_array=True, required=True),),
        writes=True,
    ),
    "pauseTimer": _on_timer("Pauses a timer of this incident."),
    "removeFromList": _on_list("Removes items from a list."),
    "reopenInvestigation": Declared(
        description="Takes up a closed incident again; without an ID, this one.",
        permission=Permission.CLOSE_INCIDENTS,
        arguments=(_incident("reopen"),),
        writes=True,
    ),
    "resetTimer": _on_timer("Makes a timer of this incident as it was before its start."),
    "scheduleEntry": Declared(
        description="Runs a command of the War Room later; give times or endDate. It answers with an id to cancel it.",
        permission=Permission.RUN_READS,
        arguments=(
            _of("command", "The command with its arguments, such as !Print value=hi.", default=True),
            _of("cron", "When, in UTC: five fields such as */5 * * * *."),
            _of("times", "How often; at most 100 times."),
            _of("endDate", "When it ends."),
            _of("id", "With cancel: what is not to run any more.", is_array=True),
            _of("cancel", "Anything: do not run what id names."),
        ),
        writes=True,
    ),
    "setEntriesTags": Declared(
        description="Adds tags to entries such as 4@17; an entry with a mirroring tag becomes a note of the alert.",
        permission=Permission.NOTE,
        arguments=(
            _of("entryIDs", "The IDs of the entries, such as 4@17.", is_array=True, required=True),
            _of("entryTags", "The tags.", is_array=True, required=True),
        ),
        writes=True,
    ),
    "setIncident": Declared(
        description="Sets fields of an incident; without an ID, of this one.",
        permission=Permission.EDIT_INCIDENTS,
        arguments=(
            _incident("change"),
            _of("name", "Its name."),
            _of("type", "Its type, which must exist."),
            _of("severity", "Unknown, Low, Medium, High, Critical or 0 to 4."),
            _of("owner", "Its owner: a user, or empty for none."),
            _of("details", "What it is about."),
            _of("closeReason", "Why it was closed."),
            _of("closeNotes", "Its close notes."),
            _of("customFields", 'Other fields, as {"field": "value"}.'),
            _of("labels", 'All its labels, as [{"name": "value"}].'),
            _of("addLabels", "Labels to add, in the same form."),
            _of("sla", "With slaField: the minutes from now in which that timer is due."),
            _of("slaField", "The field of that timer."),
            _of("dbotMirrorDirection", "Which way its record is mirrored: In, Out, Both, or empty."),
            _of("dbotMirrorTags", "Entries with one of these tags are sent to it."),
            _of("dbotMirrorId", "The record that it came from; it cannot be changed."),
            _of("dbotMirrorInstance", "The instance that it came from; it cannot be changed."),
        ),
        writes=True,
        takes_fields=True,
    ),
    "setList": _on_list("Replaces a list's text; the hosts in protected_hosts are acted on with approval only."),
    "setOwner": Declared(
        description="Makes a user the owner of this incident.",
        permission=Permission.ASSIGN,
        arguments=(_of("owner", "The user, or empty for none.", default=True),),
        writes=True,
    ),
    "setPlaybook": Declared(
        description="Replaces the incident's playbook by another one.",
        permission=Permission.RUN_PLAYBOOKS,
        arguments=(
            _of("name", "The playbook.", required=True),
            _of("incidentId", "The ID of the incident, if it is another one."),
        ),
        writes=True,
    ),
    "startTimer": _on_timer("Starts a timer of this incident, or goes on after a pause."),
    "stopScheduledEntry": Declared(
        description="Cancels scheduled commands that have not run yet.",
        permission=Permission.CANCEL_PLANS,
        arguments=(_of("id", "What scheduleEntry answered with.", is_array=True, required=True, default=True),),
        writes=True,
    ),
    "stopTimer": _on_timer("Ends a timer of this incident."),
    "taskComplete": Declared(
        description="Completes manual tasks of the incident's playbooks; a question with a form is for a person.",
        permission=Permission.ANSWER_TASKS,
        arguments=(
            _of("id", "The ID of the task, or a tag: then all tasks that have it and wait.", required=True),
            _of("input", "The branch of a condition."),
            _of("parentPlaybookID", "The currentPlaybookID of the sub-playbook that the task is in."),
            _of("incidentId", "The ID of the incident, if it is another one."),
            _of("comment", "Why."),
            _of("comments", "The same."),
        ),
        writes=True,
    ),
}
