import io
import json
import re
import zipfile
from datetime import UTC, datetime

import pytest

from visionone_sim.tenant.documents import write_package, write_pdf


@pytest.mark.parametrize(("lines", "pages"), [(0, 1), (1, 1), (46, 1), (47, 2), (200, 5)])
def test_a_pdf_has_the_pages_that_its_lines_need(lines: int, pages: int) -> None:
    content = write_pdf([f"line {number}" for number in range(lines)])
    assert content.startswith(b"%PDF-1.4")
    assert content.count(b"/Type /Page ") == pages


def test_the_table_of_a_pdf_says_where_each_object_begins() -> None:
    content = write_pdf(["a", "b"])
    table = content[int(re.findall(rb"startxref\n(\d+)", content)[0]) :]
    places = [int(place) for place in re.findall(rb"(\d{10}) 00000 n", table)]
    assert len(places) == 5
    for number, place in enumerate(places, start=1):
        assert content[place:].startswith(b"%d 0 obj" % number)


def test_hostile_text_stays_text() -> None:
    content = write_pdf(["a) Tj (\\ b\nc", "日本"])
    assert rb"(a\) Tj \(\\ b c) '" in content
    assert b"(??) '" in content


def test_a_package_is_a_zip_with_text_and_json() -> None:
    content = write_package({"a.txt": "hello", "b.json": {"x": 1}}, datetime(1970, 1, 1, tzinfo=UTC))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.read("a.txt") == b"hello"
        assert json.loads(archive.read("b.json")) == {"x": 1}
