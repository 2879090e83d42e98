from warroom.services.secrecy.shortening import LONGEST, shortened_text, shortened_values


def test_short_values_stay_as_they_are() -> None:
    values = {"endpoint": ["WIN-7"], "task_id": 5, "flag": True, "none": None, "text": "x" * LONGEST}
    assert shortened_values(values) == values


def test_a_long_text_is_cut_with_a_sign() -> None:
    cut = shortened_text("x" * (LONGEST + 1))
    assert cut == "x" * (LONGEST - 1) + "…"


def test_a_long_list_becomes_the_beginning_of_its_text() -> None:
    cut = shortened_values({"hashes": ["é" * 64] * 1000})["hashes"]
    assert cut.startswith('["éé')
    assert len(cut) == LONGEST
