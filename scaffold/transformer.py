"""A transformer: the function, an example as its docstring and as a row of what is known, and the reference."""

import argparse
import json
import keyword
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scaffold.draft import Draft, Removal, ScaffoldError, read
from scaffold.words import checked, sentence, snake
from warroom.context.transformers.not_built import NOT_BUILT as MISSING

EXAMPLE = (
    "make new-transformer ARGS=\"toPercent --of number --given 0.5 --result 50% --says 'Write a share in percent.'\""
)
LIST = "src/warroom/context/transformers/not_built.py"
KINDS = {"text": "string", "number": "number", "list": "general", "date": "date"}
FOLDER = "context/transformers"
PAGE = "docs/reference/context-language.md"

CODE = '''

@transformer("{name}", category="{category}"{scope})
def {function}(value: Json{parameters}) -> Json:
    """{says}

    >>> {function}({given!r}{call})
    {result!r}
    """
    raise NotImplementedError("{name} is not written yet.")
'''
ROWS = "src/warroom/context/known/transformers.yaml"
KNOWN = """{name}:
  - {{value: {value}, args: {args}, result: {becomes}, source: G, date: "{today}"}}
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", help=f"its name in XSOAR: {', '.join(MISSING)}")
    parser.add_argument("--given", required=True, help="the input of an example, as JSON or plain text")
    parser.add_argument(
        "--with",
        dest="arguments",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="an argument of the example, such as by=2; repeat it for each",
    )
    parser.add_argument("--result", required=True, help="the output of the example, as JSON or plain text")
    parser.add_argument("--says", required=True, help="what it does, in one sentence")
    parser.add_argument("--of", choices=KINDS, default="text", help="what it works on (default: text)")


def draft(root: Path, wanted: argparse.Namespace) -> Draft:
    """Return the transformer with an example that fails until somebody writes it."""
    name, function = wanted.name, snake(wanted.name)
    code, test = f"src/warroom/{FOLDER}/{wanted.of}.py", f"tests/{FOLDER}/test_{wanted.of}.py"
    _require_left(name, read(root, code), code)
    given, value, result = dict(map(_argument, wanted.arguments)), _value(wanted.given), _value(wanted.result)
    words = {
        "name": name,
        "function": function,
        "category": KINDS[wanted.of],
        "scope": ', scope="list"' if wanted.of == "list" else "",
        "says": sentence(wanted.says),
        "given": value,
        "parameters": _parameters(given),
        "call": "".join(f", {_keyword(key)}={value!r}" for key, value in given.items()),
        "result": result,
        **_row(value, given, result),
    }
    return Draft(
        files={},
        insertions=(Removal(file=LIST, name=name),),
        at_end={code: CODE.format(**words), ROWS: KNOWN.format(**words)},
        prints={PAGE: ("warroom.context.reference", PAGE)},
        then=(
            f"Write {function}, at the end of {code}. Each argument is converted to the type of its parameter.",
            f'make test ARGS="{test} {code}" until it passes. Add rows to {ROWS} for other inputs.',
            "make docs again if you changed the sentence, the arguments or the example.",
            "In docs/reference/xsoar-semantics.md, section 3.12, write what it does in XSOAR and how that is known.",
            "A line in CHANGELOG.md: [Unreleased], The runtime.",
        ),
    )


def _row(value: Any, given: Mapping[str, Any], result: Any) -> dict[str, str]:
    """Write the example as a row: JSON is YAML, too."""
    value, args, becomes = (json.dumps(part, ensure_ascii=False) for part in (value, given, result))
    return {"value": value, "args": args, "becomes": becomes, "today": datetime.now(UTC).date().isoformat()}


def _argument(text: str) -> tuple[str, Any]:
    """Read an argument of the example; its name is as content writes it."""
    name, separator, value = text.partition("=")
    if not separator:
        raise ScaffoldError(f"{text!r} is no argument. Write it as NAME=VALUE, such as --with by=2.")
    return checked(name, r"[A-Za-z]\w*", "by", "argument"), _value(value)


def _parameters(given: Mapping[str, Any]) -> str:
    """Return the keyword parameters of the function, with the types of the example's values.

    >>> _parameters({"by": 2, "listSeparator": ","})
    ', *, by: int, list_separator: str'
    """
    kinds = {kind: kind.__name__ for kind in (bool, int, float, str)}
    each = "".join(f", {_keyword(name)}: {kinds.get(type(value), 'Json')}" for name, value in given.items())
    return f", *{each}" if each else ""


def _keyword(name: str) -> str:
    """Write an argument as a parameter of Python: `from` is `from_`."""
    plain = snake(name)
    return f"{plain}_" if keyword.iskeyword(plain) else plain


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _require_left(name: str, text: str, code: str) -> None:
    """Refuse a name that is built already, and one that XSOAR itself lacks."""
    if f'transformer("{name}"' in text or f"\ndef {snake(name)}(" in text:
        raise ScaffoldError(f"{code} has {name} already.")
    if name not in MISSING:
        raise ScaffoldError(
            f"{name!r} is not among XSOAR's own transformers that are left to build: {', '.join(MISSING)}. Others are "
            f"scripts of packs; where XSOAR has it itself, add it to NOT_BUILT in {LIST}, with what says so."
        )
