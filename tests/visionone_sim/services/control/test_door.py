import httpx


def test_who_comes_by_another_name_finds_no_control_room(control: httpx.Client) -> None:
    for host in ("evil.example", "192.0.2.1:80"):
        assert control.get("/state", headers={"Host": host}).status_code == 404
    assert control.get("/state", headers={"Host": "localhost:1"}).status_code == 200
