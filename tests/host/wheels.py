"""Tiny wheels for a local folder, so that pip installs something without a network."""

from pathlib import Path
from zipfile import ZipFile

WHEEL = "Wheel-Version: 1.0\nGenerator: warroom tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def make_wheel(folder: Path, name: str, text: str, *, version: str = "1.0", python: str = ">=3.11") -> Path:
    """Make the wheel of a package with one module of the same name."""
    folder.mkdir(exist_ok=True)
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": text,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nRequires-Python: {python}\n",
        f"{info}/WHEEL": WHEEL,
    }
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with ZipFile(path, "w") as wheel:
        for file, body in files.items():
            wheel.writestr(file, body)
        wheel.writestr(f"{info}/RECORD", "".join(f"{file},,\n" for file in (*files, f"{info}/RECORD")))
    return path
