from warroom.content.indicator_type import IndicatorType


def test_a_type_says_nothing_that_its_file_does_not_say() -> None:
    one = IndicatorType(id="i", name="n")
    assert (one.regex, one.expires_after, one.disabled, one.scripts) == ("", None, False, ())
