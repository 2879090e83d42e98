import pytest

from warroom.model.errors import InvalidInputError
from warroom.web.entrance import Entrance, host_name, read_entrance

PUBLIC = read_entrance(["Soc.Example.", "[2001:db8::7]"], "https://console.example/", ["127.0.0.1", "10.0.0.0/24"])
HERE = "192.0.2.7"


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "LOCALHOST:8765", "127.0.0.1:8765", "127.9.9.9", "[::1]:8765", "[::ffff:127.0.0.1]"),
        *("192.0.2.7", "soc.example", "SOC.example.:443", "[2001:db8::7]:1", "console.example"),
    ],
)
def test_its_own_names_are_of_this_machine_of_the_connection_and_of_the_settings(host: str) -> None:
    assert PUBLIC.is_ours(host, HERE)


@pytest.mark.parametrize(
    "host",
    [
        *("", " ", "evil.example", "localhost.evil.example", "evil.example:8765", "127.0.0.1.nip.io", "192.0.2.8"),
        *("console.example.evil.example", "xconsole.example", "a b", "localhost/", "localhost#", "localhost:x"),
        *("evil.example@localhost", "[::1", "::1]evil", "*", "0.0.0.0", "2130706433", "\u0000", "löcalhost"),
    ],
)
def test_every_other_one_is_a_strangers(host: str) -> None:
    assert not PUBLIC.is_ours(host, HERE)


def test_the_name_that_it_listens_on_is_its_own_and_everywhere_is_no_name() -> None:
    assert Entrance().listening_on("Soc-1.lan").is_ours("soc-1.lan:8765", HERE)
    assert not Entrance().listening_on("0.0.0.0").is_ours("0.0.0.0:8765", HERE)
    assert Entrance().listening_on("0.0.0.0").is_ours(HERE, HERE)


def test_a_page_that_a_proxy_serves_is_its_own_even_when_the_proxy_asks_by_another_name() -> None:
    assert PUBLIC.is_own_site("https://console.example", "127.0.0.1:8765")
    assert PUBLIC.is_own_site("http://localhost:8765", "localhost:8765")
    assert not PUBLIC.is_own_site("https://evil.example", "127.0.0.1:8765")
    assert not PUBLIC.is_own_site("null", "127.0.0.1:8765")
    assert not Entrance().is_own_site("null", "")
    assert PUBLIC.is_public_https("console.example")
    assert not PUBLIC.is_public_https("127.0.0.1:8765")


def test_a_proxy_is_known_however_the_socket_writes_its_address() -> None:
    assert PUBLIC.proxies == ("127.0.0.1/32", "::ffff:127.0.0.1/128", "10.0.0.0/24", "::ffff:10.0.0.0/120")


@pytest.mark.parametrize("host", ["*", "https://console.example", "console.example:443", "a b", "", "-a", "a/b", "löc"])
def test_a_wrong_host_is_told_by_its_setting(host: str) -> None:
    with pytest.raises(InvalidInputError, match=r"allowed_hosts is wrong: .* Write it as browsers ask by it"):
        read_entrance([host], "", [])


@pytest.mark.parametrize(
    "url",
    ["console.example", "ftp://console.example", "https://", "https://a/b", "https://a?b", "https://[", "https://a#b"],
)
def test_a_wrong_address_is_told_by_its_setting(url: str) -> None:
    with pytest.raises(InvalidInputError, match="public_url is wrong"):
        read_entrance([], url, [])


@pytest.mark.parametrize("proxy", ["*", "proxy.example", "0.0.0.0/0", "::/0", "10.0.0.1/24", ""])
def test_a_wrong_proxy_is_told_by_its_setting(proxy: str) -> None:
    with pytest.raises(InvalidInputError, match="trusted_proxies is wrong"):
        read_entrance([], "", [proxy])


def test_a_host_without_a_port_is_read_as_one_with_it() -> None:
    assert host_name("Console.Example") == host_name("console.example:80") == "console.example"
