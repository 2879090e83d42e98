"""A transformer: the function, its example as docstring and as a row of what is known, and the reference."""

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scaffold.draft import Draft, Removal, ScaffoldError, read
from scaffold.words import sentence, snake
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
def {function}(value: Json) -> Json:
    """{says}

    >>> {function}({given!r})
    {result!r}
    """
    raise NotImplementedError("{name} is not written yet.")
'''
ROWS = "src/warroom/context/known/transformers.yaml"
KNOWN = """{name}:
  - {{value: {value}, result: {becomes}, source: G, date: "{today}"}}
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", help=f"XSOAR's own name of it: {', '.join(MISSING)}")
    parser.add_argument("--given", required=True, help="the value of an example, as JSON or plain text")
    parser.add_argument("--result", required=True, help="what becomes of it, as JSON or plain text")
    parser.add_argument("--says", required=True, help="what it does, in one sentence")
    parser.add_argument("--of", choices=KINDS, default="text", help="what it works on (default: text)")


def draft(root: Path, wanted: argparse.Namespace) -> Draft:
    """Return the transformer with an example that fails until somebody writes it."""
    name = wanted.name
    code, test = f"src/warroom/{FOLDER}/{wanted.of}.py", f"tests/{FOLDER}/test_{wanted.of}.py"
    function = snake(name)
    _require_left(name, read(root, code), code)
    words = {
        "name": name,
        "function": function,
        "category": KINDS[wanted.of],
        "scope": ', scope="list"' if wanted.of == "list" else "",
        "says": sentence(wanted.says),
        "given": _value(wanted.given),
        "result": _value(wanted.result),
        "value": json.dumps(_value(wanted.given), ensure_ascii=False),
        "becomes": json.dumps(_value(wanted.result), ensure_ascii=False),
        "today": datetime.now(UTC).date().isoformat(),
    }
    return Draft(
        files={},
        insertions=(Removal(file=LIST, name=name),),
        at_end={code: CODE.format(**words), ROWS: KNOWN.format(**words)},
        prints={PAGE: ("warroom.context.reference", PAGE)},
        then=(
            f"Write what {function} does, at the end of {code}.",
            "An argument of XSOAR's is a keyword of the function, in snake case; the example and the row show it.",
            f"Add rows to {ROWS} for odd values: nothing, a number, a list; and say how each is known.",
            f'make test ARGS="{test} {code}" until it passes.',
            "make docs again if you changed the sentence, the arguments or the example.",
            "Say in docs/reference/xsoar-semantics.md, section 3.12, what it does in XSOAR and how that is known.",
            "A line in CHANGELOG.md: [Unreleased], The runtime.",
        ),
    )


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
