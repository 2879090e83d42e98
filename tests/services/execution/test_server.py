from tests.services.execution.built_in import CATALOGUE, NOW
from tests.services.no_scripts import NoScripts
from warroom.services.commands.library import Library
from warroom.services.execution.server import Server, text_entry
from warroom.services.writing.journal import Journal
from warroom.testing.clock import ManualClock
from warroom.testing.store import MemoryStore


def test_a_note_is_text_or_has_contents_beside_it() -> None:
    assert text_entry("done") == {"Type": 1, "ContentsFormat": "text", "Contents": "done", "HumanReadable": "done"}
    assert text_entry("done", [1]) == {"Type": 1, "ContentsFormat": "json", "Contents": [1], "HumanReadable": "done"}


def test_the_time_and_the_content_are_those_of_its_ports() -> None:
    store = MemoryStore()
    server = Server(
        store=store,
        users=store.users,
        journal=Journal(store),
        library=Library(CATALOGUE, store),
        clock=ManualClock(NOW),
        scripts=NoScripts(),
    )
    assert server.now == NOW
    assert server.catalogue is CATALOGUE
    assert server.earlier == ()
