"""Installs a tree of packs, runs its test playbooks that need no vendor, and says how many come to their end.

The packs are installed as they are, into a data folder that is thrown away, or into --home, where a second run finds
them. Nothing of the tree is copied anywhere else.
"""

import argparse
import asyncio
import logging
import platform
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory

import structlog

from tests.public_content.environments import Environments, make_environments
from tests.public_content.installing import Installed, install_tree
from tests.public_content.products import (
    ROUNDS,
    VENDORS,
    Round,
    add_instances,
    some_of,
    vendors_of,
    write_vendors,
)
from tests.public_content.report import Result, details, page, with_result
from tests.public_content.running import Setting, run_all
from tests.public_content.selecting import LISTED, Selection, read_needs, select
from warroom.bootstrap.opening import open_app
from warroom.bootstrap.settings import Settings
from warroom.content.playbook import Playbook
from warroom.services.app import App
from warroom.services.packs.user_packs import PACKS

PAGE = Path(__file__).parents[2] / "docs/reference/public-content.md"
TESTS, PRODUCTS = "tests", "products"
SECONDS = 300.0  # for each playbook
SPEED = 60.0  # so much faster pass the waits that content asks for


def main(words: Sequence[str] | None = None) -> int:
    options = arguments().parse_args(words)
    folder = nullcontext(str(options.home)) if options.home else TemporaryDirectory(prefix="warroom-public-content-")
    with _quiet(), folder as home:
        result = measure(Path(home), options)
    sys.stdout.write(f"{page(result)}\n")
    if options.called:
        PAGE.write_text(
            with_result(PAGE.read_text(encoding="utf-8"), page(result), heading(options.called)), encoding="utf-8"
        )
    if options.details:
        sys.stdout.write(f"\n{details(result)}\n")
    return 0 if 100 * result.share >= options.least else 1


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the log's lines back: failures are counted, and a line for each would hide the count."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    try:
        yield
    finally:
        structlog.configure(**before)


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="make public-content", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("tree", type=Path, metavar="TREE", help="a folder with packs, or one with a folder Packs")
    parser.add_argument(
        "--set",
        choices=(TESTS, PRODUCTS),
        default=TESTS,
        help="test playbooks, or some product playbooks (see the page)",
    )
    parser.add_argument("--home", type=Path, help="the data folder, which stays; packs that it has are not installed")
    parser.add_argument("--needs", type=Path, default=LISTED, help="the list of playbooks that cannot run here")
    parser.add_argument("--only", action="append", metavar="PLAYBOOK", help="run this one alone; may be repeated")
    parser.add_argument(
        "--environments",
        action="store_true",
        help="first make the environments of docker images that the scripts need, with pip and what it reaches",
    )
    parser.add_argument("--seconds", type=float, default=SECONDS, help="for each playbook (default %(default)g)")
    parser.add_argument("--speed", type=float, default=SPEED, help="how much faster waits pass (default %(default)g)")
    parser.add_argument("--least", type=float, default=0, help="percent that must complete; else the exit code is 1")
    parser.add_argument("--called", metavar="NAME", help=f"name the tree, and write the result down in {PAGE.name}")
    parser.add_argument("--details", action="store_true", help="a line for each playbook that did not complete")
    return parser


def heading(tree: str) -> str:
    """Say when, on what and with what it was measured."""
    with_what = f"warroom {version('warroom')}, Python {platform.python_version()}"
    return f"{datetime.now(UTC):%d %B %Y}, {tree}, {with_what}."


def measure(home: Path, options: argparse.Namespace) -> Result:
    """Install the tree, run what is selected, and count."""
    installed = install_tree(options.tree, home)
    rmtree(home / PACKS / VENDORS, ignore_errors=True)  # of an earlier run
    for left in home.glob("*.db*"):
        left.unlink()  # what an earlier run stored, such as lists, is not there in this one
    return asyncio.run(run(installed, home, options))


async def run(installed: Installed, home: Path, options: argparse.Namespace) -> Result:
    """Run what is selected of the installed tree."""
    settings = Settings(home=home, speed=options.speed)
    if options.set == PRODUCTS:
        async with open_app(settings) as app:
            write_vendors(vendors_of(products_of(app, home), app.library.catalogue), home)
    async with open_app(settings) as app:
        playbooks = products_of(app, home) if options.set == PRODUCTS else of_tree(app, home)
        selection = Selection(chosen=playbooks) if options.set == PRODUCTS else chosen(app, playbooks, options)
        catalogue, made = app.library.catalogue, Environments()
        if options.environments:
            made = await asyncio.to_thread(make_environments, selection.chosen, catalogue, home, settings)
        rounds: Sequence[Round | None] = [None]
        if options.set == PRODUCTS:
            await add_instances(app)
            rounds = ROUNDS
        outcomes = [
            await run_all(app, selection.chosen, Setting(seconds=options.seconds, round=each)) for each in rounds
        ]
        return Result(
            installed=installed,
            environments=made,
            left_out=sum(len(pack.unreadable) for pack in app.library.packs),
            playbooks=len(playbooks),
            selection=selection,
            outcomes=outcomes[0],
            again=outcomes[1] if len(outcomes) > 1 else (),
        )


def products_of(app: App, home: Path) -> list[Playbook]:
    """Choose some of the tree's playbooks that are no tests."""
    theirs = [pack for pack in app.library.packs if pack.path.is_relative_to(home)]
    return some_of(app.library.catalogue.playbooks, {item for pack in theirs for item in pack.playbooks})


def of_tree(app: App, home: Path) -> list[Playbook]:
    """Return the test playbooks of the installed tree, as the catalogue has them; ours are not among them."""
    theirs = [pack for pack in app.library.packs if pack.path.is_relative_to(home)]
    ids = dict.fromkeys(item for pack in theirs for item in pack.test_playbooks)
    return [app.library.catalogue.test_playbooks[item] for item in ids]


def chosen(app: App, playbooks: Sequence[Playbook], options: argparse.Namespace) -> Selection:
    """Return what is to be run: what is asked for by name, or what needs no vendor."""
    if options.only:
        return Selection(chosen=[app.library.catalogue.playbook(name) for name in options.only])
    return select(playbooks, app.library.catalogue, read_needs(options.needs))


if __name__ == "__main__":
    sys.exit(main())
