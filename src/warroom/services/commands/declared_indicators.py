"""Declarations of the built-in commands on indicators."""

from collections.abc import Mapping

from warroom.content.integration import Argument
from warroom.services.commands.declaring import Declared, argument
from warroom.services.people.access import Permission

TRUE_OR_FALSE = ("true", "false")


def _changing(description: str, *arguments: Argument, takes_fields: bool = False) -> Declared:
    return Declared(
        description=description,
        permission=Permission.EDIT_INCIDENTS,
        arguments=arguments,
        writes=True,
        takes_indicator_fields=takes_fields,
    )


def _reading(description: str, *arguments: Argument) -> Declared:
    return Declared(description=description, permission=Permission.SEE, arguments=arguments)


_VALUES = argument("indicatorsValues", "The values of the indicators.", is_array=True, required=True, default=True)
_QUERY = argument("query", 'Words, and fields: type:IP and verdict:Bad and lastSeen:>="7 days ago".')
_VERDICT = (
    argument("reputation", "Its verdict: Unknown, Good, Suspicious, Bad or 0 to 3."),
    argument("verdict", "Its verdict, as newer servers name the argument."),
)
_FOUND = (
    _QUERY,
    argument("value", "The value.", default=True),
    argument("fromDate", "Last seen at this time or later."),
    argument("toDate", "Last seen at this time or earlier."),
    argument("size", "How many on a page.", default_value="100"),
    argument("page", "Which page, from 0."),
    argument("searchAfter", "The next page: what the page before returned as searchAfter."),
    argument("populateFields", "Which fields to return; all are returned."),
)
_SET = (
    *_VERDICT,
    argument("tags", "Its tags.", is_array=True),
    argument("comment", "A comment to add."),
    argument("expirationStatus", "Whether it still counts.", predefined=("active", "expired")),
    argument("expiration", "When it expires, or never."),
    argument("customFields", 'Other fields, as {"field": "value"}.'),
)
_ID = argument("id", "The ID of the indicator, instead of its value.")
_FIELD = (
    _VALUES,
    argument("field", "The name of the field.", required=True),
    argument("fieldValue", "The value, or several.", is_array=True, required=True),
)

OF_INDICATORS: Mapping[str, Declared] = {
    "appendIndicatorField": _changing("Adds values to a field of indicators.", *_FIELD),
    "associateIndicatorToIncident": _changing(
        "Relates an indicator to an incident; without an ID, to this one.",
        argument("value", "The value of the indicator.", default=True),
        _ID,
        argument("incidentId", "The ID of the incident, if it is another one."),
    ),
    "associateIndicatorsToIncident": _changing(
        "Relates indicators to an incident; without an ID, to this one.",
        _VALUES,
        argument("incidentId", "The ID of the incident, if it is another one."),
    ),
    "createNewIndicator": _changing(
        "Creates an indicator, or adds to the one that there is.",
        argument("value", "Its value.", required=True, default=True),
        argument("type", "Its type; without it, the one that the value looks like."),
        *_VERDICT,
        argument("source", "Where it is from."),
        argument("sourceTimeStamp", "When it was seen; without it, now."),
        argument("comment", "A comment to add."),
        argument("tags", "Its tags.", is_array=True),
        argument("merge", "Whether lists get further items, instead of being replaced.", predefined=TRUE_OR_FALSE),
        argument("relatedIncidents", "The IDs of incidents to relate it to.", is_array=True),
        argument("relateToIncident", "Whether to relate it to this incident.", predefined=TRUE_OR_FALSE),
        argument("seenNow", "Whether it is seen now; it always is.", predefined=TRUE_OR_FALSE),
        argument("entryid", "The ID of the entry that it is from."),
        argument("customFields", 'Other fields, as {"field": "value"}.'),
        takes_fields=True,
    ),
    "deleteIndicators": _changing(
        "Deletes the indicators that a query finds; their values are excluded, unless it is said otherwise.",
        _QUERY,
        argument("indicatorsValues", "The values of the indicators, instead of a query.", is_array=True),
        argument("doNotWhitelist", "Whether to leave the exclusion list as it is.", predefined=TRUE_OR_FALSE),
        argument("reason", "Why they are deleted."),
    ),
    "enrichIndicators": _changing(
        "Runs the reputation commands of indicators' types, and stores what they say.",
        _VALUES,
    ),
    "excludeIndicators": _changing(
        "Deletes indicators, and puts their values on the exclusion list: none is made of them any more.",
        _VALUES,
        argument("indicatorsTypes", "Their types; without it, of any type.", is_array=True),
        argument("reason", "Why they are excluded."),
    ),
    "expireIndicators": _changing("Expires indicators.", _VALUES),
    "extractIndicators": _changing(
        "Finds indicators in a text, an entry or a file, and stores them.",
        argument("text", "The text.", default=True),
        argument("entryID", "The ID of the entry to look in, such as 4@17.", is_array=True),
        argument("filePath", "The ID of the entry with the file to look in, such as 4@17."),
    ),
    "findIndicators": _reading("Finds indicators; without any argument all of them.", *_FOUND),
    "getIndicator": _reading(
        "Returns the indicators with a value, of every type.",
        argument("value", "The value.", default=True),
        _ID,
    ),
    "isWhitelisted": _reading(
        "Says whether a value is on the exclusion list.",
        argument("value", "The value.", required=True, default=True),
        argument("type", "Its type; without it, of any type."),
    ),
    "removeIndicatorField": _changing("Removes values from a field of indicators.", *_FIELD),
    "searchIndicators": _reading("Finds indicators; without any argument all of them.", *_FOUND),
    "setIndicator": _changing(
        "Sets the verdict and fields of an indicator.",
        argument("value", "The value of the indicator.", default=True),
        _ID,
        argument("type", "Its type, if several have the value."),
        *_SET,
        takes_fields=True,
    ),
    "setIndicators": _changing(
        "Sets the verdict and fields of indicators.",
        _VALUES,
        argument("type", "Their type, if several have a value."),
        *_SET,
        takes_fields=True,
    ),
    "unexpireIndicators": _changing("Makes expired indicators count again.", _VALUES),
}
