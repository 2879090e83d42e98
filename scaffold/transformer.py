"""A transformer: the function, its example as docstring and test, and its row in the reference."""

import argparse
import json
from pathlib import Path
from typing import Any

from scaffold.draft import Draft, ScaffoldError, read
from scaffold.words import checked, sentence, snake

EXAMPLE = "make new-transformer ARGS=\"reverseText --given abc --result cba --says 'Write it backwards.'\""
KINDS = {"text": "string", "number": "number", "list": "general", "date": "date"}
FOLDER = "context/transformers"

CODE = '''

@transformer("{name}", category="{category}"{scope})
def {function}(value: Json) -> Json:
    """{says}

    >>> {function}({given!r})
    {result!r}
    """
    raise NotImplementedError("{name} is not written yet.")
'''
TEST = """

def test_{function}_gives_its_example() -> None:
    assert transform("{name}", {given!r}, {{}}) == {result!r}
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", help="XSOAR's own name of it, such as reverseText")
    parser.add_argument("--given", required=True, help="the value of an example, as JSON or plain text")
    parser.add_argument("--result", required=True, help="what becomes of it, as JSON or plain text")
    parser.add_argument("--says", required=True, help="what it does, in one sentence")
    parser.add_argument("--of", choices=KINDS, default="text", help="what it works on (default: text)")


def draft(root: Path, wanted: argparse.Namespace) -> Draft:
    """Return the transformer with an example that fails until somebody writes it."""
    name = checked(wanted.name, r"[A-Za-z][A-Za-z0-9]*", "reverseText")
    code, test = f"src/warroom/{FOLDER}/{wanted.of}.py", f"tests/{FOLDER}/test_{wanted.of}.py"
    function = snake(name)
    if f'transformer("{name}"' in read(root, code) or f"\ndef {function}(" in read(root, code):
        raise ScaffoldError(f"{code} has {name} already.")
    words = {
        "name": name,
        "function": function,
        "category": KINDS[wanted.of],
        "scope": ', scope="list"' if wanted.of == "list" else "",
        "says": sentence(wanted.says),
        "given": _value(wanted.given),
        "result": _value(wanted.result),
    }
    return Draft(
        files={},
        at_end={code: CODE.format(**words), test: TEST.format(**words)},
        prints=(("warroom.context.reference", "docs/reference/context-language.md"),),
        then=(
            f"Write what {function} does, at the end of {code}.",
            "An argument of XSOAR's is a keyword of the function, in snake case; the example and the test show it.",
            f'make test ARGS="{test} {code}" until it passes; test odd values, too: nothing, a number, a list.',
            "make docs, and a line in CHANGELOG.md.",
        ),
    )


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
