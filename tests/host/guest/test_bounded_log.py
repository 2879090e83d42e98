from warroom.host.guest.bounded_log import BoundedLog, LogStream, text_over


def test_what_fits_is_kept_whole() -> None:
    log = BoundedLog(100)
    log.add("one")
    log.write(b"two\nthree")
    assert log.lines() == ["one", "two", "three"]


def test_a_line_that_lies_across_both_halves_stays_one_line() -> None:
    log = BoundedLog(20)
    log.write(b"0123456789abcdef")
    assert log.lines() == ["0123456789abcdef"]


def test_what_does_not_fit_is_counted() -> None:
    log = BoundedLog(20)
    for number in range(10, 100):
        log.add(str(number))
    lines = log.lines()
    assert (lines[:3], lines[-3:]) == (["10", "11", "12"], ["97", "98", "99"])
    assert "… 250 bytes of output are left out here …" in lines


def test_memory_stays_bounded_while_it_is_flooded() -> None:
    log = BoundedLog(1000)
    for _ in range(1000):
        log.write(b"x" * 4096)
    assert len(log._head) + len(log._tail) <= 1500


def test_text_that_is_not_utf8_is_shown_anyway() -> None:
    log = BoundedLog(100)
    log.write(b"\xffok")
    assert log.lines() == ["\ufffdok"]


def test_print_writes_through_to_the_log_of_the_run_that_is_on() -> None:
    stream = LogStream(1)
    text = text_over(stream)
    stream.log = first = BoundedLog(100)
    print("one", file=text)  # the very thing under test
    stream.log = second = BoundedLog(100)
    print("two", file=text)
    stream.log = None
    print("nobody", file=text)
    assert (first.lines(), second.lines()) == (["one"], ["two"])


def test_a_closed_wrapper_leaves_the_stream_open() -> None:
    stream = LogStream(1)
    stream.log = log = BoundedLog(100)
    text_over(stream).close()
    text_over(stream).write("still")
    assert (log.lines(), stream.fileno()) == (["still"], 1)
