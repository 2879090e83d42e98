"""The glossary of names names what is there: each `name` that links to a file is defined in that file."""

from pathlib import Path

from tests.architecture.repository import Repository
from tests.docs.definitions import lost, named_in

PAGE = Path("docs/glossary.md")


def test_every_name_of_the_glossary_is_defined_where_it_says(repository: Repository) -> None:
    named = named_in(repository.text(PAGE))
    assert len(named) > 20
    assert list(lost(repository.root, PAGE, named)) == []
