"""Assembles `verify.py`, the one file that checks an export anywhere, from the modules that check it here."""

import ast
from functools import cache
from pathlib import Path

MODULES = (
    "canonical",
    "merkle",
    "ed25519",
    "layout",
    "container",
    "bag",
    "logged",
    "verify",
)  # each needs only those before it
OURS = "warroom."
HEADING = '''#!/usr/bin/env python3
"""Checks an export of evidence that warroom made. It needs Python 3.8 or later, and nothing else.

    python3 verify.py FILE.zip --key FINGERPRINT

It is assembled from the modules of warroom that `warroom evidence verify` runs; each begins below with its name.
"""

from __future__ import annotations
'''
ENDING = """

if __name__ == "__main__":
    gc.disable()  # nothing here refers to itself: looking for that takes a tenth of the time of a long export
    sys.exit(main())
"""


@cache
def verifier() -> bytes:
    """Return the verifier program, the same bytes for each export of this version."""
    imports = {"import gc"}
    bodies = [_body(name, imports) for name in MODULES]
    return ("\n".join([HEADING, *sorted(imports), "", *bodies]) + ENDING).encode()


def _body(name: str, imports: set[str]) -> str:
    """Return a module's source without its imports; those from the standard library are added to `imports`."""
    source = Path(__file__).with_name(f"{name}.py").read_text(encoding="utf-8")
    lines = source.splitlines()
    for node in ast.parse(source).body:
        match node:
            case ast.ImportFrom(module="__future__"):
                pass
            case ast.ImportFrom(module=str(module)) if module.startswith(OURS):
                pass
            case ast.Import() | ast.ImportFrom():
                imports.add(ast.unparse(node))
            case _:
                continue
        lines[node.lineno - 1 : node.end_lineno] = [""] * ((node.end_lineno or node.lineno) - node.lineno + 1)
    return f"\n# {name}.py\n" + "\n".join(lines).strip() + "\n"
