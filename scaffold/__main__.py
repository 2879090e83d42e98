"""`python -m scaffold KIND …`, which `make new-KIND` calls."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType

from scaffold import builtin, command, endpoint, operation, page, transformer, use_case
from scaffold.draft import ScaffoldError, write

ROOT = Path(__file__).resolve().parents[1]
KINDS: Mapping[str, ModuleType] = {
    "builtin": builtin,
    "command": command,
    "transformer": transformer,
    "endpoint": endpoint,
    "operation": operation,
    "use-case": use_case,
    "page": page,
}


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    whole = argparse.ArgumentParser(prog="python -m scaffold", description="Make the first version of something.")
    kinds = whole.add_subparsers(dest="kind", required=True)
    for name, kind in KINDS.items():
        one = kinds.add_parser(
            name,
            prog=f"make new-{name} ARGS=…",
            description=kind.__doc__,
            epilog=f"Example:\n  {kind.EXAMPLE}",
            formatter_class=argparse.RawDescriptionHelpFormatter,  # an example is copied as one line
        )
        kind.arguments(one)
    return whole


def main(words: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Write what is asked for and print what comes next; 2 when it cannot be done."""
    wanted = parser().parse_args(words)
    try:
        made = KINDS[wanted.kind].draft(root, wanted)
        files = write(root, made)
    except ScaffoldError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write("Written:\n" + "".join(f"  {name}\n" for name in files))
    sys.stdout.write("Next:\n" + "".join(f"  {number}. {step}\n" for number, step in enumerate(made.then, 1)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
