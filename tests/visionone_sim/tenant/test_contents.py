import hashlib
import struct

from visionone_sim.tenant.contents import PIECE, Content, dump_content, text_content


def test_contents_are_the_same_each_time_and_as_long_as_they_should_be() -> None:
    content = Content(b"MDMP", PIECE * 2 + 17, seed=5)
    first, second = b"".join(content.pieces()), b"".join(content.pieces())
    assert first == second
    assert len(first) == PIECE * 2 + 17


def test_another_seed_gives_other_contents() -> None:
    assert b"".join(Content(b"", 100, seed=1).pieces()) != b"".join(Content(b"", 100, seed=2).pieces())


def test_a_large_file_comes_in_small_pieces() -> None:
    assert max(map(len, Content(b"x", 50_000_000, seed=1).pieces())) <= PIECE


def test_the_digest_is_that_of_the_bytes() -> None:
    content = text_content("Grüße\n")
    data = b"".join(content.pieces())
    assert data == "Grüße\n".encode()
    digest = content.digest()
    assert (digest.sha256, digest.size) == (hashlib.sha256(data).hexdigest(), len(data))
    assert digest.sha1 == hashlib.sha1(data, usedforsecurity=False).hexdigest()


def test_a_dump_begins_as_one_and_names_its_account() -> None:
    data = b"".join(dump_content(size=5000, seed=1, taken_at=1_900_000_000, account=r"FIN\mlopez").pieces())
    signature, _version, streams, directory = struct.unpack_from("<4sIII", data)
    assert (signature, streams, directory, len(data)) == (b"MDMP", 4, 32, 5000)
    assert "mlopez".encode("utf-16-le") in data


def test_an_empty_file_has_no_bytes() -> None:
    assert b"".join(text_content("").pieces()) == b""
