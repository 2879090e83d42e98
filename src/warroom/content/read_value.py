"""Reads values: `simple`, `complex`, filters, transformers."""

from warroom.content.source import Node
from warroom.content.value import AllOfAnyOf, Comparison, Complex, KeyValue, Operand, Simple, TransformerCall, Value
from warroom.model.errors import ContentError
from warroom.model.json import Json

_LEFT_OUT: tuple[Json, ...] = ({}, {"complex": None}, {"complex": {}})  # XSOAR writes each of them


def read_value(node: Node) -> Value | None:
    """The value, or None when it is left out, which means "not passed": `{}`, or a `complex` that holds nothing."""
    if node.data is None or node.data in _LEFT_OUT:
        return None
    if not isinstance(node.data, dict):
        raise node.error(f"`{node.path[-1]}` must be `simple: …` or `complex: …`; put `simple:` before the value.")
    if (complex_value := node.get("complex")).exists:
        return _complex(complex_value)
    if "simple" in node.data:
        return Simple(value=node.data["simple"])
    if "keyvalue" in node.data:
        return _key_value(node.get("keyvalue"))
    names = ", ".join(f"`{key}`" for key in node.data)
    raise node.error(f"A value must be `simple` or `complex`, not {names}.")


def _key_value(node: Node) -> KeyValue | None:
    """Read an object's pairs without those that have no value; of a repeated key the last one counts."""
    pairs = {entry.get("key").needed("A pair"): read_value(entry.get("value")) for entry in node.entries()}
    passed = {key: value for key, value in pairs.items() if value is not None}
    return KeyValue(pairs=passed) if passed else None


def read_arguments(node: Node) -> dict[str, Value]:
    """Arguments by name, without those that are not passed."""
    values = {name: read_value(value) for name, value in node.table()}
    return {name: value for name, value in values.items() if value is not None}


def read_comparisons(node: Node) -> AllOfAnyOf:
    """Filters or a condition: all of the outer list, any of each inner one."""
    groups = (tuple(_comparison(entry) for entry in group.entries()) for group in node.entries())
    return tuple(group for group in groups if group)


def _comparison(node: Node) -> Comparison:
    left = _operand(node.get("left"))
    if left is None:
        raise _sideless(node)
    return Comparison(
        operator=node.get("operator").needed("A comparison"),
        left=left,
        right=_operand(node.get("right")),
        ignore_case=node.get("ignorecase").flag(),
    )


def _sideless(node: Node) -> ContentError:
    return node.error("A comparison needs a `left` side with a value; add it.")


def _operand(node: Node) -> Operand | None:
    value = read_value(node.get("value"))
    # Playbooks write `iscontext`, mappers in JSON `isContext`.
    is_context = node.get("iscontext").flag() or node.get("isContext").flag()
    return None if value is None else Operand(value=value, is_context=is_context)


def _complex(node: Node) -> Complex:
    return Complex(
        root=_bare_path(node.get("root").needed("A complex value")),
        accessor=_balanced(node.get("accessor").text().strip()),
        filters=read_comparisons(node.get("filters")),
        transformers=tuple(_transformer(entry) for entry in node.get("transformers").entries()),
    )


def _bare_path(text: str) -> str:
    """Content in the wild writes some roots as `${root}`."""
    stripped = text.strip()
    return stripped[2:-1] if stripped.startswith("${") and stripped.endswith("}") else stripped


def _balanced(text: str) -> str:
    """Some accessors in the wild end in the brace of a `${}` that is no longer there."""
    return text.removesuffix("}") if text.count("}") > text.count("{") else text


def _transformer(node: Node) -> TransformerCall:
    args = {name: _operand(arg) for name, arg in node.get("args").table()}
    return TransformerCall(
        operator=node.get("operator").needed("A transformer"),
        args={name: operand for name, operand in args.items() if operand is not None},
    )
