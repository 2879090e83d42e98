import pytest

from warroom.services.indicators.top_level_domains import TOP_LEVEL_DOMAINS, is_domain


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("example.com", True),
        ("a.b.example.co.uk", True),
        ("EXAMPLE.COM", True),
        ("bücher.example.com", True),
        ("invoice.pdf", False),
        ("example", False),
        ("a..com", False),
        ("-a.com", False),
        (f"{'a' * 64}.com", False),
        (f"{'a.' * 127}com", False),
    ],
)
def test_what_looks_like_a_domain(name: str, is_one: bool) -> None:  # pytest passes it by name
    assert is_domain(name) is is_one


def test_ends_of_file_names_are_no_domains() -> None:
    assert not {"zip", "mov", "exe", "pdf", "dll"} & TOP_LEVEL_DOMAINS
