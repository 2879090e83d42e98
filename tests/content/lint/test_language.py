from warroom.content.lint import Language


def test_a_language_that_nobody_filled_in_finds_nothing_wrong() -> None:
    language = Language()
    assert (language.operator("x"), language.transformer("x")) == ("", "")
    assert language.references("${x}") == ()
    assert language.parameters("x") is None
