from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any


def xml_as_json(text: str) -> dict[str, Any]:
    """Read XML as Go does for XSOAR's JavaScript: texts, attributes after a dash, several of a name as a list.

    >>> xml_as_json('<a n="1"><b>x</b><b/><c>y<d>z</d></c></a>')
    {'a': {'-n': '1', 'b': ['x', ''], 'c': {'#text': 'y', 'd': 'z'}}}
    """
    try:
        root = ET.fromstring(text)  # noqa: S314  # in a worker, whose memory and time are limited
    except ET.ParseError as error:
        raise ValueError(f"The text is no XML: {error}.") from None
    return {_local(root.tag): _value(root)}


def _value(element: ET.Element) -> Any:
    text = (element.text or "").strip()
    made: dict[str, Any] = {f"-{_local(name)}": value for name, value in element.attrib.items()}
    for child in element:
        name, value = _local(child.tag), _value(child)
        if name not in made:
            made[name] = value
        elif isinstance(made[name], list):
            made[name].append(value)
        else:
            made[name] = [made[name], value]
    if not made:
        return text
    return {"#text": text, **made} if text else made


def _local(name: str) -> str:
    """Return a name without its namespace."""
    return name.rpartition("}")[2]
