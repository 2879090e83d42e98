from typing import Any

import demistomock as demisto
from CommonServerPython import *
from ObservablesApiModule import *

LISTED = "It can be put on a list of Vision One."
EXCEPTED = "Left out: the exception list covers it."


def observables_command(args: dict[str, Any]) -> CommandResults:
    """Read observables, and write those that a list of Vision One may hold under a key as well."""
    found, refused = observables_of(args.get("values"))
    ours = domains_of(args.get("own"))
    reasons = {one.value: left_out(one, ours) for one in found}
    reasons |= {value: EXCEPTED for value in listed_values(args.get("exceptions")) if value in reasons}
    listable = [value for value, reason in reasons.items() if not reason]
    outputs: dict[str, Any] = {}
    if found:
        rows = [{"value": one.value, "type": one.type, "special": one.special} for one in found]
        outputs["VisionOne.Observable(val.value && val.value == obj.value)"] = rows
    if args.get("key") and listable:
        outputs[args["key"]] = listable
    return CommandResults(outputs=outputs, readable_output=report(found, reasons, refused), raw_response=listable)


def domains_of(addresses: Any) -> set[str]:
    """Return the domains of mail addresses."""
    found, _ = observables_of(addresses)
    return {domain_in(one) for one in found if one.type == MAIL_ADDRESS}


def domain_in(one: Observable) -> str:
    """Return the domain that an observable belongs to; nothing where it belongs to none."""
    if one.type == URL:
        return host_of(one.value)
    return plain_name(one.value.rpartition("@")[2]).lower() if one.type in {MAIL_ADDRESS, DOMAIN} else ""


def left_out(one: Observable, ours: set[str]) -> str:
    """Say why a list must not or cannot hold an observable; nothing when it may."""
    if one.special:
        return f"Left out: the address is {one.special}, so blocking it would hit machines of our own or nobody."
    domain = domain_in(one)
    if own := next((name for name in sorted(ours) if domain == name or domain.endswith(f".{name}")), ""):
        return f"Left out: {own} is a domain of our own."
    return "Left out: lists of Vision One hold no networks." if one.type == NETWORK else ""


def report(found: list[Observable], reasons: dict[str, str], refused: list[str]) -> str:
    """Show each observable, and name each value that could not be read."""
    rows = [{"value": one.value, "type": one.type, "note": reasons[one.value] or LISTED} for one in found]
    unread = [{"why": sentence} for sentence in refused]
    tables = [
        tableToMarkdown(title, some, headers=list(some[0]), headerTransform=string_to_table_header, removeNull=True)
        for title, some in (("Observables", rows), ("Not read, and left out", unread))
        if some
    ]
    return "\n".join(tables) or "Nothing is named."


def main() -> None:
    try:
        return_results(observables_command(demisto.args()))
    except Exception as error:  # noqa: BLE001  # the one place: XSOAR expects every failure as an error entry
        return_error(f"VisionOneObservables: {error}")


if __name__ in ("__main__", "__builtin__", "builtins"):
    main()
