from warroom.model.entry import EntryType
from warroom.services.execution.call import Effects
from warroom.services.execution.gathered import Gathered
from warroom.services.execution.results import normalise
from warroom.testing.samples import an_entry


def test_the_first_error_counts_and_what_the_other_runs_left_is_kept() -> None:
    gathered = Gathered()
    failed = an_entry(type=EntryType.ERROR, contents="refused")
    later = an_entry(type=EntryType.ERROR, contents="refused as well")
    for entry in (an_entry(contents="done"), failed, later):
        gathered.add(Effects(), [*normalise([entry.contents])], [entry], [])
    outcome = gathered.outcome
    assert [entry.contents for entry in outcome.entries] == ["done", "refused", "refused as well"]
    assert outcome.error == "refused"
    assert [raw["Contents"] for raw in outcome.raw] == ["done", "refused", "refused as well"]
