"""Every relative link of a Markdown page leads to a file of the repository, and to a heading that it has."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.repository import Repository

CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?P<target>[^)\s]+)(?: \"[^\"]*\")?\)")
HEADING = re.compile(r"^#+ (?P<title>.+)$", re.MULTILINE)
ELSEWHERE = ("http://", "https://", "mailto:")


def _anchors(page: str) -> set[str]:
    titles = (match["title"].strip().lower() for match in HEADING.finditer(page))
    return {re.sub(r"[^\w\- ]", "", title).replace(" ", "-") for title in titles}


def _broken(page: Path) -> Iterator[str]:
    for match in LINK.finditer(CODE.sub("", page.read_text(encoding="utf-8"))):
        if match["target"].startswith(ELSEWHERE):
            continue
        name, _, anchor = match["target"].partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists():
            yield f"{page.name}: {match['target']} is not there"
        elif anchor and anchor not in _anchors(target.read_text(encoding="utf-8")):
            yield f"{page.name}: {name or page.name} has no heading #{anchor}"


def test_every_relative_link_resolves(repository: Repository) -> None:
    pages = [repository.root / path for path in repository.files if path.suffix == ".md"]
    assert [line for page in pages for line in _broken(page)] == []


def test_every_page_of_the_documentation_is_linked_from_another(repository: Repository) -> None:
    pages = {repository.root / path for path in repository.files if path.suffix == ".md"}
    linked = {
        (page.parent / match["target"].partition("#")[0]).resolve()
        for page in pages
        for match in LINK.finditer(page.read_text(encoding="utf-8"))
    }
    docs = {page for page in pages if repository.root / "docs" in page.parents}
    assert sorted(str(page) for page in docs - linked - {repository.root / "docs/README.md"}) == []


def test_a_dead_link_and_a_dead_anchor_are_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# One heading\n[a](gone.md) [b](page.md#two) [c](#one-heading) `[d](code.md)`\n", encoding="utf-8")
    assert list(_broken(page)) == ["page.md: gone.md is not there", "page.md: page.md has no heading #two"]
