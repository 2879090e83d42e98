"""Documents that the sandbox hands out: a report as PDF and an investigation package as zip, made by hand."""

import io
import json
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime

PAGE_LINES = 46
_ZIP_DATE_MIN = datetime(1980, 1, 1, tzinfo=UTC)


def write_pdf(lines: Sequence[str]) -> bytes:
    """Return a PDF with these lines in a plain font, on as many pages as they need."""
    pages = [lines[start : start + PAGE_LINES] for start in range(0, len(lines), PAGE_LINES)] or [[""]]
    first_page = 4
    kids = " ".join(f"{first_page + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, page in enumerate(pages):
        objects += [_page(first_page + 2 * number + 1), _stream(page)]
    return _file(objects)


def write_package(files: dict[str, str | dict[str, object]], moment: datetime) -> bytes:
    """Return a zip with these files; what is no text is written as JSON."""
    stamp = max(moment, _ZIP_DATE_MIN).timetuple()[:6]
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            text = content if isinstance(content, str) else json.dumps(content, indent=2)
            archive.writestr(zipfile.ZipInfo(name, stamp), text)
    return target.getvalue()


def _page(content: int) -> bytes:
    return (
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {content} 0 R "
        "/Resources << /Font << /F1 3 0 R >> >> >>"
    ).encode()


def _stream(lines: Sequence[str]) -> bytes:
    shown = b"\n".join(b"(" + _escaped(line) + b") '" for line in lines)
    text = b"BT /F1 10 Tf 16 TL 50 800 Td\n" + shown + b"\nET"
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text)


def _escaped(line: str) -> bytes:
    raw = line.encode("cp1252", "replace")
    return (
        raw.replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)").replace(b"\r", b"").replace(b"\n", b" ")
    )


def _file(objects: Sequence[bytes]) -> bytes:
    """Number the objects, and end with the table of where each begins."""
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    table = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table))
    return out.getvalue()
