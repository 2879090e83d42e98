"""Draws the picture of each playbook for the pack's documentation, from the positions in its yml.

Run as `python -m tests.packs.visionone.playbooks.picture [NAME…]`. It needs chromium.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.packs.visionone.playbooks.playbook_readme import OURS
from warroom.content.playbook import Playbook
from warroom.web.graph.svg import playbook_svg

CSS = Path(__file__).parents[4] / "src" / "warroom" / "web" / "static" / "css"
PAGE = '<!doctype html><html data-theme="light"><style>{css} body {{ margin: 0; background: #fff }}</style>{svg}</html>'


def place(book: Playbook) -> Path:
    """Return the path of a playbook's picture."""
    return OURS.path / "doc_files" / f"{book.name.replace(' ', '_')}.png"


def draw(book: Playbook) -> None:
    """Draw a playbook as the console does, in a browser without a window."""
    picture = playbook_svg(book)
    css = "".join((CSS / name).read_text() for name in ("tokens.css", "graph.css"))
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(PAGE.format(css=css, svg=picture.svg))
        size = f"--window-size={int(picture.width) + 1},{int(picture.height) + 1}"
        options = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=1")
        command = ["chromium", *options, size, f"--screenshot={place(book)}", str(page)]
        subprocess.run(command, check=True, capture_output=True)  # our own page, in our own browser


def main() -> None:
    for book in OURS.playbooks.values():
        if not sys.argv[1:] or book.name in sys.argv[1:]:
            draw(book)


if __name__ == "__main__":
    main()
