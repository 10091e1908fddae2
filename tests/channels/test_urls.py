"""The URL that the provider called, and which requests are this machine's own."""

from ipaddress import ip_network

import pytest

from app.channels.urls import is_loopback_request, public_url

PROXIES = tuple(ip_network(text) for text in ("10.0.0.0/8", "192.0.2.7", "fd00::/8"))
TARGET = "/api/v1/whatsapp/webhook?a=%C3%B1&b"
BEHIND = {
    "host": "10.0.0.5:8000",
    "x-forwarded-proto": "https",
    "x-forwarded-host": "agenda.example.com",
}


def url(headers: dict[str, str], *, client: str | None = "10.1.2.3", base: str | None = None) -> str:
    return public_url(
        target=TARGET,
        scheme="http",
        headers=headers,
        client=client,
        public_base_url=base,
        trusted_proxies=PROXIES,
    )


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("https://a.example", "https://a.example"),
        ("https://a.example/", "https://a.example"),
        ("https://a.example/hilo/", "https://a.example/hilo"),
    ],
)
def test_the_configured_url_wins(base: str, expected: str) -> None:
    assert url(BEHIND, base=base) == expected + TARGET


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, "https://agenda.example.com"),
        ({"x-forwarded-port": "443"}, "https://agenda.example.com"),
        ({"x-forwarded-port": "8443"}, "https://agenda.example.com:8443"),
        ({"x-forwarded-port": "8443", "x-forwarded-host": "a.example:9"}, "https://a.example:9"),
        ({"x-forwarded-port": "8443", "x-forwarded-host": "[2001:db8::1]"}, "https://[2001:db8::1]:8443"),
        ({"x-forwarded-host": "forged.example, agenda.example.com"}, "https://agenda.example.com"),
        ({"x-forwarded-proto": ""}, "http://agenda.example.com"),
    ],
)
def test_a_trusted_proxy_is_believed(more: dict[str, str], expected: str) -> None:
    assert url(BEHIND | more) == expected + TARGET


@pytest.mark.parametrize("client", ["203.0.113.9", "11.0.0.1", "testclient", "", None])
def test_others_are_not(client: str | None) -> None:
    assert url(BEHIND, client=client) == f"http://10.0.0.5:8000{TARGET}"


@pytest.mark.parametrize("client", ["192.0.2.7", "::ffff:10.0.0.9", "fd00::1"])
def test_proxies_by_any_form_of_address(client: str) -> None:
    assert url(BEHIND, client=client) == f"https://agenda.example.com{TARGET}"


@pytest.mark.parametrize("client", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:8000", "[::1]:8000", "127.0.0.1"])
def test_this_machine(client: str, host: str) -> None:
    assert is_loopback_request(client=client, headers={"host": host})
    assert is_loopback_request(client=client, headers={"host": host, "origin": "http://127.0.0.1:8000"})


@pytest.mark.parametrize(
    ("client", "headers"),
    [
        ("10.0.0.1", {"host": "localhost"}),
        ("0.0.0.0", {"host": "localhost"}),
        ("testclient", {"host": "localhost"}),
        (None, {"host": "localhost"}),
        ("127.0.0.1", {}),
        ("127.0.0.1", {"host": ""}),
        ("127.0.0.1", {"host": "agenda.example.com"}),
        ("127.0.0.1", {"host": "localhost.example.com"}),
        ("127.0.0.1", {"host": "127.0.0.1.example.com"}),
        ("127.0.0.1", {"host": "localhost@example.com"}),
        ("127.0.0.1", {"host": "[::1"}),
        ("127.0.0.1", {"host": "192.168.1.4:8000"}),
        ("127.0.0.1", {"host": "localhost", "x-forwarded-for": "127.0.0.1"}),
        ("127.0.0.1", {"host": "localhost", "x-forwarded-proto": "https"}),
        ("127.0.0.1", {"host": "localhost", "forwarded": "for=127.0.0.1"}),
        ("127.0.0.1", {"host": "localhost", "via": "1.1 proxy"}),
        ("127.0.0.1", {"host": "localhost", "x-real-ip": "127.0.0.1"}),
        ("127.0.0.1", {"host": "localhost", "cf-connecting-ip": "203.0.113.9"}),
        ("127.0.0.1", {"host": "localhost", "origin": "https://evil.example"}),
        ("127.0.0.1", {"host": "localhost", "origin": "null"}),
    ],
)
def test_not_this_machine(client: str | None, headers: dict[str, str]) -> None:
    assert not is_loopback_request(client=client, headers=headers)
