from warroom.testing.code import python_code


def test_the_same_text_has_the_same_sha256_whatever_its_indentation() -> None:
    assert python_code("x = 1").sha256 == python_code("    x = 1").sha256
    assert python_code("x = 1").sha256 != python_code("x = 2").sha256


def test_fields_of_the_code_can_be_said() -> None:
    assert python_code("x = 1", docker_image="demisto/python3:3.12").docker_image == "demisto/python3:3.12"
