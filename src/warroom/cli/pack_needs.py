"""Makes the environments that installed packs need: says first what pip will fetch, then makes one after the other."""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from warroom.bootstrap.content import environments_of, look_at_packs
from warroom.bootstrap.environment_batches import Batch, batches_of, make_batch
from warroom.bootstrap.environments import ImageNeed, images_of, needs_of_items, sources_of
from warroom.cli.output import print_line, print_refusal
from warroom.cli.settings import read_settings
from warroom.content.catalogue import Catalogue
from warroom.content.integration import Integration, Script
from warroom.host.image_environments import ImageEnvironments
from warroom.host.images import ImageTable
from warroom.model.errors import WarroomError
from warroom.model.sentence import ended


def make_what_is_needed(home: Path, packs: Collection[str], *, quiet: bool) -> bool:
    """Make the environments that items of these packs lack; false when one could not be made, which is said."""
    settings, environments = read_settings(home), environments_of(home)
    table, sources = images_of(settings), sources_of(settings)
    needs = _needs(home, packs, environments, table)
    found = batches_of(needs, environments, table, sources)
    refused = [*found.refused.values(), *_without_image(needs)]
    if not quiet:
        _announce(found.batches, is_all=not refused)
    for batch in found.batches:
        try:
            make_batch(environments, batch, sources)
        except WarroomError as error:
            refused.append(str(error))
        else:
            if not quiet:
                print_line(f"The environment of {', '.join(batch.images)} is made.")
    for said in refused:
        print_refusal(ended(said))
    return not refused


def _needs(home: Path, packs: Collection[str], environments: ImageEnvironments, table: ImageTable) -> list[ImageNeed]:
    catalogue = Catalogue(look_at_packs(home), environments.modules_of)
    held: list[Integration | Script] = [*catalogue.integrations.values(), *catalogue.scripts.values()]
    items = [item for item in held if item.pack in packs]
    return needs_of_items(items, catalogue, environments, table)


def _without_image(needs: Iterable[ImageNeed]) -> Iterator[str]:
    modules = sorted({module for need in needs if not need.image for module in need.modules})
    if modules:
        yield f"Code without a docker image lacks {', '.join(modules)}; install them where warroom's workers run."


def _announce(batches: Iterable[Batch], *, is_all: bool) -> None:
    for batch in batches:
        images, packages = ", ".join(batch.images), ", ".join(batch.packages)
        print_line(f"To fetch for {images} (Python {batch.interpreter.version}): {packages}")
        is_all = False
    if is_all:
        print_line("No environment is needed.")
