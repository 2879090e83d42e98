import pytest

from warroom.content.imports import imports_of


@pytest.mark.parametrize(
    ("text", "modules"),
    [
        ("import json\nimport os.path as p\nfrom a.b import c", {"json": 1, "os": 2, "a": 3}),
        ("from . import near\nfrom .far import x", {}),
        (
            "try:\n    import a\nexcept ImportError:\n    a = None\nelse:\n    import b\nfinally:\n    import c",
            {"b": 6, "c": 8},
        ),
        ("try:\n    import a\nexcept (ValueError, ModuleNotFoundError):\n    pass", {}),
        ("try:\n    import a\nexcept:\n    pass", {}),
        ("try:\n    import a\nexcept ValueError:\n    pass", {"a": 2}),
        ("try:\n    import a\nexcept a.Error:\n    import b", {"a": 2}),
        ("if x:\n    import a\nelse:\n    import b", {"a": 2, "b": 4}),
        ("with x:\n    import a\nclass C:\n    import b", {"a": 2, "b": 4}),
        ("def late():\n    import a", {}),
        ("x = '\\d'\nimport a", {"a": 2}),
    ],
)
def test_modules_that_code_cannot_do_without(text: str, modules: dict[str, int]) -> None:
    assert imports_of(text).modules == modules


@pytest.mark.parametrize(
    ("text", "line"), [("print 'a'", 1), ("x = 1\nexcept A, b:", 2), ("a = '\0'", 0), ("(" * 5000 + ")" * 5000, 1)]
)
def test_code_that_cannot_be_parsed_says_why(text: str, line: int) -> None:
    found = imports_of(text)
    assert found.problem
    assert found.line in {line, 0}
    assert found.modules == {}
