from warroom.content.pack import FileNote


def test_a_note_names_the_file_and_the_line() -> None:
    assert str(FileNote(file="Scripts/A/A.yml", message="Correct it.", line=3)) == "Scripts/A/A.yml:3: Correct it."
