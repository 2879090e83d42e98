import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.host.framing import Lines, LineTooLongError


@given(st.lists(st.binary().filter(lambda line: b"\n" not in line)), st.integers(1, 7))
def test_lines_come_out_whole_however_they_are_cut(lines: list[bytes], size: int) -> None:
    stream = b"".join(line + b"\n" for line in lines)
    reader = Lines(1 << 20)
    out = [line for start in range(0, len(stream), size) for line in reader.feed(stream[start : start + size])]
    assert out == lines


def test_a_line_without_end_is_refused() -> None:
    reader = Lines(10)
    assert reader.feed(b"12345678") == []
    with pytest.raises(LineTooLongError):
        reader.feed(b"9ab")
