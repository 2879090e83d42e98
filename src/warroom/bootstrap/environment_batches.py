"""Makes the environments that several images need, at once: those with equal packages share one."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from warroom.bootstrap.environments import ImageNeed
from warroom.host.environment_making import Interpreter, Wanted, interpreter_for, make, wanted
from warroom.host.image_environments import ImageEnvironment, ImageEnvironments
from warroom.host.images import ImageTable, Sources
from warroom.model.errors import WarroomError


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Images that one environment serves, and the Python that it is made with."""

    wanted: tuple[Wanted, ...]
    interpreter: Interpreter

    @property
    def images(self) -> tuple[str, ...]:
        return tuple(each.image for each in self.wanted)

    @property
    def packages(self) -> tuple[str, ...]:
        return self.wanted[0].packages


@dataclass(frozen=True, slots=True, kw_only=True)
class Batches:
    """The environments to make, and the images that get none, each with the reason."""

    batches: tuple[Batch, ...]
    refused: dict[str, str]


def batches_of(
    needs: Iterable[ImageNeed], environments: ImageEnvironments, table: ImageTable, sources: Sources
) -> Batches:
    """Return what is to be made for the needs that an environment meets; nothing is made or fetched yet."""
    together: dict[tuple[frozenset[str], str], Batch] = {}
    refused: dict[str, str] = {}
    for need in needs:
        if not need.is_open:
            continue
        try:
            what = wanted(table, environments, need.image, need.packages)
            interpreter = interpreter_for(what, sources)
        except WarroomError as error:
            refused[need.image] = str(error)
            continue
        key = frozenset(what.packages), interpreter.path
        batch = together.get(key, Batch(wanted=(), interpreter=interpreter))
        together[key] = replace(batch, wanted=(*batch.wanted, what))
    return Batches(batches=tuple(together.values()), refused=refused)


def make_batch(environments: ImageEnvironments, batch: Batch, sources: Sources) -> ImageEnvironment:
    """Make an environment for the images of a batch; raises as `make` does, and then none of them has it."""
    first, *others = batch.wanted
    made = make(environments, first, batch.interpreter, sources)
    for other in others:
        environments.write(replace(made, image=other.image, asked=other.asked))
    return made
