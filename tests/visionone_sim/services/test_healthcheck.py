import httpx


def test_a_good_key_finds_the_api_available(client: httpx.Client) -> None:
    response = client.get("/healthcheck/connectivity")
    assert (response.status_code, response.json()) == (200, {"status": "available"})
