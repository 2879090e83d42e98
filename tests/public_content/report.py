"""Prints what came of the playbooks of a tree, as text that is also Markdown."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.public_content.environments import Environments
from tests.public_content.installing import Installed
from tests.public_content.running import Ending, Outcome
from tests.public_content.selecting import Lack, Selection

START, END = "<!-- result -->", "<!-- end -->"
NAMED = 12  # playbooks in a row


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """All of one run."""

    installed: Installed
    environments: Environments
    left_out: int  # files of installed packs that cannot be read
    playbooks: int
    selection: Selection
    outcomes: Sequence[Outcome]
    again: Sequence[Outcome] = ()  # of product playbooks whose vendors find nothing

    @property
    def conditions(self) -> tuple[int, int]:
        """Return how many conditions were decided, and how many of them in more than one way."""
        ways: dict[tuple[str, str], set[str]] = {}
        for outcome in (*self.outcomes, *self.again):
            for playbook, task, branch in outcome.branches:
                ways.setdefault((playbook, task), set()).add(branch)
        return len(ways), sum(len(each) > 1 for each in ways.values())

    @property
    def well(self) -> int:
        """Return how many playbooks came to the end that they are written for."""
        return sum(outcome.is_well for outcome in self.outcomes)

    @property
    def share(self) -> float:
        return self.well / len(self.outcomes) if self.outcomes else 0.0


def page(result: Result) -> str:
    """Write the figures, then the causes in order of frequency, then what is not run."""
    rows = (*_figures(result), "", *_causes(result.outcomes), *_refused(result.environments))
    return "\n".join((*rows, *_listed(result.selection)))


def with_result(text: str, result: str, heading: str) -> str:
    """Return the text of a page with another result between its marks."""
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}\n{heading}\n\n{result.strip()}\n{END}{after}"


def details(result: Result) -> str:
    """Write a line for each playbook that did not complete."""
    lines = [
        f"{one.name}: {one.ending}; {one.cause.what} ({one.cause.which}): {one.cause.said}"
        for one in result.outcomes
        if one.cause is not None
    ]
    return "\n".join(sorted(lines))


def _figures(result: Result) -> Iterator[str]:
    endings = Counter(outcome.ending for outcome in result.outcomes)
    installed = result.installed
    rows = {
        "packs installed": f"{installed.packs - len(installed.refused)} of {installed.packs}",
        "files of them that cannot be read": result.left_out,
        "environments of docker images": len(result.environments.made),
        **(_of_products(result) if result.again else _of_tests(result)),
        "run": len(result.outcomes),
        **{f"- {ending}": endings[ending] for ending in Ending},
        "came to their end": f"{result.well} of {len(result.outcomes)} ({100 * result.share:.0f} %)",
        **(_ways(result) if result.again else {}),
        "assertions executed": sum(outcome.assertions for outcome in result.outcomes),
    }
    yield from ("| What | Number |", "|---|---|")
    yield from (f"| {what} | {number} |" for what, number in rows.items())


def _of_tests(result: Result) -> dict[str, int]:
    return {
        "test playbooks": result.playbooks,
        "that call a command of an integration": result.selection.with_vendor,
        "that need something else that is not here (the list)": len(result.selection.listed),
    }


def _of_products(result: Result) -> dict[str, int]:
    return {"product playbooks, chosen at random": result.playbooks}


def _ways(result: Result) -> dict[str, str]:
    well = sum(outcome.is_well for outcome in result.again)
    decided, both = result.conditions
    return {
        "came to their end when vendors find nothing": f"{well} of {len(result.again)}",
        "conditions decided": str(decided),
        "of them both ways": f"{both} ({100 * both / max(decided, 1):.0f} %)",
    }


def _causes(outcomes: Sequence[Outcome]) -> Iterator[str]:
    causes = [outcome.cause for outcome in outcomes if outcome.cause is not None]
    if not causes:
        return
    yield from ("| Why it did not complete | Playbooks | Where |", "|---|---|---|")
    for what, count in Counter(cause.what for cause in causes).most_common():
        which = Counter(cause.which for cause in causes if cause.what == what)
        yield f"| {what} | {count} | {_several(which)} |"
    yield ""


def _refused(environments: Environments) -> Iterator[str]:
    if not environments.refused:
        return
    yield from ("| No environment for | Why |", "|---|---|")
    yield from (f"| {image} | {' '.join(why.split())} |" for image, why in environments.refused.items())
    yield ""


def _several(which: Counter[str]) -> str:
    named = [name if count == 1 else f"{name} {count}" for name, count in which.most_common(NAMED)]
    return ", ".join(named) + (f" and {len(which) - NAMED} more" if len(which) > NAMED else "")


def _listed(selection: Selection) -> Iterator[str]:
    if not selection.listed:
        return
    yield from ("| Not run, since it needs | Playbooks |", "|---|---|")
    counted = Counter(need.what for need in selection.listed.values())
    yield from (f"| {lack} | {counted[lack]} |" for lack in Lack if counted[lack])
