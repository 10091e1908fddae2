"""Addresses that somebody wrote down, reached only if they are the world's.

A name of the world must resolve to addresses of the world, and it is that very address that is connected to: a second
look-up might answer otherwise.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any, Final

import httpx

_NAT64: Final = IPv6Network("64:ff9b::/96")

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


class Inside(Exception):
    """The name has an address inside a network."""


async def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a name. Raises `OSError`."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def is_public(address: str) -> bool:
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        # Some of its addresses only wrap one of IPv4, which is then where they lead.
        wrapped = found.ipv4_mapped or found.sixtofour or (found in _NAT64 and IPv4Address(int(found) & 0xFFFFFFFF))
        if wrapped:
            return is_public(str(wrapped))
    return found.is_global and not found.is_multicast and not found.is_reserved


async def pin(url: httpx.URL, resolve: Resolve = resolve) -> tuple[httpx.URL, Mapping[str, str], dict[str, Any]]:
    """`url` with an address that was looked at in place of its name; and the headers and extensions of a request that
    keep speaking to the name. Raises `Inside`, or `OSError` for a name that there is not."""
    addresses = await resolve(url.host, url.port or (443 if url.scheme == "https" else 80))
    if not addresses or not all(is_public(address) for address in addresses):
        raise Inside(url.host)
    return url.copy_with(host=addresses[0]), {"Host": url.netloc.decode("ascii")}, {"sni_hostname": url.host}
