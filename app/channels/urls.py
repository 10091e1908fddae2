"""Which URL a provider called, and whether a request comes from this machine: pure functions of a request.

A signature covers the URL as the provider called it, which a server behind a proxy or a tunnel does not see.
"""

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import urlsplit

Network = IPv4Network | IPv6Network

# Where each provider's webhooks come in, under the name that people know it by.
WEBHOOKS: Final = {
    "twilio": ("Twilio", "/api/v1/whatsapp/webhook"),
    "cloud_api": ("Meta Cloud API", "/api/v1/whatsapp/cloud-api/webhook"),
    "waha": ("WAHA", "/api/v1/whatsapp/waha/webhook"),
    "chatwoot": ("Chatwoot", "/api/v1/whatsapp/chatwoot/webhook/CHATWOOT_WEBHOOK_TOKEN"),  # its secret's place
}

# Any of these says that somebody passed the request on: then its sender's address is not the client's.
_FORWARDING = frozenset(
    {"forwarded", "via", "x-real-ip", "x-client-ip", "x-cluster-client-ip", "true-client-ip",
     "cf-connecting-ip", "cf-ray", "fastly-client-ip", "fly-client-ip", "x-original-host",
     "x-original-url", "ngrok-trace-id"}
)  # fmt: skip


def public_url(
    *,
    target: str,
    scheme: str,
    headers: Mapping[str, str],
    client: str | None,
    public_base_url: str | None = None,
    trusted_proxies: Sequence[Network] = (),
) -> str:
    """The URL under which the provider reached us.

    `target` is path and query as they stood on the request line (still percent-encoded), `scheme` what our
    own socket spoke, `client` the address of its other end; header names are lower-case. `public_base_url`
    wins, with its path as a prefix; without it `X-Forwarded-Proto`, `-Host` and `-Port` count if `client` is
    one of `trusted_proxies` (of several values the last, which the nearest proxy added), else the Host
    header.
    """
    if public_base_url:
        return public_base_url.rstrip("/") + target
    host = headers.get("host", "")
    if _is_among(client, trusted_proxies):
        scheme = _last(headers, "x-forwarded-proto") or scheme
        host = _last(headers, "x-forwarded-host") or host
        port = _last(headers, "x-forwarded-port")
        if port and port != {"https": "443", "http": "80"}.get(scheme) and ":" not in host.rpartition("]")[2]:
            host = f"{host}:{port}"
    return f"{scheme}://{host}{target}"


def client_address(*, headers: Mapping[str, str], client: str | None, trusted_proxies: Sequence[Network] = ()) -> str:
    """Who sent a request: the last address in X-Forwarded-For that is no trusted proxy's, if `client` is one."""
    if _is_among(client, trusted_proxies):
        for hop in reversed(headers.get("x-forwarded-for", "").split(",")):
            if hop.strip() and not _is_among(hop.strip(), trusted_proxies):
                return hop.strip()
    return client or "unknown"


def is_loopback_request(*, client: str | None, headers: Mapping[str, str]) -> bool:
    """Whether a request provably comes from this machine and was meant for it.

    The client's address must be a loopback one, no header may say that the request was passed on (tunnels
    arrive from loopback), and Host must be `localhost` or a loopback address (a name that resolves to us may
    be somebody's trick), as must the Origin that a browser adds when a web page sends a form.
    """
    if not _is_loopback(client):
        return False
    if any(name in _FORWARDING or name.startswith("x-forwarded") for name in headers):
        return False
    origin = headers.get("origin")
    return _is_local_host(headers.get("host", "")) and (origin is None or _is_local_host(origin.partition("://")[2]))


def _last(headers: Mapping[str, str], name: str) -> str:
    return headers.get(name, "").rpartition(",")[2].strip()


def _address(text: str | None) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address((text or "").partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _is_among(client: str | None, networks: Sequence[Network]) -> bool:
    address = _address(client)
    return address is not None and any(address in network for network in networks)


def _is_loopback(client: str | None) -> bool:
    address = _address(client)
    return address is not None and address.is_loopback


def _is_local_host(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname
    except ValueError:
        return False
    return name == "localhost" or _is_loopback(name)
