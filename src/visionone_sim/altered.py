"""Pages changed by a fault: with a wrong next link, or with unexpected records."""

import itertools
import json
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

from visionone_sim.faults import Fault

PADDING = "padding"
_fresh: Iterator[int] = itertools.count(1)


def altered_page(body: bytes, fault: Fault, url: str) -> bytes:
    """Return the answer's body as the fault has it; what is no page stays as it is."""
    try:
        page = json.loads(body)
    except ValueError:
        return body
    if not isinstance(page, dict) or not isinstance(page.get("items"), list):
        return body
    padding = {PADDING: "x" * fault.pad_bytes} if fault.pad_bytes else {}
    records = [{**one, **padding} if isinstance(one, dict) else one for one in page.pop("items")]
    if fault.next_link is not None:
        page["nextLink"] = _link(fault.next_link, url)
    items = ",".join([*fault.raw_items, *map(json.dumps, records)])
    # Half of a surrogate pair in a raw text is sent as the bytes that it would have, which are no UTF-8.
    return f"{json.dumps({**page, 'items': []})[:-2]}{items}]}}".encode("utf-8", "surrogatepass")


def _link(wanted: str, url: str) -> str:
    if wanted == "self":
        return url
    if wanted != "fresh":
        return wanted
    parts = urlsplit(url)
    query = [one for one in parts.query.split("&") if one and not one.startswith("turn=")]
    return urlunsplit(parts._replace(query="&".join([*query, f"turn={next(_fresh)}"])))
